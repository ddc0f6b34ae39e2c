"""The rows of a roster: one student each, or what is wrong with the row."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from programs.engines.columns import Cells, Column, Match, Reading, read_rows
from programs.engines.tables import Table

COLUMNS = (
    Column("student_id"),
    Column("email"),
    Column("given_name"),
    Column("family_name"),
    Column("preferred_name", can_be_absent=True),
    Column("year_level"),
    Column("site"),
    Column("graduation_year", can_be_absent=True),
    Column("small_group", needed=False),
    Column("stream", needed=False),
)
HIGHEST_YEAR_LEVEL = 10
LONGEST_COURSE = 12  # years from this one to the last plausible graduation

EMAIL = re.compile(
    r"[-!#$%&'*+/=?^_`{}|~0-9a-z]+(\.[-!#$%&'*+/=?^_`{}|~0-9a-z]+)*"
    r"@([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\.)+[a-z][-a-z0-9]{0,61}[a-z0-9]"
)


@dataclass(frozen=True, slots=True)
class Student:
    """One good row. None: the file has no such column, so what stands is kept."""

    line: int
    student_id: str
    email: str
    given_name: str
    family_name: str
    preferred_name: str | None
    year_level: int
    site: str
    graduation_year: int | None
    small_group: str | None
    stream: str | None
    has_graduation_year: bool = True


def read_students(table: Table, found: Match, *, first_day_year: int) -> Reading[Student]:
    """The students of a table whose needed columns are all found; the year begins in `first_day_year`."""
    graduation = _graduation_year(first_day_year)

    def make(cells: Cells) -> Student:
        return _student(cells, graduation)

    return read_rows(table, found, make, [("student_id", _student_id), ("email", _email)])


def _student_id(student: Student) -> str:
    return student.student_id


def _email(student: Student) -> str:
    return student.email


def _student(cells: Cells, graduation: Callable[[str], int]) -> Student:
    given, family = (cells.text(name, longest=120) for name in ("given_name", "family_name"))
    if not given and not family:
        cells.fault("given_name", "is empty, and so is the family name: one of them is needed")
    cells.text("email", longest=254, needed=True)
    cells.text("year_level", longest=40, needed=True)
    return Student(
        line=cells.line,
        student_id=cells.text("student_id", longest=40, needed=True),
        email=cells.checked("email", _address, longest=400) or "",
        given_name=given,
        family_name=family,
        preferred_name=cells.text("preferred_name", longest=120) if cells.has("preferred_name") else None,
        year_level=cells.checked("year_level", _year_level, longest=400) or 0,
        site=cells.text("site", longest=80, needed=True),
        graduation_year=cells.checked("graduation_year", graduation),
        small_group=cells.text("small_group", longest=40) if cells.has("small_group") else None,
        stream=cells.text("stream", longest=40) if cells.has("stream") else None,
        has_graduation_year=cells.has("graduation_year"),
    )


def _address(text: str) -> str:
    address = unicodedata.normalize("NFKC", text).strip().lower()
    if not EMAIL.fullmatch(address):
        raise ValueError("is not an e-mail address")
    return address


def _year_level(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= HIGHEST_YEAR_LEVEL):
        raise ValueError(f"is not a whole number from 1 to {HIGHEST_YEAR_LEVEL}")
    return int(text)


def _graduation_year(first_day_year: int) -> Callable[[str], int]:
    last = first_day_year + LONGEST_COURSE

    def check(text: str) -> int:
        if not (re.fullmatch(r"[0-9]{4}", text) and first_day_year <= int(text) <= last):
            raise ValueError(f"is not a year from {first_day_year} to {last}")
        return int(text)

    return check
