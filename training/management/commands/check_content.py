from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from training.actions.modules import checked_modules


class Command(BaseCommand):
    help = "Name every fault in module folders as file:line: message. Exit status 1 when there is one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "path",
            nargs="?",
            type=Path,
            help="A module folder, or a folder of them; default content/modules.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        folder = options["path"] or settings.CONTENT_DIR / "modules"
        if not folder.is_dir():
            raise CommandError(f"{folder} is not a folder.")
        files, faults = checked_modules(folder=folder)
        for fault in faults:
            self.stdout.write(str(fault))
        if faults:
            raise CommandError(f"{len(faults)} fault{'s' * (len(faults) > 1)}.")
        self.stdout.write(f"{len(files)} module{'s' * (len(files) != 1)} checked, no faults.")
