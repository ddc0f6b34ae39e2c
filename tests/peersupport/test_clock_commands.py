"""The timed jobs without Celery, and the watch over the database."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from io import StringIO
from threading import Thread
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import connection, connections

from peersupport import heart
from peersupport.celery import app
from peersupport.clock import now, run_due_jobs
from peersupport.models import Heartbeat
from tests.peersupport.mailbox import Mailbox
from tests.peersupport.test_health_views import beat_all


@pytest.fixture(autouse=True)
def handlers_as_before() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def an_old_session(db: None) -> Session:
    return Session.objects.create(session_key="old", session_data="", expire_date=now() - timedelta(days=1))


def until(true: Callable[[], bool]) -> None:
    """Waits at most ten seconds."""
    end = time.monotonic() + 10
    while not true() and time.monotonic() < end:
        time.sleep(0.01)


# ---------------------------------------------------------------- tick


def test_every_job_of_the_table_is_a_task(settings: Any) -> None:
    app.loader.import_default_modules()
    for job in settings.CELERY_BEAT_SCHEDULE.values():
        assert job["task"] in app.tasks
        assert job["schedule"] > timedelta(0)


def test_jobs_run_when_their_interval_has_passed(settings: Any, an_old_session: Session) -> None:
    settings.CELERY_BEAT_SCHEDULE = {
        "often": {"task": "peersupport.tasks.clear_expired_sessions", "schedule": timedelta(minutes=1)},
        "seldom": {"task": "programs.tasks.drop_stale_uploads", "schedule": timedelta(hours=1)},
    }
    last_run: dict[str, Any] = {}
    start = now()
    ran = [
        (minutes, run_due_jobs(last_run, start + timedelta(minutes=minutes)))
        for minutes in (0, 0.5, 1, 59.9, 60)
    ]
    assert ran == [
        (0, ["often", "seldom"]),
        (0.5, []),
        (1, ["often"]),
        (59.9, ["often"]),
        (60, ["seldom"]),
    ]
    assert not Session.objects.exists()


def test_jobs_that_are_the_callers_own_business_are_left_out(settings: Any, db: None) -> None:
    settings.CELERY_BEAT_SCHEDULE = {
        name: {"task": "peersupport.tasks.beat_heart", "schedule": timedelta(minutes=1)}
        for name in ("mine", "theirs")
    }
    last_run: dict[str, Any] = {}
    assert run_due_jobs(last_run, now(), but=("mine",)) == ["theirs"]
    assert set(last_run) == {"theirs"}


@pytest.mark.usefixtures("transactional_db")  # tick closes old connections, and a transaction with them
def test_tick_runs_the_table_once(settings: Any) -> None:
    Session.objects.create(session_key="old", session_data="", expire_date=now() - timedelta(days=1))
    out = StringIO()
    call_command("tick", stdout=out)
    assert out.getvalue().splitlines() == [f"done: {name}" for name in settings.CELERY_BEAT_SCHEDULE]
    assert not Session.objects.exists()


@pytest.mark.usefixtures("transactional_db")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_loop(number: signal.Signals, settings: Any) -> None:
    def stop_soon() -> None:
        until(lambda: Heartbeat.objects.count() == len(heart.EXPECTED))
        connections.close_all()
        os.kill(os.getpid(), number)

    stopper = Thread(target=stop_soon)
    stopper.start()
    start = time.monotonic()
    call_command("tick", loop=True)
    stopper.join()
    assert time.monotonic() - start < 4
    assert set(Heartbeat.objects.values_list("name", flat=True)) == set(heart.EXPECTED)


# ---------------------------------------------------------------- watch


def test_watch_needs_an_address(settings: Any) -> None:
    settings.WATCH_EMAIL = ""
    with pytest.raises(CommandError, match="Set WATCH_EMAIL"):
        call_command("watch")


@pytest.mark.usefixtures("transactional_db")
@pytest.mark.skipif(
    connection.vendor != "sqlite", reason="the pool keeps connections that this test takes away"
)
def test_watch_mails_once_when_the_database_goes_and_once_when_it_is_back(
    settings: Any, mailbox: Mailbox, tmp_path: Any
) -> None:
    settings.WATCH_EMAIL = "watch@kestrel.example"
    beat_all(now())
    out = StringIO()
    database = connections["default"].settings_dict
    file = database["NAME"]

    def take_away_and_bring_back() -> None:
        for _ in range(2):
            mails = len(mailbox.envelopes)
            time.sleep(0.1)
            database["NAME"] = str(tmp_path / "not-there" / "at-all.sqlite3")
            until(lambda: len(mailbox.envelopes) == mails + 1)  # noqa: B023 - asked before the next round
            time.sleep(0.3)
            database["NAME"] = file
            until(lambda: len(mailbox.envelopes) == mails + 2)  # noqa: B023
            time.sleep(0.1)
        os.kill(os.getpid(), signal.SIGTERM)

    other = Thread(target=take_away_and_bring_back)
    other.start()
    try:
        call_command("watch", every=0.02, stdout=out)
    finally:
        other.join()
        database["NAME"] = file
    told = [message.get_content().strip() for _, message in mailbox.envelopes]
    assert told == ["The database does not answer.", "All is well again."] * 2
    assert {tuple(to) for to, _ in mailbox.envelopes} == {("watch@kestrel.example",)}
    assert out.getvalue().splitlines() == told


@pytest.mark.usefixtures("transactional_db")
@pytest.mark.skipif(connection.vendor != "sqlite", reason="as above")
def test_a_database_that_is_away_for_a_moment_is_nobodys_business(
    settings: Any, mailbox: Mailbox, tmp_path: Any
) -> None:
    settings.WATCH_EMAIL = "watch@kestrel.example"
    beat_all(now())
    database = connections["default"].settings_dict
    file = database["NAME"]

    def blink() -> None:
        time.sleep(0.3)
        database["NAME"] = str(tmp_path / "not-there" / "at-all.sqlite3")
        time.sleep(0.3)
        database["NAME"] = file
        time.sleep(0.6)
        os.kill(os.getpid(), signal.SIGTERM)

    other = Thread(target=blink)
    other.start()
    try:
        call_command("watch", every=0.2, stdout=StringIO())
    finally:
        other.join()
        database["NAME"] = file
    assert mailbox.envelopes == []


@pytest.mark.usefixtures("transactional_db")
def test_what_could_not_be_mailed_is_mailed_when_the_mail_server_is_back(
    settings: Any, mailbox: Mailbox
) -> None:
    """R27: or nobody would ever hear of a clock that stopped while mail was down."""
    settings.WATCH_EMAIL = "watch@kestrel.example"
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 9

    def bring_back() -> None:
        time.sleep(0.2)
        settings.EMAIL_PORT = port
        until(lambda: len(mailbox.envelopes) == 1)
        connections.close_all()
        os.kill(os.getpid(), signal.SIGTERM)

    other = Thread(target=bring_back)
    other.start()
    call_command("watch", every=0.02, stdout=StringIO())
    other.join()
    said = [message.get_content().strip() for _, message in mailbox.envelopes]
    assert said == ["This stands still: clock, sender. Notices are not sent."]
