"""Whom the finder may name, for a school or a country."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.conf import settings

from programs.models import Program, Site
from referrals.engines.services import Service as PlainService
from referrals.models.answering import ask
from referrals.models.packs import country_packs
from referrals.models.services import Service


@dataclass(frozen=True)
class Place:
    """A school (`where` is its slug) or a country (two letters). `sites` are names by uuid."""

    where: str
    name: str
    app_name: str
    zone: str
    services: tuple[PlainService, ...]
    sites: Mapping[str, str] = field(default_factory=dict)
    is_school: bool = False

    @property
    def help_url(self) -> str:
        return f"/help/{self.where}/"

    @property
    def emergency(self) -> PlainService:
        return next(service for service in self.services if service.emergency)


def place_named(where: str) -> Place | None:
    """None when there is no such place. Raises NoAnswer while the database is away; a country asks nobody."""
    return _country(where) if len(where) == 2 else ask(lambda: _school(where))


def place_of_last_resort(where: str) -> Place | None:
    """While the database is away: the country that the settings name, under the address asked for."""
    found = _country(settings.COUNTRY.lower())
    return found and Place(where, settings.APP_NAME, settings.APP_NAME, found.zone, found.services)


def _country(letters: str) -> Place | None:
    pack = country_packs().get(letters.upper()) if letters.islower() else None
    if pack is None:
        return None
    return Place(letters, settings.APP_NAME, settings.APP_NAME, pack.zone, pack.services)


def _school(slug: str) -> Place | None:
    """Two questions: what is published, with the school it belongs to; and the names of its sites."""
    rows = list(Service.objects.published().filter(program__slug=slug).select_related("program").in_order())
    if not rows:  # every school has at least the emergency number, from the day it begins
        return None
    program: Program = rows[0].program
    names = Site.objects.filter(program=program).values_list("uuid", "name")
    return Place(
        where=slug,
        name=program.name,
        app_name=program.app_name,
        zone=program.time_zone,
        services=tuple(row.as_service for row in rows),
        sites={str(uuid): name for uuid, name in names},
        is_school=True,
    )
