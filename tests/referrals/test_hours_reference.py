"""Opening hours against a slow reference that looks at every minute, around every change of clocks."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest

from referrals.engines.hours import DayException, Hours, Span, closes_at, faults, is_open, next_open

ZONES = (
    "Australia/Sydney",
    "Australia/Adelaide",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Pacific/Auckland",
    "Pacific/Chatham",
    "Europe/London",
    "Europe/Dublin",
    "America/New_York",
    "America/St_Johns",
    "America/Nuuk",
    "Africa/Casablanca",
)
NEVER_CHANGES = {"Asia/Kathmandu"}
A_MINUTE, AN_HOUR = timedelta(minutes=1), timedelta(hours=1)


@cache
def changes(zone: str) -> list[datetime]:
    """Every change of 2026 to 2028, found hour by hour; where there is none, a few plain midnights."""
    here, moment, end = ZoneInfo(zone), datetime(2026, 1, 1, tzinfo=UTC), datetime(2029, 1, 1, tzinfo=UTC)
    if zone in NEVER_CHANGES:
        return [datetime(year, 3, 29, 18, 15, tzinfo=UTC) for year in (2026, 2027, 2028)]
    found, before = [], moment.astimezone(here).utcoffset()
    while moment < end:
        moment += AN_HOUR
        now = moment.astimezone(here).utcoffset()
        if now != before:
            found.append(moment)
        before = now
    return found


class Reference:
    """The sign on the door: a table of the minutes of a week, and one of dates that differ."""

    def __init__(self, hours: Hours) -> None:
        self.zone = ZoneInfo(hours.zone)
        self.exceptions = {one.on: one.spans for one in hours.exceptions}
        self.week: dict[int, list[tuple[int, int]]] = {day: [] for day in range(7)}
        for span in hours.spans:
            self.week[span.day].append((span.opens, span.closes))

    def is_open(self, at: datetime) -> bool:
        clock = at.astimezone(self.zone)
        minute = clock.hour * 60 + clock.minute
        today = clock.date()
        yesterday = today - timedelta(days=1)
        return any(
            start <= minute + later < end
            for day, later in ((today, 0), (yesterday, 1440))
            for start, end in self.exceptions.get(day, tuple(self.week[day.weekday()]))
        )


def random_hours(zone: str, change: datetime, chance: random.Random) -> Hours:
    """A week with few gaps near the hours when clocks change; sometimes with a date of its own."""
    day = change.astimezone(ZoneInfo(zone)).date()
    spans = []
    for weekday in range(7):
        night, morning, noon = chance.choice((0, 30, 60, 90)), chance.choice((105, 120, 150)), 720
        spans.append(Span(weekday, night, morning))
        if chance.random() < 0.7:
            spans.append(Span(weekday, chance.choice((150, 165, 180, 200)), chance.choice((210, 240, noon))))
        if chance.random() < 0.5:
            spans.append(Span(weekday, 1320, 1440 + chance.choice((0, 15, 20))))
    exceptions: tuple[DayException, ...] = ()
    if chance.random() < 0.4:
        exceptions = (DayException(day, chance.choice(((), ((60, 170),), ((130, 1560),)))),)
    return Hours(zone, spans=tuple(spans), exceptions=exceptions)


def differences(hours: Hours, change: datetime, *, around: timedelta, every: int) -> Iterator[str]:
    """Where engine and reference part, from `around` before the change to `around` after it."""
    reference = Reference(hours)
    minutes = int(around / A_MINUTE)
    moments = [change + A_MINUTE * number for number in range(-minutes, minutes + 1)]
    opened = [reference.is_open(moment) for moment in moments]
    following: dict[bool, datetime | None] = {True: None, False: None}
    for number in range(len(moments) - 1, -1, -1):
        moment = moments[number]
        following[opened[number]] = moment
        if is_open(hours, moment) is not opened[number]:
            yield f"is_open {moment} {hours}"
        if number % every == 0 and following[True] and following[False]:
            if next_open(hours, moment) != following[True]:
                yield f"next_open {moment} {following[True]} {hours}"
            closes = following[False] if opened[number] else None
            if closes_at(hours, moment) != closes:
                yield f"closes_at {moment} {closes} {hours}"


def test_the_zones_change_as_often_as_they_should() -> None:
    """What follows would prove nothing at moments when no clock changes."""
    assert len(ZONES) == 12
    counts = {zone: len(changes(zone)) for zone in ZONES if zone not in NEVER_CHANGES}
    assert set(counts.values()) == {6}, counts


@pytest.mark.parametrize("zone", ZONES)
def test_three_hours_around_every_change(zone: str) -> None:
    """A random week for each change of clocks of 2026 to 2028."""
    chance = random.Random(zone)
    for change in changes(zone):
        hours = random_hours(zone, change, chance)
        assert [fault for fault in faults(hours) if "overlap" not in fault] == []
        assert list(differences(hours, change, around=3 * AN_HOUR, every=11)) == []


@pytest.mark.deep
@pytest.mark.parametrize("zone", ZONES)
def test_two_days_around_every_change(zone: str) -> None:
    """Twenty random weeks for each change, each minute of it."""
    chance = random.Random(f"{zone} deep")
    for change in changes(zone):
        for _ in range(20):
            hours = random_hours(zone, change, chance)
            assert list(differences(hours, change, around=48 * AN_HOUR, every=7)) == []


def test_the_reference_can_tell() -> None:
    """A control: an hour of summer time more or less is found out."""
    change = changes("Australia/Sydney")[0]
    hours = Hours("Australia/Sydney", spans=tuple(Span(day, 0, 150) for day in range(7)))
    elsewhere = Hours("Australia/Brisbane", spans=hours.spans)
    wrong = [
        moment
        for moment in (change + A_MINUTE * number for number in range(-180, 180))
        if is_open(elsewhere, moment) is not Reference(hours).is_open(moment)
    ]
    assert len(wrong) > 30
