"""The questions that every view is asked: who is let in, who is not, and how each is turned away."""

from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from django.test import Client
from django.urls import reverse

from peersupport.models import User
from tests.people import sign_in

NOBODY = uuid4()


def knock(who: User | None, url: str, method: str = "get", data: dict[str, Any] | None = None) -> Any:
    client = sign_in(who) if who else Client()
    return getattr(client, method)(url, data or {})


def assert_door_holds(
    url: str,
    *,
    method: str = "get",
    inside: User,
    forbidden: Iterable[User] = (),
    strangers: Iterable[User] = (),
    also_allows: Iterable[str] = (),
) -> None:
    """Signed out: to the sign-in page. Without the right: 403. Strangers: 404. Another method: 405."""
    away = knock(None, url, method)
    assert (away.status_code, away["Location"].split("?")[0]) == (302, reverse("account_login"))
    for who in forbidden:
        assert knock(who, url, method).status_code == 403, who
    for who in strangers:
        assert knock(who, url, method).status_code == 404, who
    for wrong in {"get", "post", "put", "delete"} - {method, *also_allows}:
        assert knock(inside, url, wrong).status_code == 405, wrong
