"""What a list would change, in words that a person can check."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that stands differently in the file; `was` and `becomes` may be empty."""

    column: str
    was: str
    becomes: str


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of a list of changes: who, and what about them."""

    name: str
    number: str
    about: str
    differences: tuple[Difference, ...] = ()


def differing(values: Iterable[tuple[str, object, object]]) -> tuple[Difference, ...]:
    """Those of (column, was, becomes) where the two are not the same."""
    return tuple(
        Difference(column, _text(was), _text(becomes)) for column, was, becomes in values if was != becomes
    )


def _text(value: object) -> str:
    return "" if value is None else str(value)
