"""A school's days and the sender's turn on them; no test in here."""

from datetime import date, datetime, time, timedelta

from peersupport.models import User
from peersupport.outbox import drain
from tests.people import School
from training.actions.reminders import queue_due_reminders
from training.models import Assignment, ModuleVersion, Progress


def day(school: School, number: int) -> date:
    return school.today + timedelta(days=number)


def at(school: School, number: int, clock: time = time(8, 1)) -> datetime:
    """This clock time at the school, so many days from today."""
    return datetime.combine(day(school, number), clock, school.program.zone)


def go(moment: datetime) -> int:
    """The sender's turn: how many rows were made; what was sent lies in `mail.outbox`."""
    made = queue_due_reminders(now=moment)
    drain(urgent=False, clock=lambda: moment)
    return made


def finish(user: User, version: ModuleVersion, school: School) -> None:
    Progress.objects.create(
        user=user,
        module=version.module,
        version=version,
        started_on=school.today,
        completed_on=school.today,
    )


def ask(school: School, version: ModuleVersion) -> Assignment:
    """This module, of everybody, in twenty days."""
    return Assignment.objects.create(
        year=school.year, module=version.module, track="core", due_on=day(school, 20)
    )
