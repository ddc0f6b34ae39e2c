"""Whom the finder may name, for a school or a country."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from django.conf import settings

from programs.models import Program
from referrals.engines import directory as packs
from referrals.engines.hours import Hours
from referrals.engines.services import Channel, Service
from referrals.models.answering import ask
from referrals.models.directory import country_packs

_TYPES: Mapping[str, Literal["phone", "text", "web", "email"]] = {
    "phone": "phone",
    "sms": "text",
    "web": "web",
    "email": "email",
}


@dataclass(frozen=True)
class Place:
    """A school (`where` is its slug) or a country (two letters). `sites` are names by uuid."""

    where: str
    name: str
    app_name: str
    zone: str
    services: tuple[Service, ...]
    sites: Mapping[str, str] = field(default_factory=dict)
    is_school: bool = False

    @property
    def emergency(self) -> Service:
        return next(service for service in self.services if service.emergency)


def place_named(where: str) -> Place | None:
    """None when there is no such place. Raises NoAnswer while the database is away; a country asks nobody."""
    if len(where) == 2:
        return _country(where)
    return ask(lambda: _school(where))


def place_of_last_resort(where: str) -> Place | None:
    """While the database is away: the country that the settings name, under the address asked for."""
    found = _country(settings.COUNTRY.lower())
    return found and Place(where, settings.APP_NAME, settings.APP_NAME, found.zone, found.services)


def _country(letters: str) -> Place | None:
    pack = country_packs().get(letters.upper()) if letters.islower() else None
    if pack is None:
        return None
    return Place(letters, settings.APP_NAME, settings.APP_NAME, "UTC", _of_pack(pack))


def _school(slug: str) -> Place | None:
    program = Program.objects.filter(slug=slug).first()
    pack = country_packs().get(program.country.upper()) if program else None
    if program is None or pack is None:
        return None
    sites = {str(uuid): name for uuid, name in program.sites.values_list("uuid", "name")}
    return Place(
        slug, program.name, program.app_name, program.time_zone, _of_pack(pack), sites, is_school=True
    )


def _of_pack(pack: packs.CountryPack) -> tuple[Service, ...]:
    lines = {choice.service: variable for variable, choice in pack.variables.items()}
    return tuple(_as_service(service, lines.get(service.id, "")) for service in pack.services)


def _as_service(service: packs.Service, line: str) -> Service:
    about = {"emergency"} if service.is_emergency else {"feeling"}
    about |= {"crisis"} if service.crisis else set()
    about |= {line} & {"doctors_line", "students_line"}
    return Service(
        key=service.id,
        name=service.name,
        short=service.short,
        what_for=service.caveat or "",
        for_whom=service.audience,
        about=frozenset(about),
        channels=tuple(
            Channel(_TYPES[channel.type], channel.value, channel.note, channel.keyword)
            for channel in service.channels
        ),
        # The files write hours as words: a line that is not there day and night counts as closed.
        hours=Hours("UTC", always=service.always_open),
        cost=service.cost,
        crisis=service.crisis,
        emergency=service.is_emergency,
        worried_friends=service.advises_worried_peers,
        source=service.source,
    )
