"""Signing out, changing a password, and the cookies that go over the wire."""

import html
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.test import Client

from peersupport.clock import now
from peersupport.models import User
from tests.peersupport.mailbox import PASSWORD

pytestmark = pytest.mark.usefixtures("fresh_limits")


def is_in(client: Client) -> bool:
    return bool(client.get("/about/").wsgi_request.user.is_authenticated)


def test_signing_out_is_a_form_clears_the_browser_and_kills_the_cookie(
    client: Client, a_student: User, sign_in_by_code: Callable[..., Any]
) -> None:
    sign_in_by_code(client, a_student.email)
    key = client.cookies["sessionid"].value
    assert "Sign out?" in client.get("/account/logout/").content.decode()
    assert is_in(client)
    response = client.post("/account/logout/")
    assert response["Location"] == "/account/login/"
    assert response["Clear-Site-Data"] == '"cache", "storage"'
    assert "You are signed out." in client.get(response["Location"]).content.decode()
    replay = Client()
    replay.cookies["sessionid"] = key
    assert not is_in(replay)


def test_signing_in_gives_a_new_session_key(client: Client, staff_with_password: User) -> None:
    client.get("/account/login/password/")
    session = client.session
    session["planted"] = True
    session.save()
    planted = session.session_key
    form = {"login": staff_with_password.email, "password": PASSWORD, "device": "own"}
    client.post("/account/login/password/", form)
    assert client.session.session_key != planted


def test_a_new_password_needs_the_old_one_and_signs_the_other_devices_out(
    client: Client, staff_with_password: User, sign_in_by_password: Callable[..., Any]
) -> None:
    other = Client()
    sign_in_by_password(other, staff_with_password.email)
    sign_in_by_password(client, staff_with_password.email)
    new = "quiet river under stones"
    refused = client.post("/account/password/change/", {"oldpassword": "guess", "password1": new})
    assert "not your present password" in refused.content.decode()
    client.post("/account/password/change/", {"oldpassword": PASSWORD, "password1": new})
    assert is_in(client)
    assert not is_in(other)
    assert sign_in_by_password(Client(), staff_with_password.email, new)["Location"] == "/about/"


def test_a_fresh_code_stands_in_for_a_forgotten_password_for_ten_minutes(
    client: Client, staff_with_password: User, sign_in_by_code: Callable[..., Any]
) -> None:
    sign_in_by_code(client, staff_with_password.email)
    assert "oldpassword" not in client.get("/account/password/change/").content.decode()
    with time_machine.travel(now() + timedelta(minutes=11)):
        assert "oldpassword" in client.get("/account/password/change/").content.decode()
    client.post("/account/password/change/", {"password1": "quiet river under stones"})
    staff_with_password.refresh_from_db()
    assert staff_with_password.check_password("quiet river under stones")


@pytest.mark.parametrize("door", ["/account/password/set/", "/account/second-step/turn-on/?next=/about/"])
def test_a_borrowed_unlocked_phone_cannot_get_a_key_of_its_own(
    client: Client, a_student: User, sign_in_by_code: Callable[..., Any], door: str
) -> None:
    sign_in_by_code(client, a_student.email)
    opened = client.get(door).content.decode()
    assert "Sign out and get a code" not in opened
    with time_machine.travel(now() + timedelta(minutes=11)):
        page = client.get(door).content.decode()
        sent = client.post(door, {"password1": "quiet river under stones", "code": "123456"}).content.decode()
        for answer in (page, sent):
            assert "Sign out and get a code" in answer
            assert not re.search("[A-Z2-7]{32}<", answer)
        a_student.refresh_from_db()
        assert not a_student.has_usable_password()
        back = html.unescape(re.findall(r'name="next" value="([^"]+)"', sent)[0])
        to_sign_in = client.post("/account/logout/", {"next": back})["Location"]
        came_from = parse_qs(urlsplit(to_sign_in).query)["next"][0]
        assert came_from == door
        assert sign_in_by_code(client, a_student.email, next_page=came_from)["Location"] == door
        assert "Sign out and get a code" not in client.get(door).content.decode()


def test_who_is_signed_out_is_sent_to_sign_in_and_back(client: Client, db: None) -> None:
    for door in ("/account/password/set/", "/account/second-step/turn-on/"):
        assert client.get(door)["Location"] == f"/account/login/?next={door}"


@pytest.mark.parametrize("weak", ["short", "password1", "priya@kestrel"])
def test_a_weak_password_is_refused_and_a_long_one_is_not(
    client: Client, a_student: User, sign_in_by_code: Callable[..., Any], weak: str
) -> None:
    sign_in_by_code(client, a_student.email)
    assert client.get("/account/password/change/")["Location"] == "/account/password/set/"
    page = client.post("/account/password/set/", {"password1": weak})
    assert page.status_code == 200
    a_student.refresh_from_db()
    assert not a_student.has_usable_password()
    client.post("/account/password/set/", {"password1": "words " * 20})
    a_student.refresh_from_db()
    assert a_student.check_password("words " * 20)


def test_only_the_doors_that_we_open_are_open(client: Client) -> None:
    for shut in ("signup/", "email/", "password/reset/", "confirm-email/", "webauthn/", "3rdparty/", ""):
        assert client.get(f"/account/{shut}").status_code == 404


def test_in_production_every_cookie_is_for_this_host_over_https_and_no_script(tmp_path: Any) -> None:
    program = """
import json, django; django.setup()
from django.conf import settings
from django.test import Client
answer = Client(headers={"host": "site.example"}).get("/account/login/", secure=True)
cookies = {name: dict(morsel) for name, morsel in answer.cookies.items()}
print(json.dumps([answer.status_code, cookies, settings.SESSION_COOKIE_NAME, settings.SESSION_COOKIE_SECURE,
                  settings.SESSION_COOKIE_HTTPONLY, settings.SESSION_COOKIE_SAMESITE]))
"""
    environment = {
        **{
            name: value for name, value in os.environ.items() if name not in {"DEMO", "DEBUG", "DATABASE_URL"}
        },
        "APP_ENV": "production",
        "SECRET_KEY": "k" * 60,
        "ALLOWED_HOSTS": "site.example",
        "DATABASE_URL": "postgres://nobody@127.0.0.1:1/nothing",
        "DATA_DIR": str(tmp_path),
        "EMAIL_URL": "dummymail://",
        "FIELD_ENCRYPTION_KEYS": "k" * 43 + "=",
    }
    collected = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"]
    subprocess.run(collected, env=environment, check=True)
    run = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    )
    status, cookies, name, secure, http_only, same_site = json.loads(run.stdout.splitlines()[-1])
    assert status == 200
    assert set(cookies) == {"__Host-form"}
    flags = cookies["__Host-form"]
    assert (flags["secure"], flags["httponly"], flags["samesite"], flags["path"], flags["domain"]) == (
        True,
        True,
        "Lax",
        "/",
        "",
    )
    assert (name, secure, http_only, same_site) == ("__Host-session", True, True, "Lax")
