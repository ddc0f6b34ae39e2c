"""The pages that put a list in: works, other role, stranger, signed out, wrong method, bad id."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings

from peersupport.models import User
from programs.actions.roster import keep_upload
from programs.engines.tables import MAX_BYTES
from programs.models import Membership, Placement, Role, RosterUpload, UploadKind, Year
from tests.programs.school_lists import (
    HEADER,
    NOW,
    csv_of,
    everything,
    make_member,
    make_year,
    put_in,
    student,
    xlsx_of,
)

pytestmark = pytest.mark.django_db

PAGES = ["roster-preview", "roster-columns", "roster-faults"]
VERBS = ["roster-apply", "roster-cancel"]


@pytest.fixture(autouse=True)
def in_march(settings: Settings) -> Iterator[None]:
    settings.DEMO = True  # the second step has its own test below
    with time_machine.travel(NOW):
        yield


@pytest.fixture
def year() -> Year:
    return make_year()


@pytest.fixture
def staff(year: Year) -> User:
    return make_member(year, "staff@uni.example", Role.STAFF)


@pytest.fixture
def page(client: Client, staff: User) -> Client:
    client.force_login(staff)
    return client


@pytest.fixture
def upload(year: Year, staff: User) -> RosterUpload:
    return keep(staff, year, csv_of([student(1), student(2)]))


def keep(staff: User, year: Year, content: bytes, kind: str = UploadKind.PEOPLE) -> RosterUpload:
    return keep_upload(by=staff, year=year, kind=kind, content=content, now=NOW)


def url(name: str, upload: RosterUpload | None = None) -> str:
    return reverse(f"programs:{name}", args=[upload.uuid] if upload else [])


def send(page: Client, year: Year, content: bytes, kind: str = "people") -> tuple[int, str]:
    """Upload a file as the form does; the status and the page it ends at."""
    file = SimpleUploadedFile("students.csv", content)
    response = page.post(url("roster-upload"), {"file": file, "kind": kind, "year": year.pk}, follow=True)
    return response.status_code, response.content.decode()


def press(page: Client, upload: RosterUpload, data: dict[str, str]) -> str:
    """Confirm on the preview page; the page that this ends at."""
    came_from = {"Referer": f"http://testserver{url('roster-preview', upload)}"}
    return page.post(url("roster-apply", upload), data, follow=True, headers=came_from).content.decode()


# ---------------------------------------------------------------- the whole way


def test_a_roster_goes_in_through_the_browser(page: Client, year: Year) -> None:
    put_in(year, [student(9)])
    assert "Load a list" in page.get(url("roster-upload")).content.decode()
    _, text = send(page, year, csv_of([student(1), student(2, site="Ōtaki")]))
    assert "2 new, 0 changed" in text
    assert "Ōtaki" in text
    assert "End the membership of the one person who is not in this file" in text
    assert Membership.objects.students().count() == 1
    upload = RosterUpload.objects.get()
    done = page.post(
        url("roster-apply", upload), {"end_missing": "on", "expected_missing": "1"}, follow=True
    ).content.decode()
    assert "Done: 2 new, 0 changed, 0 as before. One membership ended. New sites: Ōtaki." in done
    assert Membership.objects.students().filter(ends_at=year.ends_at).count() == 2


def test_a_workbook_with_other_headers_is_asked_about_and_goes_in(page: Client, year: Year) -> None:
    names = {"student_id": "Number", "email": "Uni mail", "year_level": "Stage"}
    header = [names.get(name, name) for name in HEADER if name not in {"preferred_name", "small_group"}]
    row = [student(1)[name] for name in HEADER if name not in {"preferred_name", "small_group"}]
    _, text = send(page, year, xlsx_of([[*header, "Locker"], [*row, "B12"]]))
    assert "Which column is which?" in text
    assert "We guessed these. Check them. Some we could not guess: choose them." in text
    assert "Uni mail (such as student1@uni.example)" in text
    assert ">Locker<" in text
    assert "B12" not in text
    upload = RosterUpload.objects.get()
    places = {
        name: str(header.index(names.get(name, name))) for name in HEADER if names.get(name, name) in header
    }
    wrong = page.post(url("roster-columns", upload), places | {"site": ""}).content.decode()
    assert "Choose the column of your file that holds this." in wrong
    twice = page.post(url("roster-columns", upload), places | {"site": places["email"]}).content.decode()
    assert "cannot be both email and site" in twice
    seen = page.post(url("roster-columns", upload), places, follow=True).content.decode()
    assert "1 new, 0 changed" in seen
    assert "“Locker”" in seen
    page.post(url("roster-apply", upload), {"expected_missing": "0"})
    assert Membership.objects.students().get().user.email == "student1@uni.example"


def test_faults_are_shown_and_the_good_rows_go_in(page: Client, year: Year) -> None:
    rows = [student(1), *(student(number, email="=x") for number in range(2, 62))]
    _, text = send(page, year, csv_of(rows))
    assert "60 rows need a look" in text
    assert "Lines 3 to 62" in text
    assert "“=x” is not an e-mail address" in text
    upload = RosterUpload.objects.get()
    response = page.get(url("roster-faults", upload))
    assert response["Content-Disposition"] == 'attachment; filename="faults.csv"'
    lines = b"".join(response).decode("utf-8-sig").splitlines()
    assert lines[0] == "line,column,name,value,what is wrong"
    assert lines[1] == "3,email,Zoë O’Brien 2,'=x,is not an e-mail address"
    assert len(lines) == 61
    page.post(url("roster-apply", upload), {"expected_missing": "0"})
    assert not Membership.objects.students().exists()
    done = page.post(url("roster-apply", upload), {"good_rows": "on", "expected_missing": "0"}, follow=True)
    assert "Done: 1 new" in done.content.decode()


def test_one_fault_and_nothing_to_do_are_said_as_such(page: Client, year: Year) -> None:
    _, text = send(page, year, csv_of([student(1, email="x")]))
    assert "One row needs a look" in text
    assert "good row" not in text
    put_in(year, [student(1)])
    _, text = send(page, year, csv_of([student(1)]))
    assert "Everything in this file is here already" in text


def test_placements_go_in_through_the_browser(page: Client, year: Year) -> None:
    put_in(year, [student(1)])
    content = b"student_id,site,team,from,to\nS00001,Bay,Surgery,2027-03-01,2027-03-28\n"
    _, text = send(page, year, content, "placements")
    assert "Put in these placements" in text
    page.post(url("roster-apply", RosterUpload.objects.get()), {"expected_missing": "0"})
    assert Placement.objects.get().team == "Surgery"


def test_names_from_a_file_are_never_markup(page: Client, year: Year) -> None:
    rows = [student(1, site="<script>alert(1)</script>")]
    _, text = send(page, year, csv_of([row | {"<b>x": "1"} for row in rows], [*HEADER, "<b>x"]))
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "&lt;b&gt;x" in text


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "This file is empty."),
        (csv_of([]), "This file has a header and no rows under it."),
        (b"Dear all", "This is not a table."),
        (b"a,b\n" + b"x" * (MAX_BYTES - 3), "This file is larger than 10 MB."),
    ],
    ids=["empty", "header only", "no table", "one byte too large"],
)
def test_a_file_that_cannot_be_used_is_told_in_the_form(
    page: Client, year: Year, content: bytes, sentence: str
) -> None:
    status, text = send(page, year, content)
    assert status == 200
    assert sentence in text
    assert "One thing needs a look" in text
    assert not RosterUpload.objects.exists()


def test_fifty_megabytes_are_turned_away_at_the_door(page: Client, year: Year) -> None:
    status, text = send(page, year, b"a,b\n" + b"x" * (50 * 1024 * 1024))
    assert status == 413
    assert "a list 10 MB" in text
    assert not RosterUpload.objects.exists()


def test_the_form_asks_for_a_file_and_offers_only_years_of_the_school(page: Client, year: Year) -> None:
    other = make_year("heron-hill", label="theirs")
    past = make_year(label="past", starts_on=year.starts_on.replace(year=2024))
    text = page.get(url("roster-upload")).content.decode()
    assert f'<option value="{year.pk}" selected' in text
    assert "theirs" not in text
    assert "past" not in text
    assert (
        "Choose a file."
        in page.post(url("roster-upload"), {"kind": "people", "year": year.pk}).content.decode()
    )
    for wrong in (other, past):
        _, text = send(page, wrong, csv_of([student(1)]))
        assert "Select a valid choice" in text
    assert not RosterUpload.objects.exists()


def test_a_second_press_shows_what_the_first_one_did(page: Client, upload: RosterUpload) -> None:
    for _ in range(2):
        text = press(page, upload, {"expected_missing": "0"})
        assert "Done: 2 new" in text
    assert "has been put in or cancelled already" in text
    for name in ("roster-columns", "roster-faults"):
        assert page.get(url(name, upload)).url == url("roster-preview", upload)  # type: ignore[attr-defined]


def test_a_form_without_its_fields_changes_nothing(page: Client, upload: RosterUpload) -> None:
    text = press(page, upload, {})
    assert "Something was missing from that form" in text
    assert not Membership.objects.students().exists()


def test_cancel_forgets_the_file(page: Client, upload: RosterUpload) -> None:
    text = page.post(url("roster-cancel", upload), follow=True).content.decode()
    assert "Nothing was changed, and the file is forgotten." in text
    assert not RosterUpload.objects.exists()


# ---------------------------------------------------------------- who, how, what


def everybody_else(year: Year) -> Iterator[tuple[User, int]]:
    for role in Role:
        if role != Role.STAFF:
            yield make_member(year, f"{role}@uni.example", role), 403
    yield make_member(year, "colleague@uni.example", Role.STAFF), 404
    yield make_member(make_year("heron-hill"), "staff@heron.example", Role.STAFF), 404
    yield make_member(year, "former@uni.example", Role.STAFF, ends_at=NOW), 404
    yield User.objects.create_user("nobody@uni.example"), 404


@pytest.mark.parametrize("name", [*PAGES, *VERBS])
def test_nobody_else_reaches_an_upload(client: Client, year: Year, upload: RosterUpload, name: str) -> None:
    before = everything()
    for person, status in everybody_else(year):
        client.force_login(person)
        ask = client.post if name in VERBS else client.get
        assert ask(url(name, upload), {"expected_missing": "0"}).status_code == status, person
    client.logout()
    response = client.post(url(name, upload)) if name in VERBS else client.get(url(name, upload))
    assert response.status_code == 302
    assert reverse("account_login") in response["Location"]
    assert RosterUpload.objects.filter(outcome="").exists()
    assert everything()["memberships"][: len(before["memberships"])] == before["memberships"]


def test_only_wellbeing_staff_reach_the_form(client: Client, year: Year) -> None:
    client.force_login(make_member(year, "lead@uni.example", Role.LEAD))
    assert client.get(url("roster-upload")).status_code == 403
    client.force_login(User.objects.create_user("nobody@uni.example"))
    assert client.get(url("roster-upload")).status_code == 404
    client.logout()
    assert reverse("account_login") in client.get(url("roster-upload"))["Location"]


@pytest.mark.parametrize("name", ["roster-upload", *PAGES, *VERBS])
def test_wrong_methods_and_unknown_ids(page: Client, upload: RosterUpload, name: str) -> None:
    target = url(name) if name == "roster-upload" else url(name, upload)
    wrong = ["get", "put", "delete"] if name in VERBS else ["put", "delete"]
    wrong += ["post"] if name in {"roster-preview", "roster-faults"} else []
    for method in wrong:
        assert getattr(page, method)(target).status_code == 405
    if name != "roster-upload":
        ask = page.post if name in VERBS else page.get
        assert ask(reverse(f"programs:{name}", args=[uuid4()]), {"expected_missing": "0"}).status_code == 404
        assert ask(target.replace(str(upload.uuid), "1")).status_code == 404
    assert RosterUpload.objects.filter(outcome="").exists()


def test_a_post_needs_its_token(year: Year, staff: User, upload: RosterUpload) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(staff)
    assert strict.post(url("roster-apply", upload), {"expected_missing": "0"}).status_code == 403
    assert not Membership.objects.students().exists()


@pytest.mark.parametrize("name", ["roster-upload", *PAGES])
def test_a_second_step_at_sign_in_is_asked_for(
    page: Client, upload: RosterUpload, settings: Settings, name: str
) -> None:
    settings.DEMO = False
    target = url(name) if name == "roster-upload" else url(name, upload)
    response = page.get(target)
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("mfa_activate_totp"))


@pytest.mark.parametrize("rows", [1, 50])
def test_the_preview_asks_as_little_for_fifty_rows_as_for_one(
    page: Client, year: Year, staff: User, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    put_in(year, [student(number) for number in range(1, rows + 1)])
    upload = keep(staff, year, csv_of([student(number, stream="urban") for number in range(1, rows + 1)]))
    with django_assert_num_queries(10):
        text = page.get(url("roster-preview", upload)).content.decode()
    assert f"0 new, {rows} changed" in text
