"""Signing in by a code or a password: who gets in, where they land, and that strangers learn nothing."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from peersupport.clock import database_now, now
from peersupport.models import AuditEntry, Notification, User
from peersupport.models.outbox import State
from peersupport.outbox import drain
from peersupport.sessions import SHARED_IDLE
from programs.models import Role
from tests.peersupport.mailbox import PASSWORD, Mailbox
from tests.people import School

NEVER_IN_A_NOTICE = re.compile(
    r"\b(support|wellbeing|mental|peer|counsel|crisis|referral|suicid|distress|depress|anxi|harm)",
    re.IGNORECASE,
)


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def without_tokens(page: bytes) -> str:
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page.decode())
    return re.sub(r"[\w.+-]+@[\w.]+example", "ADDRESS", text)


pytestmark = pytest.mark.usefixtures("fresh_limits")


# ------------------------------------------------------------------ by code


def test_a_code_signs_a_student_in_and_brings_them_where_the_link_pointed(
    client: Client, a_student: User, sign_in_by_code: Callable[..., Any], mailbox: Mailbox
) -> None:
    response = sign_in_by_code(client, "  PRIYA@Kestrel.Example ", next_page="/about/stored/?from=mail")
    assert (response.status_code, response["Location"]) == (302, "/about/stored/?from=mail")
    assert client.session["_auth_user_id"] == str(a_student.pk)


def test_the_mail_goes_to_one_address_is_plain_text_and_says_nothing_private(
    client: Client, a_student: User, mailbox: Mailbox
) -> None:
    client.post("/account/login/", {"email": a_student.email})
    recipients, message = mailbox.envelopes[-1]
    assert recipients == [a_student.email] == [message["To"]]
    assert message.get_content_type() == "text/plain"
    assert message["Auto-Submitted"] == "auto-generated"
    text = f"{message['Subject']} {message['From']} {message.get_content()}"
    assert mailbox.code() in message["Subject"]
    assert not NEVER_IN_A_NOTICE.search(text)
    assert "http" not in text


def test_a_wrong_code_is_told_and_the_third_ends_it(
    client: Client, a_student: User, mailbox: Mailbox
) -> None:
    asked = client.post("/account/login/", {"email": a_student.email})
    wrong = {"code": "000000" if mailbox.code() != "000000" else "111111", "device": "own"}
    page = client.post(asked["Location"], wrong)
    assert "That is not the code" in page.content.decode()
    client.post(asked["Location"], wrong)
    assert client.post(asked["Location"], wrong)["Location"] == "/account/login/"
    right = {"code": mailbox.code(), "device": "own"}
    assert client.post(asked["Location"], right)["Location"] == "/account/login/"
    assert not signed_in(client)


def test_a_code_older_than_ten_minutes_is_worth_nothing(
    client: Client, a_student: User, mailbox: Mailbox
) -> None:
    asked = client.post("/account/login/", {"email": a_student.email})
    with time_machine.travel(now() + timedelta(minutes=10, seconds=5)):
        answer = client.post(asked["Location"], {"code": mailbox.code(), "device": "own"})
        assert answer["Location"] == "/account/login/"
        assert not signed_in(client)


def test_a_code_works_only_in_the_browser_that_asked_and_only_once(
    client: Client, a_student: User, mailbox: Mailbox, sign_in_by_code: Callable[..., Any]
) -> None:
    client.post("/account/login/", {"email": a_student.email})
    elsewhere = Client()
    elsewhere.post("/account/login/code/", {"code": mailbox.code(), "device": "own"})
    assert not signed_in(elsewhere)
    sign_in_by_code(client, a_student.email)
    client.post("/account/logout/")
    client.post("/account/login/code/", {"code": mailbox.code(), "device": "own"})
    assert not signed_in(client)


def test_another_code_can_be_sent_and_only_the_new_one_counts(
    client: Client, a_student: User, mailbox: Mailbox
) -> None:
    asked = client.post("/account/login/", {"email": a_student.email, "next": "/about/"})
    first = mailbox.code()
    again = client.post(asked["Location"], {"action": "resend", "next": "/about/"})
    assert (again.status_code, again["Location"]) == (302, asked["Location"])
    assert len(mailbox.envelopes) == 2
    if mailbox.code() != first:
        client.post(asked["Location"], {"code": first, "device": "own"})
        assert not signed_in(client)
    client.post(asked["Location"], {"code": mailbox.code(), "device": "own"})
    assert signed_in(client)


def test_a_mistyped_address_can_be_taken_back(client: Client, a_student: User, mailbox: Mailbox) -> None:
    asked = client.post("/account/login/", {"email": "stduent@kestrel.example", "next": "/about/"})
    page = client.get(asked["Location"]).content.decode()
    back = re.search(r'name="next" value="([^"]+)"><button[^>]*>Use another address', page)
    assert back
    answer = client.post("/account/logout/", {"next": back[1].replace("&amp;", "&")})
    assert answer["Location"] == "/account/login/?next=%2Fabout%2F"
    assert client.get(answer["Location"]).status_code == 200


def test_a_code_waits_for_a_mail_server_that_is_away_but_not_longer_than_it_is_good_for(
    client: Client, a_student: User, mailbox: Mailbox, settings: Any
) -> None:
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 9
    asked = client.post("/account/login/", {"email": a_student.email})
    start = database_now()
    assert drain(urgent=True, clock=lambda: start).failed == 1
    kept = Notification.objects.get()
    assert kept.state == State.FAILED
    assert a_student.email in kept.payload
    settings.EMAIL_PORT = port
    assert drain(urgent=True, clock=lambda: start + timedelta(seconds=6)).sent == 1
    client.post(asked["Location"], {"code": mailbox.code(), "device": "own"})
    assert signed_in(client)

    settings.EMAIL_PORT = 9
    client.post("/account/logout/")
    client.post("/account/login/", {"email": a_student.email})
    drain(urgent=True, clock=lambda: start + timedelta(minutes=16))
    assert set(Notification.objects.values_list("payload", "state")) == {
        ("", State.ACCEPTED),
        ("", State.EXPIRED),
    }


# ------------------------------------------------------------------ who is known


def test_an_unknown_address_sees_what_a_known_one_sees(a_student: User, mailbox: Mailbox) -> None:
    pages = []
    for email in (a_student.email, "nobody@elsewhere.example"):
        client = Client()
        asked = client.post("/account/login/", {"email": email})
        screen = client.get(asked["Location"])
        wrong = client.post(asked["Location"], {"code": "0", "device": "own"})
        pages.append(
            (
                asked.status_code,
                asked["Location"],
                without_tokens(screen.content),
                without_tokens(wrong.content),
            )
        )
    assert pages[0] == pages[1]
    assert [message["To"] for _, message in mailbox.envelopes] == [
        a_student.email,
        "nobody@elsewhere.example",
    ]
    assert not re.search(r"\d{6}", mailbox.last().get_content())
    assert not NEVER_IN_A_NOTICE.search(f"{mailbox.last()['Subject']} {mailbox.last().get_content()}")
    assert not User.objects.filter(email="nobody@elsewhere.example").exists()


def test_an_address_of_the_school_makes_an_account_quietly(
    client: Client, kestrel: School, sign_in_by_code: Callable[..., Any]
) -> None:
    response = sign_in_by_code(client, "New.Person@kestrel.example")
    assert response["Location"] == "/about/"
    user = User.objects.get(email="new.person@kestrel.example")
    assert not user.has_usable_password()
    assert not user.memberships.exists()
    assert AuditEntry.objects.filter(on_id=str(user.uuid), verb="joined by address").count() == 1
    sign_in_by_code(Client(), "new.person@kestrel.example")
    assert User.objects.filter(email="new.person@kestrel.example").count() == 1


@pytest.mark.parametrize(
    "email", ["x@kestrel.example.evil.example", "x@notkestrel.example", "kestrel.example"]
)
def test_an_address_that_merely_looks_like_the_school_makes_none(
    client: Client, kestrel: School, mailbox: Mailbox, email: str
) -> None:
    client.post("/account/login/", {"email": email})
    assert not User.objects.filter(email=email).exists()


def test_a_closed_account_gets_no_code_and_its_session_dies_at_once(
    client: Client, a_student: User, mailbox: Mailbox, sign_in_by_code: Callable[..., Any]
) -> None:
    sign_in_by_code(client, a_student.email)
    User.objects.filter(pk=a_student.pk).update(is_active=False)
    assert not client.get("/about/").wsgi_request.user.is_authenticated
    Client().post("/account/login/", {"email": a_student.email})
    assert "code" not in mailbox.last()["Subject"]


def test_a_closed_account_cannot_come_in_by_password(
    client: Client, staff_with_password: User, sign_in_by_password: Callable[..., Any]
) -> None:
    User.objects.filter(pk=staff_with_password.pk).update(is_active=False)
    response = sign_in_by_password(client, staff_with_password.email)
    assert response["Location"] == "/account/closed/"
    assert not signed_in(client)
    assert "This account is closed" in client.get("/account/closed/").content.decode()


# ------------------------------------------------------------------ by password


def test_a_password_signs_in_whatever_the_case_of_the_address(
    client: Client, staff_with_password: User, sign_in_by_password: Callable[..., Any]
) -> None:
    response = sign_in_by_password(client, "STAFF@KESTREL.example")
    assert (response.status_code, response["Location"]) == (302, "/about/")
    assert signed_in(client)


def test_a_wrong_password_and_an_unknown_address_look_alike(
    staff_with_password: User, sign_in_by_password: Callable[..., Any]
) -> None:
    wrong = sign_in_by_password(Client(), staff_with_password.email, "not it")
    unknown = sign_in_by_password(Client(), "nobody@elsewhere.example", "not it")
    assert "do not go together" in wrong.content.decode()
    assert without_tokens(wrong.content) == without_tokens(unknown.content)


def test_an_account_without_a_password_has_none_to_guess(
    client: Client, a_student: User, sign_in_by_password: Callable[..., Any]
) -> None:
    for guess in ("", "!", a_student.password):
        sign_in_by_password(client, a_student.email, guess)
        assert not signed_in(client)


def test_the_old_address_of_a_person_no_longer_opens_the_account(
    a_student: User, sign_in_by_code: Callable[..., Any], mailbox: Mailbox
) -> None:
    sign_in_by_code(Client(), a_student.email)  # leaves the address verified with allauth
    User.objects.filter(pk=a_student.pk).update(email="married@kestrel.example")
    someone_else = Client()
    sign_in_by_code(someone_else, "priya@kestrel.example")
    assert someone_else.session["_auth_user_id"] != str(a_student.pk)


# ------------------------------------------------------------------ which device


def test_on_ones_own_device_a_student_stays_thirty_days_and_staff_twelve_hours(
    a_student: User,
    staff_with_password: User,
    sign_in_by_code: Callable[..., Any],
    sign_in_by_password: Callable[..., Any],
) -> None:
    student, staff = Client(), Client()
    cookie = sign_in_by_code(student, a_student.email).cookies["sessionid"]
    assert cookie["max-age"] == pytest.approx(timedelta(days=30).total_seconds(), abs=5)
    cookie = sign_in_by_password(staff, staff_with_password.email).cookies["sessionid"]
    assert cookie["max-age"] == pytest.approx(timedelta(hours=12).total_seconds(), abs=5)
    with time_machine.travel(now() + timedelta(hours=12, minutes=1)):
        assert student.get("/about/").wsgi_request.user.is_authenticated
        assert not staff.get("/about/").wsgi_request.user.is_authenticated


@pytest.mark.parametrize("role", [Role.SUPPORTER, Role.LEAD, Role.CLINICAL_ADVISER, Role.SUPERVISOR])
def test_those_who_see_no_names_of_others_stay_thirty_days(
    client: Client, kestrel: School, sign_in_by_code: Callable[..., Any], role: Role
) -> None:
    cookie = sign_in_by_code(client, kestrel.join(role, "Robin").user.email).cookies["sessionid"]
    assert cookie["max-age"] == pytest.approx(timedelta(days=30).total_seconds(), abs=5)


@pytest.mark.parametrize("way", ["code", "password"])
def test_on_a_shared_device_the_cookie_goes_with_the_browser_and_half_an_hour_of_rest_ends_it(
    client: Client,
    staff_with_password: User,
    sign_in_by_code: Callable[..., Any],
    sign_in_by_password: Callable[..., Any],
    way: str,
) -> None:
    sign_in = sign_in_by_code if way == "code" else sign_in_by_password
    cookie = sign_in(client, staff_with_password.email, device="shared").cookies["sessionid"]
    assert cookie["max-age"] == "" == cookie["expires"]
    start = now()
    with time_machine.travel(start + timedelta(minutes=29)):
        assert client.get("/about/").wsgi_request.user.is_authenticated
    with time_machine.travel(start + timedelta(minutes=58)):  # counted from the last page, not from the start
        answer = client.get("/about/")
        assert answer.wsgi_request.user.is_authenticated
        assert answer.cookies["sessionid"]["max-age"] == ""
    with time_machine.travel(start + timedelta(minutes=58) + SHARED_IDLE + timedelta(seconds=5)):
        assert not client.get("/about/").wsgi_request.user.is_authenticated


def test_a_device_must_be_named_and_a_phone_is_taken_for_ones_own(
    client: Client, a_student: User, mailbox: Mailbox
) -> None:
    asked = client.post("/account/login/", {"email": a_student.email})
    at_a_desk = client.get(asked["Location"]).content.decode()
    assert "checked" not in at_a_desk
    on_a_phone = client.get(
        asked["Location"], headers={"user-agent": "Mozilla/5.0 (iPhone) Mobile/15E"}
    ).content.decode()
    assert re.search(r'value="own"[^>]* checked', on_a_phone)
    page = client.post(asked["Location"], {"code": mailbox.code()})
    assert "Pick one" in page.content.decode()
    assert not signed_in(client)


# ------------------------------------------------------------------ where it leads

ELSEWHERE = [
    "https://evil.example/",
    "http://evil.example",
    "//evil.example",
    "///evil.example",
    "////evil.example/a",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "\x00//evil.example",
    "http:evil.example",
    "http:/evil.example",
    "https:///evil.example",
    "HTTPS://EVIL.EXAMPLE",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,x",
    "ftp://evil.example",
    "//evil.example@testserver/",
    "https://testserver@evil.example",
    "https://testserver.evil.example",
    "http://localhost/",
    "http://127.0.0.1:8000/",
    "evil.example",
    "@evil.example",
    "?next=//evil.example/../",
    " //evil.example",
    "　//evil.example",
    "/%09/evil.example\r\nSet-Cookie: a=b",
]


@pytest.mark.parametrize("target", ELSEWHERE)
def test_no_sign_in_or_sign_out_leads_away_from_this_site(
    client: Client,
    staff_with_password: User,
    sign_in_by_password: Callable[..., Any],
    target: str,
    settings: Any,
) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    staff_with_password.set_password(PASSWORD)
    staff_with_password.save()
    form = {"login": staff_with_password.email, "password": PASSWORD, "device": "own", "next": target}
    for response in (
        client.post("/account/login/password/", form),
        client.get("/account/login/", {"next": target}),
        client.post("/account/logout/", {"next": target}),
    ):
        assert response.status_code == 302
        place = response["Location"]
        assert place.startswith("/")
        assert not place.startswith(("//", "/\\", "/\t", "/\n"))
        assert not response.cookies.get("a")
