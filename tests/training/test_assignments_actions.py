"""Asking for a module by a day, moving the day, and giving more time."""

from datetime import date, timedelta
from threading import Barrier
from typing import Any

import pytest
import time_machine

from peersupport.clock import now
from peersupport.errors import Refused
from peersupport.models import AuditEntry, User
from programs.actions.cohorts import end_membership, give_leave
from programs.models import Membership, Role
from tests.people import School, load_reviewed, start_school
from tests.races import at_once
from training.actions.assignments import (
    assign_module,
    drop_assignment,
    extend,
    move_assignment,
    take_extra_week,
)
from training.models import Assignment, Due, Extension, ModuleVersion, Progress


def days(school: School, number: int) -> date:
    return school.today + timedelta(days=number)


def assign(school: School, version: ModuleVersion, due_on: date, year_level: int | None = None) -> Assignment:
    return assign_module(
        by=school.staff,
        program=school.program,
        version=version,
        year=school.year,
        year_level=year_level,
        due_on=due_on,
        now=now(),
    )


@pytest.fixture
def asked(kestrel: School, short_walk: ModuleVersion) -> Assignment:
    """The short walk, for everybody, in ten days."""
    return assign(kestrel, short_walk, days(kestrel, 10))


def last_entry() -> tuple[str, str, Any]:
    entry = AuditEntry.objects.order_by("-pk")[0]
    return entry.verb, entry.on_id, entry.scope


def test_assigning_makes_a_row_and_a_line_in_the_record(kestrel: School, asked: Assignment) -> None:
    assert (asked.year, asked.year_level, asked.track, asked.due_on) == (
        kestrel.year,
        None,
        "core",
        days(kestrel, 10),
    )
    assert last_entry() == ("assign module", str(asked.uuid), kestrel.program.uuid)


def test_a_day_that_has_passed_is_refused(
    kestrel: School, short_walk: ModuleVersion, asked: Assignment
) -> None:
    entries = AuditEntry.objects.count()
    with pytest.raises(Refused, match="has passed"):
        assign(kestrel, short_walk, days(kestrel, -1), year_level=3)
    with pytest.raises(Refused, match="has passed"):
        move_assignment(
            by=kestrel.staff, program=kestrel.program, assignment=asked, due_on=days(kestrel, -1), now=now()
        )
    assert Assignment.objects.get().due_on == days(kestrel, 10)
    assert AuditEntry.objects.count() == entries
    assert assign(kestrel, short_walk, kestrel.today, year_level=3).due_on == kestrel.today


def test_today_is_the_schools_today(kestrel: School, short_walk: ModuleVersion) -> None:
    """Late in the evening in UTC it is tomorrow in Sydney, and yesterday's day has passed."""
    with time_machine.travel(f"{kestrel.today}T21:00:00Z", tick=False):
        assert kestrel.today.isoformat() > now().date().isoformat()
        with pytest.raises(Refused, match="has passed"):
            assign(kestrel, short_walk, now().date())


def test_assigning_twice_is_refused(kestrel: School, short_walk: ModuleVersion, asked: Assignment) -> None:
    with pytest.raises(Refused, match="already"):
        assign(kestrel, short_walk, days(kestrel, 20))
    assign(kestrel, short_walk, days(kestrel, 20), year_level=3)
    with pytest.raises(Refused, match="already"):
        assign(kestrel, short_walk, days(kestrel, 30), year_level=3)
    assert Assignment.objects.count() == 2


def test_a_supporters_module_has_no_year_level(kestrel: School, short_walk: ModuleVersion) -> None:
    short_walk.track = "supporter"
    assert assign(kestrel, short_walk, days(kestrel, 20), year_level=3).year_level is None


def test_moving_the_day_keeps_extensions(kestrel: School, a_student: User, asked: Assignment) -> None:
    membership = Membership.objects.get(user=a_student)
    extend(
        by=kestrel.staff,
        program=kestrel.program,
        assignment=asked,
        membership=membership,
        due_on=days(kestrel, 20),
    )
    move_assignment(
        by=kestrel.staff, program=kestrel.program, assignment=asked, due_on=days(kestrel, 15), now=now()
    )
    assert last_entry() == ("move assignment", str(asked.uuid), kestrel.program.uuid)
    assert Due.objects.at(now()).get().due_on == days(kestrel, 20)


def test_moving_the_day_past_an_extension_never_leaves_anybody_with_less(
    kestrel: School, a_student: User, asked: Assignment
) -> None:
    membership = Membership.objects.get(user=a_student)
    extend(
        by=kestrel.staff,
        program=kestrel.program,
        assignment=asked,
        membership=membership,
        due_on=days(kestrel, 12),
    )
    move_assignment(
        by=kestrel.staff, program=kestrel.program, assignment=asked, due_on=days(kestrel, 30), now=now()
    )
    assert Due.objects.at(now()).get().due_on == days(kestrel, 30)


def test_dropping_keeps_what_was_done(
    kestrel: School, a_student: User, short_walk: ModuleVersion, asked: Assignment
) -> None:
    Progress.objects.create(
        user=a_student,
        module=short_walk.module,
        version=short_walk,
        started_on=kestrel.today,
        completed_on=kestrel.today,
    )
    uuid = asked.uuid
    drop_assignment(by=kestrel.staff, program=kestrel.program, assignment=asked)
    assert last_entry() == ("drop assignment", str(uuid), kestrel.program.uuid)
    assert not Assignment.objects.exists()
    assert Progress.objects.get().completed_on == kestrel.today


def test_an_extension_is_a_later_day(kestrel: School, a_student: User, asked: Assignment) -> None:
    membership = Membership.objects.get(user=a_student)
    for due_on in (asked.due_on, asked.due_on - timedelta(days=1)):
        with pytest.raises(Refused, match="after the one"):
            extend(
                by=kestrel.staff,
                program=kestrel.program,
                assignment=asked,
                membership=membership,
                due_on=due_on,
            )
    assert not Extension.objects.exists()
    for number in (20, 15):
        extend(
            by=kestrel.staff,
            program=kestrel.program,
            assignment=asked,
            membership=membership,
            due_on=days(kestrel, number),
        )
    assert Extension.objects.get().due_on == days(kestrel, 15)
    assert last_entry() == ("extend for a person", str(membership.uuid), kestrel.program.uuid)


# ---------------------------------------------------------------- a week more, taken by oneself


def test_an_extra_week_is_seven_days_without_a_reason(
    kestrel: School, a_student: User, asked: Assignment
) -> None:
    """Claim B4."""
    extension = take_extra_week(by=a_student, assignment=asked, now=now())
    assert (extension.due_on, extension.self_used) == (days(kestrel, 17), True)
    assert Due.objects.at(now()).get().due_on == days(kestrel, 17)
    assert not AuditEntry.objects.filter(verb__contains="week").exists()


def test_an_extra_week_is_taken_once(kestrel: School, a_student: User, asked: Assignment) -> None:
    take_extra_week(by=a_student, assignment=asked, now=now())
    with pytest.raises(Refused, match="You have taken your extra week"):
        take_extra_week(by=a_student, assignment=asked, now=now())
    assert Extension.objects.get().due_on == days(kestrel, 17)


def test_an_extra_week_comes_on_top_of_what_staff_gave(
    kestrel: School, a_student: User, asked: Assignment
) -> None:
    membership = Membership.objects.get(user=a_student)
    extend(
        by=kestrel.staff,
        program=kestrel.program,
        assignment=asked,
        membership=membership,
        due_on=days(kestrel, 20),
    )
    assert take_extra_week(by=a_student, assignment=asked, now=now()).due_on == days(kestrel, 27)


def test_staff_giving_a_day_afterwards_does_not_give_the_week_back(
    kestrel: School, a_student: User, asked: Assignment
) -> None:
    take_extra_week(by=a_student, assignment=asked, now=now())
    membership = Membership.objects.get(user=a_student)
    extend(
        by=kestrel.staff,
        program=kestrel.program,
        assignment=asked,
        membership=membership,
        due_on=days(kestrel, 40),
    )
    with pytest.raises(Refused):
        take_extra_week(by=a_student, assignment=asked, now=now())


def test_an_extra_week_after_a_leave_counts_from_the_catch_up(
    kestrel: School, a_student: User, asked: Assignment
) -> None:
    membership = Membership.objects.get(user=a_student)
    give_leave(by=kestrel.staff, membership=membership, starts_on=days(kestrel, 2), ends_on=days(kestrel, 5))
    assert take_extra_week(by=a_student, assignment=asked, now=now()).due_on == days(kestrel, 26)


def test_an_extra_week_when_the_day_has_passed_counts_from_today(
    kestrel: School, a_student: User, asked: Assignment
) -> None:
    Assignment.objects.update(due_on=days(kestrel, -30))
    assert take_extra_week(by=a_student, assignment=asked, now=now()).due_on == days(kestrel, 7)


def test_no_extra_week_for_what_is_done_not_asked_or_over(
    kestrel: School,
    a_student: User,
    clinical_adviser: User,
    student_of_another_school: User,
    short_walk: ModuleVersion,
    asked: Assignment,
) -> None:
    for who in (clinical_adviser, student_of_another_school):
        with pytest.raises(Refused, match="nothing left"):
            take_extra_week(by=who, assignment=asked, now=now())
    way = Progress.objects.create(
        user=a_student,
        module=short_walk.module,
        version=short_walk,
        started_on=kestrel.today,
        completed_on=kestrel.today,
    )
    with pytest.raises(Refused, match="nothing left"):
        take_extra_week(by=a_student, assignment=asked, now=now())
    way.delete()
    membership = Membership.objects.get(user=a_student)
    end_membership(by=kestrel.staff, membership=membership, now=now())
    with pytest.raises(Refused, match="nothing left"):
        take_extra_week(by=a_student, assignment=asked, now=now())
    assert not Extension.objects.exists()


@pytest.mark.usefixtures("transactional_db")
def test_two_taps_take_one_week() -> None:
    kestrel = start_school("kestrel", "Kestrel Bay School of Medicine")
    asked = assign(kestrel, load_reviewed(kestrel), days(kestrel, 10))
    student = kestrel.join(Role.STUDENT, "Priya").user
    answers = at_once(*[lambda: take_extra_week(by=student, assignment=asked, now=now())] * 5)
    assert sorted(type(answer).__name__ for answer in answers) == ["Extension", *["Refused"] * 4]
    assert Extension.objects.get().due_on == days(kestrel, 17)


@pytest.mark.usefixtures("transactional_db")
def test_control_without_the_lock_two_taps_would_both_be_granted() -> None:
    kestrel = start_school("kestrel", "Kestrel Bay School of Medicine")
    asked = assign(kestrel, load_reviewed(kestrel), days(kestrel, 10))
    membership = kestrel.join(Role.STUDENT, "Priya")
    Extension.objects.create(assignment=asked, membership=membership, due_on=asked.due_on)
    both_read = Barrier(2, timeout=20)

    def take() -> bool:
        extension = Extension.objects.get()
        both_read.wait()
        if extension.self_used:
            return False
        extension.self_used = True
        extension.save()
        return True

    assert at_once(take, take) == [True, True]
