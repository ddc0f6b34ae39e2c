"""Messages that did not go out by themselves: why, and what to do about each."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from peersupport.actions.outbox import cancel_notice, retry_notice
from peersupport.clock import now
from peersupport.kinds import about_for_staff, is_still_sent
from peersupport.models import Notification
from peersupport.second_factor import second_factor_required
from programs.permissions import MemberRequest, allowed, may_manage_people, school

A_PAGE = 20


def _mine(request: MemberRequest, uuid: UUID) -> Notification:
    return get_object_or_404(Notification.objects.of_scope(school(request).uuid), uuid=uuid)


@require_safe
@allowed(may_manage_people)
@second_factor_required
def notice_list(request: MemberRequest) -> HttpResponse:
    rows = Notification.objects.of_scope(school(request).uuid).needing_somebody(now())
    rows = rows.select_related("recipient").order_by("priority", "due_at", "pk")
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    rows_in_words = [(row, about_for_staff(row), is_still_sent(row)) for row in page]
    context = {"page": page, "rows": rows_in_words, "zone": school(request).zone}
    return render(request, "programs/notices/list.html", context)


@require_POST
@allowed(may_manage_people)
@second_factor_required
def notice_retry(request: MemberRequest, uuid: UUID) -> HttpResponse:
    retry_notice(by=request.user, notice=_mine(request, uuid), now=now())
    messages.success(request, "It goes out again within a minute. If that fails, it will stand here again.")
    return redirect("programs:notice-list")


@require_POST
@allowed(may_manage_people)
@second_factor_required
def notice_cancel(request: MemberRequest, uuid: UUID) -> HttpResponse:
    cancel_notice(by=request.user, notice=_mine(request, uuid), now=now())
    messages.success(request, "It is put aside and will not be sent.")
    return redirect("programs:notice-list")
