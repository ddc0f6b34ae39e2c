"""The overview's chart as numbers: a row for each year level, a mark for each site at its share done."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


class Counted(Protocol):
    @property
    def year_level(self) -> int: ...
    @property
    def site(self) -> str: ...
    @property
    def total(self) -> int: ...
    @property
    def done(self) -> int: ...


@dataclass(frozen=True)
class Mark:
    """One site's share in one year level; `shape` is 1 dot, 2 diamond, 3 square, then again from 1."""

    percent: int
    shape: int


@dataclass(frozen=True)
class Row:
    year_level: int
    marks: tuple[Mark, ...]


def dot_rows(groups: Sequence[Counted], sites: Sequence[str]) -> list[Row]:
    """The chart's rows, in order of year level; whole percents of those asked who are done."""
    levels = sorted({group.year_level for group in groups})
    return [
        Row(
            level,
            tuple(
                Mark(round(100 * group.done / group.total), sites.index(group.site) % 3 + 1)
                for group in groups
                if group.year_level == level and group.total
            ),
        )
        for level in levels
    ]
