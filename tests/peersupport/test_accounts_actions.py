"""Coming to an account by oneself, at the moment somebody else does; accounts that nobody came to."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator

from peersupport.actions import accounts
from peersupport.actions.accounts import account_for, drop_unproven_accounts
from peersupport.audit import record
from peersupport.clock import now
from peersupport.models import AuditEntry, User
from peersupport.tasks import drop_unproven_accounts as task
from programs.actions.cohorts import add_person
from programs.models import Role
from tests.people import School

CAME_FIRST: list[User] = []


def vouched_for_while_another_request_makes_the_account(email: str) -> bool:
    CAME_FIRST.append(User.objects.create_user(email))
    return True


def test_two_requests_at_the_same_moment_make_one_account(db: None, settings: Any) -> None:
    settings.SIGN_UP_ALLOWED = f"{__name__}.vouched_for_while_another_request_makes_the_account"
    user = account_for(email="Both@Kestrel.example ")
    assert user == CAME_FIRST[-1]
    assert User.objects.filter(email="both@kestrel.example").count() == 1
    assert not AuditEntry.objects.filter(verb="joined by address").exists()


# ------------------------------------------------------------------ accounts that nobody came to


def came_to(email: str) -> User:
    user = account_for(email=email)
    assert user
    return user


def test_an_account_that_no_code_opened_goes_after_a_day_and_its_line_stays(kestrel: School) -> None:
    user = came_to("nobody@kestrel.example")
    assert drop_unproven_accounts(now=now() + timedelta(hours=23)) == 0
    assert drop_unproven_accounts(now=now() + timedelta(hours=25)) == 1
    assert not User.objects.filter(pk=user.pk).exists()
    assert not EmailAddress.objects.filter(email="nobody@kestrel.example").exists()
    line = AuditEntry.objects.get(verb="joined by address", on_id=str(user.uuid))
    assert line.by is None
    assert came_to("nobody@kestrel.example").pk != user.pk


def proven(user: User, kestrel: School) -> None:
    EmailAddress.objects.filter(user=user).update(verified=True)


def put_on_the_list(user: User, kestrel: School) -> None:
    add_person(by=kestrel.staff, year=kestrel.year, email=user.email, role=Role.SUPERVISOR, now=now())


def did_something(user: User, kestrel: School) -> None:
    record(by=user, verb="looked", on=user)


def set_the_second_step_up(user: User, kestrel: School) -> None:
    Authenticator.objects.create(user=user, type="totp", data={})


def was_closed(user: User, kestrel: School) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)


def was_not_joined_but_made(user: User, kestrel: School) -> None:
    AuditEntry.objects.filter(on_id=str(user.uuid)).delete()


@pytest.mark.parametrize(
    "happened",
    [
        proven,
        put_on_the_list,
        did_something,
        set_the_second_step_up,
        was_closed,
        was_not_joined_but_made,
    ],
)
def test_an_account_with_anything_to_it_stays(
    kestrel: School, happened: Callable[[User, School], None]
) -> None:
    user = came_to("somebody@kestrel.example")
    happened(user, kestrel)
    people = User.objects.count()
    assert drop_unproven_accounts(now=now() + timedelta(days=30)) == 0
    assert User.objects.count() == people


def test_the_daily_job_goes_on_until_none_is_left(kestrel: School, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accounts, "AT_ONCE", 2)
    for number in range(5):
        came_to(f"nobody{number}@kestrel.example")
    AuditEntry.objects.filter(verb="joined by address").update(at=now() - timedelta(days=2))
    came_to("yesterday@kestrel.example")
    task()
    assert User.objects.filter(email__startswith="nobody").count() == 0
    assert User.objects.filter(email="yesterday@kestrel.example").exists()
