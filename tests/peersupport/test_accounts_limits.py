"""Guessing is slowed, a lecture hall is not."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from peersupport.models import User
from peersupport.passwords import TunedArgon2
from tests.peersupport.mailbox import PASSWORD, Mailbox
from tests.people import School
from tests.races import at_once

CODE_PAGE = "/account/login/code/"


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


def test_three_hundred_people_sign_in_by_code_from_one_address_and_nobody_is_refused(
    sign_in_by_code: Callable[..., Any], mailbox: Mailbox
) -> None:
    people = [User.objects.create_user(f"hall{number}@kestrel.example") for number in range(300)]
    places = {sign_in_by_code(Client(), user.email)["Location"] for user in people}
    assert places == {"/about/"}
    assert len(mailbox.envelopes) == 300


# ------------------------------------------------------------------ codes that are guessed


def asked_for_code(email: str) -> Client:
    client = Client()
    assert client.post("/account/login/", {"email": email})["Location"] == CODE_PAGE
    return client


def type_code(client: Client, code: str) -> Any:
    return client.post(CODE_PAGE, {"code": code, "device": "own"})


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


@pytest.mark.django_db(transaction=True)
def test_wrong_codes_sent_at_once_from_one_session_are_ten_and_the_right_one_comes_too_late(
    kestrel: School, mailbox: Mailbox
) -> None:
    client = asked_for_code(kestrel.staff.email)
    right = mailbox.code()
    session = client.cookies["sessionid"].value

    kept = dict(client.session)

    def guess(code: str) -> str:
        guesser = Client()
        guesser.cookies["sessionid"] = session
        return str(type_code(guesser, code).content.decode())

    answers: list[str] = []
    for _ in range(4):
        # All eight read the session before one of them writes: the count in there never gets on.
        store = client.session
        store.update(kept)
        store.save()
        answers += [str(answer) for answer in at_once(*[lambda: guess(wrong(right))] * 8)]
    assert 0 < sum("That is not the code" in answer for answer in answers) <= 10
    (late,) = at_once(lambda: guess(right))
    assert "Too many tries" in str(late)


def test_ten_wrong_codes_for_one_address_are_the_end_whichever_code_they_are_tried_against(
    a_student: User, mailbox: Mailbox
) -> None:
    answers = []
    for _ in range(2):
        sessions = [asked_for_code(a_student.email)]
        right = mailbox.code()
        saved = dict(sessions[0].session)
        for _ in range(6):
            # What parallel requests do to the count in the session: the last one to save wins.
            session = sessions[0].session
            session.update(saved)
            session.save()
            answers.append(type_code(sessions[0], wrong(right)).content.decode())
    assert sum("That is not the code" in answer for answer in answers) == 10
    assert all("Too many tries" in answer for answer in answers[10:])
    assert "Too many tries" in type_code(sessions[0], right).content.decode()


def test_wrong_codes_from_one_place_are_sixty_a_minute_and_right_ones_count_for_nothing(
    kestrel: School, mailbox: Mailbox
) -> None:
    answers = [
        type_code(asked_for_code(f"nobody{number}@elsewhere.example"), "123456").content.decode()
        for number in range(65)
    ]
    assert sum("That is not the code" in answer for answer in answers) == 60
    assert all("Too many tries" in answer for answer in answers[60:])


def test_a_right_code_without_a_device_is_no_failure(a_student: User, mailbox: Mailbox) -> None:
    client = asked_for_code(a_student.email)
    for _ in range(12):
        assert "Pick one" in client.post(CODE_PAGE, {"code": mailbox.code()}).content.decode()
    assert type_code(client, mailbox.code())["Location"] == "/"


# ------------------------------------------------------------------ another code


def test_another_code_counts_as_one_of_the_three_and_a_stranger_is_treated_the_same(
    a_student: User, mailbox: Mailbox
) -> None:
    seen = []
    for email in (a_student.email, "nobody@elsewhere.example"):
        client = asked_for_code(email)
        answers = [client.post(CODE_PAGE, {"action": "resend", "next": "/about/"}) for _ in range(3)]
        page = client.get(CODE_PAGE).content.decode()
        assert page.count("Too many tries") == 1
        seen.append([(answer.status_code, answer["Location"]) for answer in answers])
    assert seen[0] == seen[1] == [(302, f"{CODE_PAGE}?next=%2Fabout%2F")] * 3
    receivers = [message["To"] for _, message in mailbox.envelopes]
    assert receivers == [a_student.email] * 3 + ["nobody@elsewhere.example"] * 3


# ------------------------------------------------------------------ new accounts


def test_sixty_new_accounts_for_one_place_and_then_a_mail_that_says_wait(
    kestrel: School, mailbox: Mailbox
) -> None:
    before = User.objects.count()
    pages = {
        asked_for_code(f"new{number}@kestrel.example").get(CODE_PAGE).status_code for number in range(62)
    }
    assert pages == {200}
    assert User.objects.count() == before + 60
    assert len(mailbox.envelopes) == 62
    assert "Wait five minutes" in mailbox.last().get_content()
    asked_for_code(kestrel.staff.email)
    assert mailbox.code()


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
