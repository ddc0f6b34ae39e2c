"""A table of counts and its totals, seen as a flow: what whoever knows some numbers can say of the others.

Every number is an arc. The grand total splits into row totals, those into cells; the cells flow together
into column totals, and those into the grand total again. What flows into a row or column flows out of it, so
numbers can differ from what they are only along closed ways. That gives exact bounds in whole numbers.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import TypeAlias

TOTAL = -1
Place: TypeAlias = tuple[int, int]  # row and column, each TOTAL for the numbers at the edge
Node: TypeAlias = int


@dataclass(frozen=True)
class Arc:
    """One number: what it is, and between what bounds anybody would place it without the table."""

    value: int
    floor: int = 0
    ceiling: int = 10**9


@dataclass(frozen=True)
class Way:
    """How far a number can move when others make room, and by how much each moves then, itself among them."""

    reach: int
    moved: Mapping[Place, int]


def ends(place: Place) -> tuple[Node, Node]:
    """Where the arc of this number begins and ends."""
    row, column = 2 * place[0], 2 * place[1] + 1
    return (row, column) if (place[0] == TOTAL) == (place[1] == TOTAL) else (column, row)


class Circulation:
    def __init__(self, arcs: Mapping[Place, Arc]) -> None:
        self._arcs = arcs
        self._at: dict[Node, list[tuple[Place, Node, int]]] = {}
        for place in sorted(arcs):
            tail, head = ends(place)
            self._at.setdefault(tail, []).append((place, head, 1))
            self._at.setdefault(head, []).append((place, tail, -1))

    def way(self, place: Place, step: int, far: int, costs: Mapping[Place, int]) -> Way:
        """Move the number up (`step` 1) or down (-1) by `far`, or as far as it goes, the cheapest way first.

        Only numbers in `costs` may give way; those at 0 are free.
        """
        arc = self._arcs[place]
        far = min(far, arc.ceiling - arc.value if step > 0 else arc.value - arc.floor)
        tail, head = ends(place)
        start, goal = (head, tail) if step > 0 else (tail, head)
        left = dict(costs)
        left.pop(place, None)
        pushed: dict[Place, int] = {}
        reach = 0
        while reach < far and (path := self._path(start, goal, left, pushed)):
            room = min(far - reach, *(self._room(other, sign, pushed) for other, sign in path))
            for other, sign in path:
                pushed[other] = pushed.get(other, 0) + sign * room
                left[other] = 0
            reach += room
        return Way(reach, {**pushed, place: step * reach})

    def _room(self, place: Place, sign: int, pushed: Mapping[Place, int]) -> int:
        arc, by = self._arcs[place], pushed.get(place, 0)
        return arc.ceiling - arc.value - by if sign > 0 else arc.value + by - arc.floor

    def _path(
        self, start: Node, goal: Node, costs: Mapping[Place, int], pushed: Mapping[Place, int]
    ) -> list[tuple[Place, int]]:
        """The cheapest way between two nodes along numbers that have room; empty when there is none."""
        came: dict[Node, tuple[Node, Place, int]] = {}
        cheapest = {start: 0}
        open_ends: list[tuple[int, Node]] = [(0, start)]
        while open_ends:
            so_far, node = heappop(open_ends)
            if node == goal:
                return list(self._back(start, goal, came))
            if so_far > cheapest[node]:
                continue
            for place, neighbour, sign in self._at[node]:
                cost = costs.get(place)
                if cost is None or so_far + cost >= cheapest.get(neighbour, 10**9):
                    continue
                if self._room(place, sign, pushed) > 0:
                    cheapest[neighbour] = so_far + cost
                    came[neighbour] = (node, place, sign)
                    if neighbour == goal and not so_far + cost:  # no way is cheaper
                        return list(self._back(start, goal, came))
                    heappush(open_ends, (so_far + cost, neighbour))
        return []

    @staticmethod
    def _back(
        start: Node, goal: Node, came: Mapping[Node, tuple[Node, Place, int]]
    ) -> Iterable[tuple[Place, int]]:
        node = goal
        while node != start:
            node, place, sign = came[node]
            yield place, sign
