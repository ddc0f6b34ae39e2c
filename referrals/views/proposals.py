"""Proposals for the directory, and putting a file in."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from peersupport.clock import now
from peersupport.errors import said_in
from peersupport.second_factor import second_factor_required
from programs.permissions import MemberRequest, allowed, school
from referrals.actions.proposals import decline_proposal, propose_service, take_proposal
from referrals.actions.service_files import import_services, read_services, text_of
from referrals.actions.services import words_of
from referrals.forms.services import ImportForm, ServiceForm
from referrals.models.services import Proposal, Service, columns_of
from referrals.permissions import may_keep_directory, may_propose
from referrals.views.services import the_service

LABELS = {
    "name": "Name",
    "short": "Short name",
    "what_for": "What it is for",
    "for_whom": "For whom",
    "good_to_know": "Good to know",
    "about": "What it is about",
    "channels": "Numbers and addresses",
    "hours": "Opening hours",
    "cost": "What it costs",
    "languages": "Languages",
    "crisis": "For a crisis",
    "worried_friends": "Takes worried friends",
    "tells_school": "Tells the school",
    "sites": "Sits at",
    "serves_sites": "Only for",
    "named_first": "Named first",
    "source": "Source",
}


def _propose(request: MemberRequest, service: Service | None) -> HttpResponseBase:
    program = school(request)
    form = ServiceForm(
        request.POST or None,
        program=program,
        before=service.as_service if service else None,
        checking=False,
    )
    back = reverse("directory:service-list")
    if request.method == "POST" and form.is_valid():
        with said_in(form):
            propose_service(by=request.user, program=program, service=service, facts=form.facts, now=now())
            messages.success(request, "Thank you. The wellbeing staff look at it; nothing is changed before.")
            return redirect(back)
    title = f"Propose a change of “{service.name}”" if service else "Propose a service"
    context = {"form": form, "title": title, "button": "Propose it", "back": back}
    return render(request, "referrals/services/edit.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(may_propose)
def proposal_add(request: MemberRequest) -> HttpResponseBase:
    return _propose(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(may_propose)
def service_propose(request: MemberRequest, uuid: UUID) -> HttpResponseBase:
    return _propose(request, the_service(request, uuid))


@require_safe
@allowed(may_keep_directory)
@second_factor_required
def proposal_list(request: MemberRequest) -> HttpResponse:
    rows = Proposal.objects.visible_to(request.rights).open().select_related("service__program", "by")
    return render(request, "referrals/services/proposals.html", {"lines": [_shown(row) for row in rows[:50]]})


def _shown(row: Proposal) -> dict[str, Any]:
    before = columns_of(row.service.facts) if row.service else {}
    changes = [
        (LABELS[name], words_of(before[name]) if before else "", words_of(new))
        for name, new in row.columns.items()
        if before or new not in ("", [], False)
    ]
    return {"row": row, "changes": changes, "name": row.service.name if row.service else row.columns["name"]}


def _proposal(request: MemberRequest, uuid: UUID) -> Proposal:
    rows = Proposal.objects.visible_to(request.rights).select_related("program")
    return get_object_or_404(rows, uuid=uuid)


@require_POST
@allowed(may_keep_directory)
@second_factor_required
def proposal_take(request: MemberRequest, uuid: UUID) -> HttpResponse:
    service = take_proposal(by=request.user, proposal=_proposal(request, uuid), now=now())
    messages.success(request, f"“{service.name}” is changed. If a number is new, ring it and confirm it.")
    return redirect("directory:service-show", service.uuid)


@require_POST
@allowed(may_keep_directory)
@second_factor_required
def proposal_decline(request: MemberRequest, uuid: UUID) -> HttpResponse:
    decline_proposal(by=request.user, proposal=_proposal(request, uuid))
    messages.success(request, "Left as it is.")
    return redirect("directory:proposal-list")


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(may_keep_directory)
@second_factor_required
def service_import(request: MemberRequest) -> HttpResponseBase:
    """First what a file would do; the second time, with the same text sent back, it is put in."""
    program = school(request)
    form = ImportForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"form": form, "back_url": reverse("directory:service-list")}
    if request.method == "POST" and "text" in request.POST:
        text = request.POST["text"]
        count = import_services(by=request.user, program=program, text=text, now=now())
        messages.success(request, f"{count} entries are written. New ones wait to be confirmed and shown.")
        return redirect("directory:service-list")
    if request.method == "POST" and form.is_valid():
        with said_in(form):
            text = text_of(form.cleaned_data["file"].read())
            rows = read_services(program=program, text=text)
            context |= {"rows": rows, "text": text, "faults": [row for row in rows if row.fault]}
    return render(request, "referrals/services/import.html", context)
