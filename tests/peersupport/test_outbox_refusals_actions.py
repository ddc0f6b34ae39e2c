"""The outbox and a mail server that says no, drops the line, or is not there."""

from collections.abc import Callable
from typing import Any

import pytest

from peersupport.channels.letter import Sent
from peersupport.clock import database_now
from peersupport.models import Attempt, Channel, Notification, User
from peersupport.models.outbox import ChannelKind, State
from peersupport.outbox import drain, queue
from peersupport.outbox.refusals import note_refusal
from tests.peersupport.outboxes import StubbornServer, later, make_test_pages, row, states


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
