"""The numbers of one module in a monthly report: by year level and site, what may be said, and as of when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from programs.engines.circulation import TOTAL
from programs.engines.suppression import Count, Shown, left_out, with_totals

# Year level and site; None for all of them, "" for those without a site.
Group: TypeAlias = tuple[int | None, str | None]
Stored: TypeAlias = tuple[int | None, str | None, int | None, int | None, str | None]


@dataclass(frozen=True)
class Number:
    """How many of a group are done, of how many asked, as of which day; all three None where left out."""

    level: int | None
    site: str | None
    done: int | None = None
    asked: int | None = None
    on: date | None = None

    @property
    def group(self) -> Group:
        return self.level, self.site

    @property
    def stored(self) -> Stored:
        return self.level, self.site, self.done, self.asked, self.on.isoformat() if self.on else None


def from_stored(rows: Sequence[Stored]) -> list[Number]:
    return [
        Number(level, site, done, asked, date.fromisoformat(on) if on else None)
        for level, site, done, asked, on in rows
    ]


def next_numbers(
    counted: Mapping[tuple[int, str], tuple[int, int]], earlier: Sequence[Sequence[Number]], on: date
) -> list[Number]:
    """What a report says of a module, from (done, asked) of each group and all earlier reports of the year.

    A number is new only when it may be shown beside everything that was ever shown. Else the one of before
    stays, with its day. One that has not moved keeps its day too: so nobody can tell it from one that has
    moved a little.
    """
    levels, sites = sorted({level for level, _ in counted}), sorted({site for _, site in counted})
    cells = {(levels.index(level), sites.index(site)): pair for (level, site), pair in counted.items()}
    shown: dict[Group, list[Number]] = {}
    for number in (number for report in earlier for number in report if number.done is not None):
        shown.setdefault(number.group, []).append(number)
    groups: dict[tuple[int, int], Group] = {
        place: (
            None if place[0] == TOTAL else levels[place[0]],
            None if place[1] == TOTAL else sites[place[1]],
        )
        for place in with_totals(cells)
    }
    table = {
        place: Count(done, asked, _earlier(shown.get(groups[place], [])))
        for place, (done, asked) in with_totals(cells).items()
    }
    hidden = left_out(table)
    return [
        _next(groups[place], None if place in hidden else count, shown.get(groups[place], []), on)
        for place, count in sorted(table.items())
    ]


def _earlier(shown: Sequence[Number]) -> tuple[Shown, ...]:
    return tuple({Shown(old.done, old.asked): None for old in shown if old.done is not None and old.asked})


def _next(group: Group, count: Count | None, shown: Sequence[Number], on: date) -> Number:
    last = shown[-1] if shown else Number(*group)
    if count is None or (count.value, count.people) == (last.done, last.asked):
        return last
    return Number(*group, count.value, count.people, on)


@dataclass(frozen=True)
class Table:
    """Numbers as a page shows them: a row a year level and one for all, a column a site and one for all."""

    sites: list[str]
    rows: list[tuple[int | None, list[tuple[str, Number | None]]]]
    all: Number | None

    @property
    def says_nothing(self) -> bool:
        return all(cell is None or cell.done is None for _, cells in self.rows for _, cell in cells)


def table_of(numbers: Sequence[Number], names: Mapping[str, str]) -> Table:
    """Sites by name; the column for all of them only where there is more than one."""
    found = {number.group: number for number in numbers}
    levels = sorted({number.level for number in numbers if number.level is not None})
    sites = sorted(
        {number.site for number in numbers if number.site is not None},
        key=lambda site: (site == "", names.get(site, "")),
    )
    columns: list[str | None] = [*sites, None] if len(sites) > 1 else [None]
    lines: list[int | None] = [*levels, None] if len(levels) > 1 else [*levels]
    headings = ["All sites" if site is None else names.get(site, "Another site") for site in columns]
    rows = [
        (
            level,
            [(heading, found.get((level, site))) for heading, site in zip(headings, columns, strict=True)],
        )
        for level in lines
    ]
    return Table(headings, rows, found.get((None, None)))


def first_of_next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)
