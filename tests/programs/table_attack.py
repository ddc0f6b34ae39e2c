"""Whoever wants to work out what was left out of a table: shares no code with what leaves it out."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Any

import numpy as np
from scipy.optimize import linprog

from programs.engines.circulation import TOTAL, Place
from programs.engines.suppression import SMALLEST, SMALLEST_GROUP, Count


class Attacker:
    """Whoever has the published numbers: the equations of the table, solved without our own code."""

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
        self.bounds = [(0, table[place].people) for place in self.places]

    def solved(self) -> list[Place]:
        """Hidden numbers that the equations alone fix: their unit vector lies in the row space."""
        if not self.places:
            return []
        _, sizes, vectors = np.linalg.svd(self.matrix, full_matrices=False)
        row_space = vectors[: int((sizes > 1e-9).sum())]
        fixed = (row_space**2).sum(axis=0) > 1 - 1e-9
        return [place for place, is_fixed in zip(self.places, fixed, strict=True) if is_fixed]

    def span(self, place: Place) -> tuple[int, int]:
        """The smallest and the largest that a hidden number can be."""
        goal = np.zeros(len(self.places))
        goal[self.places.index(place)] = 1
        found = []
        for sign in (1, -1):
            answer: Any = linprog(
                sign * goal, A_eq=self.matrix, b_eq=self.right, bounds=self.bounds, method="highs"
            )
            # With no end above, a number may be as large as one likes.
            found.append(10**9 if answer.status == 3 else round(sign * answer.fun))
        return found[0], found[1]


def too_small(count: Count) -> bool:
    return count.value < SMALLEST or (
        count.people is not None and (count.people - count.value < SMALLEST or count.people < SMALLEST_GROUP)
    )
