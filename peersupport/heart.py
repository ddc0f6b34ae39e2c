"""Whether the clockwork lives: who was last seen when, what is stale, and how long something has been due."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Min

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
    seen = {row.name: row for row in Heartbeat.objects.filter(name__in=EXPECTED)}
    ages = {name: at - row.last_seen for name, row in seen.items()}
    stale = tuple(
        name
        for name in EXPECTED
        if name not in seen or ages[name] > timedelta(seconds=seen[name].max_silence_s)
    )
    oldest = Notification.objects.claimable(at).aggregate(first=Min("next_try_at"))["first"]
    return Health(
        stale,
        int(max(ages.values()).total_seconds()) if len(ages) == len(EXPECTED) else None,
        max(0, int((at - oldest).total_seconds())) if oldest else 0,
    )
