import logging
import signal
from argparse import ArgumentParser
from collections.abc import Callable
from datetime import datetime
from threading import Event, Thread
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections, connections

from peersupport import heart
from peersupport.clock import database_now, now, run_due_jobs
from peersupport.outbox import drain

logger = logging.getLogger(__name__)
PAUSE_S = 5.0
URGENT_PAUSE_S = 1.0
# The loop sends by itself, in two lanes, and stops between two messages when it is told to leave.
SENDING = ("drain outbox",)


class Command(BaseCommand):
    help = "Run the timed jobs and send what is due, once or with --loop. Needs neither Celery nor Redis."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--loop", action="store_true", help=f"Look again every {PAUSE_S:.0f} seconds.")

    def handle(self, *args: Any, **options: Any) -> None:
        stopped = Event()

        def stop(number: int, frame: FrameType | None) -> None:
            stopped.set()

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        last_run: dict[str, datetime] = {}

        if not options["loop"]:
            for name in run_due_jobs(last_run, now()):
                self.stdout.write(f"done: {name}")
            return

        def jobs() -> None:
            run_due_jobs(last_run, now(), but=SENDING)
            drain(urgent=False, stopped=stopped.is_set)

        def calls() -> None:
            drain(urgent=True, stopped=stopped.is_set)
            heart.beat(heart.SENDER, database_now())

        # Urgent notices have a thread to themselves: nothing that takes long stands before them.
        urgent = Thread(target=again_and_again, args=(calls, URGENT_PAUSE_S, stopped), daemon=True)
        urgent.start()
        again_and_again(jobs, PAUSE_S, stopped)
        urgent.join()


def again_and_again(job: Callable[[], object], pause: float, stopped: Event) -> None:
    """Run the job until stopped. While the database is away, or anything else fails, try again."""
    while True:
        try:
            close_old_connections()
            job()
        except DatabaseError as away:  # says the same each time; one line of it is enough
            logger.warning("The sender tries again: %s", away)
        except Exception:
            logger.exception("The sender tries again")
        if stopped.wait(pause):
            connections.close_all()
            return
