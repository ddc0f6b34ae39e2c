"""Numbers to ring: a test call shows that somebody answers their telephone."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from peersupport.actions.proofs import prove_number
from peersupport.clock import now
from peersupport.engines.telephone import shown_number
from peersupport.second_factor import second_factor_required
from programs.actions.numbers import read_numbers
from programs.forms.numbers import DigitsForm
from programs.models.numbers import numbers_to_ring
from programs.permissions import MemberRequest, allowed, may_manage_people, school

WRONG_DIGITS = "Those are not the digits. Ask again. After five wrong tries new ones have to be shown."


@require_safe
@allowed(may_manage_people)
@second_factor_required
def number_list(request: MemberRequest) -> HttpResponse:
    rows = [
        {
            "channel": channel,
            "number": shown_number(channel.number),
            "mine": channel.user_id == request.user.pk,
            "form": DigitsForm(auto_id=f"{channel.uuid}-%s"),
        }
        for channel in read_numbers(by=request.user, program=school(request), now=now())
    ]
    return render(request, "programs/numbers/list.html", {"rows": rows})


@require_POST
@allowed(may_manage_people)
@second_factor_required
def number_prove(request: MemberRequest, uuid: UUID) -> HttpResponse:
    channel = get_object_or_404(numbers_to_ring(school(request), now()), uuid=uuid)
    form = DigitsForm(request.POST)
    if not form.is_valid():
        messages.error(request, str(form.errors["digits"][0]))
    elif prove_number(by=request.user, channel=channel, digits=form.cleaned_data["digits"], now=now()):
        messages.success(request, f"{channel.user} can be rung. The number counts for 180 days.")
    else:
        messages.error(request, WRONG_DIGITS)
    return redirect("programs:number-list")
