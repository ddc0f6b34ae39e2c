"""Rights come from the memberships in force now, and from nothing else."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.test import RequestFactory

from peersupport.clock import now
from peersupport.models import User
from programs.models import Membership, Role
from programs.permissions import (
    MemberRequest,
    Rights,
    allowed,
    give_rights,
    is_member,
    is_wellbeing_staff,
    may_learn,
    rights_of,
    school,
)
from tests.people import School


def rights(user: User) -> Rights:
    return rights_of(user, now())


def test_a_student(kestrel: School, a_student: User) -> None:
    found = rights(a_student)
    assert (found.program, found.year) == (kestrel.program, kestrel.year)
    assert found.roles == {Role.STUDENT}
    assert found.membership is not None
    assert (found.membership.year_level, found.site) == (3, kestrel.site)
    assert found.flags == frozenset()


def test_roles_add_up(a_supporter: User) -> None:
    assert rights(a_supporter).roles == {Role.STUDENT, Role.SUPPORTER}


def test_flags_come_with_their_role(kestrel: School, wellbeing_staff: User) -> None:
    assert rights(wellbeing_staff).flags == {"is_wellbeing_lead"}
    assert rights(wellbeing_staff).site is None


@pytest.mark.parametrize(
    "other", [Role.STAFF, Role.LEAD, Role.SUPPORTER, Role.CLINICAL_ADVISER, Role.REGISTRAR]
)
def test_an_assessor_has_their_own_training_and_nothing_else(kestrel: School, other: Role) -> None:
    """Whatever other role they hold for that time, flags included."""
    user = kestrel.join(Role.STUDENT, "Ruth").user
    kestrel.join(other, "Ruth")
    Membership.objects.filter(user=user).update(is_wellbeing_lead=True)
    before = rights(user)
    assert other in before.roles
    kestrel.join(Role.ASSESSOR, "Ruth")
    after = rights(user)
    assert after.roles == {Role.STUDENT, Role.ASSESSOR}
    assert not is_wellbeing_staff(after)
    assert may_learn(after)
    Membership.objects.filter(role=Role.ASSESSOR).update(ends_at=now())
    assert rights(user) == before


def test_the_flags_of_a_role_that_does_not_count_do_not_count(kestrel: School, an_assessor: User) -> None:
    Membership.objects.filter(user=an_assessor, role=Role.STAFF).update(is_sponsor=True)
    assert rights(an_assessor).flags == frozenset()


def test_ended_future_and_other_roles_give_nothing(
    staff_whose_role_has_ended: User, somebody_on_no_list: User, a_student: User
) -> None:
    assert rights(staff_whose_role_has_ended) == Rights(user=staff_whose_role_has_ended)
    assert rights(somebody_on_no_list).roles == frozenset()
    Membership.objects.filter(user=a_student).update(starts_at=now() + timedelta(days=1))
    assert not is_member(rights(a_student))


def test_only_the_school_one_joined_last_counts(kestrel: School, harrow: School) -> None:
    user = kestrel.join(Role.STAFF, "Sam").user
    later = harrow.join(Role.STUDENT, "Other")
    Membership.objects.filter(pk=later.pk).update(user=user, starts_at=now())
    found = rights(user)
    assert found.program == harrow.program
    assert found.roles == {Role.STUDENT}


def test_rights_are_one_query_and_only_when_asked(a_supporter: User, django_assert_num_queries: Any) -> None:
    request = RequestFactory().get("/")
    request.user = a_supporter
    with django_assert_num_queries(0):
        give_rights(lambda request: HttpResponse())(request)
    with django_assert_num_queries(1):
        assert request.rights.program  # type: ignore[attr-defined]
        assert request.rights.site  # type: ignore[attr-defined]


def test_nobody_has_no_rights() -> None:
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    give_rights(lambda request: HttpResponse())(request)
    found = request.rights  # type: ignore[attr-defined]
    assert (found.user, found.program, found.roles, found.site) == (None, None, frozenset(), None)
    with pytest.raises(Http404):
        school(cast("MemberRequest", request))


@pytest.mark.parametrize(
    ("roles", "learn", "staff"),
    [
        (set(), False, False),
        ({Role.EVALUATOR}, False, False),
        ({Role.EVALUATOR, Role.STUDENT}, True, False),
        ({Role.STAFF}, True, True),
        ({Role.SUPERVISOR}, True, False),
    ],
)
def test_predicates(roles: set[Role], learn: bool, staff: bool) -> None:
    some = Rights(roles=frozenset(roles))
    assert (may_learn(some), is_wellbeing_staff(some), is_member(some)) == (learn, staff, bool(roles))


def test_the_guard_of_a_view() -> None:
    @allowed(is_wellbeing_staff)
    def view(request: MemberRequest) -> HttpResponse:
        return HttpResponse("in")

    def ask(signed_in: bool, *roles: Role) -> Any:
        request = SimpleNamespace(
            user=SimpleNamespace(is_authenticated=signed_in),
            rights=Rights(roles=frozenset(roles)),
            method="GET",
            get_full_path=lambda: "/x/?y=1",
        )
        return view(cast("MemberRequest", request))

    assert ask(True, Role.STAFF).content == b"in"
    assert ask(False)["Location"].endswith("?next=/x/%3Fy%3D1")
    with pytest.raises(Http404):
        ask(True)
    with pytest.raises(PermissionDenied):
        ask(True, Role.STUDENT)
