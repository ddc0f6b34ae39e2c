"""What lower apps ask of this one: the functions named in the settings lists."""

from datetime import datetime

from peersupport.named_lists import Local
from programs.models import Program, Site
from referrals.actions.packs import fill_directory
from referrals.engines.hours import is_open
from referrals.engines.services import VARIABLES, Channel, Service, sentence_words, stands_for
from referrals.models.services import Service as ServiceRow


def local_services(program: Program, site: Site | None, at: datetime) -> dict[str, Local]:
    """Every variable that a module may name, from this school's directory, for somebody at this site."""
    services = ServiceRow.objects.of_program(program).published().as_services()
    where = str(site.uuid) if site else None
    found = {variable: stands_for(variable, services, where) for variable in VARIABLES}
    return {
        variable: _as_local(*one, program, at) if one else _missing(variable)
        for variable, one in found.items()
    }


def fill_new_program(program: Program, at: datetime) -> None:
    """A new school's directory begins with the services of its country."""
    fill_directory(program=program, now=at)


def _missing(variable: str) -> Local:
    fault = f"Your directory has nothing for “{variable}” yet. Add it under Services and publish it."
    return Local(name="", text="", href="", fault=fault)


def _as_local(service: Service, channel: Channel, program: Program, at: datetime) -> Local:
    about = service.for_whom if service.hours.always else f"{service.for_whom} {service.hours_words}."
    return Local(
        name=service.name,
        text=sentence_words(service, channel),
        href=channel.href,
        number=channel.shown,
        about=about,
        open_now=is_open(service.hours, at),
        checked_on=service.checked_on,
        fault=_fault(service, program, at),
    )


def _fault(service: Service, program: Program, at: datetime) -> str:
    """Why no module that names this may be published; never because of the national emergency number."""
    if service.emergency:
        return ""
    if not service.confirmed:
        return f"Your school has not confirmed “{service.name}” yet. Ring it, then confirm it under Services."
    if service.is_stale(program.today(at)):
        return f"“{service.name}” was last checked more than 180 days ago. Check it again under Services."
    return ""
