"""Coming to an account by oneself, at the moment somebody else does the same."""

from typing import Any

from peersupport.actions.accounts import account_for
from peersupport.models import AuditEntry, User

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
