"""What goes with every response whatever its status, and what never shows in titles and addresses."""

import json
import re
import secrets
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from cryptography.fernet import Fernet
from django.conf import settings
from django.http import HttpResponse, HttpResponseBase
from django.urls import resolve, reverse

from peersupport.named_lists import WeekTask
from programs.permissions import Rights
from tests.house.policy import DOORS, OK, POLICY, PUBLIC, SIGNED, START, TYPED, addresses
from tests.house.running import clean_environment
from tests.house.test_structure import ROOT
from tests.house.town import NOWHERE, ONE_STEP, SIGNED_OUT, STAFF, VISITORS, Town

pytestmark = pytest.mark.django_db

# Beginnings of words that must not stand where somebody looking over a shoulder, or a history, shows them.
TELLING = re.compile(
    r"\b(support|wellbeing|mental|peer|counsel|crisis|referral|suicid|distress|depress|anxi|harm)",
    re.IGNORECASE,
)


def every_path(town: Town) -> Iterator[str]:
    for name, line in POLICY.items():
        for _, path in addresses(name, line, town):
            yield path
    for name in (*DOORS, START):
        yield reverse(name)
    for name, (more, _) in TYPED.items():
        yield reverse(name, kwargs=more)
    for name, more in (*PUBLIC.items(), *SIGNED.items()):
        yield reverse(name, kwargs=more)
    yield "/there/is/no/such/page/"


def check_headers(response: HttpResponseBase, path: str) -> None:
    said = response.headers
    assert said["X-Content-Type-Options"] == "nosniff", path
    assert said["X-Frame-Options"] == "DENY", path
    assert said["Referrer-Policy"] in {"same-origin", "no-referrer"}, path
    assert said["Cross-Origin-Opener-Policy"] == "same-origin", path
    assert "geolocation=()" in said["Permissions-Policy"], path
    assert "no-store" in said["Cache-Control"], path
    assert "Server" not in said, path
    assert "X-Powered-By" not in said, path
    rules = dict(rule.strip().split(" ", 1) for rule in said["Content-Security-Policy"].split(";"))
    assert (
        rules["default-src"]
        == rules["frame-ancestors"]
        == rules["base-uri"]
        == rules["object-src"]
        == "'none'"
    )
    assert rules["script-src"] == rules["style-src"] == rules["form-action"] == "'self'", path
    assert not re.search(r"unsafe|data:|\*|https?:", said["Content-Security-Policy"]), path
    for cookie in response.cookies.values():
        assert cookie.key in {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME}, path
        assert cookie["httponly"], path
        assert cookie["samesite"] == "Lax", path
        assert not cookie["domain"], path


# ---------------------------------------------------------------- headers


@pytest.mark.parametrize("visitor", [SIGNED_OUT, "student", STAFF, ONE_STEP, NOWHERE, "evaluator"])
def test_every_response_carries_the_headers(standing_town: Town, visitor: str) -> None:
    """Every URL; GET, and methods that are refused: 200, 302, 403, 404 and 405."""
    seen = set()
    for path in every_path(standing_town):
        for method in ("get", "post", "put"):
            client = standing_town.client(visitor)
            client.handler.enforce_csrf_checks = method == "post"
            response = getattr(client, method)(path)
            seen.add(response.status_code)
            check_headers(response, path)
    assert seen >= {200, 302, 403, 404, 405}


def falls_over(rights: Rights, at: Any) -> list[WeekTask]:
    raise RuntimeError("Planted by a test: its words must not be shown.")


def test_a_fault_of_ours_carries_the_headers_and_tells_nothing(standing_town: Town, settings: Any) -> None:
    settings.THIS_WEEK = [f"{__name__}.falls_over"]
    response = standing_town.client(STAFF).get("/")
    assert response.status_code == HTTPStatus.INTERNAL_SERVER_ERROR
    check_headers(response, "/")
    page = response.content.decode()
    assert "Something broke on our side" in page
    assert 'href="/help/"' in page
    assert "Traceback" not in page
    assert "Planted" not in page


def test_an_unknown_host_is_told_nothing(standing_town: Town) -> None:
    response = standing_town.client(SIGNED_OUT).get("/about/", headers={"host": "elsewhere.example"})
    assert response.status_code == HTTPStatus.BAD_REQUEST
    check_headers(response, "/about/")
    assert "elsewhere.example" not in response.content.decode()


def test_help_pages_set_no_cookie_and_name_no_one(standing_town: Town) -> None:
    """Claim C2: 0 cookies, and not even we are told where one came from."""
    for visitor in VISITORS:
        for name in (name for name in PUBLIC if name.startswith("referrals:")):
            response = standing_town.client(visitor).get(reverse(name, kwargs=PUBLIC[name]))
            assert response.cookies == {}
            assert "Cookie" not in response.headers.get("Vary", "")
            if not name.endswith("-file"):  # files lead nowhere
                assert response.headers["Referrer-Policy"] == "no-referrer"


def test_production_locks_its_doors(tmp_path: Path) -> None:
    """What a real site starts with: TLS for a year and for all below, cookies that no other host can set."""
    wanted = (
        "SECURE_HSTS_SECONDS",
        "SECURE_HSTS_INCLUDE_SUBDOMAINS",
        "SECURE_SSL_REDIRECT",
        "SESSION_COOKIE_SECURE",
        "CSRF_COOKIE_SECURE",
        "SESSION_COOKIE_NAME",
        "CSRF_COOKIE_NAME",
        "DEBUG",
    )
    code = (
        "import json; from peersupport import settings;"
        f"print(json.dumps([getattr(settings, name) for name in {wanted}]))"
    )
    environment = clean_environment(
        APP_ENV="production",
        SECRET_KEY=secrets.token_urlsafe(64),
        FIELD_ENCRYPTION_KEYS=Fernet.generate_key().decode(),
        ALLOWED_HOSTS="example.org",
        EMAIL_URL="dummymail://",
        DATA_DIR=str(tmp_path),
        DATABASE_URL="postgres://nobody@127.0.0.1/none",
    )
    told = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert told.returncode == 0, told.stderr
    read = dict(zip(wanted, json.loads(told.stdout), strict=True))
    assert read.pop("SECURE_HSTS_SECONDS") >= 365 * 24 * 3600
    assert read.pop("SESSION_COOKIE_NAME").startswith("__Host-")
    assert read.pop("CSRF_COOKIE_NAME").startswith("__Host-")
    assert read.pop("DEBUG") is False
    assert set(read.values()) == {True}


# ---------------------------------------------------------------- titles and addresses


class Page(HTMLParser):
    """The title, every address that the page can lead to, and what its GET forms would add to one."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.title, self.addresses, self.added = "", list[str](), list[str]()
        self._in_title = self._in_get_form = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self._in_title = tag == "title"
        if tag == "form":
            self._in_get_form = found.get("method") == "get"
        self.addresses += [found[name] or "" for name in ("href", "action") if found.get(name)]
        if self._in_get_form:
            self.added += [found[name] or "" for name in ("name", "value") if found.get(name)]

    def handle_endtag(self, tag: str) -> None:
        self._in_title = False
        if tag == "form":
            self._in_get_form = False

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title += data


def pages_of(town: Town, visitor: str) -> Iterator[tuple[str, Page]]:
    for path in every_path(town):
        response = town.client(visitor).get(path)
        if isinstance(response, HttpResponse) and response.content.startswith(b"<!doctype html>"):
            yield path, Page(response.content.decode())


def is_sensitive(path: str) -> bool:
    return resolve(path).view_name not in settings.ORDINARY


def ours(address: str) -> bool:
    parts = urlsplit(address)
    return not parts.scheme and not parts.netloc and not parts.path.startswith("/static/app/")


@pytest.mark.parametrize("visitor", [SIGNED_OUT, "student", STAFF, NOWHERE])
def test_titles_and_addresses_do_not_tell(standing_town: Town, visitor: str) -> None:
    """0 words of the closed list in titles of sensitive pages, and in all addresses, query and all."""
    told = []
    for path, page in pages_of(standing_town, visitor):
        words = filter(ours, (path, *page.addresses, *page.added))
        told += [(path, word) for word in words if TELLING.search(word)]
        if path.startswith("/there/") or is_sensitive(path):
            assert page.title, path
            told += [(path, page.title)] if TELLING.search(page.title) else []
    assert told == []


@pytest.mark.parametrize("visitor", [SIGNED_OUT, "student", STAFF])
def test_addresses_name_nobody_and_count_nobody(standing_town: Town, visitor: str) -> None:
    """No name, address or running number in a path; a number is that of a step or of a page of a list."""
    steps = re.compile(r"/steps/\d+/|[?&]page=\d+")
    for path, page in pages_of(standing_town, visitor):
        for address in filter(ours, page.addresses):
            bare = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "", steps.sub("", address))
            assert not re.search(r"\d|@", bare.partition("#")[0]), (path, address)


@pytest.mark.parametrize("visitor", ["student", STAFF])
def test_titles_say_which_page_it_is(standing_town: Town, visitor: str) -> None:
    """No two kinds of page with the same title, but for those of one form, or of one thing."""
    titles: dict[str, set[str]] = {}
    for path, page in pages_of(standing_town, visitor):
        if standing_town.client(visitor).get(path).status_code == OK:
            titles.setdefault(page.title, set()).add(resolve(path).view_name)
    doubled = {title: names for title, names in titles.items() if len(names) > 1}
    assert {frozenset(names) for names in doubled.values()} <= {
        frozenset({"referrals:poster-show", "referrals:poster-site"}),
        frozenset({"referrals:pocket-show", "referrals:pocket-site"}),
        frozenset({"referrals:help", "referrals:help-show"}),
    }, doubled
