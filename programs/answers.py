"""What this app answers to the lists named in settings."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import F, Value
from django.urls import reverse

from peersupport.engines.quiet import quiet_end
from peersupport.models import NoticeChoices
from peersupport.models.channels import QUIET_FROM, QUIET_UNTIL
from peersupport.models.people import normalise_email
from peersupport.named_lists import Erasable, WeekTask
from programs.actions.departures import settle_departures
from programs.actions.leavers import erase_leavers
from programs.models import Departure, Hold, Membership, Program, RosterUpload
from programs.models.cohorts import people_without_a_place
from programs.models.leavers import leavers, never_placed
from programs.models.numbers import numbers_to_ring
from programs.permissions import Rights, is_wellbeing_staff

HOLDS: Final = "programs:hold-list"
WAITING: Final = (
    (
        *("add", "One person has signed in and is not on the roster."),
        *("people have signed in and are not on the roster.", "See who", "programs:person-waiting"),
    ),
    (
        *("ring", "One person waits for a test call."),
        *("people wait for a test call.", "Ring", "programs:number-list"),
    ),
)


def sender_name(scope: UUID | None) -> str:
    """The neutral name that this school chose for its mail; empty for what belongs to no school."""
    names = Program.objects.filter(uuid=scope).values_list("app_name", flat=True) if scope else ()
    return next(iter(names), "")


def held(people: Iterable[int], at: datetime) -> set[int]:
    """Of these people, those to whom nothing but duties may go now."""
    members = Membership.objects.active(at).held(at).filter(user__in=people)
    # A hold on one person also holds while they are between two roles.
    alone = Hold.objects.in_force(at).on_people(at).filter(user__in=people)
    return set(members.values_list("user_id", flat=True).union(alone.values_list("user_id", flat=True)))


def quiet_until(people: Iterable[int], at: datetime) -> dict[int, datetime]:
    """Of these people, those whose quiet hours it is at their school, and when each one's are over."""
    choices = {row.user_id: row for row in NoticeChoices.objects.filter(user__in=people)}
    zones = Membership.objects.active(at).filter(user__in=people).order_by("starts_at", "pk")
    found = {}
    for person, zone in zones.values_list("user_id", "year__program__time_zone"):
        chosen = choices.get(person)
        starts, ends = (chosen.quiet_from, chosen.quiet_until) if chosen else (QUIET_FROM, QUIET_UNTIL)
        found[person] = quiet_end(at, ZoneInfo(zone), starts, ends)
    return {person: end for person, end in found.items() if end}


def may_sign_up(email: str) -> bool:
    """Whether an address that is not on a roster belongs to a school here."""
    domain = normalise_email(email).rpartition("@")[2]
    return any(domain in domains for domains in Program.objects.values_list("email_domains", flat=True))


def this_week(rights: Rights, at: datetime) -> list[WeekTask]:
    """What needs wellbeing staff: notices that are stopped, and people who are not on the roster."""
    if not is_wellbeing_staff(rights) or rights.program is None:
        return []
    program = rights.program
    return [*_on_hold(program, at), *_who_waits(program, at)]


def _on_hold(program: Program, at: datetime) -> list[WeekTask]:
    """One line for all of them. No names: this page asks for no second step."""
    holds = list(Hold.objects.of_program(program).in_force(at).select_related("site").order_by("starts_at"))
    if not holds:
        return []
    groups = [hold.whom for hold in holds if hold.reach != Hold.Reach.PERSON]
    alone = len(holds) - len(groups)
    people = [] if not alone else ["one person" if alone == 1 else f"{alone} people"]
    return [WeekTask(f"Notices are on hold: {', '.join([*groups, *people])}.", "See", reverse(HOLDS))]


def _who_waits(program: Program, at: datetime) -> list[WeekTask]:
    """For a place on the roster, or to be rung. Asked for at once: this page asks for much already."""
    to_add, to_ring = people_without_a_place(program, at), numbers_to_ring(program, at)
    waiting = Counter(
        to_add.order_by()
        .annotate(what=Value("add"))
        .values_list("what", flat=True)
        .union(to_ring.order_by().annotate(what=Value("ring")).values_list("what", flat=True), all=True)
    )
    return [
        WeekTask(alone if waiting[what] == 1 else f"{waiting[what]} {many}", action, reverse(name))
        for what, alone, many, action, name in WAITING
        if waiting[what]
    ]


def purged(at: datetime) -> list[Erasable]:
    """People who have left, and what is kept for a shorter time."""
    undoing = Departure.objects.unsettled().annotate(since=F("at"), school=F("program__uuid"))
    lifted = Hold.objects.lifted(at).annotate(since=F("ends_at"), school=F("program__uuid"))
    uploads = RosterUpload.objects.annotate(since=F("created_at"), school=F("year__program__uuid"))
    return [
        Erasable("account", leavers(at), erase_leavers),
        Erasable("account", never_placed(at - timedelta(days=settings.KEPT["account"].days)), erase_leavers),
        Erasable("undo", undoing, settle_departures),
        Erasable("record", lifted),
        Erasable("upload", uploads),
    ]
