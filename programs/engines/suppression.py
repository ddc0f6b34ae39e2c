"""Which numbers of a table must be left out, so that nobody can work out a small one from the rest.

A number is secret when it counts fewer than ten people, or all but fewer than ten (so zero and everybody
too), when the people it is taken from are fewer than thirty, or when it lies one to nine away from a number
that was published for the same people before. Leaving out secret numbers alone hides little: totals give
them away. So others are left out beside them, until nobody can either work out a secret number or say that
it is a small one: not even somebody who has all published numbers, knows how many people there are, and
knows that what is done stays done.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from programs.engines.circulation import TOTAL, Arc, Circulation, Place

SMALLEST = 10  # no number of people below this
SMALLEST_GROUP = 30  # and no number at all from fewer people than this

Span: TypeAlias = tuple[int, int]  # nobody may be able to say that a number lies in here
Move: TypeAlias = tuple[int, int]  # up (1) or down (-1), and how far


@dataclass(frozen=True)
class Shown:
    """A number as it was published: so many of so many people."""

    value: int
    people: int


@dataclass(frozen=True)
class Count:
    """So many of so many people (None: nobody knows of how many), and what was published of them before."""

    value: int
    people: int | None = None
    earlier: tuple[Shown, ...] = ()


def with_totals(cells: Mapping[Place, tuple[int, int]]) -> dict[Place, tuple[int, int]]:
    """The cells, each a count and its people, with the totals of rows, of columns and of all."""
    sums: dict[Place, tuple[int, int]] = {}
    for (row, column), (value, people) in cells.items():
        for place in ((row, column), (row, TOTAL), (TOTAL, column), (TOTAL, TOTAL)):
            before = sums.get(place, (0, 0))
            sums[place] = (before[0] + value, before[1] + people)
    return sums


def left_out(table: Mapping[Place, Count]) -> frozenset[Place]:
    """The places whose numbers must not be published. The table has its totals; same table, same answer."""
    network = Circulation({place: _arc(count) for place, count in table.items()})
    secrets = {place: spans for place, count in sorted(table.items()) if (spans := list(_secrets(count)))}
    hidden, room = set(secrets), Room(network)
    doubts = []
    for place, span in ((place, span) for place, spans in secrets.items() for span in spans):
        moves = _moves(table[place].value, span)
        if not room.holds(place, moves, hidden):
            moves = _possible(network, table, place, moves)
            if moves and not room.holds(place, moves, hidden):
                hidden |= _beside(network, table, place, moves, hidden)
        if moves:
            doubts.append((place, moves))
    # What was taken early may be needed no more, now that others are out too.
    for place in sorted(hidden - set(secrets), key=lambda place: (-_cost(place, table[place]), place)):
        fewer, room = hidden - {place}, Room(network)
        if all(room.holds(other, moves, fewer) for other, moves in doubts):
            hidden = fewer
    return frozenset(hidden)


class Room:
    """How far numbers were seen to move while only hidden ones moved; stays true when more are hidden."""

    def __init__(self, network: Circulation) -> None:
        self._network = network
        self._seen: dict[tuple[Place, bool], int] = {}

    def holds(self, place: Place, moves: list[Move], hidden: Collection[Place]) -> bool:
        """Whether the number can make one of the moves."""
        if any(self._seen.get((place, step > 0), 0) >= far for step, far in moves):
            return True
        free = dict.fromkeys(hidden, 0)
        return any(self._reaches(place, step, far, free) for step, far in moves)

    def _reaches(self, place: Place, step: int, far: int, free: Mapping[Place, int]) -> bool:
        way = self._network.way(place, step, far, free)
        for other, by in way.moved.items():
            self._seen[other, by > 0] = max(self._seen.get((other, by > 0), 0), abs(by))
        return way.reach == far


def _arc(count: Count) -> Arc:
    floor = min(count.value, max((shown.value for shown in count.earlier), default=0))
    return Arc(count.value, floor) if count.people is None else Arc(count.value, floor, count.people)


def _secrets(count: Count) -> Iterator[Span]:
    value, people = count.value, count.people
    small = SMALLEST if people is None else min(SMALLEST, people)
    if value < small:
        yield 0, small - 1
    if people is not None:
        most = max(people - SMALLEST, 0)
        if value > most:
            yield most + 1, people
        if people < SMALLEST_GROUP:
            yield value, value
    for shown in count.earlier:
        # Both those who are done and those who are not: the same, unless people came or went.
        for base in {shown.value, value if people is None else people - shown.people + shown.value}:
            if 0 < abs(value - base) < SMALLEST:
                yield (base + 1, base + SMALLEST - 1) if value > base else (base - SMALLEST + 1, base - 1)


def _cost(place: Place, count: Count) -> int:
    """What is lost with a number: totals tell more than cells, large cells more than small ones."""
    cost = 100 + min(count.value, 99)
    for part in place:
        cost *= 20 if part == TOTAL else 1
    return cost * (3 if count.earlier else 1)  # the same ones are best left out again


def _moves(value: int, span: Span) -> list[Move]:
    """Moves of which one must be possible, so that the number may lie outside the span."""
    return [(1, span[1] + 1 - value), (-1, value - span[0] + 1)]


def _possible(
    network: Circulation, table: Mapping[Place, Count], place: Place, moves: list[Move]
) -> list[Move]:
    """Those of the moves that are possible when nothing is published.

    Where none is, because of what everybody knows anyway: moves as far as they go.
    """
    everything = dict.fromkeys(table, 0)
    reaches = [(step, network.way(place, step, far, everything).reach) for step, far in moves]
    return [move for move in moves if move in reaches] or [move for move in reaches if move[1]]


def _beside(
    network: Circulation, table: Mapping[Place, Count], place: Place, moves: list[Move], hidden: set[Place]
) -> set[Place]:
    """What else to leave out, so that the number can make one of the moves; the cheapest."""
    costs = {other: 0 if other in hidden else _cost(other, count) for other, count in table.items()}
    ways = [way for step, far in moves if (way := network.way(place, step, far, costs)).reach == far]
    needed = [sorted(other for other, by in way.moved.items() if by and costs[other]) for way in ways]
    return set(min(needed, key=lambda others: (sum(costs[other] for other in others), others)))
