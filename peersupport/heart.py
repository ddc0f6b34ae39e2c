"""Whether the clockwork lives: who was last seen when, what is stale, and how long something has been due."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, QuerySet, Subquery

from peersupport.models import Heartbeat, Notification
from peersupport.models.outbox import PRIORITIES, URGENT

CLOCK: Final = "clock"  # somebody runs the timed jobs
SENDER: Final = "sender"  # the process that sends whatever happens to Celery and Redis
EXPECTED: Final = (CLOCK, SENDER)
# Not a part that beats. An urgent notice that is neither sent, nor being sent, nor put off a minute after its
# moment: nobody has it, whatever the parts say.
OVERLOOKED: Final = "urgent notices"
OVERLOOKED_AFTER: Final = timedelta(minutes=1)
SILENCE: Final = timedelta(minutes=3)


@dataclass(frozen=True)
class Health:
    """`clock_age_s` is the age of the oldest heartbeat, None where one has never beaten."""

    stale: tuple[str, ...]
    clock_age_s: int | None
    oldest_due_s: int

    @property
    def well(self) -> bool:
        return not self.stale


def beat(name: str, at: datetime) -> None:
    Heartbeat.objects.update_or_create(name=name, defaults={"last_seen": at})


def health(at: datetime) -> Health:
    """How the clockwork does at this moment: one query, which a hundred thousand reminders do not slow."""
    first = {f"first_{one}": Subquery(_first_due(one, at)) for one in PRIORITIES}
    seen = Heartbeat.objects.filter(name__in=EXPECTED).annotate(**first)
    ages = [at - row.last_seen for row in seen]
    waits = {
        one: at - moment for row in seen for one in PRIORITIES if (moment := getattr(row, f"first_{one}"))
    }
    overlooked = any(one <= URGENT and wait > OVERLOOKED_AFTER for one, wait in waits.items())
    return Health(
        (*_stale(seen, at), OVERLOOKED) if overlooked else _stale(seen, at),
        int(max(ages).total_seconds()) if len(ages) == len(EXPECTED) else None,
        int(max(waits.values(), default=timedelta()).total_seconds()),
    )


def _first_due(priority: int, at: datetime) -> QuerySet[Notification, Any]:
    """The moment of the row that has waited longest: the first of its part of the index."""
    due = Notification.objects.claimable(at).filter(priority=priority)
    return due.order_by("next_try_at").values("next_try_at")[:1]


def _stale(seen: Collection[Heartbeat], at: datetime) -> tuple[str, ...]:
    lives = {row.name for row in seen if at - row.last_seen <= timedelta(seconds=row.max_silence_s)}
    return tuple(name for name in EXPECTED if name not in lives)


@dataclass(frozen=True)
class StaffWord:
    """What every page of staff says above all else. `since`: when what has fallen silent was last seen."""

    still: bool
    since: str
    needing: int


def word_for_staff(scope: UUID, zone: ZoneInfo, at: datetime) -> StaffWord:
    """Whether the clockwork stands still, and how many notices of a school need somebody: one query."""
    needing = Notification.objects.of_scope(scope).needing_somebody(at).values("scope")
    counted = Subquery(needing.annotate(count=Count("pk")).values("count"))
    seen = Heartbeat.objects.filter(name__in=EXPECTED).annotate(needing=counted)
    stale = _stale(seen, at)
    since = min((row.last_seen for row in seen if row.name in stale), default=None)
    needing_now = next((row.needing or 0 for row in seen), 0)
    return StaffWord(bool(stale), f"{since.astimezone(zone):%H:%M on %-d %B}" if since else "", needing_now)
