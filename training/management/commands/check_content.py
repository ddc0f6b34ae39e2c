from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from training.actions.modules import checked_modules
from training.actions.practice import checked_practices


class Command(BaseCommand):
    help = "Name every fault in modules and practice talks as file:line: message; exit status 1 then."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "path",
            nargs="?",
            type=Path,
            help="A module folder, or a folder of them; default: all content.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        folder = options["path"] or settings.CONTENT_DIR / "modules"
        if not folder.is_dir():
            raise CommandError(f"{folder} is not a folder.")
        files, faults = checked_modules(folder=folder)
        practices, practice_faults = ([], []) if options["path"] else checked_practices()
        for fault in [*faults, *practice_faults]:
            self.stdout.write(str(fault))
        if count := len(faults) + len(practice_faults):
            raise CommandError(f"{count} fault{'s' * (count > 1)}.")
        self.stdout.write(f"{len(files)} module{'s' * (len(files) != 1)} checked, no faults.")
        if practices:
            self.stdout.write(
                f"{len(practices)} practice talk{'s' * (len(practices) != 1)} checked, no faults."
            )
