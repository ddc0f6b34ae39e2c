"""The rows of a placement list: one stay of one student with one team, or what is wrong with the row."""

import re
from dataclasses import dataclass
from datetime import date

from programs.engines.columns import Cells, Column, Match, Reading, read_rows
from programs.engines.tables import Table

COLUMNS = (Column("student_id"), Column("site"), Column("team"), Column("from"), Column("to"))

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
