"""One browser for all tests of a worker; for each test a fresh database and the site in front of it."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.conf import settings as django_settings
from playwright.sync_api import Browser, Playwright, sync_playwright
from pytest_django.live_server_helper import LiveServer

from tests.house.running import free_port
from tests.house.town import SIGNED_OUT, Town, build_town
from tests.journeys.browser import CHROMIUM, FLAGS, PHONE, Visit
from tests.peersupport.mailbox import Mailbox, Receiver

# Playwright's loop runs in the thread of the tests, where Django would otherwise refuse to read its database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    if not CHROMIUM.exists():
        pytest.skip("No chromium on this machine: apt-get install chromium")
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
    yield browser
    browser.close()


@pytest.fixture
def site(chromium: Browser, live_server: LiveServer) -> str:
    """The address of the site; its database is empty at first."""
    if not (django_settings.BASE_DIR / "static" / "app" / "app.css").exists():
        pytest.skip("The style sheet is not built: `make static/app/app.css`")
    return live_server.url


@pytest.fixture
def town(site: str) -> Town:
    return build_town()


@pytest.fixture
def visit(chromium: Browser, site: str) -> Iterator[Callable[..., Visit]]:
    """Opens a window; all of them are looked through at the end."""
    visits = []

    def begin(session: str = "", **options: Any) -> Visit:
        cookies = {django_settings.SESSION_COOKIE_NAME: session} if session else {}
        visits.append(Visit(chromium, site, cookies, options or PHONE))
        return visits[-1]

    yield begin
    for visit in visits:
        visit.end()


@pytest.fixture
def visit_as(visit: Callable[..., Visit], town: Town) -> Callable[..., Visit]:
    """A window of somebody of the town, signed in already."""

    def begin(visitor: str, **options: Any) -> Visit:
        return visit("" if visitor == SIGNED_OUT else town.sessions[visitor], **options)

    return begin


@pytest.fixture
def mailbox(settings: Any) -> Iterator[Mailbox]:
    """A real mail server on this machine."""
    receiver = Receiver()
    server = Controller(receiver, hostname="127.0.0.1", port=free_port())
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = server.hostname, server.port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    yield Mailbox(receiver)
    server.stop()
