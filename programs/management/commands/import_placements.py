"""Put placements into a year: `manage.py import_placements placements.csv --program kestrel-bay`."""

from typing import Any

from django.core.management.base import CommandError

from peersupport.clock import now
from peersupport.errors import Refused
from programs.actions.placements import import_placements, plan_placements
from programs.actions.roster import read_placements
from programs.management.lists import ListCommand
from programs.models import UploadKind


class Command(ListCommand):
    help = (
        "Put the placements of a CSV file or a workbook into a year of a school. Writes all of it or nothing."
    )
    kind = UploadKind.PLACEMENTS

    def handle(self, *args: object, **options: Any) -> None:
        at = now()
        table, renamed, year = self.read(options, at)
        try:
            reading = read_placements(table, renamed, year)
            plan = plan_placements(year=year, reading=reading)
            self.say_faults(plan.faults)
            outcome = None
            if options["dry_run"]:
                self.say_plan(plan)
            else:
                outcome = import_placements(
                    by=None, year=year, reading=reading, good_rows=bool(options["good_rows"]), now=at
                )
        except Refused as no:
            raise CommandError(no.sentence) from no
        self.finish(outcome, plan.faults)
