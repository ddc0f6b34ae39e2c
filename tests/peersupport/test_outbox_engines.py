"""The ladder of tries, and quiet hours by the clock on the wall."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from peersupport.engines.ladder import pause_after
from peersupport.engines.quiet import quiet_end, wall_clock

SYDNEY = ZoneInfo("Australia/Sydney")
NIGHT = (time(21), time(8))


def seconds(urgent: bool, tries: int) -> list[int]:
    return [int(pause_after(number, urgent=urgent).total_seconds()) for number in range(1, tries + 1)]


def test_calls_are_tried_within_seconds_and_others_within_minutes() -> None:
    """R24: the last rung is used for as long as there is time."""
    assert seconds(urgent=True, tries=7) == [5, 15, 30, 60, 120, 120, 120]
    assert seconds(urgent=False, tries=7) == [60, 300, 900, 1800, 3600, 3600, 3600]


@pytest.mark.parametrize(
    ("local", "ends"),
    [
        ("2026-06-10 20:59", None),
        ("2026-06-10 21:00", "2026-06-11 08:00"),
        ("2026-06-10 23:59", "2026-06-11 08:00"),
        ("2026-06-11 07:59", "2026-06-11 08:00"),
        ("2026-06-11 08:00", None),
        ("2026-06-11 12:00", None),
    ],
)
def test_a_night_runs_over_midnight(local: str, ends: str | None) -> None:
    """R18."""
    at = datetime.fromisoformat(local).replace(tzinfo=SYDNEY)
    end = quiet_end(at, SYDNEY, *NIGHT)
    assert (end and end.astimezone(SYDNEY).strftime("%Y-%m-%d %H:%M")) == ends


def test_quiet_hours_in_the_day_and_none_at_all() -> None:
    noon = datetime(2026, 6, 10, 12, tzinfo=SYDNEY)
    assert quiet_end(noon, SYDNEY, time(11), time(13)) == datetime(2026, 6, 10, 13, tzinfo=SYDNEY)
    assert quiet_end(noon, SYDNEY, time(13), time(14)) is None
    assert quiet_end(noon, SYDNEY, time(12), time(12)) is None


@pytest.mark.parametrize(
    ("zone", "local", "utc"),
    [
        # Clocks go from 2:00 to 3:00; half past two is the first minute after.
        ("Australia/Sydney", "2026-10-04 02:30", "2026-10-03 16:00"),
        ("Europe/Berlin", "2026-03-29 02:30", "2026-03-29 01:00"),
        # On Lord Howe by half an hour only.
        ("Australia/Lord_Howe", "2026-10-04 02:15", "2026-10-03 15:30"),
        # Half past two comes twice; the second one is meant.
        ("Australia/Sydney", "2027-04-04 02:30", "2027-04-03 16:30"),
        ("Asia/Kathmandu", "2026-10-04 08:00", "2026-10-04 02:15"),
    ],
)
def test_the_clock_on_the_wall_when_it_changes(zone: str, local: str, utc: str) -> None:
    found = wall_clock(datetime.fromisoformat(local), ZoneInfo(zone))
    assert found == datetime.fromisoformat(utc).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "zone",
    ["Europe/Berlin", "America/New_York", "Australia/Sydney", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"],
)
def test_the_end_of_a_night_is_after_now_and_awake_over_three_years_of_changes(zone: str) -> None:
    """R18: at the moment that is given, and not before, the quiet hours are over."""
    there = ZoneInfo(zone)
    at = datetime(2026, 1, 1, tzinfo=UTC)
    while at.year < 2029:
        end = quiet_end(at, there, *NIGHT)
        if end:
            assert timedelta(0) < end - at <= timedelta(hours=12)
            assert quiet_end(end, there, *NIGHT) is None
            assert quiet_end(end - timedelta(minutes=1), there, *NIGHT) == end
        else:
            assert time(8) <= at.astimezone(there).time() < time(21)
        at += timedelta(hours=5, minutes=30)
