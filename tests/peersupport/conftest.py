"""One small school with a person for each role, and a real mail server to receive what is sent."""

import re
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.test import Client

from peersupport.clock import now
from peersupport.models import User
from programs.models import Membership, Program, Role, Year

PASSWORD = "four-kind-words-here"


@pytest.fixture
def school(db: None) -> Year:
    program = Program.objects.create(
        slug="kestrel-bay",
        name="Kestrel Bay School of Medicine",
        country="AU",
        time_zone="Australia/Sydney",
        email_domains=["kestrel.example"],
    )
    today = now().date()
    return Year.objects.create(
        program=program, label="this year", starts_on=today - timedelta(days=60), ends_on=today + timedelta(days=300)
    )


@pytest.fixture
def person(school: Year) -> Callable[..., User]:
    """Makes somebody with a role in force now; with PASSWORD only when asked."""

    def make(role: Role, *, name: str = "", password: str | None = None) -> User:
        user = User.objects.create_user(f"{name or role.value}@kestrel.example", password, given_name="Robin")
        Membership.objects.create(
            user=user,
            year=school,
            role=role,
            starts_at=now() - timedelta(days=1),
            ends_at=now() + timedelta(days=200),
            year_level=2 if role == Role.STUDENT else None,
        )
        return user

    return make


@pytest.fixture
def a_student(person: Callable[..., User]) -> User:
    return person(Role.STUDENT)


@pytest.fixture
def wellbeing_staff(person: Callable[..., User]) -> User:
    return person(Role.STAFF, password=PASSWORD)


@dataclass
class Mailbox:
    """What a mail server on this machine has received, as it came over the wire."""

    envelopes: list[tuple[list[str], EmailMessage]] = field(default_factory=list)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.envelopes.append((envelope.rcpt_tos, message))
        return "250 kept"

    @property
    def last(self) -> EmailMessage:
        return self.envelopes[-1][1]

    @property
    def code(self) -> str:
        found = re.search(r"^(\d{6})$", self.last.get_content(), re.MULTILINE)
        assert found
        return found[1]


@pytest.fixture
def mailbox(settings: Any) -> Iterator[Mailbox]:
    box = Mailbox()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    yield box
    server.stop()


@pytest.fixture
def sign_in_by_code(mailbox: Mailbox) -> Callable[..., Any]:
    """Both screens, the last response; follows nothing."""

    def go(client: Client, email: str, *, device: str = "own", next_page: str = "/about/") -> Any:
        asked = client.post("/account/login/", {"email": email, "next": next_page})
        assert asked.status_code == 302
        return client.post(asked["Location"], {"code": mailbox.code, "device": device, "next": next_page})

    return go


@pytest.fixture
def sign_in_by_password() -> Callable[..., Any]:
    def go(client: Client, email: str, password: str = PASSWORD, *, device: str = "own", **more: Any) -> Any:
        form = {"login": email, "password": password, "device": device, "next": "/about/"}
        return client.post("/account/login/password/", form, **more)

    return go
