"""Whom to remind of training on a day, and what was done about it."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Final, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, TextField
from django.db.models.functions import Cast

from peersupport.engines.quiet import wall_clock
from peersupport.models import NoticeChoices, Notification, User
from peersupport.models.outbox import SENT, State
from programs.models import Hold, Leave, Membership, Program
from training.engines.reminders import (
    Standing,
    Task,
    days_caught_up_on,
    days_reminded_of,
    listed_until,
    silent_from,
)
from training.models.assignments import Due, DueQuerySet, due_for
from training.models.modules import Review

KIND: Final = "training.due"
FROM: Final = time(8)
AT_ONCE: Final = 500
DROPPED: Final = (State.CANCELLED, State.EXPIRED)


class ReminderDayQuerySet(models.QuerySet["ReminderDay"]):
    def of_program(self, program: Program) -> Self:
        return self.filter(program=program)

    def unsettled(self) -> Self:
        """Days on which messages may still be under way."""
        return self.filter(sent=None)


class ReminderDay(models.Model):
    """One day's reminders at one school: done, asked for besides by staff, and how many went out.

    The messages themselves are rows of the outbox and go after a while; this number stays.
    """

    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="reminder_days")
    day = models.DateField()
    queued = models.BooleanField(default=False, help_text="Everybody has been looked at this morning.")
    extra = models.BooleanField(default=False, help_text="Staff have sent one besides.")
    sent = models.PositiveIntegerField(null=True)

    objects = ReminderDayQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["program", "day"], name="one_row_a_reminder_day")]


def morning(program: Program, day: date) -> datetime:
    """The moment on this day from which reminders go out."""
    return wall_clock(datetime.combine(day, FROM), program.zone)


def midnight(program: Program, day: date) -> datetime:
    """The moment at which this day begins at the school."""
    return wall_clock(datetime.combine(day, time.min), program.zone)


def days_kept(program: Program) -> dict[date, ReminderDay]:
    """All rows of a school by their day."""
    return {row.day: row for row in ReminderDay.objects.of_program(program)}


def sent_between(program: Program, first: date, until: date) -> int:
    """How many reminders for the days from `first` until just before `until` have gone out."""
    rows = Notification.objects.of_scope(program.uuid).sent().filter(kind=KIND)
    return rows.filter(due_at__gte=midnight(program, first), due_at__lt=midnight(program, until)).count()


def sent_by_year(program: Program, today: date, kept: Mapping[date, ReminderDay]) -> list[tuple[str, int]]:
    """For each year that has begun, the newest first, how many reminders have gone out."""
    settled = {day: row.sent for day, row in kept.items() if row.sent is not None}
    years = list(program.years.filter(starts_on__lte=today).order_by("-starts_on"))
    if not years:
        return []
    counted = max(settled, default=years[-1].starts_on - timedelta(days=1))
    lately = sent_between(program, counted + timedelta(days=1), today + timedelta(days=1))
    sums = [
        (year.label, sum(sent for day, sent in settled.items() if year.starts_on <= day <= year.ends_on))
        for year in years
    ]
    return [(sums[0][0], sums[0][1] + lately), *sums[1:]]


def open_mornings(at: datetime) -> list[tuple[Program, date]]:
    """Schools whose morning has come and whose people have not all been looked at yet."""
    around = at.date() - timedelta(days=1)
    done = set(
        ReminderDay.objects.filter(queued=True, day__gte=around).values_list("program_id", "day").iterator()
    )
    days = [(program, program.today(at)) for program in Program.objects.order_by("pk")]
    return [
        (program, day)
        for program, day in days
        if (program.pk, day) not in done and at >= morning(program, day)
    ]


def in_hundreds(program: Program, at: datetime) -> Iterator[tuple[int, int]]:
    """Everybody with a place here, five hundred at a time: the first and the last key of each lot."""
    people = Membership.objects.active(at).of_program(program).order_by("user_id")
    keys = list(people.values_list("user_id", flat=True).distinct())
    for start in range(0, len(keys), AT_ONCE):
        lot = keys[start : start + AT_ONCE]
        yield lot[0], lot[-1]


def to_remind(program: Program, day: date, at: datetime) -> QuerySet[User]:
    """Those who are to get a message on this day: one of the days that count calls for it."""
    made_up = days_caught_up_on(day)
    # What a hold has swallowed is not made up for.
    held_lately = _held(at, since=at - timedelta(days=len(made_up)))
    asked = _left(program, at).counting(days_reminded_of(day) + made_up, unless=held_lately, on=made_up)
    return _open_to_it(program, day, at).filter(Exists(asked))


def to_remind_besides(program: Program, day: date, at: datetime) -> QuerySet[User]:
    """Those who would get a message if staff sent one now: anything is past its day, or due soon."""
    soon = _left(program, at).until(listed_until(day))
    return _open_to_it(program, day, at).filter(Exists(soon))


def _left(program: Program, at: datetime) -> DueQuerySet:
    return Due.objects.at(at).of_program(program).not_done().filter(user=OuterRef("pk"))


def _open_to_it(program: Program, day: date, at: datetime) -> QuerySet[User]:
    """Not away, not held, not paused, and not told within the last days."""
    told = told_since(midnight(program, silent_from(day))).filter(recipient=OuterRef("pk"))
    return (
        # One row looked up for each person. NOT EXISTS would be joined with the whole outbox.
        User.objects.alias(
            told=Subquery(told.values("pk")[:1]), paused=Subquery(_paused("pk").values("pk")[:1])
        )
        .filter(told=None, paused=None)
        .filter(~Exists(away_on(day).filter(membership__user=OuterRef("pk"))))
        .filter(~_held(at, person="pk"))
    )


def _paused(person: str) -> QuerySet[NoticeChoices]:
    """The choice of somebody who would rather have none of these."""
    choices = NoticeChoices.objects.annotate(kinds=Cast("paused", TextField()))
    return choices.filter(user=OuterRef(person), kinds__contains=f'"{KIND}"')


def _held(at: datetime, *, since: datetime | None = None, person: str = "user") -> Q:
    """Whether a hold reaches this person at a moment, or has at any since another one."""
    memberships = Membership.objects.active(at).held(at, since=since)
    # Asked once: on most mornings there is no hold, and nobody need be looked up.
    any_at_all = Exists(Hold.objects.in_force(at, since=since))
    return Q(any_at_all) & Q(Exists(memberships.filter(user=OuterRef(person))))


def standings(program: Program, day: date, at: datetime) -> list[Standing]:
    """How everybody stands who can be reminded, for looking ahead from this day."""
    told: dict[int, date] = {}
    rows = told_since(midnight(program, silent_from(day)))
    for person, due_at, ended_at in rows.values_list("recipient", "due_at", "ended_at"):
        moment = max(due_at, ended_at or due_at)
        told[person] = max(program.today(moment), told.get(person, date.min))
    away: dict[int, list[tuple[date, date]]] = {}
    leaves = Leave.objects.filter(membership__year__program=program, ends_on__gte=day)
    for person, *days in leaves.values_list("membership__user", "starts_on", "ends_on"):
        away.setdefault(person, []).append((days[0], days[1]))
    left: dict[int, list[tuple[int, date]]] = {}
    due = Due.objects.at(at).of_program(program).not_done().filter(~_held(at), ~Exists(_paused("user")))
    for person, module, due_on in due.days():
        left.setdefault(person, []).append((module, due_on))
    return [
        Standing(tuple(sorted(tasks)), told.get(person), tuple(away.get(person, ())))
        for person, tasks in left.items()
    ]


def told_since(since: datetime) -> QuerySet[Notification]:
    """Reminders that were for a moment after `since`, or went out after it; not those dropped untried."""
    rows = Notification.objects.filter(kind=KIND).exclude(state__in=DROPPED, attempts=0)
    return rows.filter(Q(due_at__gte=since) | Q(ended_at__gte=since, state__in=SENT))


def sent_since(since: datetime) -> QuerySet[Notification]:
    return Notification.objects.sent().filter(kind=KIND, ended_at__gte=since)


def away_on(day: date) -> QuerySet[Leave]:
    return Leave.objects.filter(starts_on__lte=day, ends_on__gte=day)


def tasks_left(user: User, day: date, at: datetime) -> list[Task]:
    """What a message of this day names: what this person has left that is past its day or due soon."""
    asked = sorted(due_for(user, at), key=lambda due: (due.due_on, due.assignment_id))
    reviews = Review.objects.filter(
        program__years__in={due.year_id for due in asked},
        version__module__in={due.module_id for due in asked},
    )
    lengths = reviews.order_by("version__number").values_list(
        "program__years", "version__module", "version__minutes"
    )
    minutes = {(year, module): length for year, module, length in lengths}  # the newest version's is left
    return [
        Task(place, len(asked), minutes[(due.year_id, due.module_id)], due.due_on)
        for place, due in enumerate(asked, start=1)
        if due.completed_on is None
        and due.due_on <= listed_until(day)
        and (due.year_id, due.module_id) in minutes
    ]
