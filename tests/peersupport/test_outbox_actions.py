"""The outbox against a real mail server: what goes out, what waits, what is given up, who holds which row."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from peersupport import kinds
from peersupport.channels.letter import Sent
from peersupport.clock import database_now
from peersupport.models import Attempt, NoticeChoices, Notification, User
from peersupport.models.outbox import State
from peersupport.outbox import drain, leases, queue
from programs.models import Hold
from tests.peersupport.outboxes import StubbornServer, later, make_test_pages, row, states
from tests.people import School
from tests.races import at_once

# ---------------------------------------------------------------- into the outbox


def test_one_key_is_one_notice(a_student: User) -> None:
    """R25."""
    made = [queue(kind="peersupport.test_page", to=a_student, key="the same") for _ in range(2)]
    assert made == [True, False]
    assert Notification.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_key_is_one_notice_however_many_ask_at_once(a_student: User) -> None:
    """R25."""
    asked = [lambda: queue(kind="peersupport.test_page", to=a_student, key="the same")] * 6
    assert sorted(at_once(*asked)) == [False] * 5 + [True]  # type: ignore[type-var]
    assert Notification.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_what_is_undone_leaves_no_notice(a_student: User) -> None:
    def begin_and_fail() -> None:
        make_test_pages(1, a_student)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        transaction.atomic(begin_and_fail)()
    assert not Notification.objects.exists()


# ---------------------------------------------------------------- out of it


def test_what_is_due_goes_out_once_with_its_own_number(a_student: User, server: StubbornServer) -> None:
    """R26: accepted, and the attempt is closed."""
    rows = make_test_pages(3, a_student)
    assert drain(urgent=True).sent == 3
    assert drain(urgent=True).sent == 0
    assert server.received == [(a_student.email, row.message_id) for row in rows]
    assert states() == [State.ACCEPTED] * 3
    tries = Attempt.objects.values_list("number", "outcome").distinct()
    assert list(tries) == [(1, Attempt.Outcome.SENT)]
    assert not Attempt.objects.filter(ended_at=None).exists()


def test_what_is_to_come_waits(a_student: User, server: StubbornServer) -> None:
    make_test_pages(1, a_student, due_at=database_now() + timedelta(minutes=5))
    assert drain(urgent=True, clock=later(minutes=4)).sent == 0
    assert drain(urgent=True, clock=later(minutes=6)).sent == 1


def test_each_lane_takes_its_own(a_student: User, server: StubbornServer) -> None:
    """R25: nothing stands before what is urgent."""
    make_test_pages(1, a_student)
    assert drain(urgent=False).sent == 0
    assert drain(urgent=True).sent == 1


def test_whoever_is_told_to_stop_gives_back_what_was_not_sent(
    a_student: User, server: StubbornServer, ordinary: None, daytime: Callable[..., Any]
) -> None:
    """R23: the message under way is finished, the others are there for somebody else at once."""
    make_test_pages(5, a_student)
    clock = daytime()
    done = drain(urgent=False, clock=clock, stopped=lambda: len(server.received) == 2)
    assert done.sent == 2
    assert states() == [State.ACCEPTED] * 2 + [State.PENDING] * 3
    assert drain(urgent=False, clock=clock).sent == 3


# ---------------------------------------------------------------- the last look


def test_whoever_is_held_gets_nothing_but_duties(
    a_student: User,
    kestrel: School,
    server: StubbornServer,
    monkeypatch: pytest.MonkeyPatch,
    daytime: Callable[..., Any],
) -> None:
    Hold.objects.create(
        program=kestrel.program, reach="program", starts_at=kestrel.year.starts_at, by=kestrel.staff
    )
    make_test_pages(1, a_student)
    assert drain(urgent=True).sent == 1
    monkeypatch.setitem(
        kinds.KINDS,
        "peersupport.test_page",
        kinds.Kind("peersupport.test_page", "A test", lives=timedelta(days=3)),
    )
    queue(kind="peersupport.test_page", to=a_student, key="held")
    assert drain(urgent=False, clock=daytime()).dropped == 1
    held = Notification.objects.get(key="held")
    assert (held.state, held.last_error) == (State.CANCELLED, "held")


def test_nobody_is_written_to_at_night_and_everybody_right_after(
    a_student: User, server: StubbornServer, ordinary: None, daytime: Callable[..., Any]
) -> None:
    """R18: nothing inside quiet hours, everything at their end."""
    night = daytime(hours=-4)
    make_test_pages(2, a_student, due_at=night())
    assert drain(urgent=False, clock=night).sent == 0
    assert drain(urgent=False, clock=daytime(hours=-2, minutes=-1)).sent == 0
    assert drain(urgent=False, clock=daytime(hours=-2)).sent == 2


def test_what_somebody_paused_or_cannot_read_any_more_is_not_sent(
    a_student: User,
    another_student: User,
    server: StubbornServer,
    ordinary: None,
    daytime: Callable[..., Any],
) -> None:
    NoticeChoices.objects.create(user=a_student, paused=["peersupport.test_page"])
    User.objects.filter(pk=another_student.pk).update(is_active=False)
    make_test_pages(1, a_student)
    make_test_pages(1, another_student)
    assert drain(urgent=False, clock=daytime()).dropped == 2
    assert sorted(Notification.objects.values_list("last_error", flat=True)) == ["left", "paused"]


# ---------------------------------------------------------------- leases


@pytest.mark.django_db(transaction=True)
def test_two_who_claim_at_once_never_hold_the_same_row(a_student: User) -> None:
    """R23."""
    make_test_pages(40, a_student)
    at = database_now()
    claims = at_once(*[lambda: leases.claim(urgent=True, at=at, most=10)] * 4)
    rows = [row.pk for claim in claims for row in claim.rows]  # type: ignore[union-attr]
    assert len(rows) == len(set(rows)) == 40


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
def test_rows_that_somebody_is_taking_are_passed_over_not_waited_for(a_student: User) -> None:
    """R23, SKIP LOCKED."""
    rows = make_test_pages(2, a_student)

    def claim_beside() -> list[int]:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '500ms'")
        return [row.pk for row in leases.claim(urgent=True, at=database_now(), most=5).rows]

    with transaction.atomic():
        Notification.objects.select_for_update().get(pk=rows[0].pk)
        (found,) = at_once(claim_beside)
    assert found == [rows[1].pk]


def test_whoever_lost_the_lease_sends_nothing_and_changes_nothing(
    a_student: User, server: StubbornServer
) -> None:
    """R23, F21 small: a process that slept through its lease wakes up."""
    make_test_pages(1, a_student)
    at = database_now()
    slept = leases.claim(urgent=True, at=at, most=1)
    assert leases.claim(urgent=True, at=at + leases.URGENT_LEASE - timedelta(seconds=1), most=1).rows == []
    took = leases.claim(urgent=True, at=at + leases.URGENT_LEASE, most=1)
    assert len(took.rows) == 1
    assert leases.begin(slept, slept.rows[0], at) is None
    attempt = leases.begin(took, took.rows[0], at + leases.URGENT_LEASE)
    assert attempt is not None
    leases.drop(slept, slept.rows, "not wanted", at)
    leases.give_back(slept, slept.rows, at)
    assert row().state == State.SENDING
    leases.close(took, took.rows[0], attempt, Sent("accepted"), at + leases.URGENT_LEASE)
    assert row().state == State.ACCEPTED


def test_an_attempt_broken_off_is_marked_as_one_that_may_have_arrived(a_student: User) -> None:
    """R26: no attempt stays open once somebody else has taken the row."""
    make_test_pages(1, a_student)
    at = database_now()
    gone = leases.claim(urgent=True, at=at, most=1)
    leases.begin(gone, gone.rows[0], at)
    took = leases.claim(urgent=True, at=at + timedelta(minutes=1), most=1)
    leases.begin(took, took.rows[0], at + timedelta(minutes=1))
    assert list(Attempt.objects.values_list("number", "outcome")) == [(1, "unknown"), (2, "")]


def test_a_school_s_mail_comes_under_the_name_it_chose(
    kestrel: School, mailbox: Any, a_student: User
) -> None:
    kestrel.program.app_name = "Quiet Corner"
    kestrel.program.save()
    queue(kind="peersupport.test_page", to=a_student, key="one", scope=kestrel.program.uuid)
    message = mailbox.last()
    assert message["From"] == "Quiet Corner <no-reply@localhost>"
    assert message["Subject"] == "A test from Quiet Corner"
