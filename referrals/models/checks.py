"""Whom to tell of entries that have not been checked for a while."""

from datetime import datetime
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from peersupport.models import User
from programs.models import Program
from referrals.models.services import Service, ServiceQuerySet, staff_at

KIND: Final = "referrals.check_due"


def due_again(program: Program, at: datetime) -> ServiceQuerySet:
    """Shown, checked once, and due to be checked again."""
    rows = Service.objects.of_program(program).due(program.today(at)).exclude(checked_on=None)
    return rows.with_keeper(at)


def staff_to_warn(program: Program, at: datetime) -> QuerySet[User]:
    """Each for their own entries, and all staff where nobody looks after one."""
    due = due_again(program, at).order_by()
    theirs = due.filter(Q(has_keeper=False) | Q(owner=OuterRef("pk")))
    here = staff_at(at).filter(year__program=program, user=OuterRef("pk"))
    return User.objects.filter(Exists(here), Exists(theirs))


def asked_of(program: Program, person: User, at: datetime) -> ServiceQuerySet:
    """What is due again and asked of this person; nothing once they are of the staff no more."""
    if not staff_at(at).filter(year__program=program, user=person).exists():
        return Service.objects.none()
    return due_again(program, at).filter(Q(has_keeper=False) | Q(owner=person))
