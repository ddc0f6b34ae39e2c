"""A list on its way in: read, its columns named, looked at, put in or cancelled."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from peersupport.audit import record
from peersupport.errors import Refused
from peersupport.models import User
from programs.actions.enrolment import Outcome, check_may_import, import_people, plan_people
from programs.actions.placements import import_placements, plan_placements
from programs.engines import placements, roster
from programs.engines.columns import Column, Match, Reading, guess, match
from programs.engines.enrolment import Plan
from programs.engines.headers import is_unwanted
from programs.engines.placements import PlacementPlan, Stay, read_stays
from programs.engines.roster import Student, read_students
from programs.engines.spreadsheets import Unreadable
from programs.engines.tables import Table, read_table
from programs.models import RosterUpload, UploadKind, Year

GONE = "This list has been put in or cancelled already."

COLUMNS: Mapping[str, tuple[Column, ...]] = {
    UploadKind.PEOPLE: roster.COLUMNS,
    UploadKind.PLACEMENTS: placements.COLUMNS,
}
# Every header that says something to us, to find the row of headers by
KNOWN: frozenset[str] = frozenset().union(
    *(column.names for columns in COLUMNS.values() for column in columns)
)


@dataclass(frozen=True, slots=True)
class Preview:
    """What an upload would do; `unwanted` and `unknown` are the columns that are not kept."""

    plan: Plan | PlacementPlan
    unwanted: tuple[str, ...]
    unknown: tuple[str, ...]


def table_of(content: bytes) -> Table:
    try:
        return read_table(content, KNOWN)
    except Unreadable as trouble:
        raise Refused(trouble.sentence) from trouble


def columns_of(table: Table, kind: str, renamed: Mapping[str, str]) -> Match:
    """Which column is which; some needed ones may be missing from the answer."""
    try:
        return match(table.headers, COLUMNS[kind], renamed)
    except Unreadable as trouble:
        raise Refused(trouble.sentence) from trouble


def guessed_columns(table: Table, kind: str, found: Match) -> Mapping[str, int]:
    """Where columns that were not found most likely stand; a person has to say so."""
    return guess(table.headers, COLUMNS[kind], found)


def has_clear_columns(upload: RosterUpload, table: Table) -> bool:
    """Whether every needed column is there and nothing is left to ask about."""
    found = columns_of(table, upload.kind, upload.renamed)
    asked = bool(upload.renamed)
    return not found.missing and (asked or not guessed_columns(table, upload.kind, found))


def read_people(table: Table, renamed: Mapping[str, str], year: Year) -> Reading[Student]:
    found = _complete(columns_of(table, UploadKind.PEOPLE, renamed))
    return read_students(table, found, first_day_year=year.starts_on.year)


def read_placements(table: Table, renamed: Mapping[str, str], year: Year) -> Reading[Stay]:
    found = _complete(columns_of(table, UploadKind.PLACEMENTS, renamed))
    return read_stays(table, found, year_from=year.starts_on, year_to=year.ends_on)


def _complete(found: Match) -> Match:
    if found.missing:
        names = ", ".join(found.missing)
        what = f"The column {names} is" if len(found.missing) == 1 else f"The columns {names} are"
        raise Refused(f"{what} missing from this file.")
    return found


@transaction.atomic
def keep_upload(*, by: User, year: Year, kind: str, content: bytes, now: datetime) -> RosterUpload:
    """Keep a list until somebody confirms it, without the columns that are not wanted here."""
    check_may_import(by, year, now)
    table = table_of(content)
    unwanted = [place for place, header in enumerate(table.headers) if is_unwanted(header)]
    kept = table.without(unwanted).with_named_columns_only()
    upload = RosterUpload.objects.create(
        kind=kind,
        year=year,
        by=by,
        content=kept.pack(),
        left_out=[table.headers[place] for place in unwanted],
        created_at=now,
    )
    record(by=by, verb="roster upload", on=upload, scope=year.program.uuid, count=len(table.rows))
    return _drop_unread_columns(upload)


@transaction.atomic
def name_columns(
    *, by: User, upload: RosterUpload, renamed: Mapping[str, str], now: datetime
) -> RosterUpload:
    """Say which header stands for which of our columns; "" says that the file has none."""
    upload = _locked(upload)
    check_may_import(by, upload.year, now)
    _complete(columns_of(Table.unpack(upload.content), upload.kind, renamed))
    upload.renamed = dict(renamed)
    upload.save(update_fields=["renamed"])
    record(by=by, verb="roster columns named", on=upload, scope=upload.year.program.uuid)
    return _drop_unread_columns(upload)


def _drop_unread_columns(upload: RosterUpload) -> RosterUpload:
    """Once it is clear which columns are read, forget the others."""
    table = Table.unpack(upload.content)
    if has_clear_columns(upload, table):
        found = columns_of(table, upload.kind, upload.renamed)
        unread = [place for place in range(len(table.headers)) if place not in found.places.values()]
        upload.content = table.without(unread).pack()
        upload.left_out = [
            *upload.left_out,
            *(table.headers[place] for place in unread if table.headers[place]),
        ]
        upload.save(update_fields=["content", "left_out"])
    return upload


def preview(*, upload: RosterUpload, now: datetime) -> Preview:
    """What putting in this upload would do. Writes nothing. Refused while a column is missing."""
    table = Table.unpack(upload.content)
    plan: Plan | PlacementPlan
    if upload.kind == UploadKind.PEOPLE:
        plan = plan_people(year=upload.year, reading=read_people(table, upload.renamed, upload.year), now=now)
    else:
        plan = plan_placements(year=upload.year, reading=read_placements(table, upload.renamed, upload.year))
    unwanted = tuple(header for header in upload.left_out if is_unwanted(header))
    return Preview(plan, unwanted, tuple(header for header in upload.left_out if header not in unwanted))


@transaction.atomic
def apply_upload(
    *,
    by: User,
    upload: RosterUpload,
    good_rows: bool,
    end_missing: bool,
    expected_missing: int,
    typed_missing: int | None = None,
    now: datetime,
) -> Outcome:
    """Put the list in and forget its content. A second confirmation is told that it has been done."""
    upload = _locked(upload)
    table, year = Table.unpack(upload.content), upload.year
    if upload.kind == UploadKind.PEOPLE:
        outcome = import_people(
            by=by,
            year=year,
            reading=read_people(table, upload.renamed, year),
            good_rows=good_rows,
            end_missing=end_missing,
            expected_missing=expected_missing,
            typed_missing=typed_missing,
            now=now,
        )
    else:
        reading = read_placements(table, upload.renamed, year)
        outcome = import_placements(by=by, year=year, reading=reading, good_rows=good_rows, now=now)
    upload.content, upload.renamed, upload.outcome = b"", {}, outcome.sentence
    upload.save(update_fields=["content", "renamed", "outcome"])
    record(by=by, verb="roster upload put in", on=upload, scope=year.program.uuid)
    return outcome


@transaction.atomic
def cancel_upload(*, by: User, upload: RosterUpload) -> None:
    upload = _locked(upload)
    record(by=by, verb="roster upload cancelled", on=upload, scope=upload.year.program.uuid)
    upload.delete()


@transaction.atomic
def drop_stale_uploads(*, now: datetime) -> int:
    """Forget the uploads that nobody confirmed within a day; returns how many there were."""
    dropped, _ = RosterUpload.objects.stale(now).delete()
    return dropped


def _locked(upload: RosterUpload) -> RosterUpload:
    rows = RosterUpload.objects.select_for_update(of=("self",)).select_related("year__program")
    row = rows.filter(pk=upload.pk, outcome="").first()
    if row is None:
        raise Refused(GONE)
    return row
