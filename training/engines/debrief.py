"""A talk looked back on: what each line did, where it turned, what to take again."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from training.engines.behaviours import ASKED_DIRECTLY, GOOD, POOR, PUT_RIGHT
from training.engines.conversation import Exchange, Line

Mark = Literal["done", "look", "now"]


@dataclass(frozen=True)
class Moment:
    """One exchange looked back on: `place` counts from 0; `mark` is how it stands in the thread."""

    place: int
    mark: Mark
    title: str
    said: str
    feedback: str


def is_poor(line: Line) -> bool:
    return bool(POOR.keys() & set(line.tags))


def moments(exchanges: Sequence[Exchange]) -> list[Moment]:
    """Every line that was said, with the one where the talk turned lit."""
    lines = [exchange.line for exchange in exchanges if exchange.line]
    turn = _turn(lines)
    return [
        Moment(
            place,
            "look" if is_poor(line) else "now" if place == turn else "done",
            _title(line),
            line.text,
            line.feedback,
        )
        for place, line in enumerate(lines)
    ]


def _turn(lines: Sequence[Line]) -> int | None:
    """Where it was put right, or asked directly: the first such good line."""
    turns = (
        place
        for place, line in enumerate(lines)
        if not is_poor(line) and {ASKED_DIRECTLY, PUT_RIGHT} & set(line.tags)
    )
    return next(turns, None)


def _title(line: Line) -> str:
    """The weightiest thing that the line did."""
    names = POOR if is_poor(line) else GOOD
    wanted = sorted((tag for tag in line.tags if tag in names), key=lambda tag: tag != ASKED_DIRECTLY)
    return names[wanted[0]]


def behaviours(exchanges: Sequence[Exchange]) -> list[tuple[str, int]]:
    """How often each thing was done, good ones first, most often first."""
    counts = Counter(tag for exchange in exchanges if exchange.line for tag in exchange.line.tags)
    return [
        (names[tag], counts[tag])
        for names in (GOOD, POOR)
        for tag in sorted(names, key=lambda tag: -counts[tag])
        if counts[tag]
    ]
