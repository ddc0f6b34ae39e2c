"""Notices on hold: what is stopped now, stopping, and letting go again."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_list_or_404, get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from peersupport.clock import now
from peersupport.errors import said_in
from peersupport.models import User
from peersupport.second_factor import second_factor_required
from programs.actions.holds import hold_notices, lift_hold
from programs.forms.holds import HoldForm
from programs.models import Departure, Hold, Membership
from programs.models.cohorts import year_levels
from programs.permissions import MemberRequest, allowed, may_hold_notices, school

A_PAGE = 20
STOPPED = "Stopped. What was waiting to be sent is cancelled, and nothing goes out until you lift the hold."


def the_person(request: MemberRequest, uuid: UUID) -> User:
    rows = Membership.objects.of_program(school(request)).named().filter(user__uuid=uuid)
    return get_list_or_404(rows.select_related("user"))[0].user


@require_safe
@allowed(may_hold_notices)
@second_factor_required
def hold_list(request: MemberRequest) -> HttpResponse:
    rows = Hold.objects.of_program(school(request)).select_related("user", "site", "by", "lifted_by")
    departures = Departure.objects.of_program(school(request)).undoable(now()).select_related("user", "by")
    past = Paginator(rows.lifted(now()).order_by("-ends_at", "-pk"), A_PAGE)
    context = {
        "holds": rows.in_force(now()).order_by("-starts_at", "-pk"),
        "page": past.get_page(request.GET.get("page")),
        "departures": departures.order_by("-at"),
        "zone": school(request).time_zone,
    }
    return render(request, "programs/holds/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(may_hold_notices)
@second_factor_required
def hold_add(request: MemberRequest) -> HttpResponse:
    program = school(request)
    sent = request.POST if request.method == "POST" else None
    form = HoldForm(sent, levels=year_levels(program, now()), sites=list(program.sites.all()))
    if form.is_valid():
        with said_in(form):
            hold_notices(by=request.user, program=program, now=now(), **form.reached())
            messages.success(request, STOPPED)
            return redirect("programs:hold-list")
    return render(
        request, "programs/holds/add.html", {"form": form, "back_url": reverse("programs:hold-list")}
    )


@require_POST
@allowed(may_hold_notices)
@second_factor_required
def person_hold(request: MemberRequest, uuid: UUID) -> HttpResponse:
    person = the_person(request, uuid)
    hold_notices(by=request.user, program=school(request), reach=Hold.Reach.PERSON, user=person, now=now())
    messages.success(request, STOPPED)
    return redirect("programs:person-show", person.uuid)


@require_POST
@allowed(may_hold_notices)
@second_factor_required
def hold_lift(request: MemberRequest, uuid: UUID) -> HttpResponse:
    hold = get_object_or_404(Hold.objects.of_program(school(request)), uuid=uuid)
    lift_hold(by=request.user, hold=hold, now=now())
    messages.success(request, "Notices go out again from now on. What was cancelled stays cancelled.")
    return redirect("programs:hold-list")
