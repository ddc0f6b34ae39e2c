"""Reminders as wellbeing staff see them: what goes out when, how many went, and one more now."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from peersupport.clock import now
from peersupport.outbox.letters import written
from peersupport.second_factor import second_factor_required
from programs.permissions import MemberRequest, allowed, school
from training.actions.reminders import send_extra_reminder
from training.engines.reminders import planned, words
from training.models.reminders import (
    KIND,
    ReminderDay,
    days_kept,
    sent_by_year,
    standings,
    tasks_left,
    to_remind_besides,
)
from training.permissions import may_remind

DAYS_AHEAD = 14


@require_safe
@allowed(may_remind)
@second_factor_required
def plan(request: MemberRequest) -> HttpResponse:
    program, at = school(request), now()
    today = program.today(at)
    kept = days_kept(program)
    this_day = kept.get(today)
    first = today + timedelta(days=1) if this_day and this_day.queued else today
    days = planned(
        standings(program, first, at), [first + timedelta(days=days) for days in range(DAYS_AHEAD)]
    )
    context = {
        "days": days,
        "next": days[0] if days else None,
        "until": first + timedelta(days=DAYS_AHEAD - 1),
        "years": sent_by_year(program, today, kept),
        "extra_sent": this_day is not None and this_day.extra,
    }
    return render(request, "training/reminders/plan.html", context)


@require_safe
@allowed(may_remind)
@second_factor_required
def preview(request: MemberRequest) -> HttpResponse:
    """How many would be reminded now, and the very words one of them would read."""
    program, at = school(request), now()
    today = program.today(at)
    people = to_remind_besides(program, today, at)
    one = people.order_by("pk").first()
    tasks = tasks_left(one, today, at) if one else []
    context = {
        "count": people.count() if one else 0,
        "message": written(KIND, program.uuid, words(tasks, today)) if tasks else None,
        "extra_sent": ReminderDay.objects.of_program(program).filter(day=today, extra=True).exists(),
    }
    return render(request, "training/reminders/preview.html", context)


@require_POST
@allowed(may_remind)
@second_factor_required
def nudge(request: MemberRequest) -> HttpResponse:
    count = send_extra_reminder(by=request.user, program=school(request), now=now())
    who = "One person is" if count == 1 else f"{count} people are"
    messages.success(request, f"{who} being reminded. Whoever is in their quiet hours hears afterwards.")
    return redirect("training:reminder-plan")
