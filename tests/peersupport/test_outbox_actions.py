"""The outbox against a real mail server: what goes out, what waits, what is given up, who holds which row."""

from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from peersupport import kinds
from peersupport.channels.letter import Sent
from peersupport.clock import database_now
from peersupport.models import Attempt, Channel, NoticeChoices, Notification, User
from peersupport.models.outbox import ChannelKind, State
from peersupport.outbox import drain, leases, queue
from peersupport.outbox.refusals import note_refusal
from programs.models import Hold
from tests.peersupport.outboxes import StubbornServer, later, make_test_pages, served_by
from tests.people import School
from tests.races import at_once


@pytest.fixture
def server(settings: Any) -> Iterator[StubbornServer]:
    with served_by(StubbornServer(), settings) as stubborn:
        yield stubborn


@pytest.fixture
def ordinary(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test page as a notice that one may be without: it goes the way of reminders."""
    kind = kinds.Kind("peersupport.test_page", "A test", lives=timedelta(days=3), optional=True)
    monkeypatch.setitem(kinds.KINDS, kind.name, kind)


@pytest.fixture
def daytime(kestrel: School) -> Callable[..., Any]:
    """A clock that stands at ten in the morning of tomorrow at the school, or so much after."""

    def at(**delta: float) -> Callable[[], datetime]:
        morning = datetime.combine(kestrel.today + timedelta(days=1), time(10), kestrel.program.zone)
        return lambda: morning + timedelta(**delta)

    return at


def states() -> list[str]:
    return list(Notification.objects.order_by("pk").values_list("state", flat=True))


def row() -> Notification:
    return Notification.objects.get()


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


# ---------------------------------------------------------------- servers that say no


def test_a_server_that_is_busy_is_asked_again_later(a_student: User, server: StubbornServer) -> None:
    """R24."""
    make_test_pages(1, a_student)
    server.at_text = lambda _: "451 later"
    assert drain(urgent=True, clock=later()).failed == 1
    assert (row().state, row().last_error, row().attempts) == (State.FAILED, "message refused", 1)
    assert drain(urgent=True, clock=later(seconds=4)).failed == 0
    server.at_text = lambda _: "250 kept"
    assert drain(urgent=True, clock=later(seconds=6)).sent == 1
    assert list(Attempt.objects.values_list("outcome", "reply_code")) == [("try again", 451), ("sent", None)]


@pytest.mark.parametrize("where", ["at_recipient", "at_text"])
def test_what_is_refused_for_good_is_not_sent_again(
    a_student: User, another_student: User, server: StubbornServer, where: str
) -> None:
    """R24: dead at once, seen by staff, and the others are sent all the same."""
    setattr(server, where, lambda address: "550 no" if address == a_student.email else "250 fine")
    make_test_pages(1, a_student)
    make_test_pages(1, another_student)
    drain(urgent=True)
    assert states()[:2] == [State.DEAD, State.ACCEPTED]
    drain(urgent=True, clock=later(hours=1))
    assert [address for address, _ in server.received] == [another_student.email]
    assert Attempt.objects.filter(notification__recipient=a_student).count() == 1


def test_an_address_that_is_refused_gets_no_more_mail_and_its_owner_hears_it_here(
    a_student: User, server: StubbornServer, ordinary: None, daytime: Callable[..., Any]
) -> None:
    """R26: the channel goes off, and word of it comes by another one."""
    server.at_recipient = lambda _: "550 nobody of that name"
    make_test_pages(1, a_student)
    drain(urgent=False, clock=daytime())
    channel = Channel.objects.get(user=a_student, kind=ChannelKind.EMAIL)
    assert channel.off_because == Channel.Off.REFUSED
    drain(urgent=False, clock=daytime(seconds=30))
    queue(kind="peersupport.test_page", to=a_student, key="after")
    server.at_recipient = lambda _: "250 fine"
    drain(urgent=False, clock=daytime(minutes=1))
    told = Notification.objects.exclude(state=State.DEAD).values_list("kind", "channel", "state")
    assert sorted(told) == [
        ("peersupport.channel_off", "in_app", "delivered"),
        ("peersupport.test_page", "in_app", "delivered"),
    ]
    assert server.received == []


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ("554 5.7.1 Relay access denied", "sender refused"),
        ("550 5.7.1 We do not relay", "sender refused"),
        ("550 relay not permitted", "sender refused"),
        ("553 5.1.8 Sender address unknown", "sender refused"),
        ("554 No mail from you", "sender refused"),
        ("552 Mailbox full", "mailbox full"),
        ("550 5.2.2 Over quota", "mailbox full"),
    ],
)
def test_a_refusal_that_is_not_about_the_address_switches_nobody_off(
    a_student: User, another_student: User, server: StubbornServer, answer: str, error: str
) -> None:
    """R24, R26: it is tried again, and arrives once the server is mended or the mailbox emptied."""
    make_test_pages(1, a_student)
    make_test_pages(1, another_student)
    server.at_recipient = lambda _: answer
    drain(urgent=True, clock=later())
    tried = Notification.objects.filter(attempts=1).values_list("state", "last_error")
    # No use in asking a server that takes nothing from us once for each of them.
    assert list(tried) == [(State.FAILED, error)] * (1 if error == "sender refused" else 2)
    assert not Channel.objects.off().exists()
    server.at_recipient = lambda _: "250 fine"
    assert drain(urgent=True, clock=later(seconds=6)).sent == 2


@pytest.mark.parametrize(
    "answer",
    ["550 5.1.1 no such user", "554 5.1.1 no such user", "551 5.2.1 disabled", "553 no mailbox of that name"],
)
def test_a_refusal_about_the_address_switches_it_off(
    a_student: User, server: StubbornServer, answer: str
) -> None:
    """R26."""
    make_test_pages(1, a_student)
    server.at_recipient = lambda _: answer
    drain(urgent=True, clock=later())
    page = Notification.objects.get(kind="peersupport.test_page")
    assert (page.state, page.last_error) == (State.DEAD, "address refused")
    assert Channel.objects.get(user=a_student).off_because == Channel.Off.REFUSED


def test_a_refusal_after_an_account_was_closed_switches_nothing_off(
    a_student: User, server: StubbornServer
) -> None:
    """R26: closed while its mail was on the wire."""
    notice = make_test_pages(1, a_student)[0]
    User.objects.filter(pk=a_student.pk).update(is_active=False)
    notice.refresh_from_db()
    note_refusal(notice, Sent("refused", "address refused", 550), database_now())
    assert not Channel.objects.exists()
    assert Notification.objects.count() == 1


def test_a_line_that_drops_after_the_text_is_tried_again_under_the_same_number(
    a_student: User, server: StubbornServer
) -> None:
    """R23: nobody knows whether it arrived; a copy can be known as one."""
    make_test_pages(1, a_student)
    server.at_text = lambda _: "hang up"
    assert drain(urgent=True, clock=later()).failed == 1
    assert Attempt.objects.get().outcome == Attempt.Outcome.UNKNOWN
    server.at_text = lambda _: "250 kept"
    drain(urgent=True, clock=later(seconds=6))
    assert server.received == [(a_student.email, row().message_id)] * 2


def test_no_server_at_all_costs_one_row_a_try_and_not_every_row(
    a_student: User, server: StubbornServer, settings: Any
) -> None:
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 9
    make_test_pages(3, a_student)
    assert drain(urgent=True, clock=later()).failed == 1
    assert sorted(Notification.objects.values_list("attempts", flat=True)) == [0, 0, 1]
    settings.EMAIL_PORT = port
    assert drain(urgent=True, clock=later(seconds=6)).sent == 3


def test_a_server_that_will_not_have_us_kills_no_notice(a_student: User, server: StubbornServer) -> None:
    async def no_mail(*_: Any) -> str:
        return "530 sign in first"

    server.handle_MAIL = no_mail  # type: ignore[attr-defined]
    make_test_pages(1, a_student)
    assert drain(urgent=True, clock=later()).failed == 1
    assert (row().state, row().last_error) == (State.FAILED, "sender refused")


def test_time_that_is_over_is_the_end(
    a_student: User, server: StubbornServer, ordinary: None, daytime: Callable[..., Any]
) -> None:
    """R26: tried in vain is given up where staff see it; never tried is too late."""
    make_test_pages(2, a_student)
    first = Notification.objects.order_by("pk")[0]
    Notification.objects.filter(pk=first.pk).update(attempts=1, state=State.FAILED)
    drain(urgent=False, clock=daytime(days=4))
    assert states() == [State.DEAD, State.EXPIRED]
    assert server.received == []


def test_a_call_to_a_person_never_ends_unseen(a_student: User) -> None:
    make_test_pages(1, a_student)
    drain(urgent=True, clock=later(hours=2))
    assert (row().state, row().last_error) == (State.DEAD, "out of time")


@pytest.mark.parametrize(("poison", "says"), [("words", "cannot be written"), ("channel", "cannot be sent")])
def test_a_notice_that_breaks_stops_no_other(
    a_student: User,
    server: StubbornServer,
    settings: Any,
    caplog: pytest.LogCaptureFixture,
    poison: str,
    says: str,
) -> None:
    """F19, small: one poison row among good ones, one that nobody wants."""
    settings.STILL_WANTED = {"peersupport.test_page": "tests.peersupport.outboxes.words_or_poison"}
    for about in ({"poison": poison}, {"unwanted": True}, {}):
        queue(kind="peersupport.test_page", to=a_student, key=str(about), about=about)
    if poison == "channel":
        Notification.objects.filter(key__contains="poison").update(channel="ringing")  # nobody can send there
    done = drain(urgent=True)
    assert (done.sent, done.failed, done.dropped) == (1, 1, 1)
    assert states() == [State.FAILED, State.CANCELLED, State.ACCEPTED]
    assert Notification.objects.get(key__contains="poison").last_error == says
    assert says in caplog.text


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
