"""How far each person has got. Days, never times."""

from typing import Self
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Q

from peersupport.models import User
from peersupport.prepared import Prepared
from training.models.modules import Module, ModuleVersion


class ProgressQuerySet(models.QuerySet["Progress"]):
    def open(self) -> Self:
        return self.filter(completed_on=None)

    def completed(self) -> Self:
        return self.exclude(completed_on=None)


class Progress(models.Model):
    """One person on their way through one version of a module. Days, never times.

    `states` is what the learner's own resume needs, and nobody else can read it:
    {step key: {"choices": [numbers of the options chosen last], "done": bool}}. Once done, a step stays done.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="progress")
    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="progress")
    version = models.ForeignKey(ModuleVersion, on_delete=models.PROTECT, related_name="progress")
    place = models.PositiveSmallIntegerField(default=1, help_text="Number of the step to come back to.")
    states = models.JSONField(default=dict)
    started_on = models.DateField()
    completed_on = models.DateField(null=True)

    objects = ProgressQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "module"],
                condition=Q(completed_on=None),
                name="one_open_way_through_a_module",
            )
        ]
        indexes = [models.Index(fields=["user", "module", "completed_on"], name="done_or_not")]

    @property
    def seen(self) -> set[str]:
        """Keys of the steps that were sent at least once, right or wrong."""
        return set(self.states)

    @property
    def done(self) -> set[str]:
        """Keys of the steps that are done."""
        return {key for key, state in self.states.items() if state["done"]}

    def choices(self, step: str) -> list[int]:
        """Numbers of the options chosen last in this step, from 0; empty when there is no answer."""
        chosen: list[int] = self.states.get(step, {}).get("choices", [])
        return chosen


_WAYS = Prepared(
    lambda user: Progress.objects.filter(user=user).select_related("version").order_by("pk"), user=int
)
_WAY = Prepared(
    lambda user, module: (
        Progress.objects.filter(user=user, module__uuid=module)
        .select_related("version__module")
        .order_by("-pk")[:1]
    ),
    user=int,
    module=UUID,
)
_LOCKED_WAY = Prepared(
    lambda user, module: (
        Progress.objects.select_for_update().filter(user=user, module=module).order_by("-pk")[:1]
    ),
    user=int,
    module=int,
)


def ways_of(user: User) -> list[Progress]:
    """This person's ways through every module, oldest first, each with its version."""
    return _WAYS(user=user.pk)


def way_of(user: User, module: UUID) -> Progress | None:
    """This person's newest way through one module, with its version."""
    return next(iter(_WAY(user=user.pk, module=module)), None)


def locked_way_of(user: User, module_id: int) -> Progress | None:
    """This person's newest way through one module, locked until the transaction ends; only inside one."""
    return next(iter(_LOCKED_WAY(user=user.pk, module=module_id)), None)
