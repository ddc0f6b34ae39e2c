"""When somebody has died: the page that asks for the name, and undoing."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from peersupport.clock import now
from peersupport.errors import said_in
from peersupport.second_factor import second_factor_required
from programs.actions.departures import end_quietly, undo_departure
from programs.forms.departures import NameForm
from programs.models import Departure
from programs.models.departures import undo_for
from programs.permissions import MemberRequest, allowed, may_hold_notices, school
from programs.views.holds import the_person


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(may_hold_notices)
@second_factor_required
def person_died(request: MemberRequest, uuid: UUID) -> HttpResponse:
    person = the_person(request, uuid)
    form = NameForm(request.POST if request.method == "POST" else None, person=person)
    if form.is_valid():
        with said_in(form):
            end_quietly(by=request.user, program=school(request), person=person, now=now())
            messages.success(request, "The name is out of all lists. Nobody has been told anything.")
            return redirect("programs:hold-list")
    context = {
        "form": form,
        "person": person,
        "days": undo_for().days,
        "back_url": reverse("programs:person-show", args=[person.uuid]),
    }
    return render(request, "programs/departures/died.html", context)


@require_POST
@allowed(may_hold_notices)
@second_factor_required
def person_died_undo(request: MemberRequest, uuid: UUID) -> HttpResponse:
    rows = Departure.objects.of_program(school(request)).select_related("user", "program")
    departure = undo_departure(by=request.user, departure=get_object_or_404(rows, uuid=uuid), now=now())
    messages.success(request, "Undone. Everything is as it was, and nothing has been sent.")
    return redirect("programs:person-show", departure.user.uuid)
