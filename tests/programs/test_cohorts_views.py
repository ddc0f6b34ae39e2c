"""The people of a school: the list, one person's page, roles given and ended, time away."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.urls import reverse

from peersupport.clock import now
from peersupport.models import AuditEntry, User
from programs.actions.cohorts import add_year, end_membership, give_leave
from programs.models import Leave, Membership, Role, Year
from tests.costs import cost
from tests.doors import NOBODY, assert_door_holds, knock
from tests.people import School, sign_in, sign_up

LIST = "/roster/people/"
WAITING = "/roster/people/waiting/"
ADD = "/roster/people/add/"


def text(response: Any) -> str:
    return str(response.content.decode())


def of(user: User, role: Role = Role.STUDENT) -> Membership:
    return Membership.objects.get(user=user, role=role)


@pytest.fixture
def leave(kestrel: School, a_student: User) -> Leave:
    days = {"starts_on": kestrel.today, "ends_on": kestrel.today + timedelta(days=5)}
    return give_leave(by=kestrel.staff, membership=of(a_student), **days)


@pytest.fixture
def doors(
    a_student: User, another_student: User, leave: Leave, kestrel: School
) -> list[tuple[str, str, list[str]]]:
    """Every address with its method and what else it answers to; one role in force and one ended."""
    end_membership(by=kestrel.staff, membership=of(another_student), now=now())
    one, ended = of(a_student).uuid, of(another_student).uuid
    return [
        (LIST, "get", []),
        (WAITING, "get", []),
        (ADD, "get", ["post"]),
        (ADD, "post", ["get"]),
        (reverse("programs:person-show", args=[a_student.uuid]), "get", []),
        (reverse("programs:membership-end", args=[one]), "post", []),
        (reverse("programs:membership-reopen", args=[ended]), "post", []),
        (reverse("programs:leave-give", args=[one]), "get", ["post"]),
        (reverse("programs:leave-give", args=[one]), "post", ["get"]),
        (reverse("programs:leave-drop", args=[leave.uuid]), "post", []),
    ]


def everything() -> tuple[int, list[tuple[Any, ...]], int, int]:
    rows = list(Membership.objects.order_by("pk").values_list("pk", "ends_at"))
    return User.objects.count(), rows, Leave.objects.count(), AuditEntry.objects.count()


def test_the_doors(
    doors: list[tuple[str, str, list[str]]],
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
    before = everything()
    for url, method, also in doors:
        assert_door_holds(
            url,
            method=method,
            inside=wellbeing_staff,
            forbidden=members,
            strangers=strangers,
            also_allows=also,
        )
    assert everything() == before


def test_staff_of_another_school_find_nobody_here(
    doors: list[tuple[str, str, list[str]]], staff_of_another_school: User
) -> None:
    before = everything()
    for url, method, _ in doors[4:]:
        assert knock(staff_of_another_school, url, method).status_code == 404, url
    assert "Priya" not in text(sign_in(staff_of_another_school).get(LIST))
    assert everything() == before


@pytest.mark.parametrize("name", ["membership-end", "membership-reopen", "leave-give", "leave-drop"])
def test_what_is_not_there(wellbeing_staff: User, name: str) -> None:
    assert knock(wellbeing_staff, reverse(f"programs:{name}", args=[NOBODY]), "post").status_code == 404
    page = reverse("programs:person-show", args=[NOBODY])
    assert knock(wellbeing_staff, page).status_code == 404


def test_every_page_asks_for_the_second_step(
    settings: LazySettings, doors: list[tuple[str, str, list[str]]], wellbeing_staff: User
) -> None:
    settings.DEMO = False
    client = sign_in(wellbeing_staff, second_step=False)
    before = everything()
    for url, method, _ in doors:
        response = getattr(client, method)(url)
        assert response["Location"].split("?")[0] == reverse("mfa_activate_totp"), url
    assert everything() == before


# ---------------------------------------------------------------- the list


@pytest.mark.parametrize(
    ("choices", "found"),
    [
        ({}, {"Priya Raman", "Omar Haddad", "Anjali Whitlock"}),
        ({"q": "priya"}, {"Priya Raman"}),
        ({"q": "had om"}, {"Omar Haddad"}),
        ({"q": "s77"}, {"Omar Haddad"}),
        ({"q": "omar@kestrel"}, {"Omar Haddad"}),
        ({"role": "4"}, {"Anjali Whitlock"}),  # the fourth role: wellbeing staff
        ({"q": "priya", "role": "4"}, set()),
        ({"role": "king"}, {"Priya Raman", "Omar Haddad", "Anjali Whitlock"}),
        ({"q": "x" * 81}, {"Priya Raman", "Omar Haddad", "Anjali Whitlock"}),
        ({"page": "-4"}, {"Priya Raman", "Omar Haddad", "Anjali Whitlock"}),
    ],
)
def test_the_list_and_its_filters(
    wellbeing_staff: User,
    a_student: User,
    another_student: User,
    student_of_another_school: User,
    choices: dict[str, str],
    found: set[str],
) -> None:
    Membership.objects.filter(user=another_student).update(student_id="S77")
    page = text(sign_in(wellbeing_staff).get(LIST, choices))
    names = {"Priya Raman", "Omar Haddad", "Anjali Whitlock", "Wren Fell"}
    assert {name for name in names if f">{name}</a>" in page} == found


def test_ended_roles_are_not_in_the_list(wellbeing_staff: User, staff_whose_role_has_ended: User) -> None:
    assert "Gwen" not in text(sign_in(wellbeing_staff).get(LIST))


def test_who_waits_is_counted_listed_and_added(
    kestrel: School, wellbeing_staff: User, harrow: School
) -> None:
    client = sign_in(wellbeing_staff)
    assert "Nobody is waiting" in text(client.get(WAITING))
    sign_up("one+two@kestrel.example")
    sign_up("other@harrow.example")
    assert "One person has signed in and is not on the roster." in text(client.get(LIST))
    assert "One person has signed in and is not on the roster." in text(client.get("/"))
    page = text(client.get(WAITING))
    assert "other@harrow.example" not in page
    assert f'href="{ADD}?email=one%2Btwo%40kestrel.example"' in page
    assert 'value="one+two@kestrel.example"' in text(client.get(ADD, {"email": "one+two@kestrel.example"}))
    sign_up("second@kestrel.example")
    assert "2 people have signed in and are not on the roster." in text(client.get("/"))


@pytest.mark.parametrize("page", [LIST, WAITING])
def test_the_lists_cost_the_same_with_many_people(kestrel: School, wellbeing_staff: User, page: str) -> None:
    client = sign_in(wellbeing_staff)
    kestrel.students(1)
    sign_up("new0@kestrel.example")
    one = cost(client, page)
    kestrel.students(49)
    for number in range(1, 50):
        sign_up(f"new{number}@kestrel.example")
    assert cost(client, page) == one <= 10


def test_a_persons_page_costs_ten_statements_at_most(
    wellbeing_staff: User, leave: Leave, a_student: User
) -> None:
    assert cost(sign_in(wellbeing_staff), reverse("programs:person-show", args=[a_student.uuid])) <= 10


# ---------------------------------------------------------------- adding one person


def typed(**other: str) -> dict[str, str]:
    return {
        "email": "new@kestrel.example",
        "given_name": "Ada",
        "family_name": "Okoye",
        "role": "student",
        "year_level": "2",
        **other,
    }


def test_adding_a_student(kestrel: School, wellbeing_staff: User) -> None:
    response = sign_in(wellbeing_staff).post(ADD, typed(site=str(kestrel.site.pk)), follow=True)
    assert "Ada Okoye is added: student, this year." in text(response)
    row = Membership.objects.get(user__email="new@kestrel.example")
    assert (row.role, row.year_level, row.site, row.appointed_by) == (
        Role.STUDENT,
        2,
        kestrel.site,
        wellbeing_staff,
    )


def test_a_level_typed_for_somebody_else_is_left_out(kestrel: School, wellbeing_staff: User) -> None:
    sign_in(wellbeing_staff).post(ADD, typed(role="lead", site=str(kestrel.site.pk)))
    row = Membership.objects.get(user__email="new@kestrel.example")
    assert (row.role, row.year_level, row.site) == (Role.LEAD, None, None)


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({"email": "nobody"}, "Enter a valid email address"),
        ({"year_level": ""}, "Write the student’s year level"),
        ({"year_level": "11"}, "less than or equal to 10"),
        ({"role": "king"}, "Select a valid choice"),
        ({"email": "staff@kestrel.example", "role": "staff"}, "has this role already"),
    ],
)
def test_a_person_who_cannot_be_added_is_said_in_the_form(
    wellbeing_staff: User, other: dict[str, str], words: str
) -> None:
    before = everything()
    response = sign_in(wellbeing_staff).post(ADD, typed(**other))
    page = text(response).replace("&#x27;", "’").replace("'", "’")
    assert response.status_code == 200
    assert words in page
    assert 'value="Okoye"' in page
    assert everything() == before


def test_another_schools_site_cannot_be_chosen(harrow: School, wellbeing_staff: User) -> None:
    response = sign_in(wellbeing_staff).post(ADD, typed(site=str(harrow.site.pk)))
    assert "Select a valid choice" in text(response)


def test_between_two_years_nobody_can_be_added(kestrel: School, wellbeing_staff: User) -> None:
    Year.objects.update(starts_on=kestrel.today + timedelta(days=3))
    response = sign_in(wellbeing_staff).post(ADD, typed())
    assert "No year of the program is on today." in text(response)
    assert not User.objects.filter(email="new@kestrel.example").exists()


# ---------------------------------------------------------------- one person


def test_a_persons_page(kestrel: School, wellbeing_staff: User, a_student: User, leave: Leave) -> None:
    User.objects.filter(pk=a_student.pk).update(preferred_name="Pri")
    Membership.objects.filter(user=a_student).update(student_id="S1", graduation_year=2029)
    lead = kestrel.join(Role.LEAD, "Priya")
    end_membership(by=wellbeing_staff, membership=lead, now=now())
    page = text(sign_in(wellbeing_staff).get(reverse("programs:person-show", args=[a_student.uuid])))
    for words in (
        "Called Pri",
        "Year 3, East Kestrel, number S1, graduates 2029.",
        "End this role",
        "Give it back",
        "Take it out",
    ):
        assert words in page, words


def test_a_role_that_is_to_come_is_shown_and_can_be_ended(kestrel: School, wellbeing_staff: User) -> None:
    person = kestrel.join(Role.STAFF, "Ruth").user
    first = kestrel.year.ends_on + timedelta(days=1)
    year = add_year(
        program=kestrel.program, label="next", starts_on=first, ends_on=first + timedelta(days=300)
    )
    client = sign_in(wellbeing_staff)
    show = reverse("programs:person-show", args=[person.uuid])
    page = text(client.get(show))
    assert f"From {first.day} {first:%B %Y}." in page
    assert page.count("End this role") == 2
    client.post(reverse("programs:membership-end", args=[year.memberships.get(user=person).uuid]))
    page = text(client.get(show))
    assert "Ended." in page
    assert (page.count("End this role"), page.count("Give it back")) == (1, 1)


def test_people_of_two_schools_show_one_schools_rows(
    kestrel: School, harrow: School, wellbeing_staff: User, a_student: User
) -> None:
    row = harrow.join(Role.ACADEMIC_ADVISER, "Somebody")
    Membership.objects.filter(pk=row.pk).update(user=a_student)
    page = text(sign_in(wellbeing_staff).get(reverse("programs:person-show", args=[a_student.uuid])))
    assert "Student, this year" in page
    assert "Academic adviser" not in page


def test_ending_takes_effect_on_the_next_request(wellbeing_staff: User, a_student_lead: User) -> None:
    theirs, staff = sign_in(a_student_lead), sign_in(wellbeing_staff)
    assert theirs.get("/learn/modules/").status_code == 200
    for role in (Role.LEAD, Role.STUDENT):
        url = reverse("programs:membership-end", args=[of(a_student_lead, role).uuid])
        assert "The role has ended, from now on." in text(staff.post(url, follow=True))
    assert theirs.get("/learn/modules/").status_code == 404
    url = reverse("programs:membership-reopen", args=[of(a_student_lead).uuid])
    assert "The role is in force again." in text(staff.post(url, follow=True))
    assert theirs.get("/learn/modules/").status_code == 200


def test_staff_who_end_their_own_role_are_out(kestrel: School, wellbeing_staff: User) -> None:
    kestrel.join(Role.STAFF, "Ruth")
    client = sign_in(wellbeing_staff)
    client.post(reverse("programs:membership-end", args=[of(wellbeing_staff, Role.STAFF).uuid]))
    assert client.get(LIST).status_code == 404


def test_the_last_member_of_staff_stays(wellbeing_staff: User) -> None:
    here = f"http://testserver{reverse('programs:person-show', args=[wellbeing_staff.uuid])}"
    url = reverse("programs:membership-end", args=[of(wellbeing_staff, Role.STAFF).uuid])
    before = everything()
    response = sign_in(wellbeing_staff).post(url, headers={"referer": here}, follow=True)
    assert response.redirect_chain == [(here, 302)]
    assert "This is the last member of wellbeing staff." in text(response)
    assert everything() == before


def test_time_away_in_and_out(kestrel: School, wellbeing_staff: User, a_student: User) -> None:
    client = sign_in(wellbeing_staff)
    url = reverse("programs:leave-give", args=[of(a_student).uuid])
    assert "There is no room for a reason" in text(client.get(url))
    days = {"starts_on": "2026-04-01", "ends_on": "2026-04-09"}
    assert "two weeks to catch up" in text(client.post(url, days, follow=True))
    assert "There is a leave from that day already" in text(client.post(url, days))
    swapped = client.post(url, {"starts_on": "2026-05-09", "ends_on": "2026-05-01"})
    assert "comes before the first" in text(swapped)
    assert 'value="2026-05-09"' in text(swapped)
    assert "Write a day such as" in text(client.post(url, {"starts_on": "soon", "ends_on": "2026-05-01"}))
    leave = Leave.objects.get()
    response = client.post(reverse("programs:leave-drop", args=[leave.uuid]), follow=True)
    assert "The time away is taken out." in text(response)
    assert not Leave.objects.exists()
