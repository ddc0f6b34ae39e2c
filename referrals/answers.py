"""What lower apps ask of this one: the functions named in the settings lists."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db.models import Count, Exists, OuterRef, Subquery
from django.urls import reverse

from peersupport.models import Notification
from peersupport.named_lists import Local, WeekTask
from programs.models import Program, Site
from programs.permissions import Rights, is_wellbeing_staff
from referrals.actions.packs import fill_directory
from referrals.engines.checks import words as words_of_checks
from referrals.engines.firstrun import missing
from referrals.engines.hours import is_open
from referrals.engines.services import VARIABLES, Channel, Service, sentence_words, stands_for
from referrals.models.checks import asked_of
from referrals.models.chooser import ChooserReview
from referrals.models.services import Proposal
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


def this_week(rights: Rights, at: datetime) -> list[WeekTask]:
    """What the directory needs of wellbeing staff: checks, proposals, what only the school can know."""
    program = rights.program
    if program is None or not is_wellbeing_staff(rights):
        return []
    today = program.today(at)
    rows = list(ServiceRow.objects.of_program(program).published().with_keeper(at).in_order())
    mine = [row for row in rows if not row.has_keeper or (rights.user and row.owner_id == rights.user.pk)]
    waiting = (
        Proposal.objects.visible_to(rights).open().order_by().values("program").annotate(count=Count("pk"))
    )
    # One question for all three: a line for each site, and one even where there is none
    here = Program.objects.filter(pk=program.pk).annotate(
        proposals=Subquery(waiting.values("count")),
        chooser_read=Exists(ChooserReview.objects.of_today().filter(program=OuterRef("pk"))),
    )
    columns = ("sites__uuid", "sites__name", "proposals", "chooser_read")
    seen = list(here.order_by("sites__name").values_list(*columns))
    _, _, proposals, chooser_read = seen[0]
    tasks = [*_checks(mine, today), *_proposals(proposals or 0), *_to_read(chooser_read=chooser_read)]
    sites = {str(uuid): name for uuid, name, _, _ in seen if name}
    gaps = missing([row.as_service for row in rows], sites)
    if gaps:
        words = f"{', '.join(gaps[:-1])} and {gaps[-1]}" if len(gaps) > 1 else gaps[0]
        tasks.append(
            WeekTask(f"Your directory still needs {words}.", "Add them", reverse("directory:service-add"))
        )
    return tasks


def _checks(rows: list[ServiceRow], today: date) -> list[WeekTask]:
    new = sum(row.checked_on is None for row in rows)
    due = sum(row.next_check_on is not None and row.next_check_on <= today for row in rows)
    parts = []
    if new:
        parts.append(f"{new} {'service is' if new == 1 else 'services are'} not confirmed by your school yet")
    if due:
        parts.append(f"{due} {'has' if due == 1 else 'have'} not been checked for a while")
    if not parts:
        return []
    return [WeekTask(f"{' and '.join(parts)}.", "Go through them", reverse("directory:check-list"))]


def _proposals(count: int) -> list[WeekTask]:
    if not count:
        return []
    words = "One proposal" if count == 1 else f"{count} proposals"
    verb = "waits" if count == 1 else "wait"
    sentence = f"{words} for the directory {verb} for you."
    return [WeekTask(sentence, "Look and decide", reverse("directory:proposal-list"))]


def check_warning(row: Notification, at: datetime) -> Mapping[str, str] | None:
    """How long the checks take and by when; None once they are done, or somebody else's."""
    if row.recipient is None or row.scope is None:
        return None
    program = Program.objects.get(uuid=row.scope)
    days = asked_of(program, row.recipient, at).values_list("checked_on", flat=True)
    checked_on = [day for day in days if day]
    return words_of_checks(checked_on, program.today(at)) if checked_on else None


def _to_read(*, chooser_read: bool) -> list[WeekTask]:
    if chooser_read:
        return []
    sentence = "The questions about a friend are waiting to be read by your school."
    return [WeekTask(sentence, "Read and review", reverse("directory:chooser-review"))]


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
