"""A person's quiet hours, in local time."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo


def quiet_end(at: datetime, zone: ZoneInfo, starts: time, ends: time) -> datetime | None:
    """When the quiet hours that this moment lies in are over, in UTC; None outside them.

    `starts` after `ends` runs over midnight; both alike means no quiet hours. An end that the clocks skip is
    the first moment after the gap; one that comes twice is the later one.
    """
    local = at.astimezone(zone)
    clock = local.time().replace(tzinfo=None)
    if starts == ends or not _lies_in(clock, starts, ends):
        return None
    day = local.date() if clock < ends else local.date() + timedelta(days=1)
    return wall_clock(datetime.combine(day, ends), zone)


def _lies_in(clock: time, starts: time, ends: time) -> bool:
    if starts < ends:
        return starts <= clock < ends
    return clock >= starts or clock < ends


def wall_clock(local: datetime, zone: ZoneInfo) -> datetime:
    """The moment, in UTC, at which clocks in the zone show this; the later of two, the first after a gap."""
    late = local.replace(tzinfo=zone, fold=1).astimezone(UTC)
    if late.astimezone(zone).replace(tzinfo=None) == local:
        return late
    minutes = (late + timedelta(minutes=minute) for minute in range(24 * 60))
    return next(one for one in minutes if one.astimezone(zone).replace(tzinfo=None) >= local)
