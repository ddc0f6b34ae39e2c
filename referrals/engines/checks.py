"""What a letter about checks says: how long they take and by when, never what they are about."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Final

from referrals.engines.services import STALE_AFTER

MINUTES_EACH: Final = 2
AT_LEAST: Final = timedelta(days=7)  # for what is past its last day already
FROM: Final = time(8)
FRIDAY: Final = 5


def words(checked_on: Sequence[date], today: date) -> dict[str, str]:
    """The words for entries that were last checked on these days, one at the least."""
    minutes = MINUTES_EACH * len(checked_on)
    by = max(min(checked_on) + STALE_AFTER, today + AT_LEAST)
    return {"minutes": str(minutes), "by": f"{by.day} {by:%B}"}


def week_of(day: date) -> str:
    """As the calendar of offices writes it: `2027-W01`."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def is_hour_for_it(local: datetime) -> bool:
    """On a working day, once the morning has begun; `local` is the time at the school."""
    return local.isoweekday() <= FRIDAY and local.time() >= FROM
