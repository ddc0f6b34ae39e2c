"""Who has to do what by when: the staff's list, and more time for one person."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from peersupport.clock import now
from peersupport.errors import said_in
from peersupport.second_factor import second_factor_required
from programs.models import Membership
from programs.models.cohorts import year_levels
from programs.permissions import MemberRequest, allowed, school
from training.actions.assignments import (
    assign_module,
    drop_assignment,
    extend,
    move_assignment,
    take_extra_week,
)
from training.forms.assignments import AssignmentForm, DueDayForm
from training.models import Assignment, Due, ModuleVersion
from training.permissions import may_assign, may_take_modules


def _titles(request: MemberRequest) -> dict[int, str]:
    return {version.module_id: version.title for version in ModuleVersion.objects.visible_in(school(request))}


@require_safe
@allowed(may_assign)
@second_factor_required
def assignment_list(request: MemberRequest) -> HttpResponse:
    titles = _titles(request)
    rows = Assignment.objects.filter(year__program=school(request)).select_related("year")
    today = school(request).today(now())
    context = {
        "assignments": [
            {
                "row": row,
                "title": titles.get(row.module_id, "A module no longer shown"),
                "past": row.due_on < today,
            }
            for row in rows
        ],
    }
    return render(request, "training/assignments/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(may_assign)
@second_factor_required
def assignment_add(request: MemberRequest) -> HttpResponse:
    program = school(request)
    form = AssignmentForm(request.POST or None, program=program, levels=year_levels(program, now()))
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        with said_in(form):
            assign_module(by=request.user, program=program, now=now(), **chosen)
            day = date_format(chosen["due_on"], "j F Y")
            messages.success(
                request,
                f"“{chosen['version'].title}” is assigned, to be done by {day}. "
                "Where a year level has a day of its own, that one counts.",
            )
            return redirect("training:assignment-list")
    return render(
        request,
        "training/assignments/add.html",
        {"form": form, "back_url": reverse("training:assignment-list")},
    )


def _mine(request: MemberRequest, uuid: UUID) -> Assignment:
    return get_object_or_404(
        Assignment.objects.select_related("year"), uuid=uuid, year__program=school(request)
    )


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(may_assign)
@second_factor_required
def assignment_move(request: MemberRequest, uuid: UUID) -> HttpResponse:
    assignment = _mine(request, uuid)
    form = DueDayForm(request.POST or None, initial={"due_on": assignment.due_on})
    if request.method == "POST" and form.is_valid():
        due_on = form.cleaned_data["due_on"]
        with said_in(form):
            move_assignment(
                by=request.user, program=school(request), assignment=assignment, due_on=due_on, now=now()
            )
            messages.success(request, f"The new day is {date_format(due_on, 'j F Y')}.")
            return redirect("training:assignment-list")
    context = {
        "form": form,
        "assignment": assignment,
        "title": _titles(request).get(assignment.module_id, "Module"),
        "back_url": reverse("training:assignment-list"),
    }
    return render(request, "training/assignments/move.html", context)


@require_POST
@allowed(may_assign)
@second_factor_required
def assignment_drop(request: MemberRequest, uuid: UUID) -> HttpResponse:
    assignment = _mine(request, uuid)
    drop_assignment(by=request.user, program=school(request), assignment=assignment)
    messages.success(
        request,
        "The module is not asked for any more. Whoever has done it keeps that.",
    )
    return redirect("training:assignment-list")


@require_POST
@allowed(may_take_modules)
def extra_week(request: MemberRequest, uuid: UUID) -> HttpResponse:
    extension = take_extra_week(by=request.user, assignment=_mine(request, uuid), now=now())
    messages.success(
        request,
        f"You have until {date_format(extension.due_on, 'l j F')}. No reason was asked for, none is kept.",
    )
    return redirect("training:home")


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(may_assign)
@second_factor_required
def person_extend(request: MemberRequest, uuid: UUID) -> HttpResponse:
    """A later day for one person and one assignment that they have yet to do; `assignment` names which."""
    program = school(request)
    rows = Due.objects.at(now()).of_program(program).not_done().filter(uuid=uuid).select_related("user")
    named = request.POST.get("assignment") or request.GET.get("assignment")
    due = next((row for row in rows.soonest_first() if named in (None, str(row.assignment_uuid))), None)
    if due is None:
        raise Http404
    assignment = get_object_or_404(Assignment, pk=due.assignment_id)
    form = DueDayForm(request.POST or None, initial={"due_on": due.due_on})
    if request.method == "POST" and form.is_valid():
        with said_in(form):
            extend(
                by=request.user,
                program=program,
                assignment=assignment,
                membership=Membership.objects.get(pk=due.pk),
                due_on=form.cleaned_data["due_on"],
            )
            day = date_format(rows.of_assignment(assignment).get().due_on, "j F Y")
            messages.success(request, f"{due.user.called} has until {day}.")
            return redirect("training:completion-people")
    context = {
        "form": form,
        "due": due,
        "title": _titles(request).get(assignment.module_id, "Module"),
        "back_url": reverse("training:completion-people"),
    }
    return render(request, "training/assignments/extend.html", context)
