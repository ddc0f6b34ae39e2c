"""Get help now: public, without cookie or sign-in, and up when the database is down."""

from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from peersupport.middleware import sessionless
from referrals.actions.helppages import (
    CARD,
    INDEX,
    KEPT,
    copied,
    copied_page,
    draw_help,
    draw_keep,
    draw_places,
    draw_plan,
    kept_pages,
)
from referrals.engines.contactcard import contact_card
from referrals.engines.helppages import HelpPage, is_country
from referrals.models.answering import NoAnswer
from referrals.models.helppages import help_page, only_place


def answered(html: str) -> HttpResponse:
    # Stricter than the rest of the site, which has forms: not even we need to know where one came from.
    return HttpResponse(html, headers={"Referrer-Policy": "no-referrer"})


def here_or_404(where: str) -> HelpPage:
    """Raises NoAnswer while the database is away."""
    page = help_page(where)
    if page is None:
        raise Http404
    return page


def shown(where: str, address: str, drawing: Callable[[HelpPage], str]) -> HttpResponse:
    """A page of this place: drawn now, or from its copy; without a copy, the numbers of the country."""
    try:
        page = help_page(where)
    except NoAnswer:
        return answered(copied_page(where, address) or last_resort())
    if page is None:
        if is_country(where) and where.islower():  # one without numbers leads to those that have some
            return answered(draw_places())
        raise Http404
    return answered(drawing(page))


def last_resort() -> str:
    """While the database is away and there is no copy: the country of the settings, else all of them."""
    page = help_page(settings.COUNTRY.lower()) if settings.COUNTRY else None
    return draw_help(page) if page else draw_places()


@sessionless
@gzip_page
@require_safe
def help_now(request: HttpRequest) -> HttpResponse:
    """The only school, or the country that the settings name; else a choice. `?elsewhere` always chooses."""
    if "elsewhere" in request.GET:
        return answered(draw_places())
    try:
        page = only_place()
        return answered(draw_help(page) if page else draw_places())
    except NoAnswer:
        return answered(copied("", INDEX) or last_resort())


@sessionless
@gzip_page
@require_safe
def help_show(request: HttpRequest, where: str) -> HttpResponse:
    return shown(where, f"/help/{where}/", draw_help)


@sessionless
@gzip_page
@require_safe
def keep_show(request: HttpRequest, where: str) -> HttpResponse:
    return shown(where, f"/help/{where}/keep/", draw_keep)


@sessionless
@gzip_page
@require_safe
def plan_show(request: HttpRequest, where: str) -> HttpResponse:
    return shown(where, f"/help/{where}/plan/", draw_plan)


@sessionless
@require_safe
def card_file(request: HttpRequest, where: str) -> HttpResponse:
    """The numbers as one contact."""
    return _file(where, CARD, contact_card, "text/vcard; charset=utf-8", 'attachment; filename="numbers.vcf"')


@sessionless
@gzip_page
@require_safe
def kept_file(request: HttpRequest, where: str) -> HttpResponse:
    """What the service worker keeps, once somebody has asked for it."""
    return _file(where, KEPT, kept_pages, "application/json", "inline")


def _file(
    where: str, name: str, drawing: Callable[[HelpPage], str], kind: str, disposition: str
) -> HttpResponse:
    try:
        text = drawing(here_or_404(where))
    except NoAnswer:
        found = copied(where, name)
        if found is None:
            raise Http404 from None
        text = found
    return HttpResponse(text, content_type=kind, headers={"Content-Disposition": disposition})


@sessionless
@require_safe
def worker_file(request: HttpRequest, where: str) -> HttpResponse:
    """The service worker, from an address under which it may look after these pages and no others."""
    script = Path(str(finders.find("app/worker.js"))).read_text(encoding="utf-8")
    return HttpResponse(script, content_type="text/javascript; charset=utf-8")
