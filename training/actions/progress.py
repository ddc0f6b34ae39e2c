"""Going through a module."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from peersupport.errors import Refused
from peersupport.models import User
from training.engines.steps import is_right, still_missing
from training.models import ModuleVersion, Progress
from training.models.progress import locked_way_of


@dataclass(frozen=True)
class Passed:
    """Where a learner stands after sending a step; `right` is None where nothing is right or wrong."""

    progress: Progress
    right: bool | None
    finished: bool


@transaction.atomic
def pass_step(
    *, by: User, version: ModuleVersion, number: int, choices: list[int], today: date, begun: bool = True
) -> Passed:
    """Keep what the learner chose in step `number` (from 1) and move on; a wrong choice may be tried again.

    `begun` False says that the caller saw no way through this module yet, which saves looking for one.
    Not audited: a learner's steps are theirs. Sending the same step twice changes nothing more.
    """
    right, chosen = _judged(version.steps[number - 1], choices)
    way = _locked_way(by, version) if begun else None
    if way is None:
        way = Progress(user=by, module_id=version.module_id, version=version, started_on=today)
    _move_on(way, number, chosen, right, today)
    try:
        with transaction.atomic(savepoint=way.pk is None):  # only a new row can clash
            way.save()
    except IntegrityError:  # the same tap arrived twice, and the other one was first
        way = Progress.objects.select_for_update().open().get(user=by, module=version.module_id)
        _move_on(way, number, chosen, right, today)
        way.save()
    return Passed(way, right, way.completed_on is not None)


def _judged(step: Mapping[str, Any], choices: list[int]) -> tuple[bool | None, list[int]]:
    """Whether the choices are right (None where nothing can be wrong), and those worth keeping."""
    if step["kind"] != "check":
        return None, []
    if not choices:
        raise Refused("Choose an answer first. You can change it as often as you like.")
    if not set(choices) <= set(range(len(step["options"]))):
        raise Refused("That answer is not on this page any more. Choose again.")
    return is_right(step, choices), sorted(set(choices))


def _locked_way(by: User, version: ModuleVersion) -> Progress | None:
    """The learner's newest way through this module, locked until the transaction ends."""
    way = locked_way_of(by, version.module_id)
    if way is not None and way.version_id == version.pk:
        way.version = version  # read already
    return way


def _move_on(way: Progress, number: int, chosen: list[int], right: bool | None, today: date) -> None:
    """Note the step on this way, and whether that was the last thing missing."""
    steps = way.version.steps
    key = steps[number - 1]["key"]
    was_done = key in way.done
    way.states[key] = {"choices": chosen, "done": was_done or right is not False}
    if right is not False:
        way.place = max(way.place, min(number + 1, len(steps)))
    if way.completed_on is None and not still_missing(way.version.content, way.seen, way.done):
        way.completed_on = today
