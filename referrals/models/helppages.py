"""What “Get help now” shows for a school or a country, and which places there are."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.conf import settings

from programs.models import Program
from referrals.engines.helppages import INSIDE, HelpPage, Spot, is_country
from referrals.engines.services import Channel, Service
from referrals.models.answering import ask
from referrals.models.chooser import ChooserReview
from referrals.models.finder import Place, place_named
from referrals.models.packs import country_packs


def help_page(where: str) -> HelpPage | None:
    """None when there is no such place. Raises NoAnswer while the database is away; a country asks nobody."""
    place = place_named(where)
    return _page(place) if place else None


def only_place() -> HelpPage | None:
    """What bare `/help/` shows: the only school, else the country of the settings. Raises NoAnswer."""
    slugs = ask(lambda: list(Program.objects.values_list("slug", flat=True)[:2]))
    if len(slugs) == 1:
        return help_page(slugs[0])
    return help_page(settings.COUNTRY.lower()) if settings.COUNTRY and not slugs else None


def every_country() -> list[HelpPage]:
    return [page for letters in country_packs() if (page := help_page(letters.lower()))]


def every_school() -> list[HelpPage]:
    """In the order of their names. Raises NoAnswer."""
    slugs = ask(lambda: list(Program.objects.order_by("name").values_list("slug", flat=True)))
    return [page for slug in slugs if (page := help_page(slug))]


def school_names() -> list[dict[str, Any]]:
    """Slug (`where`) and name of each school. Raises NoAnswer."""
    rows = ask(lambda: list(Program.objects.order_by("name").values_list("slug", "name")))
    return [{"where": slug, "name": name} for slug, name in rows]


def _page(place: Place) -> HelpPage:
    pack = country_packs().get(place.where.upper()) if is_country(place.where) else None
    return HelpPage(
        where=place.where,
        name=pack.name if pack else place.name,
        app_name=place.app_name,
        services=place.services,
        spots=_spots(place.services, place.sites),
        sources_read_on=pack.sources_read_on if pack else None,
        chooser_read_on=ask(lambda: _chooser_read_on(place.where)) if place.is_school else None,
    )


def _chooser_read_on(slug: str) -> date | None:
    reviews = ChooserReview.objects.of_today().filter(program__slug=slug)
    return reviews.values_list("on", flat=True).first()


def _spots(services: tuple[Service, ...], sites: Mapping[str, str]) -> tuple[Spot, ...]:
    return tuple(
        Spot(uuid, name, _inside(services, uuid))
        for uuid, name in sorted(sites.items(), key=lambda pair: pair[1].casefold())
    )


def _inside(services: tuple[Service, ...], site: str) -> Channel | None:
    """The number that is called inside this site."""
    return next(
        (
            number
            for service in services
            if INSIDE in service.about and site in service.serves_sites and (number := service.by("phone"))
        ),
        None,
    )
