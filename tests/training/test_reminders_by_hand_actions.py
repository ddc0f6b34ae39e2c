"""One more reminder by hand, and how many went."""

from datetime import time, timedelta

import pytest
from django.core import mail

from peersupport.errors import Refused
from peersupport.models import AuditEntry, Notification, User
from peersupport.outbox import drain
from programs.actions.holds import hold_notices, lift_hold
from programs.models import Hold
from tests.people import School
from tests.training.mornings import ask, at, day, finish, go
from training.actions.reminders import queue_due_reminders, send_extra_reminder
from training.models import Assignment, ModuleVersion, ReminderDay
from training.models.reminders import days_kept, sent_by_year, to_remind_besides


@pytest.fixture
def asked(kestrel: School, short_walk: ModuleVersion) -> Assignment:
    return ask(kestrel, short_walk)


def test_one_more_goes_to_whoever_has_something_left_and_has_not_just_heard(
    kestrel: School, a_student: User, another_student: User, short_walk: ModuleVersion, asked: Assignment
) -> None:
    finish(another_student, short_walk, kestrel)
    noon = at(kestrel, 10, time(12))
    assert [user.email for user in to_remind_besides(kestrel.program, day(kestrel, 10), noon)] == [
        a_student.email
    ]
    assert send_extra_reminder(by=kestrel.staff, program=kestrel.program, now=noon) == 1
    drain(urgent=False, clock=lambda: noon)
    assert len(mail.outbox) == 1
    entry = AuditEntry.objects.latest("pk")
    assert (entry.verb, entry.by, entry.count) == ("send extra reminder", kestrel.staff, 1)
    assert entry.scope == kestrel.program.uuid


def test_one_by_hand_reaches_those_whose_morning_reminder_was_cancelled(
    kestrel: School, a_student: User, asked: Assignment
) -> None:
    """After a hold that was a mistake: lifted, nothing comes by itself, and staff can send one more."""
    eight = at(kestrel, 17)
    queue_due_reminders(now=eight)
    everybody = Hold.Reach.PROGRAM
    hold = hold_notices(by=kestrel.staff, program=kestrel.program, reach=everybody, now=eight)
    lift_hold(by=kestrel.staff, hold=hold, now=eight)
    noon = at(kestrel, 17, time(12))
    assert send_extra_reminder(by=kestrel.staff, program=kestrel.program, now=noon) == 1
    drain(urgent=False, clock=lambda: noon)
    assert len(mail.outbox) == 1


def test_one_by_hand_a_day(kestrel: School, a_student: User, asked: Assignment) -> None:
    noon = at(kestrel, 10, time(12))
    send_extra_reminder(by=kestrel.staff, program=kestrel.program, now=noon)
    with pytest.raises(Refused, match="tomorrow"):
        send_extra_reminder(by=kestrel.staff, program=kestrel.program, now=noon)


@pytest.mark.parametrize("number", [4, 18])
def test_nobody_to_remind_is_no_reminder(
    kestrel: School, a_student: User, asked: Assignment, number: int
) -> None:
    """Too early for any of it; or all have heard the day before."""
    go(at(kestrel, 17))
    audited = AuditEntry.objects.count()
    with pytest.raises(Refused, match="nobody to remind"):
        send_extra_reminder(by=kestrel.staff, program=kestrel.program, now=at(kestrel, number, time(12)))
    assert AuditEntry.objects.count() == audited
    assert not ReminderDay.objects.filter(extra=True).exists()


def test_the_days_after_one_by_hand_stay_silent(kestrel: School, a_student: User, asked: Assignment) -> None:
    """B5: never two within three days, whoever asked for them."""
    send_extra_reminder(by=kestrel.staff, program=kestrel.program, now=at(kestrel, 15, time(12)))
    assert [number for number in range(15, 21) if go(at(kestrel, number))] == [20]


# ---------------------------------------------------------------- how many went


def test_how_many_went_is_kept_when_the_messages_are_gone(kestrel: School, asked: Assignment) -> None:
    kestrel.students(4)
    for number in range(22):
        go(at(kestrel, number))
    assert sent_by_year(kestrel.program, day(kestrel, 21), days_kept(kestrel.program)) == [("this year", 12)]
    settled = dict(ReminderDay.objects.exclude(sent=None).values_list("day", "sent"))
    assert {number: settled.get(day(kestrel, number)) for number in (5, 6, 17, 19, 20)} == {
        5: 0,
        6: 4,
        17: 4,
        19: 0,
        20: None,
    }
    Notification.objects.filter(due_at__lt=at(kestrel, 19)).delete()
    assert sent_by_year(kestrel.program, day(kestrel, 21), days_kept(kestrel.program)) == [("this year", 12)]


def test_a_school_without_a_year_has_sent_none(kestrel: School) -> None:
    assert sent_by_year(kestrel.program, kestrel.year.starts_on - timedelta(days=1), {}) == []
