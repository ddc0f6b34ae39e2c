import signal
from argparse import ArgumentParser
from datetime import datetime
from threading import Event
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand
from django.db import close_old_connections

from peersupport.clock import now, run_due_jobs

PAUSE_S = 5


class Command(BaseCommand):
    help = "Run the timed jobs that are due, once or with --loop. Needs neither Celery nor Redis."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--loop", action="store_true", help=f"Look again every {PAUSE_S} seconds.")

    def handle(self, *args: Any, **options: Any) -> None:
        stopped = Event()

        def stop(number: int, frame: FrameType | None) -> None:
            stopped.set()

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        last_run: dict[str, datetime] = {}
        while True:
            close_old_connections()
            for name in run_due_jobs(last_run, now()):
                self.stdout.write(f"done: {name}")
            if not options["loop"] or stopped.wait(PAUSE_S):
                return
