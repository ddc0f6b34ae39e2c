"""Put a roster into a year: `manage.py import_people students.csv --program kestrel-bay`."""

from typing import Any

from django.core.management.base import CommandError, CommandParser

from peersupport.clock import now
from peersupport.errors import Refused
from programs.actions.enrolment import import_people, plan_people
from programs.actions.roster import read_people
from programs.management.lists import ListCommand
from programs.models import UploadKind


class Command(ListCommand):
    help = (
        "Put the students of a CSV file or a workbook into a year of a school. Writes all of it or nothing."
    )
    kind = UploadKind.PEOPLE

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--deactivate-missing",
            action="store_true",
            help="end the membership of students who are not in the file; nobody is deleted",
        )

    def handle(self, *args: object, **options: Any) -> None:
        at = now()
        table, renamed, year = self.read(options, at)
        try:
            reading = read_people(table, renamed, year)
            plan = plan_people(year=year, reading=reading, now=at)
            self.say_faults(plan.faults)
            outcome = None
            if options["dry_run"]:
                self.say_plan(plan)
            else:
                outcome = import_people(
                    by=None,
                    year=year,
                    reading=reading,
                    good_rows=bool(options["good_rows"]),
                    end_missing=bool(options["deactivate_missing"]),
                    now=at,
                )
        except Refused as no:
            raise CommandError(no.sentence) from no
        self.finish(outcome, plan.faults)
