"""Saying who has to do a module by when, and giving more time."""

from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction

from peersupport.audit import record
from peersupport.errors import Refused
from peersupport.models import User
from programs.models import Membership, Program, Year
from training.models import Assignment, Due, Extension, ModuleVersion
from training.models.assignments import SELF_EXTENSION_DAYS
from training.models.modules import Track


@transaction.atomic
def assign_module(
    *,
    by: User,
    program: Program,
    version: ModuleVersion,
    year: Year,
    year_level: int | None,
    due_on: date,
    now: datetime,
) -> Assignment:
    """Ask everybody of the module's track (or one year level of it) to do it by a day."""
    if due_on < program.today(now):
        raise Refused("That day has passed. Choose today or a later day.")
    try:
        with transaction.atomic():
            assignment = Assignment.objects.create(
                year=year,
                module_id=version.module_id,
                track=version.track,
                year_level=year_level if version.track == Track.CORE else None,
                due_on=due_on,
            )
    except IntegrityError:
        raise Refused("This module is assigned to these students already. Change its day instead.") from None
    record(by=by, verb="assign module", on=assignment, scope=program.uuid)
    return assignment


@transaction.atomic
def move_assignment(
    *, by: User, program: Program, assignment: Assignment, due_on: date, now: datetime
) -> Assignment:
    """Give an assignment another day; extensions that are later still count."""
    if due_on < program.today(now):
        raise Refused("That day has passed. Choose today or a later day.")
    assignment.due_on = due_on
    assignment.save(update_fields=["due_on"])
    record(by=by, verb="move assignment", on=assignment, scope=program.uuid)
    return assignment


@transaction.atomic
def drop_assignment(*, by: User, program: Program, assignment: Assignment) -> None:
    """Stop asking for a module; what people have done stays done."""
    record(by=by, verb="drop assignment", on=assignment, scope=program.uuid)
    assignment.delete()


@transaction.atomic
def take_extra_week(*, by: User, assignment: Assignment, now: datetime) -> Extension:
    """Give oneself a week more, once for an assignment, without a reason and without a line in the audit."""
    due = Due.objects.at(now).for_user(by).of_assignment(assignment).not_done().first()
    if due is None:
        raise Refused("There is nothing left to do here, so there is no day to move.")
    extension, _ = Extension.objects.select_for_update().get_or_create(
        assignment=assignment, membership_id=due.pk, defaults={"due_on": due.due_on}
    )
    if extension.self_used:
        raise Refused(
            "You have taken your extra week here. If you need more time, ask the people who run this program."
        )
    today = due.year.program.today(now)
    extension.due_on = max(due.due_on, today) + timedelta(days=SELF_EXTENSION_DAYS)
    extension.self_used = True
    extension.save()
    return extension


@transaction.atomic
def extend(
    *, by: User, program: Program, assignment: Assignment, membership: Membership, due_on: date
) -> Extension:
    """Give one person a later day. No reason is asked for."""
    if due_on <= assignment.due_on:
        raise Refused("An extension is a day after the one that everybody has.")
    extension, _ = Extension.objects.update_or_create(
        assignment=assignment, membership=membership, defaults={"due_on": due_on}
    )
    record(by=by, verb="extend for a person", on=membership, scope=program.uuid)
    return extension
