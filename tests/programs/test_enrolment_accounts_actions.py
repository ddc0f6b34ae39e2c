"""An import never takes an account over: whose address, names and number a roster may change."""

from datetime import date, timedelta

import pytest
from allauth.account.models import EmailAddress

from peersupport.errors import Refused
from peersupport.models import Channel, User
from programs.actions.enrolment import plan_people
from programs.actions.roster import read_people, table_of
from programs.engines import enrolment
from programs.models import Role, Year
from tests.programs.school_lists import (
    NOW,
    csv_of,
    everything,
    make_member,
    make_year,
    put_in,
    student,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def year() -> Year:
    return make_year()


@pytest.fixture
def staff(year: Year) -> User:
    return make_member(year, "staff@uni.example", Role.STAFF)


def reasons(year: Year, rows: list[dict[str, object]]) -> list[str]:
    reading = read_people(table_of(csv_of(rows)), {}, year)
    faults = plan_people(year=year, reading=reading, now=NOW).faults
    return [f"line {fault.line}, {fault.column}: {fault.reason}" for fault in faults]


def test_a_new_address_closes_the_old_one(year: Year) -> None:
    put_in(year, [student(1)])
    user = User.objects.get()
    user.set_password("a password of the old address")
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    Channel.objects.create(user=user, kind="email", off_at=NOW, off_because=Channel.Off.BOUNCED)
    session_before = user.get_session_auth_hash()
    put_in(year, [student(1, email="new@uni.example")])
    user.refresh_from_db()
    assert user.email == "new@uni.example"
    assert not user.has_usable_password()
    assert user.get_session_auth_hash() != session_before
    assert not EmailAddress.objects.exists()
    assert not Channel.objects.exists()  # mail to the old one came back; that says nothing of the new


def test_a_new_name_leaves_password_and_address_alone(year: Year) -> None:
    put_in(year, [student(1)])
    user = User.objects.get()
    user.set_password("a long password of their own")
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    Channel.objects.create(user=user, kind="email", proven_at=NOW)
    put_in(year, [student(1, given_name="Zoe")])
    user.refresh_from_db()
    assert user.given_name == "Zoe"
    assert user.check_password("a long password of their own")
    assert EmailAddress.objects.count() == 1
    assert Channel.objects.get().proven_at


@pytest.mark.parametrize("role", [role for role in Role if role != Role.STUDENT])
def test_the_address_of_somebody_with_another_role_is_not_changed(year: Year, role: Role) -> None:
    put_in(year, [student(1)])
    make_member(year, "student1@uni.example", role)
    before = everything()
    assert reasons(year, [student(1, email="thief@uni.example")]) == [
        f"line 2, email: {enrolment.ADDRESS_FIXED}"
    ]
    with pytest.raises(Refused):
        put_in(year, [student(1, email="thief@uni.example")])
    assert everything() == before


@pytest.mark.parametrize("flag", ["is_staff", "is_superuser"])
def test_the_address_and_names_of_an_administrator_are_not_changed(year: Year, flag: str) -> None:
    put_in(year, [student(1)])
    User.objects.update(**{flag: True})
    assert reasons(year, [student(1, email="thief@uni.example")]) == [
        f"line 2, email: {enrolment.ADDRESS_FIXED}"
    ]
    assert put_in(year, [student(1, given_name="Thief")]).unchanged == 1
    assert User.objects.get().given_name == "Zoë"


def test_an_account_in_use_at_another_school_is_left_alone(year: Year) -> None:
    """A second school would otherwise pull somebody out of the first one."""
    other = make_year("heron-hill")
    make_member(other, "student1@uni.example", Role.STUDENT)
    assert reasons(year, [student(1)]) == [f"line 2, email: {enrolment.OTHER_SCHOOL}"]


def test_a_former_member_of_another_school_can_come_with_their_own_names(year: Year) -> None:
    other = make_year("heron-hill")
    account = make_member(other, "student1@uni.example", Role.STUDENT, ends_at=NOW - timedelta(days=1))
    User.objects.filter(pk=account.pk).update(given_name="Their own")
    assert put_in(year, [student(1)]).new == 1
    account.refresh_from_db()
    assert account.given_name == "Their own"
    assert reasons(year, [student(1, email="thief@uni.example")]) == [
        f"line 2, email: {enrolment.ADDRESS_FIXED}"
    ]


def test_somebody_here_already_stays_here_whatever_another_school_adds(year: Year) -> None:
    put_in(year, [student(1)])
    make_member(make_year("heron-hill"), "student1@uni.example", Role.STUDENT)
    assert put_in(year, [student(1, year_level=4)]).changed == 1


def test_a_student_number_of_another_school_means_nothing_here(year: Year) -> None:
    make_member(make_year("heron-hill"), "somebody@else.example", Role.STUDENT, student_id="S00001")
    assert put_in(year, [student(1)]).new == 1
    assert User.objects.get(email="somebody@else.example").memberships.count() == 1


def test_names_of_staff_are_not_changed_by_a_roster(year: Year, staff: User) -> None:
    put_in(year, [student(1, email=staff.email)])
    staff.refresh_from_db()
    assert staff.given_name == ""
    assert staff.memberships.count() == 2


def test_an_address_of_somebody_else_is_a_fault(year: Year) -> None:
    put_in(year, [student(1), student(2)])
    swapped = [student(1, email="student2@uni.example"), student(2, email="student1@uni.example")]
    assert reasons(year, swapped) == [
        "line 2, email: belongs to Zoë O’Brien 2, who has the number S00002 here",
        "line 3, email: belongs to Zoë O’Brien 1, who has the number S00001 here",
    ]
    User.objects.create_user("taken@uni.example", given_name="Not to be told")
    assert reasons(year, [student(1, email="taken@uni.example")]) == [
        f"line 2, email: {enrolment.ADDRESS_TAKEN}"
    ]


def test_two_rows_that_lead_to_one_account_are_faults(year: Year) -> None:
    put_in(make_year(label="2026", starts_on=date(2026, 2, 1)), [student(1)])
    rows = [student(1, email="new@uni.example"), student(2, email="student1@uni.example")]
    assert reasons(year, rows) == [
        "line 2, student_id: leads to the same account as line 3",
        "line 3, student_id: leads to the same account as line 2",
    ]


def test_a_closed_account_is_a_fault(year: Year) -> None:
    put_in(year, [student(1)])
    User.objects.update(is_active=False)
    assert reasons(year, [student(1)]) == [f"line 2, email: {enrolment.CLOSED}"]
