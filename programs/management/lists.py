"""What the commands that put a list in have in common."""

import argparse
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from peersupport.errors import Refused
from programs.actions.enrolment import Outcome
from programs.actions.roster import columns_of, table_of
from programs.engines.columns import Fault
from programs.engines.enrolment import Plan
from programs.engines.placements import PlacementPlan
from programs.engines.tables import MAX_BYTES, TOO_LARGE, Table
from programs.models import Program, Year


def renaming(text: str) -> tuple[str, str]:
    """ "Their header=email" as ("email", "Their header")."""
    header, equals, ours = text.rpartition("=")
    if not equals or not ours.strip():
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form 'Their header=email'")
    return ours.strip().lower(), header.strip()


class ListCommand(BaseCommand):
    """Reads a file, names every fault as `line, column: reason`, and writes all of it or nothing.

    Exit status 1 when a row has a fault, also when the good rows were put in.
    """

    kind: str

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "file", type=Path, help="CSV (comma, semicolon or tab) or an Excel workbook (.xlsx)"
        )
        parser.add_argument("--program", required=True, metavar="SLUG", help="which school")
        parser.add_argument("--year", metavar="LABEL", help="which year; the one of today if left out")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen and write nothing")
        parser.add_argument("--good-rows", action="store_true", help="put in the rows without a fault")
        parser.add_argument(
            "--map",
            action="append",
            default=[],
            type=renaming,
            metavar="THEIRS=OURS",
            help="which header stands for which column, such as 'Student e-mail=email'; nothing before the = "
            "says that the file has no such column",
        )

    def read(self, options: dict[str, Any], at: datetime) -> tuple[Table, dict[str, str], Year]:
        """The file as a table, the renamings, and the year it is for; says what is not kept."""
        year = self.year_of(options["program"], options["year"], at)
        renamed = dict(options["map"])
        table = self.table_in(options["file"])
        try:
            found = columns_of(table, self.kind, renamed)
        except Refused as no:
            raise CommandError(no.sentence) from no
        for header in found.unwanted:
            self.stdout.write(f"The column “{header}” is not needed and is not kept.")
        if found.unknown:
            self.stdout.write(f"Not kept: {', '.join(found.unknown)}.")
        return table, renamed, year

    def year_of(self, slug: str, label: str | None, at: datetime) -> Year:
        program = Program.objects.filter(slug=slug).first()
        if program is None:
            raise CommandError(f"There is no school “{slug}”.")
        years = program.years.select_related("program")
        years = years.filter(label=label) if label else years.current(program.today(at))
        year = years.last()
        if year is None:
            raise CommandError(
                f"{program} has no year “{label}”." if label else f"{program} has no year now."
            )
        return year

    def table_in(self, path: Path) -> Table:
        try:
            if path.stat().st_size > MAX_BYTES:
                raise CommandError(TOO_LARGE)
            return table_of(path.read_bytes())
        except OSError as trouble:
            raise CommandError(f"{path} cannot be read: {trouble.strerror}.") from trouble
        except Refused as no:
            raise CommandError(no.sentence) from no

    def say_plan(self, plan: Plan | PlacementPlan) -> None:
        self.stdout.write(f"{plan.new:,} new, {plan.changed:,} changed, {plan.unchanged:,} as before.")
        if plan.new_sites:
            self.stdout.write(f"New sites: {', '.join(plan.new_sites)}.")
        if plan.missing:
            self.stdout.write(f"{len(plan.missing):,} of this year are not in the file.")

    def say_faults(self, faults: Sequence[Fault]) -> None:
        for fault in faults:
            self.stderr.write(str(fault))

    def finish(self, outcome: Outcome | None, faults: Sequence[Fault]) -> None:
        """Say what was done; exit status 1 when there were faults."""
        self.stdout.write(outcome.sentence if outcome else "Nothing was written: this was a dry run.")
        if faults:
            rows = len({fault.line for fault in faults})
            raise CommandError("One row has a fault." if rows == 1 else f"{rows:,} rows have a fault.")
