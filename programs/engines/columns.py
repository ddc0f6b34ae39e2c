"""Which column of a file is which, and what is wrong with what stands in it."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Generic, TypeVar

from programs.engines.headers import is_unwanted, plain
from programs.engines.spreadsheets import Unreadable
from programs.engines.tables import Row, Table

Entry = TypeVar("Entry")
Value = TypeVar("Value")

SHOWN_LETTERS = 60


@dataclass(frozen=True, slots=True)
class Column:
    """A column we read. `needed`: the file has it or, where it `can_be_absent`, somebody says it has none.

    `also_called`: headers that most likely mean this column; they are offered, and never taken unasked.
    """

    name: str
    needed: bool = True
    can_be_absent: bool = False
    also_called: tuple[str, ...] = ()

    @property
    def names(self) -> frozenset[str]:
        """Every header that may mean this column, in the spelling of `plain`."""
        return frozenset(plain(name) for name in (self.name, *self.also_called))


@dataclass(frozen=True, slots=True)
class Match:
    """Where each of our columns stands in the file, and what else stands there."""

    places: Mapping[str, int]
    missing: tuple[str, ...]
    unwanted: tuple[str, ...]
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """What is wrong with a row; `value` is what stands there, `name` whose row it is."""

    line: int
    column: str
    reason: str
    value: str = field(default="", compare=False)
    name: str = field(default="", compare=False)

    def __str__(self) -> str:
        return f"line {self.line}, {self.column}: {self.said}"

    @property
    def said(self) -> str:
        """The reason, and what stood there."""
        return f"{quoted(self.value)} {self.reason}" if self.value else self.reason


@dataclass(frozen=True, slots=True)
class Reading(Generic[Entry]):
    """The good entries in the order of the file, what is wrong with the others, and the columns not kept."""

    entries: tuple[Entry, ...]
    faults: tuple[Fault, ...]
    unwanted: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


def quoted(text: str) -> str:
    """The text in quotation marks, cut where it is long."""
    return f"“{text[:SHOWN_LETTERS]}…”" if len(text) > SHOWN_LETTERS else f"“{text}”"


def match(headers: Sequence[str], columns: Sequence[Column], renamed: Mapping[str, str]) -> Match:
    """Find our columns among these headers.

    `renamed` says which header stands for which of our columns ("" for none); it goes before the names.
    Raises `Unreadable` when it names a header that is not there, or when two headers claim one column.
    """
    standing: dict[str, list[int]] = defaultdict(list)
    for place, header in enumerate(headers):
        standing[plain(header)].append(place)
    places: dict[str, int] = {}
    missing: list[str] = []
    for column in columns:
        header = renamed.get(column.name, column.name)
        found = standing.get(plain(header), []) if header else []
        if len(found) > 1:
            raise Unreadable(f"The column “{header}” stands in this file {len(found)} times. Keep one.")
        if found:
            places[column.name] = found[0]
        elif column.name in renamed and header:
            raise Unreadable(f"This file has no column “{header}”.")
        elif column.needed and not (column.can_be_absent and column.name in renamed):
            missing.append(column.name)
    _refuse_shared(places, headers)
    rest = [header for place, header in enumerate(headers) if header and place not in places.values()]
    unwanted = tuple(header for header in rest if is_unwanted(header))
    return Match(places, tuple(missing), unwanted, tuple(header for header in rest if header not in unwanted))


def guess(headers: Sequence[str], columns: Sequence[Column], found: Match) -> Mapping[str, int]:
    """Where those of our columns that were not found most likely stand, by what else they are called."""
    free: dict[str, list[int]] = defaultdict(list)
    for place, header in enumerate(headers):
        if header and place not in found.places.values():
            free[plain(header)].append(place)
    guessed: dict[str, int] = {}
    for column in columns:
        names = () if column.name in found.places else column.also_called
        places = next((free[plain(name)] for name in names if plain(name) in free), [])
        # Two columns of one name: which one is meant is for a person to say.
        if len(places) == 1 and places[0] not in guessed.values():
            guessed[column.name] = places[0]
    return guessed


def _refuse_shared(places: Mapping[str, int], headers: Sequence[str]) -> None:
    claimed: dict[int, str] = {}
    for name, place in places.items():
        header = headers[place]
        if place in claimed:
            raise Unreadable(f"The column “{header}” cannot be both {claimed[place]} and {name}.")
        if is_unwanted(header):
            raise Unreadable(f"The column “{header}” is not needed and is not kept. It cannot be {name}.")
        claimed[place] = name


class Cells:
    """One row's cells by the names of our columns; collects what is wrong with them."""

    def __init__(self, row: Row, found: Match, width: int) -> None:
        self.line = row.line
        self.name = ""
        self.faults: list[Fault] = []
        self._row = row
        self._places = found.places
        names = {place: name for name, place in found.places.items()}
        for place, reason in row.unreadable:
            if place in names:
                self.fault(names[place], reason)
        if len(row.cells) > width:
            self.fault("row", "has more cells than the header")

    def fault(self, column: str, reason: str) -> None:
        self.faults.append(Fault(self.line, column, reason, self._cell(column)))

    def has(self, column: str) -> bool:
        return column in self._places

    def text(self, column: str, *, longest: int, needed: bool = False) -> str:
        """The cell as text: leading = + - @ have no meaning here."""
        value = self._cell(column)
        if needed and not value and not any(fault.column == column for fault in self.faults):
            self.fault(column, "is empty")
        if len(value) > longest:
            self.fault(column, f"is longer than {longest} letters")
        return value

    def _cell(self, column: str) -> str:
        place = self._places.get(column)
        return self._row.cells[place] if place is not None and place < len(self._row.cells) else ""

    def checked(self, column: str, check: Callable[[str], Value], *, longest: int = 100) -> Value | None:
        """What `check` makes of the cell, or None when it is empty or wrong.

        `check` raises `ValueError` with the reason.
        """
        value = self.text(column, longest=longest)
        if not value:
            return None
        try:
            return check(value)
        except ValueError as trouble:
            self.fault(column, str(trouble))
            return None


def read_rows(
    table: Table,
    found: Match,
    make: Callable[[Cells], Entry],
    unique: Sequence[tuple[str, Callable[[Entry], Hashable]]],
) -> Reading[Entry]:
    """Make an entry of each row; rows with a fault, and rows that say the same thing twice, are left out."""
    entries: list[tuple[int, Entry]] = []
    faults: list[Fault] = []
    names: dict[int, str] = {}
    for row in table.rows:
        cells = Cells(row, found, len(table.headers))
        entry = make(cells)
        entries.append((row.line, entry))
        names[row.line] = cells.name
        faults += cells.faults
    for column, key in unique:
        faults += _repeated(entries, column, key)
    bad = {fault.line for fault in faults}
    good = tuple(entry for line, entry in entries if line not in bad)
    named = tuple(replace(fault, name=names[fault.line]) for fault in sorted(faults))
    return Reading(good, named, found.unwanted, found.unknown)


def other_lines(group: Sequence[int], line: int) -> str:
    """The other lines of a group, five at most: all of them would grow with the square of the rows."""
    named = [str(other) for other in group[:6] if other != line][:5]
    more = len(group) - 1 - len(named)
    return ", ".join(named) + (f" and {more} more" if more else "")


def _repeated(
    entries: Iterable[tuple[int, Entry]], column: str, key: Callable[[Entry], Hashable]
) -> Iterator[Fault]:
    lines: dict[Hashable, list[int]] = defaultdict(list)
    for line, entry in entries:
        value = key(entry)
        if value not in {"", None}:
            lines[value].append(line)
    for value, group in lines.items():
        for line in group if len(group) > 1 else ():
            others = other_lines(group, line)
            written = value if isinstance(value, str) else ""
            yield Fault(line, column, f"stands on line {others} too", written)
