"""Network addresses do not stay longer than they count."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client

from peersupport.actions.counters import drop_expired_counters
from peersupport.clock import now
from peersupport.errors import DATABASE_AWAY
from peersupport.tasks import drop_expired_counters as task


def counters() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key FROM cache_entry")
        return repr(cursor.fetchall())


def test_an_address_that_counts_no_more_is_forgotten(db: None) -> None:
    form = {"login": "nobody@elsewhere.example", "password": "wrong", "device": "own"}
    Client().post("/account/login/password/", form, REMOTE_ADDR="203.0.113.77")
    assert "203.0.113.77" in counters()
    assert drop_expired_counters(now=now()) == 0
    assert "203.0.113.77" in counters()
    assert drop_expired_counters(now=now() + timedelta(minutes=11)) >= 1
    assert "203.0.113.77" not in counters()


def test_what_still_counts_stays(db: None) -> None:
    cache.set("still", [1], 3600)
    cache.set("over", [1], -1)
    task()
    assert cache.get("still") == [1]
    assert "over" not in counters()


def test_a_cache_that_is_no_table_is_left_alone(settings: pytest.FixtureRequest, db: None) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}  # type: ignore[attr-defined]
    assert drop_expired_counters(now=now()) == 0


@pytest.mark.django_db(transaction=True)
def test_a_table_that_cannot_be_written_is_not_a_key_that_stands_already() -> None:
    """Or somebody who signs in would hear of too many tries."""
    turn = {
        "sqlite": ("PRAGMA query_only = on", "PRAGMA query_only = off"),
        "postgresql": ("SET default_transaction_read_only = on", "SET default_transaction_read_only = off"),
    }
    reading_only, writing_too = turn[connection.vendor]
    assert cache.add("first", 1)
    with connection.cursor() as cursor:
        cursor.execute(reading_only)
        with pytest.raises(DATABASE_AWAY):
            cache.add("second", 1)
        cursor.execute(writing_too)
    assert not cache.add("first", 1)
    assert cache.add("second", 1)
