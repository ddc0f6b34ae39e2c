"""Done or not done, and nothing more: the staff's overview, the list by name and its file."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from peersupport.models import AuditEntry, User
from programs.models import Membership, Role
from tests.costs import cost
from tests.doors import assert_door_holds, knock
from tests.people import School, load_reviewed, sign_in
from training.models import Assignment, ModuleVersion, Progress

OVERVIEW = "/learn/completion/"
PEOPLE = "/learn/completion/people/"
FILE = "/learn/completion/people.csv"
STAFF_PAGES = (
    "/",
    OVERVIEW,
    PEOPLE,
    FILE,
    "/learn/modules/",
    "/learn/assignments/",
    "/learn/assignments/add/",
    "/roster/people/",
    "/roster/people/waiting/",
    "/roster/people/add/",
)


@pytest.fixture
def a_year(kestrel: School, short_walk: ModuleVersion) -> dict[str, Membership]:
    """Three students who are asked for one module: Priya is done, Omar is not, Kim is past the day."""
    people = {
        "Priya": kestrel.join(Role.STUDENT, "Priya", family="Raman", year_level=2),
        "Omar": kestrel.join(Role.STUDENT, "Omar", family="Haddad", year_level=3, site=kestrel.other_site),
        "Kim": kestrel.join(Role.STUDENT, "Kim", family="Lee", year_level=4),
    }
    for level, days in ((None, 5), (4, -5)):
        due_on = kestrel.today + timedelta(days=days)
        Assignment.objects.create(
            year=kestrel.year, module=short_walk.module, track="core", year_level=level, due_on=due_on
        )
    Progress.objects.create(
        user=people["Priya"].user,
        module=short_walk.module,
        version=short_walk,
        started_on=kestrel.today,
        completed_on=kestrel.today,
    )
    return people


def names(response: Any) -> list[str]:
    page = response.content.decode()
    return [name for name in ("Omar Haddad", "Kim Lee", "Priya Raman") if f">{name}<small>" in page]


def table(response: Any) -> list[list[str]]:
    text = response.getvalue().decode()
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


def test_the_doors(
    a_student: User,
    a_supporter: User,
    a_student_lead: User,
    clinical_adviser: User,
    an_assessor: User,
    an_evaluator: User,
    wellbeing_staff: User,
    staff_whose_role_has_ended: User,
    student_of_another_school: User,
    somebody_on_no_list: User,
) -> None:
    """Leads and evaluators see no counts either, until they are suppressed."""
    members = [a_student, a_supporter, a_student_lead, clinical_adviser, an_assessor, an_evaluator]
    strangers = [staff_whose_role_has_ended, somebody_on_no_list]
    for page in (OVERVIEW, PEOPLE, FILE):
        assert_door_holds(page, inside=wellbeing_staff, forbidden=members, strangers=strangers)
        assert knock(student_of_another_school, page).status_code == 403
    assert not AuditEntry.objects.filter(verb="export completion by name").exists()


def test_the_overview_counts(wellbeing_staff: User, a_year: dict[str, Membership]) -> None:
    page = sign_in(wellbeing_staff).get(OVERVIEW).content.decode()
    assert "1 of 3 students are done" in page
    assert "That is 33% of those" in page
    assert '<tr><th scope="row">2</th><td class="num">1 of 1</td><td class="num"><span' in page
    assert (
        '<tr><th scope="row">3</th><td class="num"><span class="soft">–</span></td><td class="num">0 of 1'
        in page
    )
    assert '<svg x="100%"' in page


def test_the_overview_of_one_module(
    kestrel: School, wellbeing_staff: User, a_year: dict[str, Membership], short_walk: ModuleVersion
) -> None:
    client = sign_in(wellbeing_staff)
    page = client.get(OVERVIEW, {"module": str(short_walk.module.uuid)}).content.decode()
    assert "asked to do this module this year" in page
    for strange in ("nothing", "0"):
        assert "All core modules" in client.get(OVERVIEW, {"module": strange}).content.decode()


def test_an_overview_of_nothing_says_what_to_do(wellbeing_staff: User) -> None:
    assert "Nobody is asked to do anything yet" in sign_in(wellbeing_staff).get(OVERVIEW).content.decode()


@pytest.mark.parametrize(
    ("choices", "found"),
    [
        ({}, ["Omar Haddad", "Kim Lee", "Priya Raman"]),
        ({"done": "yes"}, ["Priya Raman"]),
        ({"done": "no"}, ["Omar Haddad", "Kim Lee"]),
        ({"done": "late"}, ["Kim Lee"]),
        ({"level": "3"}, ["Omar Haddad"]),
        ({"q": "ram pri"}, ["Priya Raman"]),
        ({"q": "kim@kestrel"}, ["Kim Lee"]),
        ({"q": "S7"}, ["Kim Lee"]),
        ({"q": "nobody"}, []),
        ({"q": "%"}, []),
        ({"level": "99"}, ["Omar Haddad", "Kim Lee", "Priya Raman"]),
        ({"done": "perhaps"}, ["Omar Haddad", "Kim Lee", "Priya Raman"]),
        ({"site": "not-a-site"}, ["Omar Haddad", "Kim Lee", "Priya Raman"]),
        ({"page": "77"}, ["Omar Haddad", "Kim Lee", "Priya Raman"]),
    ],
)
def test_the_list_by_name_and_its_filters(
    wellbeing_staff: User, a_year: dict[str, Membership], choices: dict[str, str], found: list[str]
) -> None:
    Membership.objects.filter(pk=a_year["Kim"].pk).update(student_id="S7")
    assert names(sign_in(wellbeing_staff).get(PEOPLE, choices)) == found


def test_the_list_by_site(kestrel: School, wellbeing_staff: User, a_year: dict[str, Membership]) -> None:
    choices = {"site": str(kestrel.other_site.uuid)}
    assert names(sign_in(wellbeing_staff).get(PEOPLE, choices)) == ["Omar Haddad"]


def test_the_list_says_done_not_done_or_past_the_day(
    wellbeing_staff: User, a_year: dict[str, Membership]
) -> None:
    client = sign_in(wellbeing_staff)
    for choices, state in (
        ({"q": "Priya"}, "Done"),
        ({"q": "Omar"}, "Not done"),
        ({"q": "Kim"}, "Past the day"),
    ):
        assert f">{state}</span>" in client.get(PEOPLE, choices).content.decode()
    assert reverse("training:person-extend", args=[a_year["Kim"].uuid]) in client.get(PEOPLE).content.decode()


def test_another_school_sees_its_own_people_only(
    harrow: School, staff_of_another_school: User, a_year: dict[str, Membership]
) -> None:
    version = load_reviewed(harrow)
    harrow.join(Role.STUDENT, "Wren", family="Fell")
    Assignment.objects.create(year=harrow.year, module=version.module, track="core", due_on=harrow.today)
    client = sign_in(staff_of_another_school)
    assert "0 of 1 students are done" in client.get(OVERVIEW).content.decode()
    page = client.get(PEOPLE)
    assert names(page) == []
    assert "Wren Fell" in page.content.decode()
    assert [row[1] for row in table(client.get(FILE))] == ["Family name", "Fell"]


def test_the_file_holds_the_list_and_is_written_down(
    kestrel: School, wellbeing_staff: User, a_year: dict[str, Membership]
) -> None:
    client = sign_in(wellbeing_staff)
    response = client.get(FILE, {"done": "no"})
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="completion.csv"'
    head, *rows = table(response)
    assert head[:4] == ["Student number", "Family name", "Given name", "E-mail"]
    day = (kestrel.today + timedelta(days=5)).isoformat()
    assert rows[0] == [
        "",
        "Haddad",
        "Omar",
        "omar@kestrel.example",
        "3",
        "West Kestrel",
        "A short walk",
        day,
        "not done",
    ]
    assert [row[1] for row in rows] == ["Haddad", "Lee"]
    entry = AuditEntry.objects.get(verb="export completion by name")
    assert (entry.by, entry.scope, entry.count) == (wellbeing_staff, kestrel.program.uuid, 2)


def test_looking_at_the_list_is_not_written_down(
    wellbeing_staff: User, a_year: dict[str, Membership]
) -> None:
    before = AuditEntry.objects.count()
    client = sign_in(wellbeing_staff)
    for page in (OVERVIEW, PEOPLE):
        client.get(page)
        client.head(page)
    assert AuditEntry.objects.count() == before


def test_names_that_a_spreadsheet_would_run_stay_text(
    kestrel: School, wellbeing_staff: User, a_year: Any
) -> None:
    User.objects.filter(given_name="Omar").update(given_name="=1+1", family_name="@SUM(A1)")
    Membership.objects.filter(user__given_name="=1+1").update(student_id="-7")
    row = next(row for row in table(sign_in(wellbeing_staff).get(FILE)) if row[0] == "'-7")
    assert row[1:3] == ["'@SUM(A1)", "'=1+1"]


def test_the_file_asks_for_the_second_step(
    settings: LazySettings, wellbeing_staff: User, a_year: Any
) -> None:
    settings.DEMO = False
    response = sign_in(wellbeing_staff, second_step=False).get(FILE)
    assert (response.status_code, response["Location"].split("?")[0]) == (302, reverse("mfa_activate_totp"))
    assert not AuditEntry.objects.filter(verb="export completion by name").exists()


def test_a_student_without_a_site_or_title_is_in_the_file(
    wellbeing_staff: User, a_year: dict[str, Membership], short_walk: ModuleVersion
) -> None:
    Membership.objects.update(site=None)
    short_walk.reviews.all().delete()
    rows = table(sign_in(wellbeing_staff).get(FILE))[1:]
    assert {(row[5], row[6]) for row in rows} == {("", "")}


@pytest.mark.parametrize("page", [OVERVIEW, PEOPLE, FILE])
def test_the_pages_cost_the_same_with_many_students(
    kestrel: School, wellbeing_staff: User, short_walk: ModuleVersion, page: str
) -> None:
    Assignment.objects.create(year=kestrel.year, module=short_walk.module, track="core", due_on=kestrel.today)
    client = sign_in(wellbeing_staff)
    kestrel.students(1)
    one = cost(client, page)
    kestrel.students(49)
    assert cost(client, page) == one <= 10


def test_the_second_page_of_the_list(
    kestrel: School, wellbeing_staff: User, short_walk: ModuleVersion
) -> None:
    Assignment.objects.create(year=kestrel.year, module=short_walk.module, track="core", due_on=kestrel.today)
    kestrel.students(30)
    client = sign_in(wellbeing_staff)
    assert client.get(PEOPLE).content.decode().count("More time<span") == 20
    assert client.get(PEOPLE, {"page": 2}).content.decode().count("More time<span") == 10


# ---------------------------------------------------------------- what nobody sees


def read(client: Client, page: str) -> str:
    response = client.get(page)
    assert response.status_code == 200
    return str(response.getvalue().decode())


def test_no_staff_page_reads_or_shows_what_somebody_answered(
    kestrel: School, wellbeing_staff: User, a_year: dict[str, Membership], short_walk: ModuleVersion
) -> None:
    """Claim B18: the answers are in no page, no file and no statement that a page of the staff runs."""
    canary = 918273645
    Progress.objects.update(
        states={
            "check-the-words": {"choices": [canary], "done": True},
            "canary-key": {"choices": [], "done": True},
        }
    )
    person = a_year["Priya"]
    client = sign_in(wellbeing_staff)
    pages = (
        *STAFF_PAGES,
        reverse("training:module-review", args=[short_walk.module.uuid]),
        reverse("training:person-extend", args=[a_year["Omar"].uuid]),
        reverse("training:assignment-move", args=[Assignment.objects.all()[0].uuid]),
        reverse("programs:person-show", args=[person.user.uuid]),
        reverse("programs:leave-give", args=[person.uuid]),
    )
    for page in pages:
        with CaptureQueriesContext(connection) as queries:
            text = read(client, page)
        assert str(canary) not in text, page
        assert "canary-key" not in text, page
        assert not [query["sql"] for query in queries if '"states"' in query["sql"]], page


def test_staff_on_a_learners_page_see_their_own_way_only(
    wellbeing_staff: User, a_year: dict[str, Membership], short_walk: ModuleVersion
) -> None:
    """Claim B18: the same address shows everybody their own answers."""
    Progress.objects.update(states={"check-the-words": {"choices": [0], "done": True}}, place=6)
    second = reverse("training:step-show", args=[short_walk.module.uuid, 2])
    assert "checked>" in read(sign_in(a_year["Priya"].user), second)
    assert sign_in(wellbeing_staff).get(second)["Location"].endswith("/steps/1/")


def test_completion_by_name_shows_days_never_when_somebody_read(
    wellbeing_staff: User, a_year: dict[str, Membership], wellbeing_pages: Callable[[], str]
) -> None:
    assert "started" not in wellbeing_pages().lower()


@pytest.fixture
def wellbeing_pages(wellbeing_staff: User) -> Callable[[], str]:
    def everything() -> str:
        client = sign_in(wellbeing_staff)
        return read(client, PEOPLE) + read(client, FILE) + read(client, OVERVIEW)

    return everything
