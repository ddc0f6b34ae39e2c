"""The faults' door into Django, in the installation under test: `python -m tests.faults.inside COMMAND …`."""

import sys
from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import cycle, islice
from time import monotonic, sleep

import django

django.setup()

from django.conf import settings  # noqa: E402 - Django has to be up first
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402

from peersupport import nudge  # noqa: E402
from peersupport.celery import app  # noqa: E402
from peersupport.clock import database_now  # noqa: E402
from peersupport.models import Channel, Heartbeat, User  # noqa: E402
from peersupport.outbox import queue  # noqa: E402
from peersupport.sessions import SessionStore  # noqa: E402
from tests.peersupport.outboxes import make_a_hundred_thousand  # noqa: E402

PEOPLE = 50
# One kind of each lane. The second is usually for the site itself; as e-mail it goes the way of reminders.
URGENT, ORDINARY = "peersupport.test_page", "peersupport.channel_off"
LANES = {"urgent": [URGENT], "ordinary": [ORDINARY], "both": [URGENT, ORDINARY]}


def prepare() -> None:
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    User.objects.bulk_create(User(email=f"person{n}@faults.example", password="!") for n in range(PEOPLE))


def fill(name: str, count: str, lane: str, at_once: str = "1") -> None:
    """So many notices, `at_once` of them in one transaction, each with a key of its own under `name`."""
    people, size = list(User.objects.order_by("pk")[:PEOPLE]), int(at_once)
    numbered = list(enumerate(islice(zip(cycle(people), cycle(LANES[lane])), int(count))))
    for start in range(0, len(numbered), size):
        with transaction.atomic():
            for number, (person, kind) in numbered[start : start + size]:
                queue(kind=kind, to=person, key=f"{name}:{number}", channel="email", due_at=database_now())


def fill_slowly(name: str, seconds: str) -> None:
    """One notice in a transaction that takes its time."""
    with transaction.atomic():
        person = User.objects.order_by("pk")[0]
        queue(kind=URGENT, to=person, key=f"{name}:0", channel="email", due_at=database_now())
        sleep(float(seconds))


def age(seconds: str) -> None:
    """As if nobody had run the clockwork for so long."""
    Heartbeat.objects.update(last_seen=database_now() - timedelta(seconds=float(seconds)))


def trickle(name: str, count: str, pause: str) -> None:
    """Urgent notices, one after another, each committed by itself, with a pause between them."""
    person = User.objects.order_by("pk")[0]
    for number in range(int(count)):
        with transaction.atomic():
            queue(kind=URGENT, to=person, key=f"{name}:{number}", due_at=database_now())
        sleep(float(pause))


def hundred_thousand() -> None:
    """Reminders that are due now."""
    make_a_hundred_thousand(User.objects.order_by("pk")[0], database_now())


def forgive() -> None:
    """Every address takes mail again."""
    Channel.objects.all().delete()


def ring() -> None:
    """The doorbell, once for each line that comes in; the answer is how long it took."""
    app.connection_for_write().get_transport_cls()  # what is loaded once a process is not what is measured
    for line in sys.stdin:
        if line.strip() == "later":
            nudge._silent_until = 0.0
        begin = monotonic()
        nudge.nudge()
        sys.stdout.write(f"{monotonic() - begin}\n")
        sys.stdout.flush()


def sign_in() -> None:
    """A session of the first person; the answer is its key."""
    person, session = User.objects.order_by("pk")[0], SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.create()
    sys.stdout.write(str(session.session_key))


COMMANDS: dict[str, Callable[..., None]] = {
    "fill_slowly": fill_slowly,
    "prepare": prepare,
    "fill": fill,
    "forgive": forgive,
    "trickle": trickle,
    "hundred_thousand": hundred_thousand,
    "age": age,
    "ring": ring,
    "sign_in": sign_in,
}


def main(words: Sequence[str]) -> None:
    COMMANDS[words[0]](*words[1:])


if __name__ == "__main__":
    main(sys.argv[1:])
