"""Erasing what is old: what has been erased, what a legal hold keeps, and the counts that stay of notices."""

import uuid
from collections import defaultdict
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from peersupport.models.outbox import State


class LegalHoldQuerySet(models.QuerySet["LegalHold"]):
    def in_force(self) -> Self:
        return self.filter(lifted_at=None)

    def by_class(self) -> dict[str, set[uuid.UUID]]:
        """For each class that a hold stops: the schools whose rows stay."""
        found: dict[str, set[uuid.UUID]] = defaultdict(set)
        for kept, scope in self.values_list("kept", "scope"):
            found[kept].add(scope)
        return found


class LegalHold(models.Model):
    """Nothing of one class is erased at one school until lifted. Nobody says why; the school knows."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    scope = models.UUIDField()
    kept = models.CharField(max_length=20)
    starts_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = LegalHoldQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["scope", "kept"], condition=Q(lifted_at=None), name="one_legal_hold_a_class"
            ),
        ]


class PurgeReport(models.Model):
    """How many rows of one class one run erased. `scope` is the program's uuid; none where they have none."""

    at = models.DateTimeField()
    scope = models.UUIDField(null=True)
    kept = models.CharField(max_length=20)
    erased = models.PositiveIntegerField(default=0)

    class Meta:
        ordering: ClassVar[list[str]] = ["-at", "kept"]
        constraints = [
            models.UniqueConstraint(fields=["at", "scope", "kept"], name="one_report_a_run_and_class"),
            models.UniqueConstraint(
                fields=["at", "kept"], condition=Q(scope=None), name="one_report_a_run_and_class_of_no_school"
            ),
        ]


class NoticeCount(models.Model):
    """How many notices of one kind ended in one way in one month: what stays of them."""

    scope = models.UUIDField(null=True)
    month = models.DateField()
    kind = models.CharField(max_length=60)
    state = models.CharField(max_length=12, choices=State.choices)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scope", "month", "kind", "state"], name="one_count_a_month"),
            models.UniqueConstraint(
                fields=["month", "kind", "state"],
                condition=Q(scope=None),
                name="one_count_a_month_of_no_school",
            ),
        ]
