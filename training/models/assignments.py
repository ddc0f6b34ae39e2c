"""Who has to do which module by when."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, Greatest

from peersupport.models import User
from peersupport.prepared import Prepared
from programs.models import Leave, Membership, Program, Year
from training.models.modules import Module, ModuleVersion, Track, awaiting_review
from training.models.progress import Progress

SELF_EXTENSION_DAYS = 7


class Assignment(models.Model):
    """A module to be done in a year, by everybody of a track or by one year level, until a day."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    year = models.ForeignKey(Year, on_delete=models.PROTECT, related_name="assignments")
    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="assignments")
    track = models.CharField(max_length=10, choices=Track.choices)
    year_level = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Empty: every year level.")
    due_on = models.DateField()

    class Meta:
        ordering: ClassVar[list[str]] = ["due_on", "year_level"]
        constraints = [
            models.UniqueConstraint(
                fields=["year", "module", "track"],
                condition=Q(year_level=None),
                name="one_assignment_for_all_levels",
            ),
            models.UniqueConstraint(
                fields=["year", "module", "track", "year_level"],
                condition=Q(year_level__isnull=False),
                name="one_assignment_a_level",
            ),
        ]


class Extension(models.Model):
    """A later day for one person. No reason is asked for, and there is no room for one."""

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="extensions")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="extensions")
    due_on = models.DateField()
    self_used = models.BooleanField(
        default=False, help_text="The one week that a student may take has been taken."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assignment", "membership"], name="one_extension_a_person")
        ]


class DueQuerySet(models.QuerySet["Due"]):
    def at(self, now: datetime) -> Self:
        """Everything assigned to those who are members at this moment, done or not.

        One row a person and assignment. One for a year level stands in place of one for all levels.
        The day that counts is the latest of the assignment's, the person's extension, and the end of the
        catch-up time after a leave that began by then.
        """
        mine = OuterRef("pk")
        extension = Extension.objects.filter(membership=mine, assignment=OuterRef("assigned__pk"))
        closer = Assignment.objects.filter(
            year=OuterRef("year"),
            module=OuterRef("assigned__module"),
            track=OuterRef("assigned__track"),
            year_level=OuterRef("year_level"),
        )
        extended = Coalesce(Subquery(extension.values("due_on")), F("assigned__due_on"))
        leave = Leave.objects.filter(membership=mine, starts_on__lte=OuterRef("extended"))
        caught_up = Subquery(leave.order_by("-catch_up_until").values("catch_up_until")[:1])
        done = Progress.objects.completed().filter(user=OuterRef("user"), module=OuterRef("assigned__module"))
        return (
            self.filter(starts_at__lte=now, ends_at__gt=now, user__is_active=True)
            .annotate(assigned=FilteredRelation("year__assignments"))
            .filter(
                Q(role="student", assigned__track=Track.CORE)
                | Q(role="supporter", assigned__track=Track.SUPPORTER),
                Q(assigned__year_level=F("year_level")) | Q(assigned__year_level=None) & ~Exists(closer),
            )
            .annotate(extended=Greatest("assigned__due_on", extended))
            .annotate(
                assignment_id=F("assigned__pk"),
                assignment_uuid=F("assigned__uuid"),
                module_id=F("assigned__module"),
                track=F("assigned__track"),
                due_on=Greatest("extended", Coalesce(caught_up, F("extended"))),
                self_used=Exists(extension.filter(self_used=True)),
                completed_on=Subquery(done.order_by("completed_on").values("completed_on")[:1]),
            )
        )

    # Below, only the annotations of `at` are asked: a filter on `assigned` itself would join the assignments
    # again and multiply the rows.

    def for_user(self, user: User) -> Self:
        return self.filter(user=user)

    def of_program(self, program: Program) -> Self:
        return self.filter(year__program=program)

    def of_module(self, module_id: int) -> Self:
        return self.filter(module_id=module_id)

    def of_assignment(self, assignment: Assignment) -> Self:
        return self.filter(assignment_id=assignment.pk)

    def core(self) -> Self:
        """What students are asked to do, supporters' extra training left out."""
        return self.filter(track=Track.CORE)

    def days(self) -> Iterable[tuple[int, int, date]]:
        """(person, module, day that counts), without the rest."""
        columns: tuple[str, ...] = ("user_id", "module_id", "due_on")
        return self.values_list(*columns)

    def soonest_first(self) -> Self:
        return self.order_by("due_on", "assignment_id")

    def by_name(self) -> Self:
        return self.order_by("user__family_name", "user__given_name", "pk", "due_on")

    def done(self) -> Self:
        return self.exclude(completed_on=None)

    def not_done(self) -> Self:
        return self.filter(completed_on=None)

    def counting(self, days: Sequence[date], *, unless: Q, on: Sequence[date]) -> Self:
        """Those whose day that counts is one of `days`, but `unless` leaves out those of the days `on`."""
        return self.filter(Q(due_on__in=days), ~(unless & Q(due_on__in=on)))

    def until(self, day: date) -> Self:
        return self.filter(due_on__lte=day)

    def late(self, today: date) -> Self:
        """Past the day that counts; whoever is on leave today is not late."""
        away = Leave.objects.filter(membership=OuterRef("pk"), starts_on__lte=today, ends_on__gte=today)
        return self.not_done().filter(~Exists(away), due_on__lt=today)


def needing_staff(program: Program, at: datetime) -> models.QuerySet[ModuleVersion, Any]:
    """Versions waiting to be read (`is_waiting`), then core modules that nobody is asked to do this year."""
    asked_for = Assignment.objects.filter(year__in=program.years.current(program.today(at))).values("module")
    visible = ModuleVersion.objects.visible_in(program).filter(track=Track.CORE)
    unasked = visible.exclude(module__in=asked_for)
    return (
        ModuleVersion.objects.annotate(is_waiting=Exists(awaiting_review(program).filter(pk=OuterRef("pk"))))
        .filter(Q(is_waiting=True) | Q(pk__in=unasked.values("pk")))
        .select_related("module")
        .order_by("-is_waiting", "row", "number")
    )


class Due(Membership):
    """One assignment for one person: a membership's row, once for each assignment (see `DueQuerySet.at`).

    What pages, reports and reminders all read; nothing is stored.
    """

    assignment_id: int
    assignment_uuid: uuid.UUID
    module_id: int
    track: str
    due_on: date
    self_used: bool
    completed_on: date | None

    objects: ClassVar[models.Manager["Due"]] = DueQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        proxy = True


_DUE = Prepared(lambda at, user: Due.objects.at(at).filter(user=user), at=datetime, user=int)


def due_for(user: User, at: datetime) -> list[Due]:
    """`Due.objects.at(at).for_user(user)`, as the learner's own pages ask it."""
    return _DUE(at=at, user=user.pk)
