"""What is erased when, as staff see it, and the legal hold."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from peersupport.actions.purge import stop_erasing
from peersupport.clock import now
from peersupport.kept import kept_for
from peersupport.models import AuditEntry, LegalHold, PurgeReport, User
from tests.costs import cost
from tests.doors import NOBODY, assert_door_holds, knock
from tests.people import School, sign_in

LIST = "/year/erasure/"
STOP = "/year/erasure/stop/"


def text(response: Any) -> str:
    return str(response.content.decode())


def lift(hold: LegalHold) -> str:
    return reverse("erasure:class-lift", args=[hold.uuid])


@pytest.fixture
def hold(kestrel: School) -> LegalHold:
    return stop_erasing(by=kestrel.staff, scope=kestrel.program.uuid, kept="record", now=now())


def test_the_doors(
    hold: LegalHold,
    a_student: User,
    a_supporter: User,
    a_student_lead: User,
    clinical_adviser: User,
    an_assessor: User,
    an_evaluator: User,
    wellbeing_staff: User,
    staff_whose_role_has_ended: User,
    somebody_on_no_list: User,
) -> None:
    members = [a_student, a_supporter, a_student_lead, clinical_adviser, an_assessor, an_evaluator]
    strangers = [staff_whose_role_has_ended, somebody_on_no_list]
    for url, method in ((LIST, "get"), (STOP, "post"), (lift(hold), "post")):
        assert_door_holds(url, method=method, inside=wellbeing_staff, forbidden=members, strangers=strangers)
    assert LegalHold.objects.in_force().count() == 1


def test_days_authority_plan_and_what_has_gone(kestrel: School, harrow: School) -> None:
    at = now()
    AuditEntry.objects.filter(scope=kestrel.program.uuid).update(at=at - timedelta(days=700))
    PurgeReport.objects.create(at=at, scope=kestrel.program.uuid, kept="notice", erased=4321)
    PurgeReport.objects.create(at=at, scope=harrow.program.uuid, kept="notice", erased=8765)
    page = text(knock(kestrel.staff, LIST))
    assert "Kept for 90 days: a starting value." in page
    assert "Not confirmed yet" in page
    planned = kestrel.program.today(at + timedelta(days=30))
    assert f"We plan to erase the oldest on {planned.day} {planned:%B %Y}." in page
    assert "4321" in page
    assert "8765" not in page


def test_what_the_school_has_stated_stands_beside_its_days(kestrel: School, settings: Any) -> None:
    settings.KEPT = kept_for(";".join(f"{name}=77=Privacy office, minute 4" for name in settings.KEPT))
    page = text(knock(kestrel.staff, LIST))
    assert page.count("77 days: Privacy office, minute 4.") == 3
    assert "Not confirmed yet" not in page


def test_it_is_not_taken_for_a_part_of_the_directory(wellbeing_staff: User) -> None:
    client = sign_in(wellbeing_staff)
    assert 'aria-current="page"' not in text(client.get(LIST))
    assert 'aria-current="page">Directory' in text(client.get("/year/services/check/"))


def test_a_legal_hold_is_set_and_lifted(kestrel: School, staff_of_another_school: User) -> None:
    client = sign_in(kestrel.staff)
    stopped = text(client.post(STOP, {"kept": "notice"}, follow=True))
    assert "Nothing of this is erased until you lift the legal hold" in stopped
    assert f"by {kestrel.staff}: nothing is erased." in stopped
    hold = LegalHold.objects.get()
    assert "Legal hold since" not in text(knock(staff_of_another_school, LIST))
    assert knock(staff_of_another_school, lift(hold), "post").status_code == 404
    assert "Legal hold since" not in text(client.post(lift(hold), follow=True))
    hold.refresh_from_db()
    assert hold.lifted_by == kestrel.staff


def test_what_cannot_be_stopped_says_so(wellbeing_staff: User) -> None:
    client = sign_in(wellbeing_staff)
    for sent in ({}, {"kept": "session"}, {"kept": "x" * 400}):
        assert "This cannot be kept for longer" in text(client.post(STOP, sent, follow=True))
    assert knock(wellbeing_staff, reverse("erasure:class-lift", args=[NOBODY]), "post").status_code == 404


def test_the_page_costs_the_same_after_years(kestrel: School, hold: LegalHold) -> None:
    client = sign_in(kestrel.staff)
    at = now()
    PurgeReport.objects.bulk_create(
        PurgeReport(at=at - timedelta(days=day), scope=kestrel.program.uuid, kept="notice", erased=day)
        for day in range(1, 90)
    )
    assert cost(client, LIST) <= 10
    assert "Further down the list" in text(client.get(LIST))
