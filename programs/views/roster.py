"""Putting a list in: choose a file, say which column is which, look at what it would do, confirm."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from peersupport.clock import now
from peersupport.csvfile import csv_response
from peersupport.errors import Refused, said_in
from peersupport.second_factor import second_factor_required
from programs.actions.roster import (
    COLUMNS,
    Preview,
    apply_upload,
    cancel_upload,
    columns_of,
    guessed_columns,
    has_clear_columns,
    keep_upload,
    name_columns,
    preview,
)
from programs.engines.changes import Listed
from programs.engines.faults import grouped
from programs.engines.headers import plain
from programs.engines.tables import Table
from programs.forms.roster import LABELS, ColumnsForm, ConfirmForm, UploadForm
from programs.models import RosterUpload, UploadKind
from programs.permissions import MemberRequest, allowed, may_manage_people, school

FAULTS_SHOWN = 50
CHANGES_SHOWN = 20


@dataclass(frozen=True, slots=True)
class ChangeList:
    """One kind of change, for a page that shows the first few."""

    title: str
    rows: Sequence[Listed]

    @property
    def shown(self) -> Sequence[tuple[Listed, list[tuple[str, str, str]]]]:
        return [
            (row, [(LABELS[what.column], what.was, what.becomes) for what in row.differences])
            for row in self.rows[:CHANGES_SHOWN]
        ]

    @property
    def more(self) -> int:
        return max(0, len(self.rows) - CHANGES_SHOWN)


def _mine(request: MemberRequest, uuid: UUID) -> RosterUpload:
    rows = RosterUpload.objects.visible_to(request.rights).select_related("year__program")
    return get_object_or_404(rows, uuid=uuid)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(may_manage_people)
@second_factor_required
def roster_upload(request: MemberRequest) -> HttpResponseBase:
    empty = request.GET.get("empty", "")
    if empty in COLUMNS:
        name = f"{UploadKind(empty).label.lower()}.csv"
        return csv_response(name, [column.name for column in COLUMNS[empty]], [])
    program, at = school(request), now()
    form = UploadForm(request.POST or None, request.FILES or None, program=program, at=at)
    form.fields["year"].initial = program.years.current(program.today(at)).first()
    if request.method == "POST" and form.is_valid():
        with said_in(form):
            file, year, kind = (form.cleaned_data[name] for name in ("file", "year", "kind"))
            upload = keep_upload(by=request.user, year=year, kind=kind, content=file.read(), now=at)
            return redirect("programs:roster-preview", upload.uuid)
    return render(request, "programs/roster/upload.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(may_manage_people)
@second_factor_required
def roster_columns(request: MemberRequest, uuid: UUID) -> HttpResponse:
    upload = _mine(request, uuid)
    if upload.outcome:
        return redirect("programs:roster-preview", upload.uuid)
    table, columns = Table.unpack(upload.content), COLUMNS[upload.kind]
    found = columns_of(table, upload.kind, upload.renamed)
    guessed = {} if upload.renamed else guessed_columns(table, upload.kind, found)
    form = ColumnsForm(request.POST or None, columns=columns, table=table, found=found, guessed=guessed)
    if request.method == "POST" and form.is_valid():
        with said_in(form):
            name_columns(by=request.user, upload=upload, renamed=form.renamed(), now=now())
            return redirect("programs:roster-preview", upload.uuid)
    context = {
        "form": form,
        "upload": upload,
        "guessed": bool(guessed),
        "open": [name for name in found.missing if name not in guessed],
    }
    return render(request, "programs/roster/columns.html", context)


@require_safe
@allowed(may_manage_people)
@second_factor_required
def roster_preview(request: MemberRequest, uuid: UUID) -> HttpResponseBase:
    upload = _mine(request, uuid)
    if upload.outcome:
        return render(request, "programs/roster/done.html", {"upload": upload})
    if not has_clear_columns(upload, Table.unpack(upload.content)):
        return redirect("programs:roster-columns", upload.uuid)
    seen = preview(upload=upload, now=now())
    if request.GET.get("as") == "csv":
        head = ["what", "name", "student_id", "about", "column", "was", "becomes"]
        return csv_response("changes.csv", head, _change_rows(_changes(seen)))
    return render(request, "programs/roster/preview.html", _seen(upload, seen, ConfirmForm()))


def _seen(upload: RosterUpload, seen: Preview, form: ConfirmForm) -> Mapping[str, Any]:
    plan = seen.plan
    faults = grouped(plan.faults)
    shown = [(group, _where(group.column, upload)) for group in faults[:FAULTS_SHOWN]]
    return {
        "upload": upload,
        "form": form,
        "plan": plan,
        "unwanted": seen.unwanted,
        "unknown": seen.unknown,
        "missing": len(plan.missing),
        "good": plan.new + plan.changed,
        "bad": len({fault.line for fault in plan.faults}),
        "rows": plan.new + plan.changed + plan.unchanged,
        "faults": shown,
        "more_faults": len(faults) - len(shown),
        "changes": [changes for changes in _changes(seen) if changes.rows],
        "begun": upload.year.starts_at <= now(),
    }


def _changes(seen: Preview) -> list[ChangeList]:
    plan = seen.plan
    # Whoever has a fault in their row is in the file, so while there are faults nobody can be called missing.
    missing = [] if plan.faults else plan.listed_missing
    return [
        ChangeList("New", plan.listed_new),
        ChangeList("Changed", plan.listed_changed),
        ChangeList("Not in this file", missing),
    ]


def _change_rows(groups: Sequence[ChangeList]) -> Iterator[Sequence[str]]:
    for group in groups:
        for row in group.rows:
            start = (group.title, row.name, row.number, row.about)
            yield from ((*start, what.column, what.was, what.becomes) for what in row.differences)
            if not row.differences:
                yield (*start, "", "", "")


def _where(column: str, upload: RosterUpload) -> str:
    """Our name of a column and, where the file has another, that one too."""
    theirs = upload.renamed.get(column) or column
    return column if plain(theirs) == plain(column) else f"{theirs} ({column})"


@require_safe
@allowed(may_manage_people)
@second_factor_required
def roster_faults(request: MemberRequest, uuid: UUID) -> HttpResponseBase:
    upload = _mine(request, uuid)
    if upload.outcome:
        return redirect("programs:roster-preview", upload.uuid)
    faults = preview(upload=upload, now=now()).plan.faults
    rows = (
        (fault.line, _where(fault.column, upload), fault.name, fault.value, fault.reason) for fault in faults
    )
    return csv_response("faults.csv", ["line", "column", "name", "value", "what is wrong"], rows)


@require_POST
@allowed(may_manage_people)
@second_factor_required
def roster_apply(request: MemberRequest, uuid: UUID) -> HttpResponse:
    upload = _mine(request, uuid)
    asks_to_end = any(request.POST.get(name) for name in ("end_missing", "typed_missing"))
    seen = preview(upload=upload, now=now()) if asks_to_end and not upload.outcome else None
    must_type = len(seen.plan.missing) if seen and seen.plan.ends_many else None
    form = ConfirmForm(request.POST, must_type=must_type)
    if form.is_valid():
        apply_upload(by=request.user, upload=upload, now=now(), **form.cleaned_data)
        return redirect("programs:roster-preview", upload.uuid)
    if seen and must_type is not None and "typed_missing" in form.errors:
        return render(request, "programs/roster/preview.html", _seen(upload, seen, form))
    raise Refused("Something was missing from that form. Please look at the list again.")


@require_POST
@allowed(may_manage_people)
@second_factor_required
def roster_cancel(request: MemberRequest, uuid: UUID) -> HttpResponse:
    cancel_upload(by=request.user, upload=_mine(request, uuid))
    messages.success(request, "Nothing was changed, and the file is forgotten.")
    return redirect("programs:roster-upload")
