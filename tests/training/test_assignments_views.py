"""Who has to do what by when: the staff's pages, and the student's extra week."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from peersupport.clock import now
from peersupport.models import AuditEntry, User
from programs.models import Membership, Role, Year
from tests.costs import cost
from tests.doors import NOBODY, assert_door_holds, knock
from tests.people import School, load_reviewed, sign_in
from training.models import Assignment, Due, Extension, Module, ModuleVersion

LIST = "/learn/assignments/"
ADD = "/learn/assignments/add/"


@pytest.fixture
def asked(kestrel: School, short_walk: ModuleVersion) -> Assignment:
    """The short walk, for everybody, in ten days."""
    return Assignment.objects.create(
        year=kestrel.year,
        module=short_walk.module,
        track="core",
        due_on=kestrel.today + timedelta(days=10),
    )


@pytest.fixture
def strangers(
    staff_of_another_school: User,
    student_of_another_school: User,
    staff_whose_role_has_ended: User,
    somebody_on_no_list: User,
) -> list[User]:
    """The first is wellbeing staff too, at another school: lists are theirs, single rows are not."""
    return [
        staff_of_another_school,
        student_of_another_school,
        staff_whose_role_has_ended,
        somebody_on_no_list,
    ]


@pytest.fixture
def members_without_the_right(
    a_student: User, a_supporter: User, a_student_lead: User, clinical_adviser: User, an_assessor: User
) -> list[User]:
    return [a_student, a_supporter, a_student_lead, clinical_adviser, an_assessor]


def filled_in(school: School, chosen: ModuleVersion, **other: Any) -> dict[str, Any]:
    day = (school.today + timedelta(days=20)).isoformat()
    return {"version": chosen.pk, "year": school.year.pk, "year_level": "", "due_on": day, **other}


# ---------------------------------------------------------------- doors


def test_the_doors_of_the_lists(
    wellbeing_staff: User, members_without_the_right: list[User], strangers: list[User]
) -> None:
    outside = strangers[2:]
    assert_door_holds(LIST, inside=wellbeing_staff, forbidden=members_without_the_right, strangers=outside)
    assert_door_holds(
        ADD,
        inside=wellbeing_staff,
        forbidden=members_without_the_right,
        strangers=outside,
        also_allows=["post"],
    )


def test_the_doors_of_one_row(
    kestrel: School,
    asked: Assignment,
    wellbeing_staff: User,
    members_without_the_right: list[User],
    strangers: list[User],
) -> None:
    student = Membership.objects.get(user=members_without_the_right[0])
    staff_elsewhere, _, *outside = strangers
    for name, uuid, method, also in (
        ("assignment-move", asked.uuid, "get", ["post"]),
        ("assignment-move", asked.uuid, "post", ["get"]),
        ("assignment-drop", asked.uuid, "post", []),
        ("person-extend", student.uuid, "get", ["post"]),
        ("person-extend", student.uuid, "post", ["get"]),
    ):
        assert_door_holds(
            reverse(f"training:{name}", args=[uuid]),
            method=method,
            inside=wellbeing_staff,
            forbidden=members_without_the_right,
            strangers=[staff_elsewhere, *outside],
            also_allows=also,
        )
        assert knock(wellbeing_staff, reverse(f"training:{name}", args=[NOBODY]), method).status_code == 404
    assert Assignment.objects.get() == asked


def test_the_door_of_the_extra_week(
    asked: Assignment, a_student: User, an_evaluator: User, strangers: list[User]
) -> None:
    url = reverse("training:extra-week", args=[asked.uuid])
    assert_door_holds(url, method="post", inside=a_student, forbidden=[an_evaluator], strangers=strangers)
    assert knock(a_student, reverse("training:extra-week", args=[NOBODY]), "post").status_code == 404
    assert not Extension.objects.exists()


# ---------------------------------------------------------------- the list


def test_the_list_says_what_for_whom_and_when(
    kestrel: School, wellbeing_staff: User, short_walk: ModuleVersion
) -> None:
    for track, level, days in (("core", None, 5), ("core", 4, -2), ("supporter", None, 9)):
        due_on = kestrel.today + timedelta(days=days)
        Assignment.objects.create(
            year=kestrel.year, module=short_walk.module, track=track, year_level=level, due_on=due_on
        )
    unseen = Module.objects.create(slug="unseen")
    Assignment.objects.create(year=kestrel.year, module=unseen, track="core", due_on=kestrel.today)
    page = sign_in(wellbeing_staff).get(LIST).content.decode()
    assert page.count("A short walk<small>") == 3
    for words in ("Everybody", "Year 4", "Supporters", "(past)", "A module no longer shown"):
        assert words in page, words


def test_an_empty_list_says_what_to_do(wellbeing_staff: User) -> None:
    assert "No module is assigned yet" in sign_in(wellbeing_staff).get(LIST).content.decode()


def test_two_schools_have_two_lists(
    harrow: School, asked: Assignment, wellbeing_staff: User, staff_of_another_school: User
) -> None:
    assert str(asked.uuid) in sign_in(wellbeing_staff).get(LIST).content.decode()
    assert str(asked.uuid) not in sign_in(staff_of_another_school).get(LIST).content.decode()


def test_the_list_costs_the_same_with_many_rows(
    kestrel: School, wellbeing_staff: User, short_walk: ModuleVersion
) -> None:
    def assign(level: int) -> None:
        Assignment.objects.create(
            year=kestrel.year,
            module=short_walk.module,
            track="core",
            year_level=level,
            due_on=kestrel.today,
        )

    client = sign_in(wellbeing_staff)
    assign(1)
    one = cost(client, LIST)
    for level in range(2, 51):
        assign(level)
    assert cost(client, LIST) == one <= 10


# ---------------------------------------------------------------- assigning


def test_assigning_from_the_form(
    kestrel: School, a_student: User, wellbeing_staff: User, short_walk: ModuleVersion
) -> None:
    client = sign_in(wellbeing_staff)
    assert "Year 3 students" in client.get(ADD).content.decode()
    response = client.post(ADD, filled_in(kestrel, short_walk, year_level=3), follow=True)
    assert response.redirect_chain == [(LIST, 302)]
    assert "“A short walk” is assigned, to be done by" in response.content.decode()
    assignment = Assignment.objects.get()
    assert (assignment.year_level, assignment.year) == (3, kestrel.year)
    assert Due.objects.at(now()).for_user(a_student).get().due_on == assignment.due_on


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({"due_on": "2020-01-01"}, "That day has passed"),
        ({"due_on": "soon"}, "Write a day such as 2027-03-26."),
        ({"due_on": ""}, "This field is required"),
        ({"year_level": "77"}, "Select a valid choice"),
        ({"version": "0"}, "Select a valid choice"),
        ({"year": "0"}, "Select a valid choice"),
    ],
)
def test_a_form_that_cannot_be_says_why_and_keeps_what_was_typed(
    kestrel: School, wellbeing_staff: User, short_walk: ModuleVersion, other: dict[str, str], words: str
) -> None:
    response = sign_in(wellbeing_staff).post(ADD, filled_in(kestrel, short_walk, **other))
    page = response.content.decode()
    assert response.status_code == 200
    assert words in page
    if other.get("due_on"):
        assert f'value="{other["due_on"]}"' in page
    assert not Assignment.objects.exists()


def test_assigning_twice_is_said_in_the_form(
    kestrel: School, wellbeing_staff: User, short_walk: ModuleVersion, asked: Assignment
) -> None:
    page = sign_in(wellbeing_staff).post(ADD, filled_in(kestrel, short_walk)).content.decode()
    assert "assigned to these students already" in page
    assert Assignment.objects.count() == 1


def test_another_schools_year_and_unreviewed_modules_cannot_be_chosen(
    kestrel: School, harrow: School, wellbeing_staff: User, short_walk: ModuleVersion
) -> None:
    client = sign_in(wellbeing_staff)
    foreign = Year.objects.get(program=harrow.program)
    assert client.post(ADD, filled_in(kestrel, short_walk, year=foreign.pk)).status_code == 200
    short_walk.reviews.all().delete()
    assert client.post(ADD, filled_in(kestrel, short_walk)).status_code == 200
    assert not Assignment.objects.exists()


def test_moving_and_dropping_from_the_pages(
    kestrel: School, wellbeing_staff: User, asked: Assignment
) -> None:
    client = sign_in(wellbeing_staff)
    move = reverse("training:assignment-move", args=[asked.uuid])
    assert asked.due_on.isoformat() in client.get(move).content.decode()
    assert "has passed" in client.post(move, {"due_on": "2020-01-01"}).content.decode()
    day = kestrel.today + timedelta(days=33)
    response = client.post(move, {"due_on": day.isoformat()}, follow=True)
    assert f"The new day is {day.day} {day:%B %Y}." in response.content.decode()
    assert Assignment.objects.get().due_on == day
    response = client.post(reverse("training:assignment-drop", args=[asked.uuid]), follow=True)
    assert "not asked for any more" in response.content.decode()
    assert not Assignment.objects.exists()


def test_more_time_for_one_person(
    kestrel: School, wellbeing_staff: User, a_student: User, another_student: User, asked: Assignment
) -> None:
    client = sign_in(wellbeing_staff)
    page = reverse("training:person-extend", args=[Membership.objects.get(user=a_student).uuid])
    assert "A short walk" in client.get(page).content.decode()
    too_soon = {"assignment": asked.uuid, "due_on": asked.due_on.isoformat()}
    assert "after the one that everybody has" in client.post(page, too_soon).content.decode()
    day = kestrel.today + timedelta(days=40)
    response = client.post(page, {"assignment": asked.uuid, "due_on": day.isoformat()}, follow=True)
    assert f"Priya has until {day.day} {day:%B %Y}." in response.content.decode()
    days = {due.user: due.due_on for due in Due.objects.at(now())}
    assert days == {a_student: day, another_student: asked.due_on}


def test_more_time_is_for_students_who_are_here(
    kestrel: School, harrow: School, wellbeing_staff: User, clinical_adviser: User, asked: Assignment
) -> None:
    client = sign_in(wellbeing_staff)
    foreign = harrow.join(Role.STUDENT, "Wren")
    for membership in (Membership.objects.get(user=clinical_adviser), foreign):
        assert client.get(reverse("training:person-extend", args=[membership.uuid])).status_code == 404


def test_more_time_cannot_be_given_for_another_schools_assignment(
    kestrel: School, harrow: School, wellbeing_staff: User, a_student: User, asked: Assignment
) -> None:
    foreign = Assignment.objects.create(
        year=harrow.year, module=asked.module, track="core", due_on=harrow.today
    )
    page = reverse("training:person-extend", args=[Membership.objects.get(user=a_student).uuid])
    day = (kestrel.today + timedelta(days=40)).isoformat()
    response = sign_in(wellbeing_staff).post(page, {"assignment": foreign.uuid, "due_on": day})
    assert response.status_code == 404
    assert not Extension.objects.exists()


def test_an_extra_week_from_the_start_page(kestrel: School, a_student: User, asked: Assignment) -> None:
    client = sign_in(a_student)
    button = reverse("training:extra-week", args=[asked.uuid])
    assert button in client.get("/").content.decode()
    page = client.post(button, follow=True).content.decode()
    day = kestrel.today + timedelta(days=17)
    assert f"You have until {day:%A} {day.day} {day:%B}." in page
    assert button not in page
    refused = client.post(button, headers={"referer": "http://testserver/"}, follow=True)
    assert "You have taken your extra week here" in refused.content.decode()
    assert Extension.objects.get().due_on == day


def test_a_refusal_changes_nothing_and_leaves_no_line(a_student: User, asked: Assignment) -> None:
    Assignment.objects.update(track="supporter")
    before = AuditEntry.objects.count()
    response = sign_in(a_student).post(reverse("training:extra-week", args=[asked.uuid]), follow=True)
    assert response.redirect_chain == [("/", 302)]
    assert "nothing left to do here" in response.content.decode()
    assert AuditEntry.objects.count() == before
    assert not Extension.objects.exists()


def test_each_school_gives_its_own_day(kestrel: School, harrow: School, short_walk: ModuleVersion) -> None:
    load_reviewed(harrow)
    for school, days in ((kestrel, 3), (harrow, 6)):
        student = school.join(Role.STUDENT, "Sam").user
        Assignment.objects.create(
            year=school.year,
            module=short_walk.module,
            track="core",
            due_on=school.today + timedelta(days=days),
        )
        due = Due.objects.at(now()).for_user(student).soonest_first()
        assert [row.due_on for row in due] == [school.today + timedelta(days=days)]
