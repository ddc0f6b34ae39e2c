"""Whether the clockwork is well, as a machine asks it."""

from datetime import datetime, timedelta
from statistics import median
from time import monotonic

import pytest
from django.test import Client

from peersupport import heart
from peersupport.clock import database_now
from peersupport.models import Notification, User
from peersupport.models.outbox import State
from peersupport.outbox import queue
from tests.peersupport.outboxes import make_a_hundred_thousand


def beat_all(at: datetime) -> None:
    for name in heart.EXPECTED:
        heart.beat(name, at)


def test_all_well_says_how_old_the_clock_is_and_how_long_anything_waits(
    client: Client, a_student: User
) -> None:
    """R27: what a machine that watches is told."""
    at = database_now()
    beat_all(at - timedelta(seconds=70))
    queue(kind="peersupport.test_page", to=a_student, key="one", due_at=at - timedelta(seconds=40))
    queue(kind="peersupport.test_page", to=a_student, key="to come", due_at=at + timedelta(hours=1))
    answer = client.get("/healthz")
    body = answer.json()
    assert (answer.status_code, body["status"], body["database"]) == (200, "ok", "ok")
    assert 70 <= body["clock_age_s"] <= 75
    assert 40 <= body["oldest_due_s"] <= 45


@pytest.mark.parametrize("silent", heart.EXPECTED)
def test_a_part_that_was_not_seen_for_three_minutes_is_named(db: None, client: Client, silent: str) -> None:
    """R27: stopped for three minutes, it is said."""
    at = database_now()
    beat_all(at)
    heart.beat(silent, at - timedelta(seconds=175))
    assert client.get("/healthz").status_code == 200
    heart.beat(silent, at - timedelta(seconds=181))
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["stale"]) == (503, [silent])


def test_a_clockwork_that_never_ran_is_not_well(db: None, client: Client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["stale"]) == (503, ["clock", "sender"])
    assert answer.json()["clock_age_s"] is None


@pytest.mark.parametrize(("seconds", "stale"), [(55, []), (65, ["urgent notices"])])
def test_an_urgent_notice_that_nobody_takes_is_named_even_when_all_parts_beat(
    client: Client, a_student: User, seconds: int, stale: list[str]
) -> None:
    """R26, R27: the audit of what is urgent and open."""
    at = database_now()
    beat_all(at)
    queue(kind="peersupport.test_page", to=a_student, key="one", due_at=at - timedelta(seconds=seconds))
    assert client.get("/healthz").json().get("stale", []) == stale


def test_an_urgent_notice_that_is_put_off_or_on_the_wire_is_not_overlooked(
    client: Client, a_student: User
) -> None:
    at = database_now()
    beat_all(at)
    for state in (State.FAILED, State.SENDING):
        queue(kind="peersupport.test_page", to=a_student, key=state, due_at=at - timedelta(minutes=9))
        later = at + timedelta(seconds=10)
        Notification.objects.filter(key=state).update(state=state, next_try_at=later)
    assert client.get("/healthz").status_code == 200


def test_the_audit_takes_no_time_among_a_hundred_thousand(a_student: User) -> None:
    """R26: at most 50 ms, with as many reminders due at this very moment."""
    at = database_now()
    beat_all(at)
    make_a_hundred_thousand(a_student, at)
    queue(kind="peersupport.test_page", to=a_student, key="one", due_at=at - timedelta(minutes=2))
    taken = []
    for _ in range(5):
        begin = monotonic()
        assert heart.health(at).stale == ("urgent notices",)
        taken.append(monotonic() - begin)
    assert median(taken) <= 0.05


def test_a_database_that_is_away_is_named(db: None, client: Client, no_database: None) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["stale"]) == (503, ["database"])
