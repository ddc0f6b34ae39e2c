"""Columns and rows: what is found, what is not kept, and every fault by line, column and reason."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from programs.engines import placements, roster
from programs.engines.columns import Column, Fault, Reading, match
from programs.engines.headers import is_unwanted
from programs.engines.placements import Stay, day, read_stays
from programs.engines.roster import Student, read_students
from programs.engines.spreadsheets import Unreadable
from programs.engines.tables import read_table
from tests.programs.school_lists import HEADER, csv_of, student

PAIR = (Column("student_id"), Column("preferred_name", can_be_absent=True), Column("stream", needed=False))


def read(rows: list[dict[str, object]], header: list[str] | None = None) -> Reading[Student]:
    table = read_table(csv_of(rows, header or HEADER))
    return read_students(table, match(table.headers, roster.COLUMNS, {}), first_day_year=2027)


def faults(**cells: object) -> list[Fault]:
    """What is wrong with one row that has these cells."""
    reading = read([student(1), student(2, **cells)])
    assert len(reading.entries) == (1 if reading.faults else 2)
    return list(reading.faults)


# ---------------------------------------------------------------- columns


@pytest.mark.parametrize("header", ["student_id", "STUDENT_ID", "Student ID", "student-id", " StudentId "])
def test_headers_are_found_whatever_their_case(header: str) -> None:
    found = match([header, "preferred_name"], PAIR, {})
    assert found.places == {"student_id": 0, "preferred_name": 1}
    assert found.missing == ()


def test_missing_unwanted_and_unknown_columns_are_told_apart() -> None:
    found = match(["Sick leave", "Locker", "", "student_id"], PAIR, {})
    assert found.missing == ("preferred_name",)
    assert found.unwanted == ("Sick leave",)
    assert found.unknown == ("Locker",)


@pytest.mark.parametrize(
    "header",
    [
        "sick_leave",
        "SickLeave",
        "Attendance %",
        "GPA",
        "Final Grade",
        "Marks",
        "Diagnosis",
        "Disability",
        "exam results",
    ],
)
def test_columns_that_must_not_be_here_are_recognised(header: str) -> None:
    """Privacy D9: no sick leave, attendance, grades or health."""
    assert is_unwanted(header)


@pytest.mark.parametrize(
    "header", [*HEADER, "Market", "Examination number", "Local health district", "Remarks", "team"]
)
def test_columns_that_only_sound_alike_are_not_unwanted(header: str) -> None:
    assert not is_unwanted(header)


def test_a_mapping_goes_before_the_names_and_may_say_that_there_is_none() -> None:
    found = match(["Number", "student_id", ""], PAIR, {"student_id": "NUMBER", "preferred_name": ""})
    assert found.places == {"student_id": 0}
    assert found.missing == ()
    assert found.unknown == ("student_id",)


def test_a_needed_column_cannot_be_mapped_away() -> None:
    assert match(["x", "preferred_name"], PAIR, {"student_id": ""}).missing == ("student_id",)


@pytest.mark.parametrize(
    ("headers", "renamed", "sentence"),
    [
        (["student_id", "Student ID"], {}, "stands in this file 2 times"),
        (["a", "b"], {"student_id": "c"}, "has no column “c”"),
        (
            ["a", "b"],
            {"student_id": "a", "preferred_name": "a"},
            "cannot be both student_id and preferred_name",
        ),
        (["Final grade", "b"], {"student_id": "Final grade"}, "is not needed and is not kept"),
    ],
)
def test_a_mapping_that_makes_no_sense_gets_a_sentence(
    headers: list[str], renamed: dict[str, str], sentence: str
) -> None:
    with pytest.raises(Unreadable, match=sentence):
        match(headers, PAIR, renamed)


# ---------------------------------------------------------------- students


def test_a_good_row_is_read_as_it_stands() -> None:
    reading = read([student(1, email="  ＡDA@Uni.Example", preferred_name="Ada")])
    assert reading.faults == ()
    assert reading.entries == (
        Student(
            2, "S00001", "ada@uni.example", "Zoë", "O’Brien 1", "Ada", 2, "Kestrel Bay", 2030, "A", "rural"
        ),
    )


@pytest.mark.parametrize("text", ["=1+1", "+61", "-5", "@home", "=HYPERLINK(1)"])
def test_a_leading_sign_stays_text(text: str) -> None:
    entry = read([student(1, student_id=text, given_name=text, small_group=text)]).entries[0]
    assert (entry.student_id, entry.given_name, entry.small_group) == (text, text, text)


@pytest.mark.parametrize(
    ("given", "family"),
    [
        ("Sukarno", ""),
        ("", "Madonna"),
        ("Noëlle-Ángel", "D'Souza"),
        ("李", "明"),
        ("Nguyễn", "Ơ"),
        ("Ż", "ß"),
    ],
)
def test_names_are_kept_as_people_write_them(given: str, family: str) -> None:
    entry = read([student(1, given_name=given, family_name=family)]).entries[0]
    assert (entry.given_name, entry.family_name) == (given, family)


@pytest.mark.parametrize(
    ("cells", "column", "reason"),
    [
        ({"student_id": ""}, "student_id", "is empty"),
        ({"student_id": "1" * 41}, "student_id", "is longer than 40 letters"),
        ({"email": ""}, "email", "is empty"),
        ({"email": "ada"}, "email", "is not an e-mail address"),
        ({"email": "ada@uni"}, "email", "is not an e-mail address"),
        ({"email": "a b@uni.example"}, "email", "is not an e-mail address"),
        ({"email": "a@uni..example"}, "email", "is not an e-mail address"),
        ({"email": "a@b.example, c@d.example"}, "email", "is not an e-mail address"),
        ({"email": "a" * 250 + "@uni.example"}, "email", "is longer than 254 letters"),
        (
            {"given_name": "", "family_name": ""},
            "given_name",
            "is empty, and so is the family name: one of them is needed",
        ),
        ({"family_name": "x" * 121}, "family_name", "is longer than 120 letters"),
        ({"year_level": ""}, "year_level", "is empty"),
        ({"year_level": "0"}, "year_level", "is not a whole number from 1 to 10"),
        ({"year_level": "11"}, "year_level", "is not a whole number from 1 to 10"),
        ({"year_level": "3.5"}, "year_level", "is not a whole number from 1 to 10"),
        ({"year_level": "٣"}, "year_level", "is not a whole number from 1 to 10"),
        ({"site": ""}, "site", "is empty"),
        ({"site": "x" * 81}, "site", "is longer than 80 letters"),
        ({"graduation_year": "30"}, "graduation_year", "is not a year from 2027 to 2039"),
        ({"graduation_year": "2026"}, "graduation_year", "is not a year from 2027 to 2039"),
        ({"graduation_year": "2040"}, "graduation_year", "is not a year from 2027 to 2039"),
        ({"stream": "x\x07"}, "stream", "holds a character that is not text"),
        ({"email": "x\x07@uni.example"}, "email", "holds a character that is not text"),
    ],
)
def test_each_fault_names_line_column_and_reason(cells: dict[str, object], column: str, reason: str) -> None:
    assert faults(**cells) == [Fault(3, column, reason)]


def test_what_stands_in_columns_that_are_not_kept_is_no_fault() -> None:
    reading = read([student(1, Locker="x\x07")], [*HEADER, "Locker"])
    assert (reading.faults, len(reading.entries), reading.unknown) == ((), 1, ("Locker",))


def test_a_row_with_more_cells_than_the_header_is_a_fault() -> None:
    content = csv_of([student(1)]) + b"S2,b@uni.example,B,B,,1,Bay,2030,A,urban,extra\n"
    table = read_table(content)
    reading = read_students(table, match(table.headers, roster.COLUMNS, {}), first_day_year=2027)
    assert reading.faults == (Fault(3, "row", "has more cells than the header"),)
    assert str(reading.faults[0]) == "line 3, row: has more cells than the header"


def test_duplicates_are_faults_on_every_line_they_stand_on() -> None:
    reading = read(
        [student(1), student(2, student_id="S00001"), student(3, email="STUDENT1@uni.example"), student(4)]
    )
    assert reading.faults == (
        Fault(2, "email", "stands on line 4 too"),
        Fault(2, "student_id", "stands on line 3 too"),
        Fault(3, "student_id", "stands on line 2 too"),
        Fault(4, "email", "stands on line 2 too"),
    )
    assert [entry.line for entry in reading.entries] == [5]


def test_absent_columns_are_none_and_empty_cells_are_empty() -> None:
    header = [name for name in HEADER if name not in {"small_group", "stream"}]
    entry = read([student(1, graduation_year="")], header).entries[0]
    assert (entry.small_group, entry.stream, entry.graduation_year, entry.has_graduation_year) == (
        None,
        None,
        None,
        True,
    )
    table = read_table(csv_of([student(1)], [name for name in HEADER if name[:4] not in {"pref", "grad"}]))
    found = match(table.headers, roster.COLUMNS, {"preferred_name": "", "graduation_year": ""})
    entry = read_students(table, found, first_day_year=2027).entries[0]
    assert (entry.preferred_name, entry.has_graduation_year) == (None, False)


cells = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30)


@settings(deadline=None)
@given(st.lists(st.fixed_dictionaries(dict.fromkeys(HEADER, cells)), min_size=1, max_size=5))
def test_whatever_the_cells_hold_a_row_is_good_or_has_a_fault(rows: list[dict[str, object]]) -> None:
    # the last row is never blank: a file of blank rows is refused as a whole
    reading = read([*rows, student(1)])
    lines = {fault.line for fault in reading.faults}
    assert lines.isdisjoint(entry.line for entry in reading.entries)
    for entry in reading.entries:
        assert entry.email == entry.email.lower()
        assert 1 <= entry.year_level <= 10
        assert entry.given_name or entry.family_name


# ---------------------------------------------------------------- placements

STAYS = ["student_id", "site", "team", "from", "to"]


def read_stays_of(rows: list[dict[str, object]]) -> Reading[Stay]:
    table = read_table(csv_of(rows, STAYS))
    found = match(table.headers, placements.COLUMNS, {})
    return read_stays(table, found, year_from=date(2027, 2, 1), year_to=date(2028, 1, 30))


def stay(**cells: object) -> dict[str, object]:
    return {
        "student_id": "S1",
        "site": "Bay",
        "team": "Surgery",
        "from": "2027-03-01",
        "to": "28/3/2027",
    } | cells


def test_a_good_stay_is_read_in_both_ways_of_writing_a_day() -> None:
    reading = read_stays_of([stay(), stay(student_id="S2", team="")])
    assert reading.faults == ()
    assert reading.entries[0] == Stay(2, "S1", "Bay", "Surgery", date(2027, 3, 1), date(2027, 3, 28))
    assert reading.entries[1].team == ""


@pytest.mark.parametrize(
    ("cells", "column", "reason"),
    [
        ({"student_id": ""}, "student_id", "is empty"),
        ({"site": ""}, "site", "is empty"),
        ({"from": ""}, "from", "is empty"),
        ({"to": "soon"}, "to", placements.NO_DAY),
        ({"to": "2027-02-30"}, "to", placements.NO_DAY),
        ({"to": "3/28/2027"}, "to", placements.NO_DAY),
        ({"to": "2027-02-28"}, "to", "is before the first day"),
        (
            {"from": "2026-03-01", "to": "2026-04-01"},
            "from",
            "lies outside the year, which lasts from 2027-02-01 to 2028-01-30",
        ),
        (
            {"from": "2028-03-01", "to": "2028-04-01"},
            "from",
            "lies outside the year, which lasts from 2027-02-01 to 2028-01-30",
        ),
    ],
)
def test_each_fault_of_a_stay_names_line_column_and_reason(
    cells: dict[str, object], column: str, reason: str
) -> None:
    reading = read_stays_of([stay(student_id="S9"), stay(**cells)])
    assert reading.faults == (Fault(3, column, reason),)
    assert len(reading.entries) == 1


def test_the_same_stay_twice_is_a_fault_on_both_lines() -> None:
    reading = read_stays_of([stay(), stay(site="BAY", to="2027-04-01"), stay(team="Medicine")])
    assert reading.faults == (
        Fault(2, "from", "stands on line 3 too"),
        Fault(3, "from", "stands on line 2 too"),
    )
    assert [entry.team for entry in reading.entries] == ["Medicine"]


@settings(deadline=None)
@given(st.dates())
def test_every_day_is_read_as_it_was_written(when: date) -> None:
    assert day(when.isoformat()) == when
    assert day(f"{when.day}/{when.month:02}/{when.year:04}") == when


@settings(deadline=None)
@given(st.text(max_size=12))
def test_any_text_is_a_day_or_refused_with_the_reason(text: str) -> None:
    try:
        answer: date | str = day(text)
    except ValueError as no:
        answer = str(no)
    assert isinstance(answer, date) or answer == placements.NO_DAY
