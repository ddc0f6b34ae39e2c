"""Counts for those who may not see names: reports of the first of a month, never changed afterwards."""

from collections import defaultdict
from datetime import date, datetime
from typing import ClassVar

from django.db import models
from django.db.models import Count, Q

from programs.models import Year
from training.engines.counts import Number, from_stored
from training.models.assignments import Due

BY = ("module_id", "year_level", "site__uuid")


class CountsReport(models.Model):
    """How far a year was on the first of a month: published numbers and nothing of those left out.

    `numbers` holds for each module (its id as a string) rows of `training.engines.counts.Number.stored`.
    All reports of a year together are what the next one must not be subtracted from.
    """

    year = models.ForeignKey(Year, on_delete=models.PROTECT, related_name="+")
    published_on = models.DateField()
    numbers = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar[list[str]] = ["published_on"]
        get_latest_by = "published_on"
        constraints = [models.UniqueConstraint(fields=["year", "published_on"], name="one_report_a_month")]

    def of_module(self, module_id: int) -> list[Number]:
        return from_stored(self.numbers.get(str(module_id), []))


def counted_groups(
    year: Year, at: datetime, before: date
) -> dict[int, dict[tuple[int, str], tuple[int, int]]]:
    """For each core module, by year level and site: how many were done before a day, of how many asked."""
    rows = (
        Due.objects.at(at)
        .filter(year=year)
        .core()
        .values_list(*BY)
        .annotate(done=Count("pk", filter=Q(completed_on__lt=before)), asked=Count("pk"))
    )
    found: dict[int, dict[tuple[int, str], tuple[int, int]]] = defaultdict(dict)
    for module, level, site, done, asked in rows:
        found[module][level, str(site or "")] = (done, asked)
    return found
