"""Whether the clockwork is well, as a machine asks it."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from peersupport import heart
from peersupport.clock import database_now
from peersupport.models import User
from peersupport.outbox import queue


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


def test_a_database_that_is_away_is_named(db: None, client: Client, no_database: None) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["stale"]) == (503, ["database"])
