"""What lower apps ask of this one: the functions named in the settings lists."""

from datetime import datetime

from peersupport.named_lists import Local
from programs.models import Program, Site
from referrals.actions.packs import fill_directory
from referrals.engines.directory import VARIABLES, Channel, CountryPack, Service, sentence_words
from referrals.models.directory import country_packs


def local_services(program: Program, site: Site | None, at: datetime) -> dict[str, Local]:
    """Every variable that a module may name, for the country of this program.

    Until schools keep their own directory the answer is the same at every site and hour.
    """
    pack = country_packs().get(program.country.upper())
    return {variable: _local(pack, variable, program.country) for variable in VARIABLES}


def fill_new_program(program: Program, at: datetime) -> None:
    """A new school's directory begins with the services of its country."""
    fill_directory(program=program, now=at)


def _local(pack: CountryPack | None, variable: str, country: str) -> Local:
    if pack is None:
        return Local(name="", text="", href="", fault=f"There are no services for the country {country} yet.")
    found = pack.named(variable)
    if found is None:
        return Local(name="", text="", href="", fault=f"{pack.name} has no {variable} that we can vouch for.")
    return _as_local(*found, pack)


def _as_local(service: Service, channel: Channel, pack: CountryPack) -> Local:
    return Local(
        name=service.name,
        text=sentence_words(service, channel),
        href=channel.href,
        number=channel.shown,
        about=service.audience if service.always_open else f"{service.audience} {service.hours}.",
        open_now=True if service.always_open else None,
        checked_on=pack.school_checked_on,
    )
