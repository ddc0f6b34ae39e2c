"""What is typed, sent or away that no sign-in page was made for: an answer in words, never a 500."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.sessions.models import Session
from django.db import OperationalError, connection
from django.test import Client

from peersupport.models import User
from peersupport.models.people import LONGEST_EMAIL, is_plain_email
from tests.peersupport.mailbox import Mailbox
from tests.people import School

pytestmark = pytest.mark.usefixtures("fresh_limits")
CODE_PAGE = "/account/login/code/"

# ------------------------------------------------------------------ odd addresses

ODD = [
    '"a\x0bBcc:z"@kestrel.example',
    '"a b"@kestrel.example',
    '"quoted"@kestrel.example',
    "a b@kestrel.example",
    "a\x00b@kestrel.example",
    "a\tb@kestrel.example",
    "a,b@kestrel.example",
    "a@b@kestrel.example",
    "ﷺ@kestrel.example",
    "a@[127.0.0.1]",
    "kestrel.example",
]


@pytest.mark.parametrize("email", ODD)
def test_an_address_that_mail_cannot_safely_go_to_is_refused_in_words(
    client: Client, kestrel: School, mailbox: Mailbox, email: str
) -> None:
    people = User.objects.count()
    page = client.post("/account/login/", {"email": email})
    assert page.status_code == 200
    assert "not an e-mail address that we can write to" in page.content.decode()
    assert (User.objects.count(), mailbox.envelopes) == (people, [])


@pytest.mark.parametrize("letters", [300, 5000])
def test_an_address_that_is_too_long_is_told_so(
    client: Client, kestrel: School, mailbox: Mailbox, letters: int
) -> None:
    page = client.post("/account/login/", {"email": "a" * letters + "@kestrel.example"})
    assert page.status_code == 200
    assert "too long" in page.content.decode()


def test_the_longest_address_that_there_is_room_for_gets_a_code(
    client: Client, kestrel: School, mailbox: Mailbox
) -> None:
    email = f"{'a' * (LONGEST_EMAIL - len('@kestrel.example'))}@kestrel.example"
    assert is_plain_email(email)
    assert client.post("/account/login/", {"email": email})["Location"] == CODE_PAGE


@pytest.mark.parametrize("email", ["o'hara+x@kestrel.example", "a.b-c_d@sub.kestrel.edu.au", "1@a.xn--p1ai"])
def test_addresses_that_schools_do_give_out_are_plain(email: str) -> None:
    assert is_plain_email(email)


# ------------------------------------------------------------------ odd cookies


@pytest.mark.parametrize(
    "key",
    [
        '"nothing\\000nothing"',
        "nothing'nothing",
        "ключключключ".encode().decode("latin-1"),
        "a" * 10_000,
        "short",
    ],
)
def test_a_session_key_that_cannot_be_ours_is_no_session(db: None, key: str) -> None:
    client = Client(HTTP_COOKIE=f"sessionid={key}")
    assert client.get("/about/").status_code == 200
    assert client.post("/account/login/", {"email": "nobody@elsewhere.example"}).status_code == 302
    assert not Session.objects.filter(session_key__startswith=key[:5]).exists()


# ------------------------------------------------------------------ a mailbox that is no longer theirs


def test_a_code_for_the_old_mailbox_opens_nothing_once_a_roster_gave_another_address(
    client: Client, a_student: User, mailbox: Mailbox
) -> None:
    client.post("/account/login/", {"email": "priya@kestrel.example"})
    code = mailbox.code()
    User.objects.filter(pk=a_student.pk).update(email="raman@kestrel.example")
    page = client.post(CODE_PAGE, {"code": code, "device": "own"})
    assert "That is not the code" in page.content.decode()
    assert "_auth_user_id" not in client.session
    client.post(CODE_PAGE, {"action": "resend"})
    client.post(CODE_PAGE, {"code": mailbox.code(), "device": "own"})
    assert client.session["_auth_user_id"] != str(a_student.pk)
    assert not EmailAddress.objects.filter(user=a_student).exists()


# ------------------------------------------------------------------ what keeps the tries is away


@pytest.fixture
def no_cache() -> Iterator[None]:
    """The table of the counters does not answer."""

    def refuse(execute: Any, sql: str, *more: Any) -> Any:
        if "cache_entry" in sql:
            raise OperationalError("not now")
        return execute(sql, *more)

    with connection.execute_wrapper(refuse):
        yield


def test_without_the_cache_the_pages_open_and_sending_says_to_wait_while_help_still_answers(
    a_student: User, mailbox: Mailbox, sign_in_by_password: Callable[..., Any], request: pytest.FixtureRequest
) -> None:
    on_the_way = Client()
    on_the_way.post("/account/login/", {"email": a_student.email})
    request.getfixturevalue("no_cache")
    answers = [
        Client().post("/account/login/", {"email": a_student.email}),
        sign_in_by_password(Client(), a_student.email),
        on_the_way.post(CODE_PAGE, {"code": mailbox.code(), "device": "own"}),
        on_the_way.post(CODE_PAGE, {"action": "resend"}),
    ]
    for answer in answers:
        page = answer.content.decode()
        assert (answer.status_code, answer["Retry-After"]) == (503, "60")
        assert "Sign-in is not possible just now" in page
        assert "Wait a minute and try again." in page
        assert 'href="/help/"' in page
    for open_page in ("/account/login/", "/account/login/password/", "/help/", "/help/au/"):
        assert Client().get(open_page).status_code == 200
