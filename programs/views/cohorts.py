"""The people of a school: the list, one person's page, roles given and ended, time away."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_list_or_404, get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from peersupport.clock import now
from peersupport.errors import Refused, said_in
from peersupport.second_factor import second_factor_required
from programs.actions.cohorts import add_person, drop_leave, end_membership, give_leave, reopen_membership
from programs.forms.cohorts import LeaveForm, PeopleFilter, PersonForm
from programs.models import Hold, Leave, Membership, Role, Year
from programs.models.cohorts import matching, people_without_a_place
from programs.permissions import MemberRequest, allowed, may_manage_people, school

A_PAGE = 20


def _this_year(request: MemberRequest) -> Year:
    year = school(request).years.current(school(request).today(now())).first()
    if year is None:
        raise Refused("No year of the program is on today. Ask whoever runs the installation to add one.")
    return year


@require_safe
@allowed(may_manage_people)
@second_factor_required
def person_list(request: MemberRequest) -> HttpResponse:
    form = PeopleFilter(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {"q": "", "role": "", "state": ""}
    rows = Membership.objects.of_program(school(request)).named().select_related("user", "site")
    rows = rows.ended(now()) if wanted["state"] else rows.active(now())
    rows = rows.filter(matching(wanted["q"]))
    if wanted["role"]:
        rows = rows.filter(role=wanted["role"])
    page = Paginator(rows.order_by("user__family_name", "user__given_name", "pk"), A_PAGE).get_page(
        request.GET.get("page")
    )
    waiting = people_without_a_place(school(request), now()).count()
    return render(request, "programs/cohorts/list.html", {"form": form, "page": page, "waiting": waiting})


@require_safe
@allowed(may_manage_people)
@second_factor_required
def person_waiting(request: MemberRequest) -> HttpResponse:
    people = people_without_a_place(school(request), now())
    return render(request, "programs/cohorts/waiting.html", {"people": people})


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(may_manage_people)
@second_factor_required
def person_add(request: MemberRequest) -> HttpResponse:
    form = PersonForm(
        request.POST or None, program=school(request), initial={"email": request.GET.get("email", "")}
    )
    if request.method == "POST" and form.is_valid():
        with said_in(form):
            year = _this_year(request)
            membership = add_person(by=request.user, year=year, now=now(), **form.cleaned_data)
            messages.success(
                request, f"{membership.user} is added: {membership.get_role_display().lower()}, {year.label}."
            )
            return redirect("programs:person-show", membership.user.uuid)
    return render(
        request, "programs/cohorts/add.html", {"form": form, "back_url": reverse("programs:person-list")}
    )


@require_safe
@allowed(may_manage_people)
@second_factor_required
def person_show(request: MemberRequest, uuid: UUID) -> HttpResponse:
    memberships = get_list_or_404(
        Membership.objects.of_program(school(request))
        .named()
        .filter(user__uuid=uuid)
        .select_related("user", "year__program", "site")
        .prefetch_related("leaves")
        .order_by("-starts_at", "role")
    )
    at = now()
    holds = Hold.objects.of_program(school(request)).in_force(at).select_related("user", "site", "by")
    context = {
        "person": memberships[0].user,
        "roles": [
            {"row": row, "open": row.is_open(at), "to_come": row.starts_at > at} for row in memberships
        ],
        "student": next((row for row in memberships if row.role == Role.STUDENT and row.ends_at > at), None),
        "holds": [hold for hold in holds if any(row.is_held(hold, at) for row in memberships)],
    }
    return render(request, "programs/cohorts/show.html", context)


def _mine(request: MemberRequest, uuid: UUID) -> Membership:
    rows = Membership.objects.of_program(school(request)).named().select_related("user", "year__program")
    return get_object_or_404(rows, uuid=uuid)


@require_POST
@allowed(may_manage_people)
@second_factor_required
def membership_end(request: MemberRequest, uuid: UUID) -> HttpResponse:
    membership = end_membership(by=request.user, membership=_mine(request, uuid), now=now())
    messages.success(request, "The role has ended, from now on. You can give it back below.")
    return redirect("programs:person-show", membership.user.uuid)


@require_POST
@allowed(may_manage_people)
@second_factor_required
def membership_reopen(request: MemberRequest, uuid: UUID) -> HttpResponse:
    membership = reopen_membership(by=request.user, membership=_mine(request, uuid), now=now())
    messages.success(request, "The role is in force again.")
    return redirect("programs:person-show", membership.user.uuid)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(may_manage_people)
@second_factor_required
def leave_give(request: MemberRequest, uuid: UUID) -> HttpResponse:
    membership = _mine(request, uuid)
    back = reverse("programs:person-show", args=[membership.user.uuid])
    form = LeaveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with said_in(form):
            give_leave(by=request.user, membership=membership, **form.cleaned_data)
            messages.success(
                request, "Nothing is asked in these days, and there are two weeks to catch up afterwards."
            )
            return redirect(back)
    return render(
        request, "programs/cohorts/leave.html", {"form": form, "membership": membership, "back_url": back}
    )


@require_POST
@allowed(may_manage_people)
@second_factor_required
def leave_drop(request: MemberRequest, uuid: UUID) -> HttpResponse:
    rows = Leave.objects.filter(
        membership__year__program=school(request), membership__user__is_active=True
    ).select_related("membership__user", "membership__year__program")
    leave = get_object_or_404(rows, uuid=uuid)
    drop_leave(by=request.user, leave=leave)
    messages.success(request, "The time away is taken out.")
    return redirect("programs:person-show", leave.membership.user.uuid)
