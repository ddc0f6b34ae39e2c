from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from peersupport.errors import Refused
from programs.actions.cohorts import add_year
from programs.models import Program


class Command(BaseCommand):
    help = "Add the next year of a program; its wellbeing staff go on in it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("label")
        parser.add_argument("--program", required=True, metavar="SLUG")
        parser.add_argument("--from", dest="starts_on", type=date.fromisoformat, required=True)
        parser.add_argument("--to", dest="ends_on", type=date.fromisoformat, required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        program = Program.objects.filter(slug=options["program"]).first()
        if program is None:
            raise CommandError(f"There is no program “{options['program']}”.")
        try:
            year = add_year(
                program=program,
                label=options["label"],
                starts_on=options["starts_on"],
                ends_on=options["ends_on"],
            )
        except Refused as refused:
            raise CommandError(refused.sentence) from None
        self.stdout.write(f"{program.name}: {year.label}, {year.starts_on} to {year.ends_on}.")
