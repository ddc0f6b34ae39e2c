"""Who holds which row: claiming, the attempt before the wire, and what became of it after.

While a row is being sent, its `next_try_at` is the end of the lease: after it anybody may take the row again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import F, Q

from peersupport.channels.letter import Sent
from peersupport.engines.ladder import pause_after
from peersupport.models import Attempt, Notification
from peersupport.models.outbox import PAGE, State

# Longer than the 10 seconds that a mail server may take to answer.
LEASE: Final = timedelta(seconds=30)
URGENT_LEASE: Final = timedelta(seconds=15)
AFTER_THE_WIRE: Final = {
    "accepted": Attempt.Outcome.SENT,
    "delivered": Attempt.Outcome.SENT,
    "refused": Attempt.Outcome.REFUSED,
    "unknown": Attempt.Outcome.UNKNOWN,
    "try again": Attempt.Outcome.TRY_AGAIN,
}


@dataclass(frozen=True)
class Claim:
    """Rows that are `owner`'s alone until the lease is over."""

    owner: UUID
    rows: list[Notification]


def claim(*, urgent: bool, at: datetime, most: int) -> Claim:
    """Take up to `most` rows that are due, most urgent first, passing over what somebody else is taking."""
    owner = uuid4()
    lane = Notification.objects.urgent() if urgent else Notification.objects.ordinary()
    with transaction.atomic():
        due = lane.claimable(at).order_by("priority", "next_try_at").select_for_update(skip_locked=True)
        ids = list(due.values_list("pk", flat=True)[:most])
        if not ids:
            return Claim(owner, [])
        # What a process that is gone had begun may have arrived or not.
        Attempt.objects.filter(notification__in=ids, ended_at=None).update(
            ended_at=at, outcome=Attempt.Outcome.UNKNOWN
        )
        Notification.objects.filter(pk__in=ids).update(
            state=State.SENDING, lease_owner=owner, next_try_at=at + _lease(urgent)
        )
    # One payload that cannot be read, of a key that is gone, must not keep the others back: it is read alone.
    rows = Notification.objects.filter(pk__in=ids).select_related("recipient").defer("payload")
    return Claim(owner, list(rows.order_by("priority", "due_at", "pk")))


def _lease(urgent: bool) -> timedelta:
    return URGENT_LEASE if urgent else LEASE


def _held(by: Claim, rows: Iterable[Notification]) -> Q:
    return Q(pk__in=[row.pk for row in rows], lease_owner=by.owner, state=State.SENDING)


@transaction.atomic
def begin(held: Claim, row: Notification, at: datetime) -> Attempt | None:
    """Renew the lease and write down that the wire is touched now; None when the row is not ours any more."""
    ours = Notification.objects.filter(_held(held, [row])).update(
        next_try_at=at + _lease(row.is_urgent), attempts=F("attempts") + 1
    )
    if not ours:
        return None
    row.attempts += 1
    return Attempt.objects.create(notification=row, number=row.attempts, started_at=at)


@transaction.atomic
def close(held: Claim, row: Notification, attempt: Attempt, sent: Sent, at: datetime) -> None:
    """Write down what became of an attempt; of the row too, if it is still ours."""
    Attempt.objects.filter(pk=attempt.pk).update(
        ended_at=at, outcome=AFTER_THE_WIRE[sent.outcome], reply_code=sent.reply_code
    )
    ours = Notification.objects.filter(_held(held, [row]))
    if sent.gone or sent.outcome == "refused":
        state = {"accepted": State.ACCEPTED, "delivered": State.DELIVERED}.get(sent.outcome, State.DEAD)
        ours.update(state=state, ended_at=at, payload="", lease_owner=None, last_error=sent.error)
    else:
        pause = pause_after(row.attempts, urgent=row.is_urgent)
        ours.update(state=State.FAILED, next_try_at=at + pause, lease_owner=None, last_error=sent.error)


def drop(held: Claim, rows: Sequence[Notification], why: str, at: datetime) -> None:
    """End rows that are not to be sent any more."""
    Notification.objects.filter(_held(held, rows)).update(
        state=State.CANCELLED, ended_at=at, payload="", lease_owner=None, last_error=why
    )


def give_back(held: Claim, rows: Sequence[Notification], until: datetime) -> None:
    """Let go of rows that were not tried; from `until` on anybody may take them."""
    Notification.objects.filter(_held(held, rows)).update(
        state=State.PENDING, next_try_at=until, lease_owner=None
    )


def end_what_ran_out(at: datetime) -> int:
    """End rows whose time is over. What was tried, and every call to a person, is given up, seen by staff."""
    over = Notification.objects.overdue(at).exclude(state=State.SENDING, next_try_at__gt=at)
    tried = Q(attempts__gt=0) | Q(priority=PAGE)
    ended = {"ended_at": at, "payload": "", "lease_owner": None}
    return over.filter(tried).update(state=State.DEAD, last_error="out of time", **ended) + over.exclude(
        tried
    ).update(state=State.EXPIRED, **ended)
