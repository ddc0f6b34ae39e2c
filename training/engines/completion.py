"""When a module is done, and what is still missing: a rule that a module states, not code."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Literal

Kind = Literal["reading", "check", "reflection", "local"]
Reason = Literal["not seen", "not answered", "not right"]


@dataclass(frozen=True)
class DoneWhen:
    """`steps`: every step, or all but the optional. `checks`: right at some time, or answered at all."""

    steps: Literal["all", "required"]
    checks: Literal["right", "answered"]


@dataclass(frozen=True)
class StepMark:
    """As much of a step as completion needs."""

    key: str
    kind: Kind
    optional: bool = False


@dataclass(frozen=True)
class Missing:
    step_key: str
    reason: Reason


def missing(
    rule: DoneWhen, steps: Iterable[StepMark], done: AbstractSet[str], right: AbstractSet[str]
) -> list[Missing]:
    """What is still to do, in step order; empty when the module is done.

    `done` holds the keys of steps visited (a check: answered), `right` those of checks right at some time.
    Monotone: a key added to either never adds to the answer. Keys the module does not have are ignored.
    """
    wanted = (step for step in steps if rule.steps == "all" or not step.optional)
    reasons = ((step.key, _reason(rule, step, done, right)) for step in wanted)
    return [Missing(key, reason) for key, reason in reasons if reason]


def _reason(rule: DoneWhen, step: StepMark, done: AbstractSet[str], right: AbstractSet[str]) -> Reason | None:
    if step.kind != "check":
        return None if step.key in done else "not seen"
    if step.key in right:
        return None
    if step.key not in done:
        return "not answered"
    return "not right" if rule.checks == "right" else None
