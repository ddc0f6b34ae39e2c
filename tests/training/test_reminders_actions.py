"""Reminders: what goes out on a morning and what it says, who is left out, and one more by hand."""

import re
from datetime import datetime, time, timedelta
from uuid import uuid4

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from peersupport.actions.channels import pause_kind
from peersupport.kinds import KINDS
from peersupport.models import NoticeChoices, Notification, User
from peersupport.models.outbox import State
from peersupport.outbox import drain
from programs.actions.cohorts import end_membership, give_leave
from programs.models import Hold, Membership
from tests.people import School, load_reviewed
from tests.training.mornings import ask, at, day, finish, go
from training.actions.assignments import extend
from training.actions.reminders import queue_due_reminders, send_extra_reminder
from training.models import Assignment, Module, ModuleVersion, ReminderDay, Review
from training.tasks import queue_due_reminders as the_task

CLOSED_LIST = "support|wellbeing|mental|peer|counsel|crisis|referral|suicid|distress|depress|anxi|harm"


@pytest.fixture
def asked(kestrel: School, short_walk: ModuleVersion) -> Assignment:
    return ask(kestrel, short_walk)


def ended() -> list[tuple[str, str]]:
    return list(Notification.objects.order_by("pk").values_list("state", "last_error"))


# ---------------------------------------------------------------- a morning


def test_one_message_on_each_of_the_seven_days(kestrel: School, a_student: User, asked: Assignment) -> None:
    """B5."""
    days = [number for number in range(70) if go(at(kestrel, number))]
    assert days == [6, 17, 20, 27, 34, 41, 48]
    assert [message.to for message in mail.outbox] == [[a_student.email]] * 7


def test_nothing_before_eight_at_the_school(kestrel: School, a_student: User, asked: Assignment) -> None:
    assert go(at(kestrel, 6, time(7, 59))) == 0
    assert go(at(kestrel, 6, time(8, 0))) == 1
    row = Notification.objects.get()
    assert row.due_at == at(kestrel, 6, time(8))
    assert row.expires_at == row.due_at + timedelta(days=1)


def test_the_message_names_number_minutes_and_day_and_nothing_else(
    kestrel: School, a_student: User, asked: Assignment
) -> None:
    """B5; the ordinary class of privacy.md: one recipient, no word that says what it is about."""
    go(at(kestrel, 6))
    message = mail.outbox[0]
    due = day(kestrel, 20)
    assert message.subject == "Your training: one module to do"
    line = f"One module, 2 minutes, by {due:%A} {due.day} {due:%B}"
    assert line in message.body
    assert message.to == [a_student.email]
    assert message.cc == message.bcc == []
    assert "No more messages of this kind (training that is due)" in message.body
    words = f"{message.subject} {str(message.body).partition('-- ')[0]}".lower()
    assert re.findall(CLOSED_LIST, words) == []
    assert "walk" not in words
    assert words.count("http") == 1


def test_all_that_is_left_stands_in_one_message(kestrel: School, a_student: User, asked: Assignment) -> None:
    """B5: what is past its day too, and not what is due later than in a fortnight."""
    for place, number in enumerate((3, 10, 16, 40), start=2):
        module = _another_module(kestrel, f"module-{place}")
        Assignment.objects.create(year=kestrel.year, module=module, track="core", due_on=day(kestrel, number))
    assert go(at(kestrel, 10)) == 1
    lines = [line for line in str(mail.outbox[0].body).splitlines() if line.startswith("Module")]
    assert [line.partition(",")[0] for line in lines] == [f"Module {place} of 5" for place in (1, 2, 3, 4)]
    assert ["was due on" in line for line in lines] == [True, False, False, False]
    assert mail.outbox[0].subject == "Your training: 4 modules to do"


def _another_module(school: School, slug: str) -> Module:
    module = Module.objects.create(slug=slug)
    version = ModuleVersion.objects.create(
        module=module,
        number=1,
        title="Another",
        track="core",
        row=2,
        minutes=9,
        content={},
        loaded_on=school.today,
    )
    Review.objects.create(version=version, program=school.program, by=school.staff, on=school.today)
    return module


def test_five_hundred_people_are_one_statement_and_a_second_look_finds_nobody(
    kestrel: School, asked: Assignment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S8: nine lots of at most three, each in a statement of its own; then the morning is over."""
    monkeypatch.setattr("training.models.reminders.AT_ONCE", 3)
    kestrel.students(25)
    with CaptureQueriesContext(connection) as queries:
        assert queue_due_reminders(now=at(kestrel, 6)) == 25
    made = [query for query in queries if "INSERT" in query["sql"] and "notification" in query["sql"]]
    assert len(made) == 9
    asking = [
        query
        for query in queries
        if query["sql"].startswith(("SELECT", "INSERT", "UPDATE", "DELETE", "WITH"))
    ]
    assert len(asking) <= 3 * 9
    with CaptureQueriesContext(connection) as queries:
        assert queue_due_reminders(now=at(kestrel, 6, time(9))) == 0
    assert len(queries) == 2


def test_a_morning_broken_off_half_way_is_finished_and_nobody_hears_twice(
    kestrel: School, asked: Assignment
) -> None:
    """R25, F9: as when the process was killed before it could note that everybody had been looked at."""
    kestrel.students(3)
    assert queue_due_reminders(now=at(kestrel, 6)) == 3
    Notification.objects.latest("pk").delete()
    ReminderDay.objects.all().delete()
    assert queue_due_reminders(now=at(kestrel, 6, time(8, 30))) == 1


def test_each_school_has_its_own_morning(
    kestrel: School, harrow: School, a_student: User, student_of_another_school: User, asked: Assignment
) -> None:
    version = load_reviewed(harrow)
    Assignment.objects.create(year=harrow.year, module=version.module, track="core", due_on=asked.due_on)
    assert go(at(kestrel, 6)) == 1  # in Perth it is not yet eight
    assert go(datetime.combine(day(kestrel, 6), time(8, 1), harrow.program.zone)) == 1
    assert [message.to for message in mail.outbox] == [[a_student.email], [student_of_another_school.email]]


def test_the_task_looks_by_the_clock_of_the_database(kestrel: School, a_student: User) -> None:
    the_task()
    assert not Notification.objects.exists()


# ---------------------------------------------------------------- who is left out


def test_nothing_after_completion_even_at_the_last_moment(
    kestrel: School, a_student: User, short_walk: ModuleVersion, asked: Assignment
) -> None:
    """B5: done between eight and the moment of sending."""
    assert queue_due_reminders(now=at(kestrel, 6)) == 1
    finish(a_student, short_walk, kestrel)
    drain(urgent=False, clock=lambda: at(kestrel, 6))
    assert ended() == [(State.CANCELLED, "not wanted")]
    assert go(at(kestrel, 17)) == 0
    assert mail.outbox == []


def test_what_is_left_waits_for_its_own_day_when_the_reason_is_done(
    kestrel: School, a_student: User, short_walk: ModuleVersion, asked: Assignment
) -> None:
    """B5: done at a minute past eight; another is soon due, but nothing calls for a word on it today."""
    module = _another_module(kestrel, "another")
    Assignment.objects.create(year=kestrel.year, module=module, track="core", due_on=day(kestrel, 15))
    assert queue_due_reminders(now=at(kestrel, 6)) == 1
    finish(a_student, short_walk, kestrel)
    drain(urgent=False, clock=lambda: at(kestrel, 6))
    assert ended() == [(State.CANCELLED, "not wanted")]


def test_more_time_moves_every_day(kestrel: School, a_student: User, asked: Assignment) -> None:
    """B5."""
    extend(
        by=kestrel.staff,
        program=kestrel.program,
        assignment=asked,
        membership=Membership.objects.get(user=a_student),
        due_on=day(kestrel, 25),
    )
    assert [number for number in range(30) if go(at(kestrel, number))] == [11, 22, 25]


def test_more_time_given_after_eight_stops_what_waits(
    kestrel: School, a_student: User, asked: Assignment
) -> None:
    """B5."""
    assert queue_due_reminders(now=at(kestrel, 6)) == 1
    Assignment.objects.update(due_on=day(kestrel, 25))
    drain(urgent=False, clock=lambda: at(kestrel, 6))
    assert ended() == [(State.CANCELLED, "not wanted")]


def test_nobody_hears_while_away_and_the_first_day_back_says_what_is_left(
    kestrel: School, a_student: User, asked: Assignment
) -> None:
    """B5: fourteen days to catch up end on the 25th, so the first day back is the 13th before."""
    give_leave(
        by=kestrel.staff,
        membership=Membership.objects.get(user=a_student),
        starts_on=day(kestrel, 5),
        ends_on=day(kestrel, 11),
    )
    assert [number for number in range(30) if go(at(kestrel, number))] == [12, 22, 25]


def test_leave_entered_after_eight_stops_what_waits(
    kestrel: School, a_student: User, asked: Assignment
) -> None:
    """B5."""
    assert queue_due_reminders(now=at(kestrel, 17)) == 1
    give_leave(
        by=kestrel.staff,
        membership=Membership.objects.get(user=a_student),
        starts_on=day(kestrel, 17),
        ends_on=day(kestrel, 18),
    )
    drain(urgent=False, clock=lambda: at(kestrel, 17))
    assert mail.outbox == []


def test_past_members_hear_nothing(kestrel: School, a_student: User, asked: Assignment) -> None:
    """B5."""
    end_membership(
        by=kestrel.staff, membership=Membership.objects.get(user=a_student), now=at(kestrel, 6, time(7))
    )
    assert go(at(kestrel, 6)) == 0


def test_what_a_hold_has_swallowed_is_not_made_up_for(
    kestrel: School, a_student: User, asked: Assignment
) -> None:
    """B5: held on the 14th day before, lifted a day later; the next word is three days before."""
    Hold.objects.create(
        program=kestrel.program,
        reach="program",
        starts_at=at(kestrel, 5),
        ends_at=at(kestrel, 6, time(12)),
        by=kestrel.staff,
    )
    assert [number for number in range(21) if go(at(kestrel, number))] == [17, 20]


def test_whoever_has_stopped_them_gets_none(kestrel: School, a_student: User, asked: Assignment) -> None:
    """S8: the choice is read in the statement itself."""
    pause_kind(by=a_student, kind=KINDS["training.due"])
    assert go(at(kestrel, 6)) == 0
    NoticeChoices.objects.update(paused=["training.due_else"])
    assert go(at(kestrel, 7)) == 1


@pytest.mark.parametrize(
    ("quiet", "heard"),
    [
        ((time(22), time(11)), time(11)),
        ((time(6), time(17, 30)), time(17, 30)),
        ((time(0), time(0)), time(8, 1)),
    ],
)
def test_quiet_hours_end_first(
    kestrel: School, a_student: User, asked: Assignment, quiet: tuple[time, time], heard: time
) -> None:
    """B5: the first turn of the sender after eight, or when this person's own quiet hours are over."""
    NoticeChoices.objects.create(user=a_student, quiet_from=quiet[0], quiet_until=quiet[1])
    assert queue_due_reminders(now=at(kestrel, 6)) == 1
    minute = at(kestrel, 6)
    while not mail.outbox and minute < at(kestrel, 7):
        _send(minute)
        minute += timedelta(minutes=1)
    assert (minute - timedelta(minutes=1)).time() == heard


def _send(moment: datetime) -> None:
    if Notification.objects.claimable(moment).exists():
        drain(urgent=False, clock=lambda: moment)


def test_a_message_kept_overnight_still_leaves_two_days_of_silence(
    kestrel: School, a_student: User, asked: Assignment
) -> None:
    """B5: written on the evening before the 3rd day before, read in the morning; nothing the day after."""
    NoticeChoices.objects.create(user=a_student, quiet_from=time(18), quiet_until=time(7))
    evening, morning = at(kestrel, 16, time(19)), at(kestrel, 17, time(7))
    assert send_extra_reminder(by=kestrel.staff, program=kestrel.program, now=evening) == 1
    drain(urgent=False, clock=lambda: evening)
    assert mail.outbox == []
    drain(urgent=False, clock=lambda: morning)
    assert len(mail.outbox) == 1
    assert [number for number in range(17, 22) if go(at(kestrel, number))] == [20]


def test_two_rows_for_one_person_still_make_one_message(
    kestrel: School, a_student: User, asked: Assignment
) -> None:
    """B5: whatever way a second row came about, it is looked at once more before it goes."""
    go(at(kestrel, 17))
    row = Notification.objects.get()
    row.pk, row.uuid, row.key = None, uuid4(), "another"
    row.state, row.ended_at = State.PENDING, None
    row.save()
    drain(urgent=False, clock=lambda: at(kestrel, 17))
    assert len(mail.outbox) == 1


def test_a_row_without_a_person_or_a_school_is_dropped(kestrel: School, a_student: User) -> None:
    Notification.objects.create(
        kind="training.due",
        key="of no school",
        recipient=a_student,
        made_at=at(kestrel, 1),
        due_at=at(kestrel, 1),
        next_try_at=at(kestrel, 1),
        expires_at=at(kestrel, 2),
    )
    drain(urgent=False, clock=lambda: at(kestrel, 1))
    assert ended() == [(State.CANCELLED, "not wanted")]
