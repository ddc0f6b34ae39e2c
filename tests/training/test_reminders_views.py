"""Reminders as staff see them: the days ahead, the words, one more by hand."""

from datetime import timedelta

import pytest

from peersupport.clock import now
from peersupport.models import NoticeChoices, Notification, User
from peersupport.outbox import drain
from programs.models import Hold, Leave, Membership
from tests.costs import cost
from tests.doors import assert_door_holds
from tests.people import School, sign_in
from training.models import Assignment, ModuleVersion, ReminderDay

PLAN = "/learn/reminders/"
PREVIEW = "/learn/reminders/extra/"
SEND = "/learn/reminders/extra/send/"


@pytest.fixture
def asked(kestrel: School, short_walk: ModuleVersion) -> Assignment:
    """The short walk, for everybody, in ten days."""
    return Assignment.objects.create(
        year=kestrel.year, module=short_walk.module, track="core", due_on=kestrel.today + timedelta(days=10)
    )


def page(user: User, address: str = PLAN) -> str:
    return sign_in(user).get(address).content.decode()


def day_row(school: School, number: int, people: int) -> str:
    """A row of the plan: the day that lies so far ahead, how many people, one module."""
    day = school.today + timedelta(days=number)
    words = f"{day:%A} {day.day} {day:%B}"
    return f'<th scope="row">{words}</th><td class="num">{people}</td><td class="num">1</td>'


def test_doors(
    a_student: User,
    a_student_lead: User,
    clinical_adviser: User,
    wellbeing_staff: User,
    staff_whose_role_has_ended: User,
    somebody_on_no_list: User,
) -> None:
    forbidden = [a_student, a_student_lead, clinical_adviser]
    strangers = [staff_whose_role_has_ended, somebody_on_no_list]
    for address in (PLAN, PREVIEW):
        assert_door_holds(
            address, inside=wellbeing_staff, forbidden=forbidden, strangers=strangers, also_allows=["head"]
        )
    assert_door_holds(SEND, method="post", inside=wellbeing_staff, forbidden=forbidden, strangers=strangers)


def test_the_plan_says_how_many_people_and_modules(
    kestrel: School, wellbeing_staff: User, asked: Assignment
) -> None:
    kestrel.students(3)
    text = page(wellbeing_staff)
    day = kestrel.today + timedelta(days=7)
    assert f"{day:%A}: 3 people, 1 module</h1>" in text
    assert day_row(kestrel, 7, 3) in text
    assert day_row(kestrel, 10, 3) in text
    assert text.count('<td class="num">3</td>') == 2


def test_the_plan_leaves_out_whoever_hears_nothing(
    kestrel: School, wellbeing_staff: User, asked: Assignment
) -> None:
    """Held, stopped, away on that day, told a day before it: one of five is left for the 7th day."""
    held, stopped, away, told, _ = kestrel.students(5)
    at = now()
    Hold.objects.create(
        program=kestrel.program, reach="person", user=held.user, starts_at=at, by=wellbeing_staff
    )
    NoticeChoices.objects.create(user=stopped.user, paused=["training.due"])
    week = kestrel.today + timedelta(days=7)
    Leave.objects.create(membership=away, starts_on=week, ends_on=week, catch_up_until=week)
    Notification.objects.create(
        key="told",
        kind="training.due",
        recipient=told.user,
        made_at=at,
        due_at=at,
        next_try_at=at,
        expires_at=at + timedelta(days=1),
    )
    Assignment.objects.update(due_on=kestrel.today + timedelta(days=4))
    text = page(wellbeing_staff)
    assert day_row(kestrel, 1, 2) in text  # the 3rd before, one day from now: not for who was told today
    Assignment.objects.update(due_on=kestrel.today + timedelta(days=10))
    text = page(wellbeing_staff)
    assert day_row(kestrel, 7, 2) in text
    assert day_row(kestrel, 10, 3) in text


def test_what_is_in_the_outbox_already_is_not_planned_again(
    kestrel: School, wellbeing_staff: User, a_student: User, asked: Assignment
) -> None:
    Assignment.objects.update(due_on=kestrel.today)
    assert day_row(kestrel, 0, 1) in page(wellbeing_staff)
    ReminderDay.objects.create(program=kestrel.program, day=kestrel.today, queued=True)
    assert day_row(kestrel, 0, 1) not in page(wellbeing_staff)
    assert day_row(kestrel, 7, 1) in page(wellbeing_staff)


def test_with_nothing_ahead_it_says_so(kestrel: School, wellbeing_staff: User) -> None:
    until = kestrel.today + timedelta(days=13)
    assert f"Nothing goes out until {until.day} {until:%B}" in page(wellbeing_staff)
    assert "Nobody to remind now" in page(wellbeing_staff, PREVIEW)


def test_the_preview_has_the_very_words_and_the_number(
    kestrel: School, wellbeing_staff: User, asked: Assignment, mailoutbox: list[object]
) -> None:
    kestrel.students(2)
    NoticeChoices.objects.bulk_create(
        NoticeChoices(user=user, quiet_from="00:00", quiet_until="00:00")
        for user in User.objects.filter(email__startswith="many")
    )
    text = page(wellbeing_staff, PREVIEW)
    assert "<h1>2 people get this</h1>" in text
    answer = sign_in(wellbeing_staff).post(SEND, follow=True)
    assert "2 people are being reminded" in answer.content.decode()
    drain(urgent=False)
    message = mail_text(mailoutbox[0])
    for line in filter(None, message.partition("\n-- ")[0].splitlines()):
        assert line in text, line
    assert "One has gone today already" in page(wellbeing_staff, PREVIEW)
    assert "One has been sent by hand today" in page(wellbeing_staff)
    assert '<td class="num">2</td>' in page(wellbeing_staff)  # sent this year


def mail_text(message: object) -> str:
    return f"{getattr(message, 'subject')}\n{getattr(message, 'body')}"  # noqa: B009


def test_a_second_one_on_a_day_is_refused_with_a_sentence(
    kestrel: School, wellbeing_staff: User, a_student: User, asked: Assignment
) -> None:
    client = sign_in(wellbeing_staff)
    assert "One person is being reminded" in client.post(SEND, follow=True).content.decode()
    answer = client.post(SEND, follow=True, headers={"referer": f"http://testserver{PLAN}"})
    assert "The next one can go tomorrow" in answer.content.decode()
    assert Notification.objects.count() == 1


def test_another_school_sees_nothing_of_it(
    kestrel: School, a_student: User, staff_of_another_school: User, asked: Assignment
) -> None:
    assert "Nothing goes out until" in page(staff_of_another_school)
    assert "Nobody to remind now" in page(staff_of_another_school, PREVIEW)


def test_pages_cost_the_same_for_one_and_for_fifty(
    kestrel: School, wellbeing_staff: User, asked: Assignment
) -> None:
    """S2."""
    kestrel.students(1)
    client = sign_in(wellbeing_staff)
    client.get(PLAN)
    few = [cost(client, address) for address in (PLAN, PREVIEW)]
    kestrel.students(49)
    Leave.objects.bulk_create(
        Leave(
            membership=membership,
            starts_on=kestrel.today,
            ends_on=kestrel.today,
            catch_up_until=kestrel.today,
        )
        for membership in Membership.objects.students()[:10]
    )
    assert [cost(client, address) for address in (PLAN, PREVIEW)] == few
    assert max(few) <= 10
