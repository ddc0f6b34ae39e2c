"""What is erased when, what has been erased, and stopping it by a legal hold."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from peersupport.actions.purge import first_due, go_on_erasing, stop_erasing
from peersupport.clock import now
from peersupport.kept import STARTING_VALUE
from peersupport.models import LegalHold, PurgeReport
from peersupport.second_factor import second_factor_required
from programs.permissions import MemberRequest, allowed, may_stop_erasing, school

A_PAGE = 20


def _classes(request: MemberRequest) -> list[dict[str, Any]]:
    scope = school(request).uuid
    due = first_due(scope, now())
    holds = LegalHold.objects.in_force().filter(scope=scope).select_related("by")
    stopped = {hold.kept: hold for hold in holds}
    return [
        {"name": name, "kept": kept, "due": due.get(name), "hold": stopped.get(name)}
        for name, kept in settings.KEPT.items()
    ]


@require_safe
@allowed(may_stop_erasing)
@second_factor_required
def class_list(request: MemberRequest) -> HttpResponse:
    reports = PurgeReport.objects.filter(scope=school(request).uuid)
    page = Paginator(reports, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "classes": _classes(request),
        "starting": any(kept.authority == STARTING_VALUE for kept in settings.KEPT.values()),
        "page": page,
        "lines": [{"report": row, "about": settings.KEPT[row.kept].about} for row in page],
        "zone": school(request).time_zone,
    }
    return render(request, "programs/erasure/list.html", context)


@require_POST
@allowed(may_stop_erasing)
@second_factor_required
def class_stop(request: MemberRequest) -> HttpResponse:
    kept = request.POST.get("kept", "")
    stop_erasing(by=request.user, scope=school(request).uuid, kept=kept, now=now())
    messages.success(request, "Nothing of this is erased until you lift the legal hold.")
    return redirect("erasure:class-list")


@require_POST
@allowed(may_stop_erasing)
@second_factor_required
def class_lift(request: MemberRequest, uuid: UUID) -> HttpResponse:
    hold = get_object_or_404(LegalHold, scope=school(request).uuid, uuid=uuid)
    go_on_erasing(by=request.user, hold=hold, now=now())
    messages.success(request, "Lifted. What is old enough is erased within a day.")
    return redirect("erasure:class-list")
