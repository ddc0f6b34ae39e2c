"""Telling staff by letter, once a week at the most, what they are to check."""

from datetime import datetime

from django.db import transaction

from peersupport.outbox.many import queue_many
from programs.models import Program
from referrals.engines.checks import is_hour_for_it, week_of
from referrals.models.checks import KIND, staff_to_warn


def queue_check_warnings(*, now: datetime) -> int:
    """For every school where it is a working day; how many letters. Run twice, it comes to the same."""
    return sum(_queue(program, now) for program in Program.objects.order_by("pk"))


@transaction.atomic
def _queue(program: Program, now: datetime) -> int:
    if not is_hour_for_it(now.astimezone(program.zone)):
        return 0
    return queue_many(
        kind=KIND,
        to=staff_to_warn(program, now),
        once=f"{program.pk}:{week_of(program.today(now))}",
        about={},
        scope=program.uuid,
        due_at=now,
    )
