"""Ways to sign in, and a real mail server to receive what is sent."""

import socket
from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from typing import Any
from uuid import uuid4

import pytest
from aiosmtpd.controller import Controller
from django.core.cache import caches
from django.db import DatabaseError, connection
from django.test import Client

from peersupport import kinds
from peersupport.models import User
from tests.peersupport.mailbox import PASSWORD, Mailbox, Receiver
from tests.peersupport.outboxes import StubbornServer, served_by
from tests.people import School


@pytest.fixture
def fresh_limits(db: None) -> Iterator[None]:
    """No try of another test counts, nor one that another process makes at this moment."""
    cache = caches["default"]
    before, cache.key_prefix = cache.key_prefix, uuid4().hex
    yield
    cache.key_prefix = before


@pytest.fixture
def no_database() -> Iterator[None]:
    def refuse(*_: Any) -> Any:
        raise DatabaseError("away")

    with connection.execute_wrapper(refuse):
        yield


@pytest.fixture
def staff_with_password(wellbeing_staff: User) -> User:
    wellbeing_staff.set_password(PASSWORD)
    wellbeing_staff.save()
    return wellbeing_staff


@pytest.fixture
def mailbox(settings: Any) -> Iterator[Mailbox]:
    receiver = Receiver()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Controller(receiver, hostname="127.0.0.1", port=port)
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    yield Mailbox(receiver)
    server.stop()


@pytest.fixture
def sign_in_by_code(mailbox: Mailbox) -> Callable[..., Any]:
    """Both screens, the last response; follows nothing."""

    def go(client: Client, email: str, *, device: str = "own", next_page: str = "/about/") -> Any:
        asked = client.post("/account/login/", {"email": email, "next": next_page})
        assert asked.status_code == 302
        return client.post(asked["Location"], {"code": mailbox.code(), "device": device, "next": next_page})

    return go


@pytest.fixture
def sign_in_by_password() -> Callable[..., Any]:
    def go(client: Client, email: str, password: str = PASSWORD, *, device: str = "own", **more: Any) -> Any:
        form = {"login": email, "password": password, "device": device, "next": "/about/"}
        return client.post("/account/login/password/", form, **more)

    return go


@pytest.fixture
def server(settings: Any) -> Iterator[StubbornServer]:
    with served_by(StubbornServer(), settings) as stubborn:
        yield stubborn


@pytest.fixture
def ordinary(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test page as a notice that one may be without: it goes the way of reminders."""
    kind = kinds.Kind("peersupport.test_page", "A test", lives=timedelta(days=3), optional=True)
    monkeypatch.setitem(kinds.KINDS, kind.name, kind)


@pytest.fixture
def daytime(kestrel: School) -> Callable[..., Any]:
    """A clock that stands at ten in the morning of tomorrow at the school, or so much after."""

    def at(**delta: float) -> Callable[[], datetime]:
        morning = datetime.combine(kestrel.today + timedelta(days=1), time(10), kestrel.program.zone)
        return lambda: morning + timedelta(**delta)

    return at
