"""The rows of a placement list: one stay of one student with one team, or what is wrong with the row."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from programs.engines.changes import Listed, differing
from programs.engines.columns import Cells, Column, Fault, Match, Reading, read_rows
from programs.engines.roster import SITE, STUDENT_ID
from programs.engines.tables import Table

COLUMNS = (
    STUDENT_ID,
    SITE,
    Column("team", also_called=("team name", "unit", "ward")),
    Column("from", also_called=("start date", "from date", "first day", "start", "starts", "begins")),
    Column("to", also_called=("end date", "to date", "last day", "end", "ends", "until", "finish")),
)

ISO_DAY = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
WRITTEN_DAY = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
NO_DAY = "is not a date such as 2027-03-15 or 15/03/2027"


@dataclass(frozen=True, slots=True)
class Stay:
    line: int
    student_id: str
    site: str
    team: str
    starts_on: date
    ends_on: date

    @property
    def place_and_start(self) -> tuple[str, str, str, date]:
        """Two rows with the same of these speak of one stay."""
        return self.student_id, self.site.casefold(), self.team, self.starts_on


def read_stays(table: Table, found: Match, *, year_from: date, year_to: date) -> Reading[Stay]:
    """The stays of a table whose needed columns are all found, in a year from one day to another."""

    def make(cells: Cells) -> Stay | None:
        return _stay(cells, year_from, year_to)

    reading = read_rows(table, found, make, [("from", _place_and_start)])
    stays = tuple(stay for stay in reading.entries if stay is not None)
    return Reading(stays, reading.faults, reading.unwanted, reading.unknown)


def _place_and_start(stay: Stay | None) -> tuple[str, str, str, date] | None:
    return stay.place_and_start if stay else None


def _stay(cells: Cells, year_from: date, year_to: date) -> Stay | None:
    student_id = cells.text("student_id", longest=40, needed=True)
    site = cells.text("site", longest=80, needed=True)
    team = cells.text("team", longest=80)
    cells.name = student_id
    for column in ("from", "to"):
        cells.text(column, longest=100, needed=True)
    starts_on, ends_on = cells.checked("from", day), cells.checked("to", day)
    if starts_on is None or ends_on is None:
        return None
    if ends_on < starts_on:
        cells.fault("to", "is before the first day")
    elif ends_on < year_from or starts_on > year_to:
        cells.fault("from", f"lies outside the year, which lasts from {year_from} to {year_to}")
    return Stay(cells.line, student_id, site, team, starts_on, ends_on)


def day(text: str) -> date:
    """A day as 2027-03-15 or 15/03/2027 (the day first); raises `ValueError` with the reason."""
    if iso := ISO_DAY.fullmatch(text):
        year, month, day_of_month = iso.groups()
    elif written := WRITTEN_DAY.fullmatch(text):
        day_of_month, month, year = written.groups()
    else:
        raise ValueError(NO_DAY)
    try:
        return date(int(year), int(month), int(day_of_month))
    except ValueError as trouble:
        raise ValueError(NO_DAY) from trouble


@dataclass(frozen=True, slots=True)
class Placed:
    """A standing placement."""

    pk: int
    ends_on: date


@dataclass(frozen=True, slots=True)
class Placeable:
    """A student of the year, who can be placed."""

    membership: int
    name: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """One stay as it is to be; `standing` None: a new one."""

    stay: Stay
    student: Placeable
    standing: Placed | None

    @property
    def is_new(self) -> bool:
        return self.standing is None

    @property
    def is_unchanged(self) -> bool:
        return self.standing is not None and self.standing.ends_on == self.stay.ends_on

    @property
    def listed(self) -> Listed:
        stay = self.stay
        about = f"{', '.join(filter(None, (stay.team, stay.site)))}, from {stay.starts_on}"
        if self.standing is None:
            return Listed(self.student.name, stay.student_id, f"{about} to {stay.ends_on}")
        moved = differing([("to", self.standing.ends_on, stay.ends_on)])
        return Listed(self.student.name, stay.student_id, about, moved)


@dataclass(frozen=True, slots=True)
class PlacementPlan:
    """What to write, and what stands in the way. Such a list ends nothing, so nothing is ever missing."""

    arrivals: tuple[Arrival, ...]
    faults: tuple[Fault, ...]
    new_sites: tuple[str, ...]
    missing: tuple[()] = ()
    ends_many: bool = False

    @property
    def listed_new(self) -> list[Listed]:
        return [arrival.listed for arrival in self.arrivals if arrival.is_new]

    @property
    def listed_changed(self) -> list[Listed]:
        rows = self.arrivals
        return [row.listed for row in rows if not row.is_new and not row.is_unchanged]

    @property
    def listed_missing(self) -> list[Listed]:
        return []

    @property
    def new(self) -> int:
        return sum(1 for arrival in self.arrivals if arrival.is_new)

    @property
    def changed(self) -> int:
        return sum(1 for arrival in self.arrivals if not arrival.is_new and not arrival.is_unchanged)

    @property
    def unchanged(self) -> int:
        return sum(1 for arrival in self.arrivals if arrival.is_unchanged)


def compare_stays(
    stays: Sequence[Stay],
    faults: Iterable[Fault],
    *,
    students: Mapping[str, Placeable],
    placed: Mapping[tuple[int, str, str, date], Placed],
    sites: Mapping[str, str],
) -> PlacementPlan:
    """Work out the plan for the good rows of a file.

    `students` are those of the year by number, `placed` the standing placements by membership,
    case-folded site, team and first day, `sites` the standing sites by case-folded name.
    """
    known = dict(sites)
    new_sites: list[str] = []
    found = list(faults)
    arrivals: list[Arrival] = []
    for stay in stays:
        student = students.get(stay.student_id)
        if student is None:
            found.append(Fault(stay.line, "student_id", "is not a student of this year", stay.student_id))
            continue
        folded = stay.site.casefold()
        if folded not in known:
            known[folded] = stay.site
            new_sites.append(stay.site)
        standing = placed.get((student.membership, folded, stay.team, stay.starts_on))
        arrivals.append(Arrival(replace(stay, site=known[folded]), student, standing))
    return PlacementPlan(tuple(arrivals), tuple(sorted(found)), tuple(sorted(new_sites)))
