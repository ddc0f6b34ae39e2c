"""A list between its upload and the moment somebody puts it in."""

import uuid
from datetime import datetime, timedelta
from typing import Protocol, Self

from django.conf import settings
from django.db import models

from peersupport.models import User
from programs.models.cohorts import Program, Year

KEPT = timedelta(days=1)


class Viewer(Protocol):
    """The part of a person's rights that says which rows are theirs."""

    @property
    def program(self) -> Program | None: ...

    @property
    def user(self) -> User | None: ...


class UploadKind(models.TextChoices):
    PEOPLE = "people", "Students"
    PLACEMENTS = "placements", "Placements"


class RosterUploadQuerySet(models.QuerySet["RosterUpload"]):
    def visible_to(self, rights: Viewer) -> Self:
        """Only whoever uploaded a list sees it, and only at the school it was meant for."""
        return self.filter(by=rights.user, year__program=rights.program)

    def stale(self, now: datetime) -> Self:
        return self.filter(created_at__lte=now - KEPT)


class RosterUpload(models.Model):
    """A list that waits to be confirmed. Its content goes when that is done, and after a day anyway."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=10, choices=UploadKind.choices)
    year = models.ForeignKey(Year, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    # The table as `engines.tables.Table.pack` makes it, without the columns that are not wanted here
    content = models.BinaryField()
    renamed = models.JSONField(default=dict)
    # Names of the columns that were left out
    left_out = models.JSONField(default=list)
    # What was done, once it has been put in; the content is empty from then on
    outcome = models.TextField(blank=True)
    created_at = models.DateTimeField(db_index=True)

    objects = RosterUploadQuerySet.as_manager()
