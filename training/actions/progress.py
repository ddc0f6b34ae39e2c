"""Going through a module."""

from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction

from peersupport.errors import Refused
from peersupport.models import User
from training.engines.steps import is_right, still_missing
from training.models import ModuleVersion, Progress


@dataclass(frozen=True)
class Passed:
    """Where a learner stands after sending a step; `right` is None where nothing is right or wrong."""

    progress: Progress
    right: bool | None
    finished: bool


def _open_way(by: User, version: ModuleVersion, today: date) -> Progress:
    """The learner's way through this module, locked until the transaction ends; begun if there is none."""
    ways = Progress.objects.select_for_update().filter(user=by, module=version.module_id).order_by("-pk")
    way = ways.first()
    if way is None:
        try:
            with transaction.atomic():
                return Progress.objects.create(
                    user=by, module_id=version.module_id, version=version, started_on=today
                )
        except IntegrityError:  # the same tap arrived twice, and the other one was first
            way = ways.get()
    return way


@transaction.atomic
def pass_step(*, by: User, version: ModuleVersion, number: int, choices: list[int], today: date) -> Passed:
    """Keep what the learner chose in step `number` (from 1) and move on; a wrong choice may be tried again.

    Not audited: a learner's steps are theirs. Sending the same step twice changes nothing more.
    """
    step = version.steps[number - 1]
    right = None
    if step["kind"] != "check":
        choices = []
    else:
        if not choices:
            raise Refused("Choose an answer first. You can change it as often as you like.")
        if not set(choices) <= set(range(len(step["options"]))):
            raise Refused("That answer is not on this page any more. Choose again.")
        right = is_right(step, choices)
    way = _open_way(by, version, today)
    before = way.states.get(step["key"], {"done": False})
    way.states[step["key"]] = {"choices": sorted(set(choices)), "done": before["done"] or right is not False}
    if right is not False:
        way.place = max(way.place, min(number + 1, len(version.steps)))
    finished = way.completed_on is not None
    if not finished and not still_missing(version.content, way.seen, way.done):
        way.completed_on = today
        finished = True
    way.save(update_fields=["states", "place", "completed_on"])
    return Passed(way, right, finished)
