"""The rows of a roster: one student each, or what is wrong with the row."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from programs.engines.columns import Cells, Column, Match, Reading, read_rows
from programs.engines.tables import Table

STUDENT_ID = Column(
    "student_id",
    also_called=(
        *("student number", "studentno", "student no", "student id number", "student nr", "sid"),
        *("university id", "uni id", "id number", "student"),
    ),
)
SITE = Column(
    "site", also_called=("clinical school", "campus", "hospital", "location", "clinical site", "site name")
)
COLUMNS = (
    STUDENT_ID,
    Column(
        "email",
        also_called=(
            *("uni email address", "uni email", "university email address", "university email"),
            *("student email address", "student email", "email address", "uni mail", "mail"),
        ),
    ),
    Column(
        "given_name",
        also_called=("given names", "given", "first name", "first names", "first", "forename"),
    ),
    Column("family_name", also_called=("surname", "last name", "last", "family")),
    Column(
        "preferred_name",
        can_be_absent=True,
        also_called=("preferred", "known as", "preferred first name", "preferred given name"),
    ),
    Column("year_level", also_called=("year of study", "study year", "level", "yr level", "yr", "year")),
    SITE,
    Column(
        "graduation_year",
        can_be_absent=True,
        also_called=(
            *("expected graduation year", "expected graduation", "year of graduation", "graduating year"),
            *("graduating", "graduation", "graduation date", "expected completion", "cohort"),
        ),
    ),
    Column(
        "small_group", needed=False, also_called=("pbl group", "pbl", "tutorial group", "tutorial", "group")
    ),
    Column("stream", needed=False, also_called=("pathway",)),
)
HIGHEST_YEAR_LEVEL = 10
LONGEST_COURSE = 12  # years from this one to the last plausible graduation

YEAR_LEVEL = re.compile(r"(?:year|yr|y)?[ .]*0*([0-9]{1,2})(?:\.0+)?", re.ASCII | re.IGNORECASE)
# A year by itself, or the one in a date: 2030-12-15, 15/12/2030, 15.12.2030, Dec 2030
GRADUATION_YEAR = re.compile(
    r"(?:[0-9]{1,2}[/.-][0-9]{1,2}[/.-]|[a-z]{3,9}[ -])?([0-9]{4})"
    r"(?:\.0+|-[0-9]{1,2}-[0-9]{1,2}(?:[T ][0-9:.]+)?)?",
    re.ASCII | re.IGNORECASE,
)
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

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()


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
    cells.name = f"{given} {family}".strip()
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
    written = YEAR_LEVEL.fullmatch(text)
    if not (written and 1 <= int(written[1]) <= HIGHEST_YEAR_LEVEL):
        raise ValueError(f"is not a whole number from 1 to {HIGHEST_YEAR_LEVEL}")
    return int(written[1])


def _graduation_year(first_day_year: int) -> Callable[[str], int]:
    last = first_day_year + LONGEST_COURSE

    def check(text: str) -> int:
        written = GRADUATION_YEAR.fullmatch(text)
        if not (written and first_day_year <= int(written[1]) <= last):
            raise ValueError(f"is not a year from {first_day_year} to {last}")
        return int(written[1])

    return check
