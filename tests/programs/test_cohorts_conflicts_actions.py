"""Roles that would take others away: those of another school, or the last staff's."""

import pytest
from django.db import connection

from peersupport.clock import now
from peersupport.errors import Refused
from peersupport.models import User
from programs.actions.cohorts import add_person, add_year, end_membership, start_program
from programs.models import Membership, Role
from tests.people import School, sign_in
from tests.races import at_once

LAST = "last member of wellbeing staff"


def staff_of(school: School) -> Membership:
    return Membership.objects.get(year=school.year, role=Role.STAFF)


@pytest.mark.django_db
def test_no_school_can_take_in_somebody_of_another(kestrel: School, harrow: School) -> None:
    theirs = staff_of(harrow).user
    with pytest.raises(Refused, match="in use at another school") as no:
        add_person(by=kestrel.staff, year=kestrel.year, email=theirs.email, role=Role.SUPPORTER, now=now())
    assert theirs.full_name not in no.value.sentence
    assert sign_in(theirs).get("/roster/people/").status_code == 200


@pytest.mark.django_db
def test_who_has_left_the_other_school_may_come(kestrel: School, harrow: School) -> None:
    gone = end_membership(by=harrow.staff, membership=harrow.join(Role.LEAD, "Wren"), now=now())
    come = add_person(
        by=kestrel.staff, year=kestrel.year, email=gone.user.email, role=Role.SUPERVISOR, now=now()
    )
    assert come.user == gone.user


@pytest.mark.django_db
def test_the_last_member_of_staff_cannot_become_an_assessor(kestrel: School) -> None:
    only = staff_of(kestrel).user
    with pytest.raises(Refused, match=LAST):
        add_person(by=only, year=kestrel.year, email=only.email, role=Role.ASSESSOR, now=now())
    kestrel.join(Role.STAFF, "Second")
    row = add_person(by=only, year=kestrel.year, email=only.email, role=Role.ASSESSOR, now=now())
    assert row.is_open(now())


@pytest.mark.django_db
def test_staff_who_assess_do_not_count_as_staff_left(kestrel: School) -> None:
    first, second = staff_of(kestrel), kestrel.join(Role.STAFF, "Second")
    add_person(by=first.user, year=kestrel.year, email=second.user.email, role=Role.ASSESSOR, now=now())
    with pytest.raises(Refused, match=LAST):
        end_membership(by=first.user, membership=first, now=now())


@pytest.mark.django_db
def test_next_years_last_staff_stays_too(kestrel: School) -> None:
    year = add_year(
        program=kestrel.program,
        label="next",
        starts_on=kestrel.year.ends_on.replace(year=kestrel.year.ends_on.year + 1),
        ends_on=kestrel.year.ends_on.replace(year=kestrel.year.ends_on.year + 2),
    )
    with pytest.raises(Refused, match=LAST):
        end_membership(by=kestrel.staff, membership=year.memberships.get(role=Role.STAFF), now=now())


@pytest.mark.django_db
def test_who_waited_for_the_lock_sees_what_was_done_meanwhile(kestrel: School) -> None:
    first, second = staff_of(kestrel), kestrel.join(Role.STAFF, "Second")
    asked_at = now()
    end_membership(by=second.user, membership=first, now=now())
    with pytest.raises(Refused, match=LAST):
        end_membership(by=first.user, membership=second, now=asked_at)


@pytest.mark.django_db(transaction=True)
def test_two_who_end_each_other_at_once_leave_one(kestrel: School) -> None:
    """A race on the real database; the lock on the program decides it."""
    first, second = staff_of(kestrel), kestrel.join(Role.STAFF, "Second")

    def end(membership: Membership, by: User) -> Membership:
        return end_membership(by=by, membership=Membership.objects.get(pk=membership.pk), now=now())

    at_once(lambda: end(first, second.user), lambda: end(second, first.user))
    connection.close()
    assert Membership.objects.active(now()).filter(role=Role.STAFF).count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_person_added_twice_at_once_is_there_once(kestrel: School) -> None:
    def add() -> Membership:
        return add_person(
            by=kestrel.staff, year=kestrel.year, email="new@kestrel-bay.example", role=Role.LEAD, now=now()
        )

    at_once(add, add, add)
    assert Membership.objects.filter(user__email="new@kestrel-bay.example").count() == 1


@pytest.mark.django_db
def test_a_country_without_numbers_to_call_cannot_start(kestrel: School) -> None:
    with pytest.raises(Refused, match="No numbers to call are known for JP"):
        start_program(
            slug="x",
            name="X",
            time_zone="Asia/Tokyo",
            country="jp",
            email="a@b.example",
            label="1",
            starts_on=kestrel.year.starts_on,
            ends_on=kestrel.year.ends_on,
        )
