"""A notice that was given up: tried again, put aside, and only by whoever comes first."""

from datetime import timedelta

import pytest

from peersupport.actions.outbox import cancel_notice, retry_notice
from peersupport.clock import database_now
from peersupport.errors import Refused
from peersupport.models import AuditEntry, Notification, User
from peersupport.models.outbox import State
from peersupport.outbox import drain, leases
from tests.peersupport.mailbox import Mailbox
from tests.peersupport.outboxes import make_test_pages
from tests.races import at_once


@pytest.fixture
def dead(a_student: User) -> Notification:
    notice = make_test_pages(1, a_student)[0]
    gone = database_now() - timedelta(hours=2)
    Notification.objects.update(state=State.DEAD, ended_at=gone, expires_at=gone, last_error="out of time")
    notice.refresh_from_db()
    return notice


def test_what_is_tried_again_goes_out_once_and_is_recorded(
    dead: Notification, wellbeing_staff: User, mailbox: Mailbox
) -> None:
    """R24: a dead letter retried, by a real mail server."""
    retry_notice(by=wellbeing_staff, notice=dead, now=database_now())
    drain(urgent=True)
    drain(urgent=True)
    dead.refresh_from_db()
    assert (dead.state, dead.last_error) == (State.ACCEPTED, "")
    assert [to for to, _ in mailbox.envelopes] == [["priya@kestrel.example"]]
    line = AuditEntry.objects.get(verb="try a notice again")
    assert (line.by, line.on_id) == (wellbeing_staff, str(dead.uuid))


def test_what_is_put_aside_stays_unsent(dead: Notification, wellbeing_staff: User, mailbox: Mailbox) -> None:
    cancel_notice(by=wellbeing_staff, notice=dead, now=database_now())
    dead.refresh_from_db()
    assert (dead.state, mailbox.envelopes) == (State.CANCELLED, [])
    with pytest.raises(Refused, match="while you were looking"):
        retry_notice(by=wellbeing_staff, notice=dead, now=database_now())


def test_a_kind_of_an_earlier_version_cannot_be_tried_again(
    dead: Notification, wellbeing_staff: User, mailbox: Mailbox
) -> None:
    Notification.objects.update(kind="peersupport.long_gone")
    dead.refresh_from_db()
    with pytest.raises(Refused, match="can no longer be sent; put it aside"):
        retry_notice(by=wellbeing_staff, notice=dead, now=database_now())
    cancel_notice(by=wellbeing_staff, notice=dead, now=database_now())
    assert (dead.state, mailbox.envelopes) == (State.CANCELLED, [])


def test_what_somebody_is_sending_is_left_alone(a_student: User, wellbeing_staff: User) -> None:
    notice = make_test_pages(1, a_student)[0]
    leases.claim(urgent=True, at=database_now(), most=1)
    for change in (retry_notice, cancel_notice):
        with pytest.raises(Refused, match="while you were looking"):
            change(by=wellbeing_staff, notice=notice, now=database_now())


@pytest.mark.django_db(transaction=True)
def test_of_two_who_put_it_aside_one_does(dead: Notification, wellbeing_staff: User) -> None:
    def put_aside() -> bool:
        try:
            cancel_notice(by=wellbeing_staff, notice=dead, now=database_now())
        except Refused:
            return False
        return True

    assert sorted(at_once(*[put_aside] * 4)) == [False, False, False, True]  # type: ignore[type-var]
    assert AuditEntry.objects.filter(verb="put a notice aside").count() == 1
