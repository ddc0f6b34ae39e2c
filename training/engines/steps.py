"""Questions about the stored steps of a module: plain dicts as `ModuleFile.as_json()` makes them."""

import math
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, TypeAlias

from training.engines.completion import DoneWhen, Missing, StepMark, missing

StoredStep: TypeAlias = Mapping[str, Any]


def right_choices(step: StoredStep) -> set[int]:
    """Numbers of the right options of a check, from 0."""
    return {number for number, option in enumerate(step["options"]) if option["right"]}


def is_right(step: StoredStep, choices: Sequence[int]) -> bool:
    """Whether exactly the right options were chosen."""
    return set(choices) == right_choices(step)


def still_missing(
    content: Mapping[str, Any], seen: AbstractSet[str], done: AbstractSet[str]
) -> list[Missing]:
    """What a learner still needs: `seen` holds the steps sent, `done` those of them not sent wrong only."""
    marks = [StepMark(step["key"], step["kind"], step["optional"]) for step in content["steps"]]
    return missing(DoneWhen(**content["done_when"]), marks, seen, done)


def minutes_left(steps: Sequence[StoredStep], number: int) -> int:
    """Whole minutes from step `number` (from 1) to the end, at least one."""
    seconds: int = sum(step["seconds"] for step in steps[number - 1 :])
    return max(1, math.ceil(seconds / 60))
