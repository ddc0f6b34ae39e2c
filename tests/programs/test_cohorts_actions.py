"""Starting a program, giving a role and ending it, and time away."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from peersupport.clock import now
from peersupport.errors import Refused
from peersupport.models import AuditEntry, User
from programs.actions.cohorts import (
    add_person,
    add_year,
    drop_leave,
    end_membership,
    give_leave,
    reopen_membership,
    start_program,
)
from programs.models import Leave, Membership, Program, Role, Year
from programs.permissions import rights_of
from tests.people import School

SCHOOL: dict[str, Any] = {
    "slug": "new",
    "name": "New School",
    "time_zone": "Pacific/Auckland",
    "country": "nz",
    "email": " Head@New.Example ",
    "label": "2026",
    "starts_on": date(2026, 2, 1),
    "ends_on": date(2026, 11, 30),
}


def entries() -> list[tuple[User | None, str]]:
    return [(entry.by, entry.verb) for entry in AuditEntry.objects.order_by("pk")]


# ---------------------------------------------------------------- a program


@pytest.mark.usefixtures("db")
def test_starting_a_program() -> None:
    program = start_program(**SCHOOL, email_domains=["@New.example", " students.new.example "])
    assert (program.country, program.contact) == ("NZ", " Head@New.Example ")
    assert program.email_domains == ["new.example", "students.new.example"]
    membership = Membership.objects.get()
    assert membership.user.email == "head@new.example"
    assert (membership.role, membership.is_wellbeing_lead) == (Role.STAFF, True)
    assert not membership.user.has_usable_password()
    assert membership.starts_at == datetime(2026, 1, 31, 11, tzinfo=UTC)
    verbs = ["add year", "give role staff", "start program", "fill directory"]
    assert entries() == [(None, verb) for verb in verbs]
    assert {entry.scope for entry in AuditEntry.objects.all()} == {program.uuid}


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"time_zone": "Sydney"}, "is not a time zone"),
        ({"time_zone": ""}, "is not a time zone"),
        ({"slug": ""}, "needs a short name"),
        ({"slug": "nz"}, "stand for a country"),
        ({"slug": "peer-help"}, "“peer” tells others"),
        ({"app_name": "Wellbeing Hub"}, "“Wellbeing” tells others"),
        ({"country": "AUS"}, "is not a country"),
        ({"country": "4U"}, "is not a country"),
        ({"email": "nobody"}, "is not an e-mail address"),
        ({"ends_on": date(2026, 2, 1)}, "ends after it starts"),
    ],
)
def test_a_program_that_cannot_be_is_refused_and_nothing_is_kept(wrong: dict[str, Any], words: str) -> None:
    with pytest.raises(Refused, match=words):
        start_program(**{**SCHOOL, **wrong})
    assert not Program.objects.exists()
    assert not User.objects.exists()
    assert not AuditEntry.objects.exists()


@pytest.mark.usefixtures("db")
def test_a_program_is_started_once() -> None:
    start_program(**SCHOOL)
    with pytest.raises(Refused, match="already"):
        start_program(**SCHOOL)


@pytest.mark.parametrize(
    ("first", "last", "fine"),
    [
        (-100, -1, True),
        (-100, 0, False),
        (10, 20, False),
        (364, 400, False),
        (365, 400, True),
        (-9, 999, False),
    ],
)
def test_years_do_not_overlap(kestrel: School, harrow: School, first: int, last: int, fine: bool) -> None:
    """Days are counted from the first of the year that is there; it has 365."""
    days = [kestrel.year.starts_on + timedelta(days=offset) for offset in (first, last)]
    if fine:
        assert add_year(program=kestrel.program, label="x", starts_on=days[0], ends_on=days[1]).label == "x"
        return
    with pytest.raises(Refused, match="overlap"):
        add_year(program=kestrel.program, label="x", starts_on=days[0], ends_on=days[1])
    assert kestrel.program.years.count() == harrow.program.years.count() == 1


def next_year(school: School) -> Year:
    first = school.year.ends_on + timedelta(days=1)
    last = first + timedelta(days=300)
    return add_year(program=school.program, label="next", starts_on=first, ends_on=last)


def test_staff_go_on_in_the_next_year_and_nobody_else(
    kestrel: School, a_student: User, a_student_lead: User, staff_whose_role_has_ended: User
) -> None:
    year = next_year(kestrel)
    row = year.memberships.get()
    assert (row.user, row.role, row.is_wellbeing_lead) == (kestrel.staff, Role.STAFF, True)
    assert (row.starts_at, row.ends_at) == (year.starts_at, year.ends_at)
    assert rights_of(kestrel.staff, year.starts_at).year == year
    assert rights_of(a_student, year.starts_at).roles == frozenset()


def test_an_ended_role_is_not_back_in_the_next_year(kestrel: School) -> None:
    kestrel.join(Role.STAFF, "Ruth")
    year = next_year(kestrel)
    row = Membership.objects.get(user=kestrel.staff, year=kestrel.year)
    end_membership(by=kestrel.staff, membership=row, now=now())
    assert rights_of(kestrel.staff, year.starts_at).roles == frozenset()
    later = year.memberships.get(user=kestrel.staff)
    with pytest.raises(Refused, match="has ended already"):
        end_membership(by=kestrel.staff, membership=later, now=now())
    reopen_membership(by=kestrel.staff, membership=later, now=now())
    assert rights_of(kestrel.staff, year.starts_at).roles == {Role.STAFF}
    end_membership(by=kestrel.staff, membership=later, now=now())
    assert rights_of(kestrel.staff, year.starts_at).roles == frozenset()


def test_a_label_twice_is_refused(kestrel: School) -> None:
    start = kestrel.year.ends_on + timedelta(days=1)
    with pytest.raises(Refused, match="this year"):
        add_year(
            program=kestrel.program, label="this year", starts_on=start, ends_on=start + timedelta(days=9)
        )
    assert Year.objects.count() == 1


# ---------------------------------------------------------------- a role


def give(school: School, email: str, role: Role, **more: Any) -> Membership:
    return add_person(by=school.staff, year=school.year, email=email, role=role, now=now(), **more)


def test_a_new_person_gets_an_account_without_a_password(kestrel: School) -> None:
    row = give(kestrel, " NEW@Kestrel.example", Role.LEAD, given_name="Jess", family_name="Okonkwo")
    assert (row.user.email, row.user.full_name) == ("new@kestrel.example", "Jess Okonkwo")
    assert not row.user.has_usable_password()
    assert (row.appointed_by, row.ends_at) == (kestrel.staff, kestrel.year.ends_at)
    assert entries()[-1] == (kestrel.staff, "give role lead")


def test_an_account_that_is_there_keeps_its_names(kestrel: School, a_student: User) -> None:
    row = give(kestrel, "PRIYA@kestrel.example", Role.LEAD, given_name="Someone", family_name="Else")
    assert row.user == a_student
    assert row.user.full_name == "Priya Raman"


def test_a_role_given_twice_is_refused(kestrel: School, a_student: User) -> None:
    with pytest.raises(Refused, match="Priya Raman has this role already"):
        give(kestrel, a_student.email, Role.STUDENT, year_level=3)


def test_whoever_lost_a_role_gets_the_same_row_back(kestrel: School, a_student: User) -> None:
    row = Membership.objects.get(user=a_student)
    end_membership(by=kestrel.staff, membership=row, now=now())
    again = give(kestrel, a_student.email, Role.STUDENT, year_level=4, site=kestrel.other_site)
    assert again.pk == row.pk
    assert (again.year_level, again.site, again.ends_at) == (4, kestrel.other_site, kestrel.year.ends_at)


def test_a_role_before_the_year_begins_starts_with_it(kestrel: School) -> None:
    early = kestrel.year.starts_at - timedelta(days=30)
    row = add_person(by=None, year=kestrel.year, email="a@b.example", role=Role.LEAD, now=early)
    assert row.starts_at == kestrel.year.starts_at


@pytest.mark.parametrize(("role", "level"), [(Role.STUDENT, None), (Role.LEAD, 3)])
def test_students_and_only_students_have_a_level(kestrel: School, role: Role, level: int | None) -> None:
    with pytest.raises(Refused, match="only students"):
        give(kestrel, "x@kestrel.example", role, year_level=level)
    assert not User.objects.filter(email="x@kestrel.example").exists()


@pytest.mark.parametrize("email", ["", "x", "x@", "@kestrel.example", "a b@kestrel.example"])
def test_what_is_no_address_is_refused(kestrel: School, email: str) -> None:
    with pytest.raises(Refused, match="is not an e-mail address"):
        give(kestrel, email, Role.LEAD)


def test_ending_and_reopening(kestrel: School, a_student: User) -> None:
    row, moment = Membership.objects.get(user=a_student), now()
    end_membership(by=kestrel.staff, membership=row, now=moment)
    row.refresh_from_db()
    assert row.ends_at == moment
    with pytest.raises(Refused, match="has ended already"):
        end_membership(by=kestrel.staff, membership=row, now=moment)
    reopen_membership(by=kestrel.staff, membership=row, now=now())
    row.refresh_from_db()
    assert row.ends_at == kestrel.year.ends_at
    with pytest.raises(Refused, match="is in force"):
        reopen_membership(by=kestrel.staff, membership=row, now=now())
    assert entries()[-2:] == [(kestrel.staff, "end role"), (kestrel.staff, "reopen role")]


def test_a_role_that_has_not_begun_ends_where_it_would_begin(kestrel: School, a_student: User) -> None:
    row = Membership.objects.get(user=a_student)
    end_membership(by=kestrel.staff, membership=row, now=row.starts_at - timedelta(days=5))
    assert row.ends_at == row.starts_at


def test_a_role_of_a_year_that_is_over_is_not_reopened(kestrel: School, a_student: User) -> None:
    row = Membership.objects.get(user=a_student)
    with pytest.raises(Refused, match="year is over"):
        reopen_membership(by=kestrel.staff, membership=row, now=kestrel.year.ends_at)


def test_the_last_member_of_staff_cannot_be_ended(kestrel: School, harrow: School) -> None:
    first = Membership.objects.get(user=kestrel.staff)
    with pytest.raises(Refused, match="last member of wellbeing staff"):
        end_membership(by=kestrel.staff, membership=first, now=now())
    second = kestrel.join(Role.STAFF, "Ruth")
    end_membership(by=kestrel.staff, membership=first, now=now())
    with pytest.raises(Refused, match="last member"):
        end_membership(by=second.user, membership=second, now=now())


# ---------------------------------------------------------------- time away


def test_a_leave_and_two_weeks_to_catch_up(kestrel: School, a_student: User) -> None:
    row = Membership.objects.get(user=a_student)
    leave = give_leave(
        by=kestrel.staff, membership=row, starts_on=date(2026, 3, 2), ends_on=date(2026, 3, 20)
    )
    assert leave.catch_up_until == date(2026, 4, 3)
    with pytest.raises(Refused, match="leave from that day already"):
        give_leave(by=kestrel.staff, membership=row, starts_on=date(2026, 3, 2), ends_on=date(2026, 3, 3))
    with pytest.raises(Refused, match="comes before the first"):
        give_leave(by=kestrel.staff, membership=row, starts_on=date(2026, 5, 2), ends_on=date(2026, 5, 1))
    assert Leave.objects.count() == 1
    drop_leave(by=kestrel.staff, leave=leave)
    assert not Leave.objects.exists()
    assert entries()[-2:] == [(kestrel.staff, "give leave"), (kestrel.staff, "drop leave")]
    assert AuditEntry.objects.order_by("-pk")[0].on_id == str(row.uuid)
