"""Reminding people of training that is due."""

from datetime import date, datetime, timedelta

from django.db import transaction

from peersupport.audit import record
from peersupport.errors import Refused
from peersupport.models import User
from peersupport.outbox.many import queue_many
from programs.models import Program
from training.models.reminders import (
    KIND,
    ReminderDay,
    in_hundreds,
    morning,
    open_mornings,
    sent_between,
    to_remind,
    to_remind_besides,
)

SETTLED_AFTER = timedelta(days=2)  # a message lives for a day


def queue_due_reminders(*, now: datetime) -> int:
    """Put this morning's reminders into the outbox, wherever it is morning; how many.

    Every few hundred people are a transaction of their own, so nobody else waits for long. Killed half-way
    or run twice at once, it comes to the same: the outbox takes no key a second time.
    """
    return sum(_queue_morning(program, day, now) for program, day in open_mornings(now))


def _queue_morning(program: Program, day: date, now: datetime) -> int:
    made = queue_many(
        kind=KIND,
        to=to_remind(program, day, now),
        once=day.isoformat(),
        about={"extra": False},
        scope=program.uuid,
        due_at=morning(program, day),
        lots=in_hundreds(program, now),
    )
    close_morning(program=program, day=day)
    return made


@transaction.atomic
def close_morning(*, program: Program, day: date) -> None:
    """Note that a morning's reminders are in the outbox, and how many went out on earlier days."""
    ReminderDay.objects.update_or_create(program=program, day=day, defaults={"queued": True})
    earlier = ReminderDay.objects.of_program(program).unsettled().filter(day__lte=day - SETTLED_AFTER)
    for row in earlier:
        row.sent = sent_between(program, row.day, row.day + timedelta(days=1))
        row.save(update_fields=["sent"])


@transaction.atomic
def send_extra_reminder(*, by: User, program: Program, now: datetime) -> int:
    """Remind everybody now who has something left to do; once a day. How many people it goes to."""
    day = program.today(now)
    row, _ = ReminderDay.objects.select_for_update().get_or_create(program=program, day=day)
    if row.extra:
        raise Refused("One reminder has been sent by hand today. The next one can go tomorrow.")
    made = queue_many(
        kind=KIND,
        to=to_remind_besides(program, day, now),
        once=f"{day.isoformat()}:extra",  # whoever's morning reminder was cancelled is not passed over
        about={"extra": True},
        scope=program.uuid,
        due_at=now,
    )
    if not made:
        raise Refused("There is nobody to remind now.")
    row.extra = True
    row.save(update_fields=["extra"])
    record(by=by, verb="send extra reminder", on=program, scope=program.uuid, count=made)
    return made
