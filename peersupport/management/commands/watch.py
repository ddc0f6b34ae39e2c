import signal
from argparse import ArgumentParser
from threading import Event
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection

from peersupport.clock import database_now
from peersupport.heart import health

MISSES_BEFORE_MAIL = 3
AWAY = "The database does not answer."


class Command(BaseCommand):
    help = "Mail WATCH_EMAIL when the database is away or the clock stands still, and when all is well."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--every", type=float, default=30, metavar="SECONDS")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.WATCH_EMAIL:
            raise CommandError("Set WATCH_EMAIL to the address that is to hear when something stands still.")
        stopped = Event()

        def stop(number: int, frame: FrameType | None) -> None:
            stopped.set()

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        misses, told = 0, ""
        while not stopped.wait(options["every"]):
            trouble = what_is_wrong()
            misses = misses + 1 if trouble == AWAY else 0
            if trouble == AWAY and misses < MISSES_BEFORE_MAIL:
                continue
            if trouble != told and self.tell(trouble or "All is well again."):
                told = trouble

    def tell(self, sentence: str) -> bool:
        """Whether the mail went out: if not, it is tried again at the next look."""
        self.stdout.write(sentence)
        return bool(send_mail("Site watch", sentence, None, [settings.WATCH_EMAIL], fail_silently=True))


def what_is_wrong() -> str:
    """A sentence about what stands still, asked through a fresh connection; empty when all is well."""
    connection.close()
    try:
        found = health(database_now())
    except DatabaseError:
        return AWAY
    return "" if found.well else f"This stands still: {', '.join(found.stale)}. Notices are not sent."
