"""F5, F11, F12, F19: what takes a day, or three years, with a clock that is moved; a real mail server."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from peersupport import kinds
from peersupport.clock import database_now
from peersupport.engines.quiet import quiet_end, wall_clock
from peersupport.models import Attempt, Notification, User
from peersupport.models.outbox import OPEN, State
from peersupport.outbox import drain, queue
from tests.faults.reports import Say
from tests.peersupport.outboxes import StubbornServer, served_by

pytestmark = pytest.mark.faults
ZONES = [
    "Europe/Berlin",
    "America/New_York",
    "Australia/Melbourne",
    "Australia/Lord_Howe",  # by half an hour
    "Asia/Kathmandu",  # a quarter to
    "UTC",
]


@pytest.fixture
def server(settings: Any) -> Iterator[StubbornServer]:
    with served_by(StubbornServer(), settings) as stubborn:
        yield stubborn


@pytest.fixture
def reminder(monkeypatch: pytest.MonkeyPatch) -> str:
    """A kind that goes the way of reminders, for somebody who has no quiet hours here."""
    kind = kinds.Kind("peersupport.test_page", "A test", lives=timedelta(days=1))
    monkeypatch.setitem(kinds.KINDS, kind.name, kind)
    return kind.name


@pytest.fixture
def somebody(db: None) -> User:
    return User.objects.create_user("somebody@faults.example")


def fill(count: int, kind: str, to: User) -> None:
    for number in range(count):
        queue(kind=kind, to=to, key=f"moved:{number}")


def still_open() -> int:
    return Notification.objects.filter(state__in=OPEN).count()


@pytest.mark.parametrize("notices", [250, pytest.param(2_000, marks=pytest.mark.deep)], ids=["short", "full"])
def test_a_mail_server_that_refuses_half_gets_all_of_it_within_a_day(
    notices: int, reminder: str, somebody: User, server: StubbornServer, say: Say
) -> None:
    """F5, R24: retries by time, not by count."""
    chance = Random(5)
    server.at_text = lambda _: "451 not now" if chance.random() < 0.5 else "250 kept"
    fill(notices, reminder, somebody)
    start, left = database_now(), []
    for hours in range(24):
        for minutes in (0, 1, 6, 21, 51):
            at = start + timedelta(hours=hours, minutes=minutes)
            drain(urgent=False, clock=lambda: at, seconds=600)  # noqa: B023
        left.append(still_open())
    mean = Attempt.objects.count() / notices
    say(f"F5: {left[1]} of {notices} left after 2 h, {left[-1]} after 24 h; {mean:.2f} tries each")
    assert left[1] <= notices * 0.03
    assert Counter(Notification.objects.values_list("state", flat=True)) == {State.ACCEPTED: notices}
    assert len(server.received) == len(set(server.received)) == notices
    assert 1.8 <= mean <= 2.2


@pytest.mark.parametrize("hours", [1, -1], ids=["forward", "back"])
def test_a_clock_that_jumps_sends_nothing_twice_and_forgets_nothing(
    hours: int, reminder: str, somebody: User, server: StubbornServer
) -> None:
    """F12: in the middle of a pass, and to and fro between passes."""
    fill(60, reminder, somebody)
    start = database_now()
    jump = timedelta(hours=hours)
    drain(urgent=False, clock=lambda: start + jump * (len(server.received) >= 10))
    assert len(server.received) >= 20  # what was claimed before the jump
    for minutes in (60 * hours, 5, 0, 61):
        at = start + timedelta(minutes=minutes)
        drain(urgent=False, clock=lambda: at)  # noqa: B023
    assert still_open() == 0
    assert len(server.received) == len(set(server.received)) == 60


@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="on SQLite there is one machine, with one clock"
)
def test_a_machine_whose_clock_is_wrong_asks_the_database(db: None, time_machine: Any) -> None:
    """F12: five minutes off, and all machines still agree."""
    before = database_now()
    time_machine.move_to(before + timedelta(minutes=5))
    assert abs(database_now() - before) < timedelta(seconds=30)


def test_poison_stops_nothing_else(
    reminder: str, somebody: User, server: StubbornServer, caplog: pytest.LogCaptureFixture
) -> None:
    """F19: a kind of an earlier version, and a payload whose key is gone, in one claim with good ones."""
    fill(60, reminder, somebody)
    Notification.objects.filter(key="moved:3").update(kind="earlier.version")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE peersupport_notification SET payload = 'unreadable' WHERE key = 'moved:7'")
    start = database_now()
    for hours in (0, 1, 2, 23, 25):
        at = start + timedelta(hours=hours)
        drain(urgent=False, clock=lambda: at)  # noqa: B023
    ended = Notification.objects.defer("payload")
    assert sorted(row.key for row in ended if row.state == State.DEAD) == ["moved:3", "moved:7"]
    assert sum(row.state == State.ACCEPTED for row in ended) == len(set(server.received)) == 58
    assert "cannot be written" in caplog.text


# ---------------------------------------------------------------- the clock on the wall, three years of it


def days() -> Iterator[date]:
    day = date(2026, 1, 1)
    while day < date(2029, 1, 1):
        yield day
        day += timedelta(days=1)


@pytest.mark.parametrize("zone", ZONES)
def test_each_morning_comes_once_a_day_at_the_next_minute_that_exists(zone: str) -> None:
    """F11: 8:00, and 2:30, which the clocks skip or show twice; against a walk through the minutes."""
    there = ZoneInfo(zone)
    for wanted in (time(8), time(2, 30)):
        found = [wall_clock(datetime.combine(day, wanted), there) for day in days()]
        gaps = {later - earlier for earlier, later in pairwise(found)}
        assert all(timedelta(hours=22, minutes=30) <= gap <= timedelta(hours=25, minutes=30) for gap in gaps)
        assert [moment.astimezone(there).date() for moment in found] == list(days())
        odd = [
            (day, moment)
            for day, moment in zip(days(), found, strict=True)
            if moment.astimezone(there).replace(tzinfo=None) != datetime.combine(day, wanted)
            or moment.astimezone(there).fold
        ]
        for day, moment in odd:
            assert moment == last_minute_that_shows(day, wanted, there)


def last_minute_that_shows(day: date, wanted: time, there: ZoneInfo) -> datetime:
    """The last minute of this day at which clocks show `wanted`; without one, the first that shows more."""
    midnight = datetime.combine(day, time(0), UTC) - timedelta(hours=14)
    minutes = [midnight + timedelta(minutes=minute) for minute in range(40 * 60)]
    shown = [(minute, minute.astimezone(there)) for minute in minutes]
    of_day = [(minute, local.time()) for minute, local in shown if local.date() == day]
    exact = [minute for minute, clock in of_day if clock == wanted]
    return exact[-1] if exact else next(minute for minute, clock in of_day if clock > wanted)


@pytest.mark.parametrize("zone", ZONES)
def test_a_night_ends_once_whenever_it_is_asked_about(zone: str) -> None:
    """F11: whatever minute of the night a reminder waits in, it is let out at one and the same moment."""
    there = ZoneInfo(zone)
    for day in days():
        evening = datetime.combine(day, time(21), there).astimezone(UTC)
        ends = {
            quiet_end(evening + timedelta(minutes=minutes), there, time(21), time(8))
            for minutes in range(0, 60 * 9, 45)
        }
        assert ends == {wall_clock(datetime.combine(day + timedelta(days=1), time(8)), there)}
