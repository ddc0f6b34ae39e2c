"""A mail server that answers as told, and notices to try it with; no test in here."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from aiosmtpd.controller import Controller
from django.db import connection

from peersupport.clock import database_now
from peersupport.models import Notification, User
from peersupport.models.outbox import State
from peersupport.outbox import queue

Answer = Callable[[str], str]


class StubbornServer:
    """Keeps what it takes, by Message-ID; `says` decides on each recipient and on each text."""

    def __init__(self) -> None:
        self.received: list[tuple[str, str]] = []
        self.at_recipient: Answer = lambda address: "250 fine"
        self.at_text: Answer = lambda address: "250 kept"

    async def handle_RCPT(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        answer = self.at_recipient(address)
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        answer = self.at_text(envelope.rcpt_tos[0])
        text = envelope.content.decode()
        number = next(line for line in text.splitlines() if line.lower().startswith("message-id:"))
        if not answer.startswith(("4", "5")):
            self.received.append((envelope.rcpt_tos[0], number.split(":", 1)[1].strip()))
        if answer == "hang up":
            session.loop.call_soon(server.transport.abort)
        return answer


@contextmanager
def served_by(handler: StubbornServer, settings: Any) -> Iterator[StubbornServer]:
    """This mail server on a free port, and the settings pointing at it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    running = Controller(handler, hostname="127.0.0.1", port=port)
    running.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    yield handler
    running.stop()


def make_test_pages(count: int, to: User, *, due_at: datetime | None = None) -> list[Notification]:
    """Notices of the one kind that needs nothing to be about."""
    for number in range(count):
        queue(kind="peersupport.test_page", to=to, key=f"test page {number} to {to.pk}", due_at=due_at)
    return list(Notification.objects.order_by("pk"))


def make_notices(
    count: int, to: User, *, due_at: datetime | None = None, duty: bool = False
) -> list[Notification]:
    """Notices that wait, of a kind that a hold stops or, with `duty`, of one that it does not."""
    kind = "peersupport.test_page" if duty else "peersupport.channel_off"
    keys = [f"{kind} {uuid4()}" for _ in range(count)]
    for key in keys:
        queue(kind=kind, to=to, key=key, due_at=due_at)
    return list(Notification.objects.filter(key__in=keys).order_by("pk"))


def make_a_hundred_thousand(to: User, at: datetime) -> None:
    """Reminders that are due now, made by the database itself."""
    queue(kind="peersupport.channel_off", to=to, key="copied", due_at=at)
    table = Notification._meta.db_table
    columns = [str(field.column) for field in Notification._meta.concrete_fields if field.column != "id"]
    other = {"key": "'copied ' || n", "uuid": "md5(CAST(n AS text))::uuid"}
    if connection.vendor == "sqlite":
        other["uuid"] = "printf('%032x', n)"
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) "
            f"WITH RECURSIVE many(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM many WHERE n < 100000) "
            f"SELECT {', '.join(other.get(column, column) for column in columns)} FROM {table}, many "
            f"WHERE {table}.key = 'copied'"
        )
        cursor.execute("ANALYZE")


def end_notices(to: User, *, scope: object = None, at: datetime, state: str = State.ACCEPTED) -> None:
    """As if all that waits for somebody had ended then, at the school of this uuid."""
    rows = Notification.objects.filter(recipient=to, ended_at=None)
    rows.update(state=state, ended_at=at, scope=scope)


def later(**delta: float) -> Callable[[], datetime]:
    """A clock that stands still, so much after now."""
    at = database_now() + timedelta(**delta)
    return lambda: at


def words_or_poison(row: Notification, at: datetime) -> dict[str, str] | None:
    """The words of the test page; none for a row that nobody wants, an error for one that is poison."""
    if row.about.get("poison") == "words":
        raise ValueError("This one is broken.")
    return None if row.about.get("unwanted") else {}


def states() -> list[str]:
    return list(Notification.objects.order_by("pk").values_list("state", flat=True))


def row() -> Notification:
    return Notification.objects.get()
