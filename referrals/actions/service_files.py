"""The directory out of a CSV file: looked at first, then put in whole or not at all."""

import csv
import io
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction

from peersupport.audit import record
from peersupport.errors import Refused
from peersupport.models import User
from programs.engines.tables import decode
from programs.models import Program
from referrals.actions.services import add_service, changes_in, edit_service, faults_here
from referrals.engines.servicefile import COLUMNS, BadRow, service_of
from referrals.engines.services import Service as Facts
from referrals.models.services import Service, columns_of

MOST_ROWS = 500
LARGEST = 1_000_000  # bytes


@dataclass(frozen=True)
class RowRead:
    """One line of the file: what it would do, or why it cannot be used."""

    line: int
    name: str
    facts: Facts | None
    existing: Service | None
    changed: tuple[str, ...] = ()
    fault: str = ""

    @property
    def does(self) -> str:
        if self.fault:
            return "fault"
        if self.existing is None:
            return "new"
        return "change" if self.changed else "same"


def read_services(*, program: Program, text: str) -> list[RowRead]:
    """Every line of the file as far as it can be read; nothing is stored."""
    reader = csv.DictReader(io.StringIO(text.lstrip("\ufeff")))
    missing = {"name", "short", "what_for", "channels", "hours"} - set(reader.fieldnames or ())
    if missing:
        raise Refused(f"The file has no column {', '.join(sorted(missing))}. Take ours out to see how.")
    unknown = {name for name in reader.fieldnames or () if name not in COLUMNS}
    if unknown:
        raise Refused(f"We do not know the column {', '.join(sorted(unknown))}. Take it out of the file.")
    sites = {site.name: str(site.uuid) for site in program.sites.all()}
    there = {row.name: row for row in Service.objects.of_program(program).select_related("program")}
    rows: list[RowRead] = []
    seen: set[str] = set()
    for row in reader:
        if len(rows) == MOST_ROWS:
            raise Refused(f"That is more than {MOST_ROWS} lines. Divide the file.")
        rows.append(_read(row, reader.line_num, program, sites, there, seen))
        seen.add(rows[-1].name)
    if not rows:
        raise Refused("There is nothing in this file but the names of the columns.")
    return rows


def _read(
    row: dict[str, str],
    line: int,
    program: Program,
    sites: dict[str, str],
    there: dict[str, Service],
    seen: set[str],
) -> RowRead:
    cells = {name: _plain(value) for name, value in row.items() if name and isinstance(value, str)}
    name = cells.get("name", "").strip()
    existing = there.get(name)
    if name in seen:
        return RowRead(line, name, None, existing, fault="This name stands in the file twice.")
    try:
        facts = service_of(cells, sites, program.time_zone)
    except BadRow as bad:
        return RowRead(line, name, None, existing, fault=str(bad))
    if existing and existing.emergency:
        facts = replace(facts, emergency=True)
    faults = faults_here(program, facts, besides=existing)
    changed = tuple(changes_in(existing, columns_of(facts))) if existing else ()
    return RowRead(line, name, facts, existing, changed, " ".join(faults))


def _plain(value: str) -> str:
    """Without the apostrophe that our own file puts before what a spreadsheet would run."""
    return value[1:] if value[:2] in {"'+", "'-", "'=", "'@"} else value


@transaction.atomic
def import_services(*, by: User, program: Program, text: str, now: datetime) -> int:
    """Put the whole file in, or nothing of it; new entries wait unpublished. Returns how many it wrote."""
    rows = read_services(program=program, text=text)
    wrong = [f"Line {row.line}, {row.name or 'without a name'}: {row.fault}" for row in rows if row.fault]
    if wrong:
        raise Refused(f"Nothing is put in. {wrong[0]}")
    written = 0
    for row in rows:
        if row.facts and row.does == "new":
            add_service(by=by, program=program, facts=row.facts, now=now, published=False)
        elif row.facts and row.existing and row.changed:
            edit_service(by=by, service=row.existing, facts=row.facts, now=now)
        written += row.does in {"new", "change"}
    record(by=by, verb="import services", on=program, scope=program.uuid, count=written)
    return written


def text_of(content: bytes) -> str:
    """The file as text, whatever spreadsheet wrote it."""
    if len(content) > LARGEST:
        raise Refused("This file is larger than a directory can be.")
    return decode(content)
