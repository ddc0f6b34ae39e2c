"""What this app answers to the lists named in settings."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.urls import reverse

from peersupport.engines.quiet import quiet_end
from peersupport.models import NoticeChoices
from peersupport.models.channels import QUIET_FROM, QUIET_UNTIL
from peersupport.models.people import normalise_email
from peersupport.named_lists import WeekTask
from programs.models import Membership, Program
from programs.models.cohorts import people_without_a_place
from programs.permissions import Rights, is_wellbeing_staff


def sender_name(scope: UUID | None) -> str:
    """The neutral name that this school chose for its mail; empty for what belongs to no school."""
    names = Program.objects.filter(uuid=scope).values_list("app_name", flat=True) if scope else ()
    return next(iter(names), "")


def held(people: Iterable[int], at: datetime) -> set[int]:
    """Of these people, those to whom nothing but duties may go now."""
    return set(
        Membership.objects.active(at).held(at).filter(user__in=people).values_list("user_id", flat=True)
    )


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
    """What needs wellbeing staff: people who signed in and are not on the roster."""
    if not is_wellbeing_staff(rights) or rights.program is None:
        return []
    waiting = people_without_a_place(rights.program, at).count()
    if not waiting:
        return []
    sentence = (
        "One person has signed in and is not on the roster."
        if waiting == 1
        else f"{waiting} people have signed in and are not on the roster."
    )
    return [WeekTask(sentence, "See who", reverse("programs:person-waiting"))]
