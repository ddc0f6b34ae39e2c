"""The directory: its list, one entry, and what may be done with it."""

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from peersupport.clock import now
from peersupport.csvfile import csv_response
from peersupport.errors import said_in
from peersupport.second_factor import second_factor_required
from programs.permissions import MemberRequest, allowed, school
from referrals.actions.services import (
    add_service,
    confirm_service,
    edit_service,
    note_no_answer,
    own_service,
    publish_service,
    unpublish_service,
)
from referrals.engines.servicefile import COLUMNS, row_of
from referrals.engines.services import KINDS
from referrals.forms.services import ServiceFilter, ServiceForm
from referrals.models.services import Proposal, Service, ServiceQuerySet
from referrals.permissions import may_keep_directory, may_propose, may_read_directory

A_PAGE = 20
HISTORY_SHOWN = 30


def the_service(request: MemberRequest, uuid: UUID) -> Service:
    rows = Service.objects.visible_to(request.rights).select_related("program", "owner")
    return get_object_or_404(rows, uuid=uuid)


def _narrowed(rows: ServiceQuerySet, form: ServiceFilter, today: date) -> ServiceQuerySet:
    wanted = form.cleaned_data if form.is_valid() else {"q": "", "state": ""}
    for word in wanted["q"].split():
        rows = rows.filter(
            Q(name__icontains=word) | Q(what_for__icontains=word) | Q(channels__icontains=word)
        )
    by_state = {
        "due": lambda: rows.due(today),
        "draft": lambda: rows.filter(is_published=False),
        "stale": lambda: rows.stale(today),
        "own": lambda: rows.filter(pack_key=""),
    }
    return by_state.get(wanted["state"], lambda: rows)()


@require_safe
@allowed(may_read_directory)
def service_list(request: MemberRequest) -> HttpResponse:
    program = school(request)
    today = program.today(now())
    form = ServiceFilter(request.GET)
    keeper = may_keep_directory(request.rights)
    rows = _narrowed(Service.objects.visible_to(request.rights), form, today)
    rows = rows.order_by("-is_published", "position", "name")
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page_title": "Add an entry",
        "page": page,
        "lines": [{"row": row, "facts": row.as_service, "state": _state(row, today)} for row in page],
        "keeper": keeper,
        "proposer": may_propose(request.rights),
        "waiting": Proposal.objects.visible_to(request.rights).open().count() if keeper else 0,
    }
    return render(request, "referrals/services/list.html", context)


def _state(row: Service, today: date) -> tuple[str, str]:
    """The kind of mark and its words."""
    if not row.is_published:
        return "", "Not shown"
    if row.checked_on is None:
        return "look", "Not yet confirmed"
    if row.facts.is_stale(today):
        return "look", "Not checked for 180 days"
    if row.next_check_on and row.next_check_on <= today:
        return "look", "Check again"
    return "done", "Confirmed"


@require_safe
@allowed(may_read_directory)
def service_show(request: MemberRequest, uuid: UUID) -> HttpResponse:
    service = the_service(request, uuid)
    keeper = may_keep_directory(request.rights)
    sites = {str(site.uuid): site.name for site in service.program.sites.all()}
    facts = service.as_service
    context = {
        "service": service,
        "facts": facts,
        "state": _state(service, service.program.today(now())),
        "about": [KINDS[kind] for kind in KINDS if kind in facts.about],
        "sits_at": sorted(sites[one] for one in facts.sites if one in sites),
        "only_for": sorted(sites[one] for one in facts.serves_sites if one in sites),
        "keeper": keeper,
        "proposer": may_propose(request.rights),
        "changes": service.changes.select_related("by")[:HISTORY_SHOWN] if keeper else [],
    }
    return render(request, "referrals/services/show.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(may_keep_directory)
@second_factor_required
def service_add(request: MemberRequest) -> HttpResponseBase:
    program = school(request)
    about = [kind for kind in [request.GET.get("about", "")] if kind in KINDS]
    form = ServiceForm(request.POST or None, program=program, initial={"about": about})
    if request.method == "POST" and form.is_valid():
        with said_in(form):
            service = add_service(by=request.user, program=program, facts=form.facts, now=now())
            if form.cleaned_data["checked"]:
                confirm_service(by=request.user, service=service, now=now())
            messages.success(request, f"“{service.name}” is in the directory. Everybody sees it from now on.")
            return redirect("directory:service-show", service.uuid)
    context = {
        "form": form,
        "title": "Add a service",
        "button": "Add it",
        "back": reverse("directory:service-list"),
    }
    return render(request, "referrals/services/edit.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(may_keep_directory)
@second_factor_required
def service_edit(request: MemberRequest, uuid: UUID) -> HttpResponseBase:
    service = the_service(request, uuid)
    form = ServiceForm(request.POST or None, program=service.program, before=service.facts)
    if request.method == "POST" and form.is_valid():
        with said_in(form):
            checked = form.cleaned_data["checked"]
            edit_service(by=request.user, service=service, facts=form.facts, now=now(), checked=checked)
            messages.success(request, "Saved. It is changed everywhere at once: pages, modules, cards.")
            return redirect("directory:service-show", service.uuid)
    back = reverse("directory:service-show", args=[service.uuid])
    context = {
        "form": form,
        "page_title": "Change an entry",
        "title": f"Change “{service.name}”",
        "button": "Save the change",
        "back": back,
    }
    return render(request, "referrals/services/edit.html", context)


@require_POST
@allowed(may_keep_directory)
@second_factor_required
def service_publish(request: MemberRequest, uuid: UUID) -> HttpResponse:
    service = publish_service(by=request.user, service=the_service(request, uuid), now=now())
    messages.success(request, f"“{service.name}” is shown from now on.")
    return redirect("directory:service-show", service.uuid)


@require_POST
@allowed(may_keep_directory)
@second_factor_required
def service_unpublish(request: MemberRequest, uuid: UUID) -> HttpResponse:
    service = unpublish_service(by=request.user, service=the_service(request, uuid), now=now())
    messages.success(request, f"“{service.name}” is out of sight. You can show it again below.")
    return redirect("directory:service-show", service.uuid)


@require_POST
@allowed(may_keep_directory)
@second_factor_required
def service_own(request: MemberRequest, uuid: UUID) -> HttpResponse:
    service = own_service(by=request.user, service=the_service(request, uuid), now=now())
    messages.success(request, f"You look after “{service.name}” from now on.")
    return redirect("directory:service-show", service.uuid)


@require_POST
@allowed(may_keep_directory)
@second_factor_required
def service_confirm(request: MemberRequest, uuid: UUID) -> HttpResponse:
    service = confirm_service(by=request.user, service=the_service(request, uuid), now=now())
    messages.success(request, f"“{service.name}” is right as of today. We ask again in four months.")
    return _onward(request, service)


@require_POST
@allowed(may_keep_directory)
@second_factor_required
def service_no_answer(request: MemberRequest, uuid: UUID) -> HttpResponse:
    service = note_no_answer(by=request.user, service=the_service(request, uuid), now=now())
    messages.success(request, f"Noted. “{service.name}” stays on the list.")
    return _onward(request, service)


def _onward(request: MemberRequest, service: Service) -> HttpResponse:
    if request.POST.get("from") == "check":
        return redirect("directory:check-list")
    return redirect("directory:service-show", service.uuid)


@require_safe
@allowed(may_keep_directory)
@second_factor_required
def check_list(request: MemberRequest) -> HttpResponse:
    """What is due, whoever waits longest first, and everything that a check needs in one place."""
    program = school(request)
    rows = Service.objects.of_program(program).due(program.today(now())).select_related("owner")
    page = Paginator(rows.order_by("checked_on", "position", "name"), A_PAGE).get_page(
        request.GET.get("page")
    )
    return render(request, "referrals/services/check.html", {"page": page})


@require_safe
@allowed(may_keep_directory)
@second_factor_required
def service_csv(request: MemberRequest) -> HttpResponseBase:
    program = school(request)
    sites = {str(site.uuid): site.name for site in program.sites.all()}
    rows = Service.objects.of_program(program).in_order()
    return csv_response("services.csv", COLUMNS, [row_of(row.facts, sites) for row in rows])
