"""Which header means what, which is not wanted, and where the row of headers stands."""

from collections.abc import Sequence

import pytest

from programs.actions.roster import KNOWN
from programs.engines import placements, roster
from programs.engines.columns import guess, match
from programs.engines.headers import is_unwanted
from programs.engines.spreadsheets import Unreadable
from programs.engines.tables import Row, Table, read_table
from tests.programs.school_lists import HEADER, csv_of, student, xlsx_of

TITLE = "Student System – Enrolment extract"


def guesses(*headers: str) -> dict[str, str]:
    """Our columns to the headers that are taken for them."""
    found = match(headers, roster.COLUMNS, {})
    return {name: headers[place] for name, place in guess(headers, roster.COLUMNS, found).items()}


@pytest.mark.parametrize(
    ("column", "headers"),
    [
        ("student_id", ["studentno", "Student Number", "SID", "Student No."]),
        ("email", ["Uni email address", "E-mail address", "Mail", "Student Email"]),
        ("given_name", ["First name", "Given", "Given Names", "FORENAME"]),
        ("family_name", ["Surname", "Last Name", "Family"]),
        ("preferred_name", ["Known as", "Preferred"]),
        ("year_level", ["Yr", "Year", "Year of study", "Level"]),
        ("site", ["Campus", "Location", "Hospital", "Clinical School"]),
        ("graduation_year", ["Cohort", "Graduating", "Expected graduation"]),
        ("small_group", ["Group", "PBL group", "Tutorial"]),
    ],
)
def test_headers_that_schools_use_are_guessed(column: str, headers: list[str]) -> None:
    for header in headers:
        assert guesses("Locker", header) == {column: header}
        assert not is_unwanted(header)


def test_our_own_name_goes_before_a_guess_and_two_alike_are_not_guessed() -> None:
    assert guesses("email", "Student email") == {}
    assert guesses("Group", "group") == {}
    assert guesses("Student number", "SID") == {"student_id": "Student number"}
    assert guesses("Campus", "") == {"site": "Campus"}


def test_one_header_is_guessed_for_one_column() -> None:
    headers = ("Start date", "End date", "Ward", "Campus", "SID")
    found = match(headers, placements.COLUMNS, {})
    assert guess(headers, placements.COLUMNS, found) == {
        "student_id": 4,
        "site": 3,
        "team": 2,
        "from": 0,
        "to": 1,
    }


@pytest.mark.parametrize(
    "header",
    [
        *("WAM", "wam 2026", "WAM2026", "CourseWAM", "Special Consideration", "SpecialConsideration"),
        *("Adjustments", "Support plan", "Weighted average", "Exam mark", "Final score", "Health notes"),
        *("Medical certificate", "Disability", "Counselling", "Leave", "Absences", "Fitness to practise"),
        *("Visa type", "Gender", "Religion", "Ethnicity", "Mental health district", "Result"),
    ],
)
def test_columns_about_marks_health_and_background_are_recognised(header: str) -> None:
    assert is_unwanted(header)


@pytest.mark.parametrize(
    "header", ["Medical school", "Medical Student ID", "Health service", "Specialty", "Markets"]
)
def test_places_and_numbers_of_medical_schools_are_not_health(header: str) -> None:
    assert not is_unwanted(header)


# ---------------------------------------------------------------- the row of headers


def read(rows: Sequence[Sequence[object]]) -> list[Table]:
    """The same rows as a workbook and as text with each delimiter."""
    tables = [read_table(xlsx_of(rows), KNOWN)]
    for delimiter in ",;\t":
        lines = [delimiter.join(f'"{cell}"' for cell in row) for row in rows]
        tables.append(read_table("\n".join(lines).encode(), KNOWN))
    return tables


@pytest.mark.parametrize(
    "above",
    [
        [[TITLE], []],
        [[TITLE, "", "as of 3 March; all years, all sites"]],
        [["Faculty", "Medicine", "Site", "all"], ["Printed", "2027-03-01", "by", "Ada"], []],
        [[f"Note {number}"] for number in range(9)],
    ],
)
def test_titles_above_the_header_are_passed_over(above: list[list[object]]) -> None:
    header = ["Student No", "Email", "First name", "Surname", "Locker"]
    for table in read([*above, header, ["S1", "a@b.example", "Ada", "Li", "B12"]]):
        assert table.headers == tuple(header)
        assert table.rows == (Row(len(above) + 2, ("S1", "a@b.example", "Ada", "Li", "B12")),)


def test_a_header_with_no_name_we_know_is_the_first_row_that_looks_like_one() -> None:
    for table in read([[TITLE], ["Nummer", "Adresse", "Vorname"], ["1", "a@b.example", "Ada"]]):
        assert table.headers == ("Nummer", "Adresse", "Vorname")


def test_a_list_without_a_header_is_told_what_stands_in_its_first_row() -> None:
    rows = [["S1", "a@b.example", "Ada"], ["S2", "c@d.example", "Bo"]]
    for content in (xlsx_of(rows), csv_of([], rows[0]) + b"S2,c@d.example,Bo"):
        with pytest.raises(
            Unreadable, match=r"No row names the columns\. Row 1 holds “S1”, “a@b\.example”, “Ada”"
        ):
            read_table(content, KNOWN)


def test_a_workbook_is_never_asked_to_be_a_workbook() -> None:
    with pytest.raises(Unreadable) as no:
        read_table(xlsx_of([[], [TITLE], ["Nothing else"]]), KNOWN)
    assert no.value.sentence.startswith(f"No row names the columns. Row 2 holds “{TITLE}”.")
    assert "xlsx" not in no.value.sentence
    with pytest.raises(Unreadable, match="Row 1 holds nothing that can be read"):
        read_table(xlsx_of([["=A1"]]), KNOWN)


def test_what_stands_under_no_header_or_beyond_it_is_not_kept() -> None:
    table = read_table(b"a,,b\n1,secret,2,surplus\n3,,4\n").with_named_columns_only()
    assert table == Table(("a", "b"), (Row(2, ("1", "2", "")), Row(3, ("3", "4"))))


# ---------------------------------------------------------------- years as people write them


@pytest.mark.parametrize(
    ("cells", "level", "graduation"),
    [
        ({"year_level": "Year 1", "graduation_year": "2031.0"}, 1, 2031),
        ({"year_level": "Y2", "graduation_year": "2031-12-15"}, 2, 2031),
        ({"year_level": "yr. 3", "graduation_year": "15/12/2031"}, 3, 2031),
        ({"year_level": "4.0", "graduation_year": "15.12.2031"}, 4, 2031),
        ({"year_level": "05", "graduation_year": "Dec 2031"}, 5, 2031),
        ({"year_level": "YEAR10", "graduation_year": "2031-12-15T09:30:00"}, 10, 2031),
    ],
)
def test_years_are_read_as_people_write_them(cells: dict[str, object], level: int, graduation: int) -> None:
    table = read_table(csv_of([student(1, **cells)], HEADER), KNOWN)
    reading = roster.read_students(table, match(table.headers, roster.COLUMNS, {}), first_day_year=2027)
    assert reading.faults == ()
    assert (reading.entries[0].year_level, reading.entries[0].graduation_year) == (level, graduation)


@pytest.mark.parametrize("text", ["Year", "1.5", "Year one", "0", "11", "1 2", "year 2027"])
def test_what_is_no_year_level_is_told_with_what_stood_there(text: str) -> None:
    table = read_table(csv_of([student(1, year_level=text)], HEADER), KNOWN)
    reading = roster.read_students(table, match(table.headers, roster.COLUMNS, {}), first_day_year=2027)
    assert str(reading.faults[0]) == f"line 2, year_level: “{text}” is not a whole number from 1 to 10"
    assert reading.faults[0].name == "Zoë O’Brien 1"
