import signal
from argparse import ArgumentParser
from threading import Event
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection

MISSES_BEFORE_MAIL = 3


class Command(BaseCommand):
    help = "Mail WATCH_EMAIL once when the database is away, and once when it is back."

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
        misses = 0
        while not stopped.wait(options["every"]):
            answers = database_answers()
            if answers and misses >= MISSES_BEFORE_MAIL:
                self.tell("The database answers again.")
            misses = 0 if answers else misses + 1
            if misses == MISSES_BEFORE_MAIL:
                self.tell("The database does not answer.")

    def tell(self, sentence: str) -> None:
        self.stdout.write(sentence)
        send_mail("Site watch", sentence, None, [settings.WATCH_EMAIL], fail_silently=True)


def database_answers() -> bool:
    """Whether a fresh connection can be made and asked something."""
    connection.close()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True
