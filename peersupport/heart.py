"""Whether the clockwork lives: who was last seen when, what is stale, and how long something has been due."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, Min, Subquery

from peersupport.models import Heartbeat, Notification

CLOCK: Final = "clock"  # somebody runs the timed jobs
SENDER: Final = "sender"  # the process that sends whatever happens to Celery and Redis
EXPECTED: Final = (CLOCK, SENDER)
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
    """How the clockwork does at this moment: two small queries."""
    seen = Heartbeat.objects.filter(name__in=EXPECTED)
    ages = [at - row.last_seen for row in seen]
    oldest = Notification.objects.claimable(at).aggregate(first=Min("next_try_at"))["first"]
    return Health(
        _stale(seen, at),
        int(max(ages).total_seconds()) if len(ages) == len(EXPECTED) else None,
        max(0, int((at - oldest).total_seconds())) if oldest else 0,
    )


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
