"""Get help now: public, without cookie or sign-in, and up when the database is down."""

import re

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from peersupport.middleware import sessionless
from referrals.engines.directory import CountryPack, contact_card
from referrals.models.directory import country_packs, program_countries


def _pack_or_404(country: str) -> CountryPack:
    pack = country_packs().get(country.upper()) if country.islower() else None
    if pack is None:
        raise Http404
    return pack


def _page(request: HttpRequest, name: str, context: dict[str, object]) -> HttpResponse:
    response = render(request, f"referrals/directory/{name}.html", context)
    # Stricter than the rest of the site, which has forms: not even we need to know where one came from.
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _country_page(request: HttpRequest, pack: CountryPack) -> HttpResponse:
    elsewhere = [other for other in country_packs().values() if other is not pack]
    return _page(request, "help", {"pack": pack, "elsewhere": elsewhere})


@sessionless
@gzip_page
@require_safe
def help_now(request: HttpRequest) -> HttpResponse:
    """The country of this site, told by its settings or its programs; else a choice of countries."""
    packs = country_packs()
    known = [settings.COUNTRY] if settings.COUNTRY else list(program_countries())
    if len(known) == 1 and known[0] in packs:
        return _country_page(request, packs[known[0]])
    return _page(request, "countries", {"packs": list(packs.values())})


@sessionless
@gzip_page
@require_safe
def country_help(request: HttpRequest, country: str) -> HttpResponse:
    """The numbers of one country; for a country without any, the choice of those that have some."""
    if re.fullmatch("[a-z]{2}", country) and country.upper() not in country_packs():
        return _page(request, "countries", {"packs": list(country_packs().values())})
    return _country_page(request, _pack_or_404(country))


@sessionless
@require_safe
def country_card(request: HttpRequest, country: str) -> HttpResponse:
    return HttpResponse(
        contact_card(_pack_or_404(country)),
        content_type="text/vcard; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="numbers.vcf"'},
    )
