"""Putting a list in: choose a file, say which column is which, look at what it would do, confirm."""

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
    apply_upload,
    cancel_upload,
    columns_of,
    keep_upload,
    name_columns,
    preview,
)
from programs.engines.tables import Table
from programs.forms.roster import ColumnsForm, ConfirmForm, UploadForm
from programs.models import RosterUpload
from programs.permissions import MemberRequest, allowed, may_manage_people, school

FAULTS_SHOWN = 50


def _mine(request: MemberRequest, uuid: UUID) -> RosterUpload:
    rows = RosterUpload.objects.visible_to(request.rights).select_related("year__program")
    return get_object_or_404(rows, uuid=uuid)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(may_manage_people)
@second_factor_required
def roster_upload(request: MemberRequest) -> HttpResponse:
    program, at = school(request), now()
    form = UploadForm(request.POST or None, request.FILES or None, program=program, at=at)
    form.fields["year"].initial = program.years.current(program.today(at)).first()
    if request.method == "POST" and form.is_valid():
        with said_in(form):
            file, year, kind = (form.cleaned_data[name] for name in ("file", "year", "kind"))
            upload = keep_upload(by=request.user, year=year, kind=kind, content=file.read(), now=at)
            return redirect("programs:roster-preview", upload.uuid)
    return render(request, "programs/roster/upload.html", {"form": form, "columns": COLUMNS})


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(may_manage_people)
@second_factor_required
def roster_columns(request: MemberRequest, uuid: UUID) -> HttpResponse:
    upload = _mine(request, uuid)
    if upload.outcome:
        return redirect("programs:roster-preview", upload.uuid)
    table, columns = Table.unpack(upload.content), COLUMNS[upload.kind]
    found = columns_of(table, upload.kind, upload.renamed)
    form = ColumnsForm(request.POST or None, columns=columns, table=table, found=found)
    if request.method == "POST" and form.is_valid():
        with said_in(form):
            name_columns(by=request.user, upload=upload, renamed=form.renamed(), now=now())
            return redirect("programs:roster-preview", upload.uuid)
    return render(request, "programs/roster/columns.html", {"form": form, "upload": upload})


@require_safe
@allowed(may_manage_people)
@second_factor_required
def roster_preview(request: MemberRequest, uuid: UUID) -> HttpResponse:
    upload = _mine(request, uuid)
    if upload.outcome:
        return render(request, "programs/roster/done.html", {"upload": upload})
    if columns_of(Table.unpack(upload.content), upload.kind, upload.renamed).missing:
        return redirect("programs:roster-columns", upload.uuid)
    seen = preview(upload=upload, now=now())
    context = {
        "upload": upload,
        "plan": seen.plan,
        "unwanted": seen.unwanted,
        "unknown": seen.unknown,
        "missing": len(seen.plan.missing),
        "good": seen.plan.new + seen.plan.changed,
        "bad": len({fault.line for fault in seen.plan.faults}),
        "faults": seen.plan.faults[:FAULTS_SHOWN],
    }
    return render(request, "programs/roster/preview.html", context)


@require_safe
@allowed(may_manage_people)
@second_factor_required
def roster_faults(request: MemberRequest, uuid: UUID) -> HttpResponseBase:
    upload = _mine(request, uuid)
    if upload.outcome:
        return redirect("programs:roster-preview", upload.uuid)
    faults = preview(upload=upload, now=now()).plan.faults
    rows = ((fault.line, fault.column, fault.reason) for fault in faults)
    return csv_response("faults.csv", ["line", "column", "what is wrong"], rows)


@require_POST
@allowed(may_manage_people)
@second_factor_required
def roster_apply(request: MemberRequest, uuid: UUID) -> HttpResponse:
    upload, form = _mine(request, uuid), ConfirmForm(request.POST)
    if not form.is_valid():
        raise Refused("Something was missing from that form. Please look at the list again.")
    apply_upload(by=request.user, upload=upload, now=now(), **form.cleaned_data)
    return redirect("programs:roster-preview", upload.uuid)


@require_POST
@allowed(may_manage_people)
@second_factor_required
def roster_cancel(request: MemberRequest, uuid: UUID) -> HttpResponse:
    cancel_upload(by=request.user, upload=_mine(request, uuid))
    messages.success(request, "Nothing was changed, and the file is forgotten.")
    return redirect("programs:roster-upload")
