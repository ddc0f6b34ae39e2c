from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from peersupport.clock import now
from peersupport.errors import Refused
from training.actions.modules import checked_modules, load_modules
from training.actions.practice import checked_practices, load_practices
from training.models.practice import loaded_digests


class Command(BaseCommand):
    help = "Load changed modules and talks as new versions, all or none. Refuses what check_content refuses."

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
        practices, practice_faults = (
            ([], []) if options["path"] else checked_practices(known=loaded_digests())
        )
        for fault in [*faults, *practice_faults]:
            self.stderr.write(str(fault))
        if faults or practice_faults:
            raise CommandError("Nothing is loaded: the content has faults.")
        try:
            with transaction.atomic():
                loaded = load_modules(files=files, now=now())
                made = load_practices(files=practices, now=now())
        except Refused as refused:
            raise CommandError(f"Nothing is loaded: {refused.sentence}") from None
        for one in loaded:
            self.stdout.write(f"{one.slug}: version {one.number}, {'loaded' if one.made else 'unchanged'}")
        for version in made:
            self.stdout.write(f"{version.practice.slug}: version {version.number}, loaded")
