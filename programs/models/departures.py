"""Somebody who has died: whose memberships ended quietly, and for how long that can be undone."""

import uuid
from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from programs.models.cohorts import Program


def undo_for() -> timedelta:
    """For as long as what undoing takes is kept."""
    return timedelta(days=settings.KEPT["undo"].days)


class DepartureQuerySet(models.QuerySet["Departure"]):
    def of_program(self, program: Program) -> Self:
        return self.filter(program=program)

    def undoable(self, at: datetime) -> Self:
        return self.filter(undone_at=None, at__gt=at - undo_for())

    def unsettled(self) -> Self:
        """Those that still hold what undoing would take, or have been undone."""
        return self.filter(~Q(ended={}) | Q(undone_at__isnull=False))


class Departure(models.Model):
    """Who entered a death, and when. No cause, no day of it, no words.

    `ended` is what undoing takes: until when each membership (its uuid) would have lasted. It is emptied when
    the time for undoing is over.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ended = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = DepartureQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(undone_at=None), name="one_departure_a_person"
            ),
        ]

    @property
    def until(self) -> datetime:
        """When it can be undone no more."""
        return self.at + undo_for()
