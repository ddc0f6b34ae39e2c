"""Done or not done: by group for the overview, by name for those who may see names."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q

from programs.models import Membership, Program
from training.models.assignments import Due, DueQuerySet


@dataclass(frozen=True)
class Group:
    """Students of one year level at one site: how many are asked, how many did it all."""

    year_level: int
    site: str
    total: int
    done: int


def core_due(program: Program, at: datetime, module_id: int | None = None) -> DueQuerySet:
    """What this school's students are asked to do now, one module of it or all."""
    due = Due.objects.at(at).of_program(program).core()
    return due.of_module(module_id) if module_id else due


def completion_by_group(program: Program, at: datetime, module_id: int | None = None) -> list[Group]:
    """One row for each year level and site that has anybody, in one query."""
    due = core_due(program, at, module_id).filter(pk=OuterRef("pk"))
    rows = (
        Membership.objects.active(at)
        .of_program(program)
        .students()
        .filter(Exists(due))
        .annotate(unfinished=Exists(due.not_done()))
        .values_list("year_level", "site__name")
        .annotate(total=Count("pk"), done=Count("pk", filter=Q(unfinished=False)))
        .order_by("year_level", "site__name")
    )
    return [Group(level, site or "No site", total, done) for level, site, total, done in rows]
