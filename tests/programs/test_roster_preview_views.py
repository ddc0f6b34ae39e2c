"""What a tired member of staff sees before the button: every change, and how many would lose access."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from django.conf import settings as django_settings
from django.http import StreamingHttpResponse
from django.test import Client
from pytest_django import Settings

from peersupport.models import User
from programs.actions.roster import keep_upload
from programs.models import Membership, Role, RosterUpload, UploadKind, Year
from tests.programs.school_lists import (
    HEADER,
    NOW,
    csv_of,
    everything,
    make_member,
    make_year,
    put_in,
    student,
)
from tests.programs.test_roster_views import press, send, url

pytestmark = pytest.mark.django_db

EXAMPLE = Path(django_settings.BASE_DIR) / "docs" / "examples" / "students.csv"


@pytest.fixture(autouse=True)
def in_march(settings: Settings) -> Iterator[None]:
    settings.DEMO = True
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


def keep(staff: User, year: Year, content: bytes, kind: str = UploadKind.PEOPLE) -> RosterUpload:
    return keep_upload(by=staff, year=year, kind=kind, content=content, now=NOW)


def words(page: Client, upload: RosterUpload) -> str:
    """The preview, each piece of text apart from the next by one space."""
    text = page.get(url("roster-preview", upload)).content.decode()
    return without_marks(text)


def without_marks(text: str) -> str:
    parts = [piece.partition(">")[2] for piece in text.split("<")]
    return " ".join(" ".join(parts).split())


def csv_rows(response: object) -> list[list[str]]:
    assert isinstance(response, StreamingHttpResponse)
    content = response.getvalue().decode("utf-8-sig")
    return list(csv.reader(content.splitlines()))


# ---------------------------------------------------------------- what changes


def test_every_kind_of_change_is_shown_by_name_before_anything_is_written(
    page: Client, year: Year, staff: User
) -> None:
    put_in(year, [student(1), student(2), student(3)])
    Membership.objects.filter(student_id="S00002").update(ends_at=NOW)
    changed = student(1, email="new@uni.example", given_name="Zoe", year_level=4, small_group="", site="Bay")
    upload = keep(staff, year, csv_of([changed, student(2, graduation_year=""), student(4)]))
    before = everything()
    text = words(page, upload)
    assert "New: 1 Zoë O’Brien 4 S00004, Year 5" in text
    assert "Changed: 2 Zoe O’Brien 1 S00001, Year 4" in text
    for line in (
        "E-mail: student1@uni.example → new@uni.example",
        "Given name: Zoë → Zoe",
        "Year level: 2 → 4",
        "Site: Kestrel Bay → Bay",
        "Small group: A → empty",
        "Graduation year: 2030 → empty",
        "Here: ended → the whole year",
    ):
        assert line in text
    assert "Not in this file: 1 Zoë O’Brien 3 S00003, Year 4" in text
    assert everything() == before


def test_somebody_who_carries_over_is_new_and_what_changes_for_them_is_shown(
    page: Client, year: Year, staff: User
) -> None:
    put_in(year, [student(1)])
    Membership.objects.filter(student_id="S00001").update(starts_at=NOW)
    upload = keep(staff, year, csv_of([student(1)]))
    assert "Here: part of the year → the whole year" in words(page, upload)
    later = make_year(label="2028", starts_on=year.starts_on.replace(year=2028))
    upload = keep(staff, later, csv_of([student(1, email="new@uni.example")]))
    text = words(page, upload)
    assert "New: 1 Zoë O’Brien 1" in text
    assert "E-mail: student1@uni.example → new@uni.example" in text


def test_twenty_of_each_are_shown_and_the_file_has_all(page: Client, year: Year, staff: User) -> None:
    put_in(year, [student(number) for number in range(1, 23)])
    rows = [student(number, stream="=urban") for number in range(1, 23)]
    upload = keep(staff, year, csv_of([*rows, student(30)]))
    text = words(page, upload)
    assert "and 2 more" in text
    assert "O’Brien 20" in text
    assert "O’Brien 21" not in text
    table = csv_rows(page.get(url("roster-preview", upload), {"as": "csv"}))
    assert table[0] == ["what", "name", "student_id", "about", "column", "was", "becomes"]
    assert table[1] == ["New", "Zoë O’Brien 30", "S00030", "Year 1", "", "", ""]
    assert table[2] == ["Changed", "Zoë O’Brien 1", "S00001", "Year 2", "stream", "rural", "'=urban"]
    assert len(table) == 24


def test_placements_are_listed_too(page: Client, year: Year, staff: User) -> None:
    put_in(year, [student(1)])
    first = b"student_id,site,team,from,to\nS00001,Bay,Surgery,2027-03-01,2027-03-28\n"
    upload = keep(staff, year, first, UploadKind.PLACEMENTS)
    assert "New: 1 Zoë O’Brien 1 S00001, Surgery, Bay, from 2027-03-01 to 2027-03-28" in words(page, upload)
    press(page, upload, {"expected_missing": "0"})
    upload = keep(staff, year, first.replace(b"03-28", b"04-04"), UploadKind.PLACEMENTS)
    assert "Surgery, Bay, from 2027-03-01 Last day: 2027-03-28 → 2027-04-04" in words(page, upload)


def test_nobody_is_called_missing_while_a_row_has_a_fault(page: Client, year: Year, staff: User) -> None:
    put_in(year, [student(1), student(2)])
    upload = keep(staff, year, csv_of([student(1, stream="urban"), student(2, email="x")]))
    text = words(page, upload)
    assert "Not in this file" not in text
    assert "What the good rows change" in text
    assert "Put in the good row only" in text


# ---------------------------------------------------------------- who would lose access


@pytest.fixture
def short(year: Year, staff: User) -> RosterUpload:
    """A file with one of eight students."""
    put_in(year, [student(number) for number in range(1, 9)])
    return keep(staff, year, csv_of([student(1, stream="urban")]))


def ended() -> int:
    return Membership.objects.students().filter(ends_at__lte=NOW.replace(day=16)).count()


def test_ending_many_asks_for_the_number(page: Client, short: RosterUpload) -> None:
    text = words(page, short)
    assert "This file has one person. 7 of 8 would lose access today. Type 7 to go on." in text
    assert "0 new, 1 changed, 7 not in this file" in text
    assert "End the membership of" not in text
    assert 'name="typed_missing" value=' not in page.get(url("roster-preview", short)).content.decode()


def test_a_file_that_only_leaves_somebody_out_says_so(page: Client, year: Year, staff: User) -> None:
    put_in(year, [student(1), student(2)])
    text = words(page, keep(staff, year, csv_of([student(1)])))
    assert "0 new, 0 changed, 1 not in this file" in text
    assert "End the membership of the one person who is not in this file" in text


@pytest.mark.parametrize(
    "data",
    [{"typed_missing": "8"}, {"typed_missing": "seven"}, {"end_missing": "on"}, {"typed_missing": "-7"}],
)
def test_a_wrong_number_is_said_in_the_form_and_loses_nothing(
    page: Client, short: RosterUpload, data: dict[str, str]
) -> None:
    before = everything()
    text = press(page, short, data | {"expected_missing": "7"})
    assert "One thing needs a look" in text
    assert "Type 7, or leave this empty: then nobody’s membership ends." in text
    assert "Stream: rural → urban" in without_marks(text)
    assert everything() == before
    short.refresh_from_db()
    assert short.outcome == ""


def test_the_right_number_ends_them(page: Client, short: RosterUpload) -> None:
    assert "7 memberships ended." in press(page, short, {"typed_missing": " 7 ", "expected_missing": "7"})
    assert ended() == 7


def test_no_number_ends_nobody_and_the_list_goes_in(page: Client, short: RosterUpload) -> None:
    text = press(page, short, {"typed_missing": "", "expected_missing": "7"})
    assert "Done: 0 new, 1 changed, 0 as before." in text
    assert ended() == 0


def test_a_year_to_come_loses_nobody_today(page: Client, year: Year, staff: User) -> None:
    later = make_year(label="2028", starts_on=year.starts_on.replace(year=2028))
    put_in(later, [student(number) for number in range(1, 9)])
    upload = keep(staff, later, csv_of([student(1), student(2)]))
    assert "This file has 2 people. 6 of 8 would lose access. Type 6" in words(page, upload)


def test_a_number_typed_for_a_list_that_has_changed_ends_nobody(
    page: Client, year: Year, short: RosterUpload
) -> None:
    Membership.objects.filter(student_id__in=["S00002", "S00003"]).update(ends_at=NOW)
    text = press(page, short, {"typed_missing": "7", "expected_missing": "7"})
    assert "The roster has changed since you looked" in text
    text = press(page, short, {"typed_missing": "x", "expected_missing": "7"})
    assert "Something was missing from that form" in text
    assert ended() == 2


def test_a_list_that_is_in_already_is_not_asked_about_again(page: Client, short: RosterUpload) -> None:
    press(page, short, {"expected_missing": "7"})
    text = press(page, short, {"typed_missing": "7", "expected_missing": "7"})
    assert "has been put in or cancelled already" in text


# ---------------------------------------------------------------- columns


def test_guessed_columns_are_shown_once_to_be_checked(page: Client, year: Year) -> None:
    theirs = [
        *("StudentNo", "Uni Email Address", "First Name", "Surname", "Known as"),
        *("Yr", "Clinical School", "Cohort", "PBL Group", "Locker"),
    ]
    cells = ["S1", "ada@uni.example", "Ada", "Li", "", "Year 1", "Bay", "15/12/2031", "3", "B12"]
    content = "\n".join([",".join(theirs), ",".join(cells)]).encode()
    _, text = send(page, year, content)
    assert "We guessed these. Check them." in text
    assert "could not guess" not in text
    assert "B12" not in text
    upload = RosterUpload.objects.get()
    names = [*HEADER[:9]]
    data = {name: str(place) for place, name in enumerate(names)}
    for name, place in data.items():
        assert f'<option value="{place}" selected' in text.split(f'name="{name}"')[1].split("</select>")[0]
    seen = page.post(url("roster-columns", upload), data, follow=True).content.decode()
    assert "1 new, 0 changed" in seen
    assert "“Locker”" in seen
    assert "We guessed" not in page.get(url("roster-columns", upload)).content.decode()
    press(page, upload, {"expected_missing": "0"})
    row = Membership.objects.students().get()
    assert (row.year_level, row.graduation_year, row.small_group) == (1, 2031, "3")


def test_one_guess_beside_our_own_names_is_asked_about_too(page: Client, year: Year) -> None:
    header = [*HEADER[:8], "PBL group"]
    _, text = send(page, year, csv_of([student(1) | {"PBL group": "7"}], header))
    assert "We guessed these. Check them." in text
    assert "PBL group (such as 7)" in text


def test_faults_name_their_own_header_and_what_stood_there(page: Client, year: Year, staff: User) -> None:
    header = ["Yr" if name == "year_level" else name for name in HEADER]
    upload = keep(staff, year, csv_of([student(1) | {"Yr": "Stage 1"}, student(2) | {"Yr": "1"}], header))
    data = {name: str(place) for place, name in enumerate(HEADER)}
    seen = page.post(url("roster-columns", upload), data, follow=True).content.decode()
    text = without_marks(seen)
    assert "Line 2 Zoë O’Brien 1 Yr (year_level) “Stage 1” is not a whole number from 1 to 10" in text
    assert csv_rows(page.get(url("roster-faults", upload)))[1] == [
        *("2", "Yr (year_level)", "Zoë O’Brien 1", "Stage 1", "is not a whole number from 1 to 10")
    ]


def test_without_a_good_row_nothing_is_offered_to_go_in(page: Client, year: Year) -> None:
    _, text = send(page, year, csv_of([student(1, email="x"), student(2, email="x")]))
    assert "Mend the file and choose it again. Nothing has been written yet." in text
    assert "good row" not in text


def test_many_kinds_of_fault_are_cut_and_said_so(page: Client, year: Year) -> None:
    rows = [student(number, student_id=f"S{number % 60}") for number in range(1, 121)]
    _, text = send(page, year, csv_of(rows))
    assert "The first 50 kinds of fault; the CSV file has them all." in text


# ---------------------------------------------------------------- an empty list and an example


@pytest.mark.parametrize(
    ("kind", "name", "first"), [("people", "students", HEADER), ("placements", "placements", None)]
)
def test_an_empty_list_has_the_header_and_no_rows(
    page: Client, year: Year, kind: str, name: str, first: list[str] | None
) -> None:
    assert f"?empty={kind}" in page.get(url("roster-upload")).content.decode()
    response = page.get(url("roster-upload"), {"empty": kind})
    assert response["Content-Disposition"] == f'attachment; filename="{name}.csv"'
    assert csv_rows(response) == [first or ["student_id", "site", "team", "from", "to"]]


def test_the_example_of_the_documents_goes_in_without_a_fault(page: Client, year: Year) -> None:
    _, text = send(page, year, EXAMPLE.read_bytes())
    assert "10 new, 0 changed" in text
    press(page, RosterUpload.objects.get(), {"expected_missing": "0"})
    assert Membership.objects.students().count() == 10
