"""Guessing is slowed, a lecture hall is not."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from peersupport.models import User
from peersupport.passwords import TunedArgon2
from tests.peersupport.mailbox import PASSWORD, Mailbox


@pytest.fixture(autouse=True)
def cheap_hashes(settings: Any, fresh_limits: None) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def test_three_hundred_people_sign_in_from_one_address_and_nobody_is_refused(
    sign_in_by_password: Callable[..., Any],
) -> None:
    people = [User.objects.create_user(f"hall{number}@kestrel.example", PASSWORD) for number in range(300)]
    start = time.monotonic()
    places = [sign_in_by_password(Client(), user.email)["Location"] for user in people]
    assert places == ["/about/"] * 300
    assert time.monotonic() - start < 120


def test_three_hundred_people_ask_for_a_code_from_one_address(mailbox: Mailbox) -> None:
    people = [User.objects.create_user(f"hall{number}@kestrel.example") for number in range(300)]
    places = {Client().post("/account/login/", {"email": user.email})["Location"] for user in people}
    assert places == {"/account/login/code/"}
    assert len(mailbox.envelopes) == 300


def test_the_eleventh_wrong_try_is_refused_and_so_is_the_right_password_then(
    staff_with_password: User, sign_in_by_password: Callable[..., Any]
) -> None:
    for number in range(10):
        page = sign_in_by_password(Client(), staff_with_password.email, f"guess {number}")
        assert "do not go together" in page.content.decode()
    client = Client()
    for password, forwarded in (("guess 10", "10.0.0.1"), (PASSWORD, "10.0.0.2")):
        page = sign_in_by_password(
            client, staff_with_password.email, password, headers={"x-forwarded-for": forwarded}
        )
        assert "Too many tries" in page.content.decode()
        assert "_auth_user_id" not in client.session
    other = User.objects.create_user("other@kestrel.example", PASSWORD)
    assert sign_in_by_password(Client(), other.email)["Location"] == "/about/"


def test_spraying_many_accounts_from_one_address_is_slowed(sign_in_by_password: Callable[..., Any]) -> None:
    answers = [
        sign_in_by_password(Client(), f"u{number}@kestrel.example", "Password1").content.decode()
        for number in range(70)
    ]
    refused = sum("Too many tries" in answer for answer in answers)
    assert refused == 10


def test_codes_for_one_account_are_three_in_five_minutes(a_student: User, mailbox: Mailbox) -> None:
    for _ in range(3):
        assert Client().post("/account/login/", {"email": a_student.email}).status_code == 302
    page = Client().post("/account/login/", {"email": a_student.email.upper()})
    assert "Too many tries" in page.content.decode()
    assert len(mailbox.envelopes) == 3


def test_a_hash_takes_no_longer_than_a_sign_in_may_wait() -> None:
    hasher = TunedArgon2()
    encoded = hasher.encode(PASSWORD, hasher.salt())
    assert encoded.startswith("argon2$argon2id$")
    best = min(_seconds(lambda: hasher.verify(PASSWORD, encoded)) for _ in range(5))
    assert best < 0.15


def _seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start
