"""Whoever wants to work out what was left out of a table: shares no code with what leaves it out."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Any

import numpy as np
from scipy.optimize import linprog

from programs.engines.circulation import TOTAL, Place
from programs.engines.suppression import SMALLEST, SMALLEST_GROUP, Count

NO_END = 10**6


class Attacker:
    """Whoever has the published numbers: the equations of the table, solved without our own code.

    Knows how many people there are, where the table says it, and that what was done stays done.
    """

    def __init__(self, table: Mapping[Place, Count], hidden: AbstractSet[Place]) -> None:
        self.places = sorted(hidden)
        at = {place: index for index, place in enumerate(self.places)}
        lines = {("row", row) for row, _ in table} | {("column", column) for _, column in table}
        self.matrix = np.zeros((len(lines), len(at)))
        self.right = np.zeros(len(lines))
        for index, (kind, number) in enumerate(sorted(lines)):
            for place, count in table.items():
                if place[0 if kind == "row" else 1] == number:
                    sign = -1 if place[1 if kind == "row" else 0] == TOTAL else 1
                    if place in at:
                        self.matrix[index, at[place]] = sign
                    else:
                        self.right[index] -= sign * count.value
        self.bounds = [bounds_of(table[place]) for place in self.places]
        # The least and the most that each has been in any table that fits; the true one fits.
        self.least = np.array([table[place].value for place in self.places])
        self.most = self.least.copy()

    def solved(self) -> list[Place]:
        """Hidden numbers that the equations alone fix: their unit vector lies in the row space."""
        if not self.places:
            return []
        _, sizes, vectors = np.linalg.svd(self.matrix, full_matrices=False)
        row_space = vectors[: int((sizes > 1e-9).sum())]
        fixed = (row_space**2).sum(axis=0) > 1 - 1e-9
        return [place for place, is_fixed in zip(self.places, fixed, strict=True) if is_fixed]

    def span(self, place: Place) -> tuple[int, int]:
        """Bounds between which a hidden number can be shown to have room, from the tables found so far."""
        at = self.places.index(place)
        return int(self.least[at]), int(self.most[at])

    def stretch(self, place: Place) -> None:
        """Find the tables in which this number is the smallest and the largest it can be."""
        goal = np.zeros(len(self.places))
        goal[self.places.index(place)] = 1
        for sign in (1, -1):
            answer: Any = linprog(
                sign * goal, A_eq=self.matrix, b_eq=self.right, bounds=self.bounds, method="highs"
            )
            table = np.rint(answer.x).astype(int)
            assert np.array_equal(self.matrix @ table, self.right)
            self.least, self.most = np.minimum(self.least, table), np.maximum(self.most, table)


def bounds_of(count: Count) -> tuple[int, int]:
    done_before = max((shown.value for shown in count.earlier), default=0)
    return min(done_before, count.value), count.people or NO_END


def too_small(count: Count) -> bool:
    return count.value < SMALLEST or (
        count.people is not None and (count.people - count.value < SMALLEST or count.people < SMALLEST_GROUP)
    )
