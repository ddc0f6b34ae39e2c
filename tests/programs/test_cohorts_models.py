"""Years, roles and days: who is here, at which moment, by the school's own clock."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from peersupport.clock import now
from peersupport.models import User
from programs.models import Leave, Membership, Placement, Program, Role, Site, Year
from programs.models.cohorts import people_without_a_place, year_levels
from tests.people import School, sign_up


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def program(zone: str) -> Program:
    return Program(slug=zone.lower(), name=zone, country="AU", time_zone=zone)


# ---------------------------------------------------------------- days and moments


@pytest.mark.parametrize(
    ("zone", "moment", "day"),
    [
        ("Australia/Sydney", "2026-03-01T12:59:59+00:00", date(2026, 3, 1)),
        ("Australia/Sydney", "2026-03-01T13:00:00+00:00", date(2026, 3, 2)),
        ("Australia/Sydney", "2026-07-01T13:59:59+00:00", date(2026, 7, 1)),
        ("Australia/Sydney", "2026-07-01T14:00:00+00:00", date(2026, 7, 2)),
        ("Pacific/Kiritimati", "2026-03-01T10:00:00+00:00", date(2026, 3, 2)),
        ("America/Los_Angeles", "2026-03-01T07:59:00+00:00", date(2026, 2, 28)),
        ("UTC", "2026-03-01T23:59:59+00:00", date(2026, 3, 1)),
    ],
)
def test_today_is_the_schools_day(zone: str, moment: str, day: date) -> None:
    assert program(zone).today(at(moment)) == day


@pytest.mark.parametrize(
    ("zone", "starts_on", "starts_at", "ends_on", "ends_at"),
    [
        pytest.param(
            "Australia/Sydney",
            date(2026, 2, 1),
            "2026-01-31T13:00:00+00:00",
            date(2026, 6, 30),
            "2026-06-30T14:00:00+00:00",
            id="summer time at the start only",
        ),
        pytest.param(
            "Europe/London",
            date(2026, 3, 29),
            "2026-03-29T00:00:00+00:00",
            date(2026, 3, 30),
            "2026-03-30T23:00:00+00:00",
            id="starts on the day the clocks go forward",
        ),
        pytest.param(
            "Australia/Sydney",
            date(2026, 1, 1),
            "2025-12-31T13:00:00+00:00",
            date(2026, 4, 5),
            "2026-04-05T14:00:00+00:00",
            id="ends on the day the clocks go back",
        ),
        pytest.param(
            "America/Santiago",
            date(2026, 9, 6),
            "2026-09-06T04:00:00+00:00",
            date(2026, 12, 1),
            "2026-12-02T03:00:00+00:00",
            id="there is no midnight on the first day",
        ),
    ],
)
def test_a_year_from_its_first_to_its_last_moment_at_the_school(
    zone: str, starts_on: date, starts_at: str, ends_on: date, ends_at: str
) -> None:
    year = Year(program=program(zone), label="x", starts_on=starts_on, ends_on=ends_on)
    assert year.starts_at.astimezone(UTC) == at(starts_at)
    assert year.ends_at.astimezone(UTC) == at(ends_at)


def test_the_current_year_has_both_its_ends(kestrel: School) -> None:
    year, one_day = kestrel.year, timedelta(days=1)
    for day, found in (
        (year.starts_on - one_day, False),
        (year.starts_on, True),
        (year.ends_on, True),
        (year.ends_on + one_day, False),
    ):
        assert kestrel.program.years.current(day).exists() is found


def test_names_for_people_to_read(kestrel: School) -> None:
    membership = kestrel.join(Role.CLINICAL_ADVISER, "Eleni")
    assert str(kestrel.program) == "Kestrel Bay School of Medicine"
    assert str(kestrel.site) == "East Kestrel"
    assert str(kestrel.year) == "this year"
    assert str(membership) == "Clinical adviser, this year"


# ---------------------------------------------------------------- who is here


def test_a_role_is_in_force_from_its_start_until_just_before_its_end(kestrel: School) -> None:
    row = kestrel.join(Role.LEAD, "Jess")
    tick = timedelta(microseconds=1)

    def active(moment: datetime) -> bool:
        return Membership.objects.active(moment).filter(pk=row.pk).exists()

    assert [active(moment) for moment in (row.starts_at - tick, row.starts_at)] == [False, True]
    assert [active(moment) for moment in (row.ends_at - tick, row.ends_at)] == [True, False]
    User.objects.filter(pk=row.user_id).update(is_active=False)
    assert not active(row.starts_at)


def test_year_levels_are_those_with_students(kestrel: School, harrow: School) -> None:
    for level, name in ((4, "A"), (1, "B"), (4, "C")):
        kestrel.join(Role.STUDENT, name, year_level=level)
    harrow.join(Role.STUDENT, "D", year_level=2)
    assert year_levels(kestrel.program, now()) == [1, 4]
    assert year_levels(kestrel.program, kestrel.year.ends_at) == []


def test_people_without_a_place(kestrel: School, harrow: School) -> None:
    waiting = sign_up("new@kestrel.example")
    for email in ("new@harrow.example", "new@elsewhere.example", "new@not-kestrel.example"):
        sign_up(email)
    User.objects.create_user("never-came@kestrel.example")
    User.objects.filter(pk=sign_up("root@kestrel.example").pk).update(is_superuser=True)
    User.objects.filter(pk=sign_up("gone@kestrel.example").pk).update(is_active=False)
    kestrel.join(Role.STUDENT, "Here")
    assert list(people_without_a_place(kestrel.program, now())) == [waiting]
    kestrel.join(Role.STUDENT, "New")
    assert list(people_without_a_place(kestrel.program, now())) == []
    assert waiting in people_without_a_place(kestrel.program, kestrel.year.ends_at)
    kestrel.program.email_domains = []
    assert list(people_without_a_place(kestrel.program, now())) == []


# ---------------------------------------------------------------- what the database refuses


def is_refused(write: Callable[[], object]) -> bool:
    try:
        with transaction.atomic():
            write()
    except IntegrityError:
        return True
    return False


def test_the_database_refuses_what_cannot_be(kestrel: School) -> None:
    student = kestrel.join(Role.STUDENT, "Priya")
    other = kestrel.join(Role.STUDENT, "Omar")
    Membership.objects.filter(pk=student.pk).update(student_id="S1")
    rows = Membership.objects.filter(pk=other.pk)
    adviser = Membership.objects.filter(pk=kestrel.join(Role.CLINICAL_ADVISER, "Eleni").pk)
    one_day = timedelta(days=1)
    today = kestrel.today
    leave = {"membership": student, "starts_on": today, "ends_on": today, "catch_up_until": today}
    placed = {"membership": student, "site": kestrel.site, "team": "A", "starts_on": today, "ends_on": today}
    Leave.objects.create(**leave)
    Placement.objects.create(**placed)
    refused: dict[str, Callable[[], object]] = {
        "a role twice": lambda: rows.update(user=student.user),
        "a number twice": lambda: rows.update(student_id="S1"),
        "a student without a level": lambda: rows.update(year_level=None),
        "a level without a student": lambda: adviser.update(year_level=2),
        "a number without a student": lambda: adviser.update(student_id="S2"),
        "an end before the start": lambda: rows.update(ends_at=other.starts_at - one_day),
        "a year that ends before it starts": lambda: Year.objects.update(ends_on=kestrel.year.starts_on),
        "a label twice": lambda: Year.objects.create(
            program=kestrel.program, label="this year", starts_on=today, ends_on=today + one_day
        ),
        "a site twice": lambda: Site.objects.create(program=kestrel.program, name="East Kestrel"),
        "a leave twice": lambda: Leave.objects.create(**leave),
        "a leave backwards": lambda: Leave.objects.update(ends_on=today - one_day),
        "a placement twice": lambda: Placement.objects.create(**placed),
        "a placement backwards": lambda: Placement.objects.update(ends_on=today - one_day),
        "an address in other letters": lambda: User.objects.filter(pk=other.user_id).update(
            email="PRIYA@kestrel.example"
        ),
    }
    for what, write in refused.items():
        assert is_refused(write), what
