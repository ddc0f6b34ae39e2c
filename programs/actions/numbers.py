"""Looking at telephone numbers of others, which is written down."""

from datetime import datetime

from django.db import transaction

from peersupport.audit import record
from peersupport.models import Channel, User
from programs.models import Program
from programs.models.numbers import numbers_to_ring


@transaction.atomic
def read_numbers(*, by: User, program: Program, now: datetime) -> list[Channel]:
    """The numbers that wait to be rung. Who looked, when, and at how many is kept."""
    numbers = list(numbers_to_ring(program, now))
    record(by=by, verb="numbers read", on=program, scope=program.uuid, count=len(numbers))
    return numbers
