"""When something is due: the day that counts, for whom, and who is late. Claim B4."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from peersupport.clock import now
from peersupport.models import User
from programs.actions.cohorts import give_leave
from programs.models import Leave, Role
from tests.people import School
from training.models import Assignment, Due, Extension, Module, ModuleVersion, Progress
from training.models.modules import Track

BASE = date(2026, 9, 1)
NUMBERS = count()


def day(offset: int) -> date:
    return BASE + timedelta(days=offset)


@dataclass
class Case:
    """Everything that a due day may depend on, as offsets in days; None where there is none of it."""

    everybody: int | None = 30
    own_level: int | None = None
    other_level: int | None = None
    extension: int | None = None
    leaves: list[tuple[int, int]] = field(default_factory=list)


@pytest.fixture
def due_day(kestrel: School) -> Callable[[Case], date | None]:
    """What the database says is the day of a new student of year level 3 in this case."""

    def ask(case: Case) -> date | None:
        student = kestrel.join(Role.STUDENT, f"case{next(NUMBERS)}", year_level=3)
        module = Module.objects.create(slug=f"case-{next(NUMBERS)}")
        for level, offset in ((None, case.everybody), (3, case.own_level), (4, case.other_level)):
            if offset is not None:
                Assignment.objects.create(
                    year=kestrel.year, module=module, track=Track.CORE, year_level=level, due_on=day(offset)
                )
        mine = Assignment.objects.filter(
            module=module, year_level=3 if case.own_level is not None else None
        ).first()
        if case.extension is not None and mine is not None:
            Extension.objects.create(assignment=mine, membership=student, due_on=day(case.extension))
        for first, last in case.leaves:
            give_leave(by=kestrel.staff, membership=student, starts_on=day(first), ends_on=day(last))
        rows = list(Due.objects.at(now()).for_user(student.user).of_module(module.pk))
        assert len(rows) <= 1
        return rows[0].due_on if rows else None

    return ask


@pytest.mark.parametrize(
    ("case", "due"),
    [
        pytest.param(Case(everybody=None), None, id="nothing assigned"),
        pytest.param(Case(), 30, id="for everybody"),
        pytest.param(Case(everybody=None, other_level=10), None, id="for another level only"),
        pytest.param(Case(other_level=10), 30, id="another level's day is not mine"),
        pytest.param(Case(own_level=10), 10, id="my level's earlier day beats the general one"),
        pytest.param(Case(own_level=50), 50, id="my level's later day beats the general one"),
        pytest.param(Case(everybody=None, own_level=10), 10, id="for my level only"),
        pytest.param(Case(extension=40), 40, id="an extension"),
        pytest.param(Case(own_level=10, extension=20), 20, id="an extension of my level's day"),
        pytest.param(Case(extension=20), 30, id="an extension that everybody's day has overtaken"),
        pytest.param(Case(leaves=[(20, 40)]), 54, id="a leave over the day, and two weeks"),
        pytest.param(Case(leaves=[(30, 30)]), 44, id="a leave that begins on the day"),
        pytest.param(Case(leaves=[(31, 40)]), 30, id="a leave that begins after the day"),
        pytest.param(Case(leaves=[(0, 10)]), 30, id="caught up before the day"),
        pytest.param(Case(leaves=[(0, 20)]), 34, id="still catching up on the day"),
        pytest.param(Case(leaves=[(0, 16)]), 30, id="caught up on the very day"),
        pytest.param(Case(extension=40, leaves=[(35, 36)]), 50, id="a leave within the extension"),
        pytest.param(
            Case(extension=80, leaves=[(20, 40)]), 80, id="the extension is later than the catch-up"
        ),
        pytest.param(Case(leaves=[(20, 40), (5, 25)]), 54, id="of two leaves the one that ends last"),
        pytest.param(Case(leaves=[(20, 30), (43, 60)]), 44, id="a leave in the catch-up time of another"),
    ],
)
def test_the_day_that_counts(due_day: Callable[[Case], date | None], case: Case, due: int | None) -> None:
    """Claim B4: a truth table of due days."""
    assert due_day(case) == (None if due is None else day(due))


def last_day_in_time(case: Case) -> int | None:
    """The same by walking through the days in plain Python: the last one on which nobody could say 'late'."""
    asked = case.own_level if case.own_level is not None else case.everybody
    if asked is None:
        return None
    until = max(asked, case.extension or asked)
    free_until, last = -1, 0
    for today in range(400):
        for first, end in case.leaves:
            if first == today and today <= until:
                free_until = max(free_until, end + 14)
        in_time = today <= until or today <= free_until
        if in_time:
            last = today
    return last


offsets = st.integers(0, 120)
leaves = st.tuples(offsets, st.integers(0, 60)).map(lambda pair: (pair[0], pair[0] + pair[1]))
cases = st.builds(
    Case,
    everybody=st.none() | offsets,
    own_level=st.none() | offsets,
    other_level=st.none() | offsets,
    extension=st.none() | offsets,
    leaves=st.lists(leaves, max_size=3, unique_by=lambda leave: leave[0]),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(case=cases)
def test_the_day_that_counts_is_what_walking_through_the_days_gives(
    due_day: Callable[[Case], date | None], case: Case
) -> None:
    """Claim B4: against an oracle that knows no SQL."""
    with transaction.atomic():
        found = due_day(case)
        transaction.set_rollback(True)
    expected = last_day_in_time(case)
    assert found == (None if expected is None else day(expected))


# ---------------------------------------------------------------- for whom


@pytest.fixture
def module(db: None) -> Module:
    return Module.objects.create(slug="one")


def asked_of(school: School, at: datetime | None = None) -> set[str]:
    return {
        due.user.given_name
        for due in Due.objects.at(at or now()).of_program(school.program).select_related("user")
    }


def test_core_modules_are_for_students_and_the_others_for_supporters(
    kestrel: School, a_student: User, a_supporter: User, clinical_adviser: User, module: Module
) -> None:
    core = Assignment.objects.create(year=kestrel.year, module=module, track="core", due_on=kestrel.today)
    assert asked_of(kestrel) == {"Priya", "Tom"}
    core.delete()
    Assignment.objects.create(year=kestrel.year, module=module, track="supporter", due_on=kestrel.today)
    assert asked_of(kestrel) == {"Tom"}
    assert not Due.objects.at(now()).core().exists()


def test_another_school_and_another_year_are_not_asked(
    kestrel: School, harrow: School, a_student: User, student_of_another_school: User, module: Module
) -> None:
    Assignment.objects.create(year=kestrel.year, module=module, track="core", due_on=kestrel.today)
    assert asked_of(harrow) == set()
    assert not Due.objects.at(now()).for_user(student_of_another_school).exists()
    assert not Due.objects.at(kestrel.year.ends_at).exists()


def test_only_those_who_are_members_at_that_moment_are_asked(kestrel: School, module: Module) -> None:
    Assignment.objects.create(year=kestrel.year, module=module, track="core", due_on=kestrel.today)
    membership = kestrel.join(Role.STUDENT, "Priya")
    start, end = membership.starts_at, membership.ends_at
    assert asked_of(kestrel, start) == {"Priya"}
    assert asked_of(kestrel, start - timedelta(seconds=1)) == set()
    assert asked_of(kestrel, end - timedelta(seconds=1)) == {"Priya"}
    assert asked_of(kestrel, end) == set()
    User.objects.update(is_active=False)
    assert asked_of(kestrel, start) == set()


def test_done_is_done_for_every_assignment_of_the_module(
    kestrel: School, a_student: User, short_walk: ModuleVersion
) -> None:
    Assignment.objects.create(year=kestrel.year, module=short_walk.module, track="core", due_on=kestrel.today)
    way = Progress.objects.create(
        user=a_student, module=short_walk.module, version=short_walk, started_on=kestrel.today
    )
    assert Due.objects.at(now()).not_done().count() == 1
    assert not Due.objects.at(now()).done().exists()
    way.completed_on = kestrel.today
    way.save()
    assert Due.objects.at(now()).done().get().completed_on == kestrel.today
    assert not Due.objects.at(now()).not_done().exists()


def test_late_from_the_day_after_and_never_while_away(kestrel: School, module: Module) -> None:
    student = kestrel.join(Role.STUDENT, "Priya")
    Assignment.objects.create(year=kestrel.year, module=module, track="core", due_on=day(30))

    def is_late(offset: int) -> bool:
        return Due.objects.at(now()).late(day(offset)).exists()

    assert [is_late(offset) for offset in (29, 30, 31)] == [False, False, True]
    give_leave(by=kestrel.staff, membership=student, starts_on=day(35), ends_on=day(40))
    assert [is_late(offset) for offset in (34, 35, 40, 41)] == [True, False, False, True]
    give_leave(by=kestrel.staff, membership=student, starts_on=day(30), ends_on=day(33))
    assert [is_late(offset) for offset in (34, 47, 48)] == [False, False, True]


def test_the_soonest_comes_first(kestrel: School, a_student: User) -> None:
    for slug, offset in (("b", 2), ("a", 1), ("c", 3)):
        module = Module.objects.create(slug=slug)
        Assignment.objects.create(year=kestrel.year, module=module, track="core", due_on=day(offset))
    assert [due.due_on for due in Due.objects.at(now()).soonest_first()] == [day(1), day(2), day(3)]


def test_many_assignments_and_leaves_multiply_nothing(kestrel: School, short_walk: ModuleVersion) -> None:
    """One row a person and assignment, whatever else hangs on them."""
    students = kestrel.students(3, year_level=2)
    for level in (None, 1, 2, 3):
        Assignment.objects.create(
            year=kestrel.year, module=short_walk.module, track="core", year_level=level, due_on=day(9)
        )
    other = Module.objects.create(slug="other")
    Assignment.objects.create(year=kestrel.year, module=other, track="core", due_on=day(9))
    for first in (1, 20, 40):
        give_leave(by=kestrel.staff, membership=students[0], starts_on=day(first), ends_on=day(first + 3))
    for due in Due.objects.at(now()):
        Extension.objects.create(assignment_id=due.assignment_id, membership_id=due.pk, due_on=day(50))
    rows = [(due.pk, due.assignment_id) for due in Due.objects.at(now())]
    assert len(rows) == len(set(rows)) == 6
    assert Due.objects.at(now()).of_module(other.pk).count() == 3
    assert Due.objects.at(now()).core().of_module(other.pk).not_done().late(day(80)).count() == 3


# ---------------------------------------------------------------- what the database refuses


def test_one_assignment_a_module_and_level(kestrel: School, module: Module) -> None:
    def assign(level: int | None) -> None:
        with transaction.atomic():
            Assignment.objects.create(
                year=kestrel.year, module=module, track="core", year_level=level, due_on=day(1)
            )

    assign(None)
    assign(1)
    for level in (None, 1):
        with pytest.raises(IntegrityError):
            assign(level)


def test_one_extension_a_person(kestrel: School, module: Module) -> None:
    student = kestrel.join(Role.STUDENT, "Priya")
    assignment = Assignment.objects.create(year=kestrel.year, module=module, track="core", due_on=day(1))
    Extension.objects.create(assignment=assignment, membership=student, due_on=day(2))
    with pytest.raises(IntegrityError):
        Extension.objects.create(assignment=assignment, membership=student, due_on=day(3))


def test_no_room_for_a_reason() -> None:
    """Claim B4: more time and time away are given without a reason; there is no column for one."""
    assert {column.name for column in Extension._meta.fields} == {
        "id",
        "assignment",
        "membership",
        "due_on",
        "self_used",
    }
    assert {column.name for column in Leave._meta.fields} == {
        "id",
        "uuid",
        "membership",
        "starts_on",
        "ends_on",
        "catch_up_until",
    }


def test_a_moment_is_a_moment_in_any_zone(kestrel: School, module: Module) -> None:
    Assignment.objects.create(year=kestrel.year, module=module, track="core", due_on=kestrel.today)
    membership = kestrel.join(Role.STUDENT, "Priya")
    start = membership.starts_at.astimezone(UTC)
    assert Due.objects.at(start).exists()
    assert Due.objects.at(start.astimezone(kestrel.program.zone)).exists()
