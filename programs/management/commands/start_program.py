from argparse import ArgumentParser
from datetime import date, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.text import slugify

from peersupport.clock import now
from peersupport.errors import Refused
from programs.actions.cohorts import start_program


class Command(BaseCommand):
    help = "Start the program of a real school: its first year and its first member of wellbeing staff."

    def add_arguments(self, parser: ArgumentParser) -> None:
        today = now().date()
        parser.add_argument("name", help="The school's name, as people say it.")
        parser.add_argument("--zone", required=True, help="Time zone, such as Australia/Sydney.")
        parser.add_argument("--country", required=True, help="Two letters, such as AU.")
        parser.add_argument(
            "--staff", required=True, metavar="EMAIL", help="Address of the first member of staff."
        )
        parser.add_argument("--slug", help="Short name for commands; made from the name if left out.")
        parser.add_argument("--app-name", default="", help="The neutral name on pages and in mail.")
        parser.add_argument(
            "--domain", action="append", default=[], help="E-mail domain of the school; may be given again."
        )
        parser.add_argument("--year", help="What the first year is called; default: the year it starts in.")
        parser.add_argument(
            "--from", dest="starts_on", type=date.fromisoformat, default=date(today.year, 1, 1)
        )
        parser.add_argument(
            "--to", dest="ends_on", type=date.fromisoformat, help="Last day; default: a year after --from."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        starts_on: date = options["starts_on"]
        try:
            program = start_program(
                slug=options["slug"] or slugify(options["name"]),
                name=options["name"],
                time_zone=options["zone"],
                country=options["country"],
                email=options["staff"],
                label=options["year"] or str(starts_on.year),
                starts_on=starts_on,
                ends_on=options["ends_on"] or starts_on + timedelta(days=364),
                email_domains=options["domain"],
                app_name=options["app_name"],
            )
        except Refused as refused:
            raise CommandError(refused.sentence) from None
        self.stdout.write(
            f"{program.name} is ready. {options['staff']} signs in with a code sent by e-mail, "
            "and loads the roster under People."
        )
