"""Notices on hold, as staff see it; those who are held see nothing of it."""

import re
from typing import Any

import pytest
from django.urls import reverse

from peersupport.clock import now
from peersupport.models import AuditEntry, User
from programs.actions.holds import hold_notices, lift_hold
from programs.models import Hold
from tests.costs import cost
from tests.doors import NOBODY, assert_door_holds, knock
from tests.people import School, sign_in

LIST = "/roster/holds/"
ADD = "/roster/holds/add/"


def text(response: Any) -> str:
    return str(response.content.decode())


def person_page(user: User) -> str:
    return reverse("programs:person-show", args=[user.uuid])


def stop_button(user: User) -> str:
    return reverse("programs:person-hold", args=[user.uuid])


def lift_button(hold: Hold) -> str:
    return reverse("programs:hold-lift", args=[hold.uuid])


@pytest.fixture
def everybody(kestrel: School) -> Hold:
    return hold_notices(by=kestrel.staff, program=kestrel.program, reach=Hold.Reach.PROGRAM, now=now())


def test_the_doors(
    everybody: Hold,
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
    """Wellbeing staff and nobody else (roles.md)."""
    members = [a_student, a_supporter, a_student_lead, clinical_adviser, an_assessor, an_evaluator]
    strangers = [staff_whose_role_has_ended, somebody_on_no_list]
    for url, method, also in (
        (LIST, "get", []),
        (ADD, "get", ["post"]),
        (ADD, "post", ["get"]),
        (stop_button(a_student), "post", []),
        (lift_button(everybody), "post", []),
    ):
        assert_door_holds(
            url,
            method=method,
            inside=wellbeing_staff,
            forbidden=members,
            strangers=strangers,
            also_allows=also,
        )
    assert Hold.objects.count() == 1


def test_another_school_sees_and_lifts_nothing_here(
    everybody: Hold, a_student: User, staff_of_another_school: User
) -> None:
    assert "No notices are on hold" in text(knock(staff_of_another_school, LIST))
    for url in (lift_button(everybody), stop_button(a_student)):
        assert knock(staff_of_another_school, url, "post").status_code == 404
    everybody.refresh_from_db()
    assert everybody.ends_at is None


@pytest.mark.parametrize("name", ["person-hold", "hold-lift"])
def test_what_is_not_there(wellbeing_staff: User, name: str) -> None:
    assert knock(wellbeing_staff, reverse(f"programs:{name}", args=[NOBODY]), "post").status_code == 404


def test_from_a_person_s_page_to_the_list_and_back(wellbeing_staff: User, a_student: User) -> None:
    client = sign_in(wellbeing_staff)
    assert "No notices for now" not in text(client.get(person_page(a_student)))
    stopped = client.post(stop_button(a_student), follow=True)
    assert "Notices to this person are on hold since" in text(stopped)
    assert f"by {wellbeing_staff}" in text(stopped)
    page = text(client.get(LIST))
    assert "One hold is in force" in page
    assert str(a_student) in page
    hold = Hold.objects.get()
    lifted = text(client.post(lift_button(hold), follow=True))
    assert "What was cancelled stays cancelled" in lifted
    assert "No notices are on hold" in lifted
    assert f"lifted by {wellbeing_staff}" in lifted
    assert "No notices for now" not in text(client.get(person_page(a_student)))


@pytest.mark.parametrize(
    ("choice", "said", "reached"),
    [
        ("everybody", "Everybody", {"Priya", "Omar"}),
        ("level-3", "Year 3", {"Priya"}),
        ("site", "East Kestrel", {"Priya"}),
    ],
)
def test_a_group_is_chosen_and_each_person_s_page_says_so(
    kestrel: School, a_student: User, another_student: User, choice: str, said: str, reached: set[str]
) -> None:
    client = sign_in(kestrel.staff)
    page = text(client.get(ADD))
    assert [f"Year {level}" in page for level in (1, 2, 3)] == [True, False, True]
    client.post(ADD, {"whom": str(kestrel.site.uuid) if choice == "site" else choice})
    for person in (a_student, another_student):
        shown = f"{said}: notices are on hold since" in text(client.get(person_page(person)))
        assert shown == (person.given_name in reached)


def test_a_choice_is_needed_and_one_that_stands_is_refused_in_the_form(
    wellbeing_staff: User, everybody: Hold
) -> None:
    client = sign_in(wellbeing_staff)
    assert "Choose whose notices to stop" in text(client.post(ADD))
    assert "Select a valid choice" in text(client.post(ADD, {"whom": "level-9"}))
    assert "on hold already" in text(client.post(ADD, {"whom": "everybody"}))
    assert Hold.objects.count() == 1


def test_this_week_says_what_is_on_hold_without_a_name(
    kestrel: School, everybody: Hold, a_student: User, another_student: User
) -> None:
    for person in (a_student, another_student):
        knock(kestrel.staff, stop_button(person), "post")
    page = text(sign_in(kestrel.staff).get("/"))
    assert "Notices are on hold: Everybody, 2 people." in page
    assert f'href="{LIST}"' in page
    lift_hold(by=kestrel.staff, hold=Hold.objects.get(user=another_student), now=now())
    assert "Everybody, one person." in text(sign_in(kestrel.staff).get("/"))
    for hold in Hold.objects.in_force(now()):
        lift_hold(by=kestrel.staff, hold=hold, now=now())
    assert "on hold" not in text(sign_in(kestrel.staff).get("/"))


def test_whoever_is_held_sees_nothing_of_it(kestrel: School, everybody: Hold, a_student: User) -> None:
    client = sign_in(a_student)

    def seen() -> list[str]:
        pages = [text(client.get(path)) for path in ("/", "/learn/modules/", "/about/stored/")]
        return [re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page) for page in pages]

    with_hold = seen()
    lift_hold(by=kestrel.staff, hold=everybody, now=now())
    knock(kestrel.staff, stop_button(a_student), "post")
    assert seen() == with_hold
    assert not any("hold" in page.lower() for page in with_hold)


def test_the_pages_cost_the_same_however_many_there_are(kestrel: School, a_student: User) -> None:
    client = sign_in(kestrel.staff)
    for count in (1, 25):
        for _ in range(count):
            client.post(stop_button(a_student))
            hold = Hold.objects.get(ends_at=None)
            client.post(lift_button(hold))
        client.post(stop_button(a_student))
        assert cost(client, LIST) <= 10
        assert cost(client, person_page(a_student)) <= 10
        client.post(lift_button(Hold.objects.get(ends_at=None)))
    assert AuditEntry.objects.filter(verb="hold notices").count() == 28
    assert "Further down the list" in text(client.get(LIST))
