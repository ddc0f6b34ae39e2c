"""Ending notices that wait, before anybody comes to send them: all of some people's, in one statement."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from peersupport.kinds import KINDS
from peersupport.models import Attempt, Notification, User
from peersupport.models.outbox import State

People: TypeAlias = Iterable[int] | QuerySet[Any, Any]  # their keys, or the question that finds them


def cancel_waiting(
    people: People, *, scope: UUID, shared: People, why: str, at: datetime, due_by: datetime | None = None
) -> int:
    """Cancel what waits for these people from one school, but for duties; how many notices that were.

    What comes from no school goes too, but not to `shared`: those whom another school looks after as well.
    With `due_by` only what was due by then. What is on the wire at this moment keeps its own ending.
    """
    rows = _off_the_wire(people).filter(Q(scope=scope) | Q(scope=None) & ~Q(recipient__in=shared))
    rows = rows.exclude(kind__in=[kind.name for kind in KINDS.values() if kind.duty])
    return _cancel(rows.filter(due_at__lte=due_by) if due_by else rows, why, at)


def cancel_all(user: User, *, why: str, at: datetime) -> None:
    """Cancel all that waits for somebody, duties too, and take what was given up out of the staff's sight."""
    _cancel(_off_the_wire([user.pk]), why, at)
    Notification.objects.filter(recipient=user, state=State.DEAD).update(
        state=State.CANCELLED, last_error=why
    )


def _off_the_wire(people: People) -> QuerySet[Notification]:
    under_way = Attempt.objects.filter(notification=OuterRef("pk"), ended_at=None)
    return Notification.objects.open().filter(~Exists(under_way), recipient__in=people)


def _cancel(rows: QuerySet[Notification], why: str, at: datetime) -> int:
    return rows.update(state=State.CANCELLED, ended_at=at, payload="", lease_owner=None, last_error=why)
