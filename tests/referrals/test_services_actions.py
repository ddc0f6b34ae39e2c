"""Keeping the directory: what may be done with an entry, and what is refused."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from peersupport.clock import now
from peersupport.errors import Refused
from peersupport.models import AuditEntry, User
from referrals.actions.services import (
    add_service,
    confirm_service,
    edit_service,
    note_no_answer,
    own_service,
    publish_service,
    unpublish_service,
)
from referrals.engines.hours import Hours
from referrals.engines.services import Channel
from referrals.engines.services import Service as Facts
from referrals.models import Service, ServiceChange
from tests.people import School
from tests.races import at_once

pytestmark = pytest.mark.django_db

CORNER = Facts(
    key="",
    name="Corner House",
    short="Corner House",
    what_for="Somebody to sit with.",
    for_whom="For all students.",
    about=frozenset({"feeling"}),
    channels=(Channel("phone", "1300 659 467"), Channel("place", "22 River Street")),
    hours=Hours("Australia/Sydney", always=True),
)


def add(school: School, **changes: Any) -> Service:
    return add_service(by=school.staff, program=school.program, facts=replace(CORNER, **changes), now=now())


def from_pack(school: School, key: str) -> Service:
    return Service.objects.get(program=school.program, pack_key=key)


def history(service: Service) -> list[tuple[str, str, str]]:
    return [(one.field, one.old, one.new) for one in service.changes.order_by("pk")]


# ---------------------------------------------------------------- adding and changing


def test_what_is_added_is_shown_as_not_yet_confirmed(kestrel: School) -> None:
    service = add(kestrel)
    (shown,) = [one for one in Service.objects.published().as_services() if one.name == "Corner House"]
    assert (shown.confirmed, shown.channels) == (False, CORNER.channels)
    assert (service.owner, history(service)) == (kestrel.staff, [("entry", "", "added")])
    assert AuditEntry.objects.filter(verb="add service", on_id=str(service.uuid)).exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"channels": (Channel("phone", "12345"),)}, "cannot|can be dialled|not a number"),
        ({"hours": Hours("Mars/Base", always=True)}, "no time zone"),
        ({"name": "Lifeline"}, "called “Lifeline” already"),
        ({"sites": frozenset({"elsewhere"})}, "not a site of your school"),
        ({"about": frozenset({"hospital_emergency"})}, "for which site"),
        ({"emergency": True, "name": "Another emergency"}, "emergency entry for the country already"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_kept(
    kestrel: School, changes: dict[str, Any], words: str
) -> None:
    before = Service.objects.count(), ServiceChange.objects.count()
    with pytest.raises(Refused, match=words):
        add(kestrel, **changes)
    assert (Service.objects.count(), ServiceChange.objects.count()) == before


def test_two_emergency_numbers_for_one_site_are_refused(kestrel: School) -> None:
    east, west = str(kestrel.site.uuid), str(kestrel.other_site.uuid)
    inside = {"about": frozenset({"hospital_emergency"}), "channels": (Channel("phone", "2222"),)}
    first = add(kestrel, **inside, serves_sites=frozenset({east}))
    with pytest.raises(Refused, match="emergency entry for East Kestrel already"):
        add(kestrel, **inside, name="Another", serves_sites=frozenset({east, west}))
    add(kestrel, **inside, name="West one", serves_sites=frozenset({west}))
    edit_service(by=kestrel.staff, service=first, facts=replace(first.facts, cost="free"), now=now())


def test_the_database_refuses_a_second_national_emergency_number(kestrel: School) -> None:
    row = Service(program=kestrel.program, name="Two", short="Two", what_for="x", hours={}, emergency=True)
    row.is_published = True
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


def test_a_change_is_kept_with_what_it_was(kestrel: School) -> None:
    service = confirm_service(by=kestrel.staff, service=add(kestrel), now=now())
    facts = replace(service.facts, cost="free", worried_friends=True)
    service = edit_service(by=kestrel.staff, service=service, facts=facts, now=now())
    assert history(service)[-2:] == [("cost", "", "free"), ("worried_friends", "no", "yes")]
    assert service.is_confirmed


def test_a_new_number_has_to_be_confirmed_anew(kestrel: School) -> None:
    service = confirm_service(by=kestrel.staff, service=add(kestrel), now=now())
    facts = replace(service.facts, channels=(Channel("phone", "13 11 14"),))
    service = edit_service(by=kestrel.staff, service=service, facts=facts, now=now())
    assert (service.is_confirmed, service.last_result) == (False, "changed")
    assert history(service)[-1] == ("channels", "1300 659 467, 22 River Street", "13 11 14")
    facts = replace(facts, hours=Hours("Australia/Perth", always=True))
    service = edit_service(by=kestrel.staff, service=service, facts=facts, now=now(), checked=True)
    assert service.is_confirmed
    assert ("hours", "Day and night", "Day and night") in history(service)


# ---------------------------------------------------------------- checking


def test_still_right_asks_again_in_four_months(kestrel: School) -> None:
    service = confirm_service(by=kestrel.staff, service=add(kestrel), now=now())
    assert service.next_check_on == kestrel.today + timedelta(days=120)
    assert history(service)[-1] == ("check", "", "Still right")


@pytest.mark.parametrize("days", [0, 181])
def test_the_next_check_lies_within_180_days(kestrel: School, days: int) -> None:
    with pytest.raises(Refused, match="next check lies between"):
        confirm_service(
            by=kestrel.staff,
            service=add(kestrel),
            now=now(),
            next_check_on=kestrel.today + timedelta(days=days),
        )


def test_nobody_answered_keeps_it_on_the_list(kestrel: School) -> None:
    service = note_no_answer(by=kestrel.staff, service=add(kestrel), now=now())
    assert (service.last_result, service.next_check_on) == ("no_answer", None)
    service = confirm_service(by=kestrel.staff, service=service, now=now())
    later = now() + timedelta(days=30)
    service = note_no_answer(by=kestrel.staff, service=service, now=later)
    assert service in Service.objects.due(kestrel.program.today(later))


def test_checking_shows_what_came_without_a_source(kestrel: School) -> None:
    """T1: a number from memory stays hidden until somebody here has rung it."""
    service = from_pack(kestrel, "au-1800respect")
    assert service.as_service.channels[0].type == "web"
    with pytest.raises(Refused, match="confirm it first"):
        publish_service(by=kestrel.staff, service=service, now=now())
    confirm_service(by=kestrel.staff, service=service, now=now())
    service = publish_service(by=kestrel.staff, service=service, now=now())
    assert service.as_service.first.value == "1800 737 732"


def test_the_database_refuses_to_show_a_number_from_memory(kestrel: School) -> None:
    low = Service.objects.filter(program=kestrel.program, confidence="low")
    with pytest.raises(IntegrityError), transaction.atomic():
        low.update(is_published=True)


# ---------------------------------------------------------------- in and out of sight


def test_out_of_sight_and_back(kestrel: School) -> None:
    service = unpublish_service(by=kestrel.staff, service=add(kestrel), now=now())
    assert "Corner House" not in [one.name for one in Service.objects.published().as_services()]
    with pytest.raises(Refused, match="is not published"):
        unpublish_service(by=kestrel.staff, service=service, now=now())
    service = publish_service(by=kestrel.staff, service=service, now=now())
    with pytest.raises(Refused, match="published already"):
        publish_service(by=kestrel.staff, service=service, now=now())
    assert history(service)[-2:] == [("published", "yes", "no"), ("published", "no", "yes")]


def test_the_emergency_number_cannot_be_taken_out(kestrel: School) -> None:
    """T3: neither by the action nor by the database."""
    emergency = Service.objects.get(program=kestrel.program, emergency=True)
    with pytest.raises(Refused, match="stays where everybody finds it"):
        unpublish_service(by=kestrel.staff, service=emergency, now=now())
    with pytest.raises(IntegrityError), transaction.atomic():
        Service.objects.filter(pk=emergency.pk).update(is_published=False)


def test_taking_an_entry_over(kestrel: School, wellbeing_staff: User) -> None:
    service = own_service(by=wellbeing_staff, service=from_pack(kestrel, "au-qlife"), now=now())
    assert service.owner == wellbeing_staff
    own_service(by=kestrel.staff, service=service, now=now())
    assert history(service)[-1][0] == "owner"


@pytest.mark.django_db(transaction=True)
def test_two_who_add_the_same_name_at_once(kestrel: School) -> None:
    """The second is told, and nothing of theirs is kept; without the lock the database would say no."""
    outcomes = at_once(*[lambda: add(kestrel)] * 4)
    assert sum(isinstance(one, Service) for one in outcomes) == 1
    assert all(isinstance(one, Service | Refused) for one in outcomes)
    assert Service.objects.filter(name="Corner House").count() == 1
