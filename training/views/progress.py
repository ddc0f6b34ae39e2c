"""The learner's screens: the start page, one step at a time, and the end of a module."""

from typing import Any
from uuid import UUID

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from peersupport.clock import now
from peersupport.errors import Refused
from peersupport.named_lists import WeekTask, asked
from programs.models import Program
from programs.permissions import MemberRequest, allowed, is_member, is_wellbeing_staff, school
from training.actions.modules import filled_step
from training.actions.progress import pass_step
from training.engines.steps import minutes_left, right_choices, still_missing
from training.models import ModuleVersion, Progress
from training.models.assignments import due_for
from training.models.modules import visible_versions
from training.models.progress import way_of, ways_of
from training.permissions import may_take_modules

MOST_WEEK_TASKS = 7


@require_safe
def home(request: MemberRequest) -> HttpResponseBase:
    """The start page: staff see what needs them this week, learners what is left to do."""
    if not request.user.is_authenticated:
        return redirect_to_login("/")
    if not is_member(request.rights):
        domain = request.user.email.rpartition("@")[2]
        schools = [program for program in Program.objects.all() if domain in program.email_domains]
        return render(request, "training/progress/no_place.html", {"schools": schools})
    if is_wellbeing_staff(request.rights):
        tasks: list[WeekTask] = [task for ask in asked("THIS_WEEK") for task in ask(request.rights, now())]
        context = {"tasks": tasks[:MOST_WEEK_TASKS], "today": school(request).today(now())}
        return render(request, "training/progress/week.html", context)
    return render(request, "training/progress/home.html", _left_and_done(request))


def _left_and_done(request: MemberRequest) -> dict[str, Any]:
    """A learner's modules: those left, soonest first, those done, and those open to anybody."""
    today = school(request).today(now())
    dues = {due.module_id: due for due in due_for(request.user, now())}
    visible = {version.module_id: version for version in visible_versions(school(request))}
    ways = {way.module_id: way for way in ways_of(request.user)}
    left: list[dict[str, Any]] = []
    done: list[dict[str, Any]] = []
    also: list[dict[str, Any]] = []
    for module_id, version in visible.items():
        way, due = ways.get(module_id), dues.get(module_id)
        read = way.version if way else version
        row = {
            "title": read.title,
            "url": reverse("training:module-open", args=[version.module.uuid]),
            "way": way,
            "total": len(read.steps),
            "minutes": minutes_left(read.steps, way.place) if way else read.minutes,
            "due": due,
            "late": bool(due and due.due_on < today),
        }
        if way and way.completed_on:
            done.append(row)
        elif due:
            left.append(row)
        elif version.track == "core":
            also.append(row)
    left.sort(key=lambda row: row["due"].due_on)
    return {
        "left": left,
        "done": done,
        "also": also,
        "minutes": sum(row["minutes"] for row in left),
        "first": left[:1],
    }


def _way(request: MemberRequest, uuid: UUID) -> tuple[ModuleVersion, Progress | None]:
    """The version this learner reads: the one they began, else the newest reviewed here; or 404."""
    progress = way_of(request.user, uuid)
    if progress:
        return progress.version, progress
    for version in visible_versions(school(request)):
        if version.module.uuid == uuid:
            return version, None
    raise Http404


@require_safe
@allowed(may_take_modules)
def module_open(request: MemberRequest, uuid: UUID) -> HttpResponse:
    """The address to send round: straight to step 1, or to the step where this person was."""
    version, progress = _way(request, uuid)
    if progress is None:
        return redirect("training:step-show", uuid, 1)
    if progress.completed_on:
        return redirect("training:module-done", uuid)
    answered = progress.choices(version.steps[progress.place - 1]["key"])
    return redirect(
        reverse("training:step-show", args=[uuid, progress.place]) + ("#feedback" if answered else "")
    )


@require_safe
@allowed(may_take_modules)
def step_show(request: MemberRequest, uuid: UUID, number: int) -> HttpResponse:
    version, progress = _way(request, uuid)
    if not 1 <= number <= len(version.steps):
        raise Http404
    reached = progress.place if progress else 1
    if number > reached and not (progress and progress.completed_on):
        return redirect("training:step-show", uuid, reached)
    step = version.steps[number - 1]
    context = {
        "module": version.module,
        "version": version,
        "step": step,
        "number": number,
        "total": len(version.steps),
        "minutes": min(minutes_left(version.steps, number), version.minutes),
        "thread": _thread(version, progress, number),
        **_answer(step, None if "again" in request.GET else progress),
        "done": bool(progress and step["key"] in progress.done),
        "onward": _onward(version, number),
        **filled_step(step, school(request), request.rights.site, now()),
    }
    return render(request, "training/progress/step.html", context)


def _answer(step: dict[str, Any], progress: Progress | None) -> dict[str, Any]:
    """What the learner chose in a step, and what to say about it."""
    chosen = progress.choices(step["key"]) if progress else []
    options = [
        {**option, "number": place, "chosen": place in chosen} for place, option in enumerate(step["options"])
    ]
    return {
        "options": options,
        "answered": bool(chosen),
        "right": bool(chosen) and set(chosen) == right_choices(step),
        "missed": [option for option in options if option["right"] and not option["chosen"]],
    }


def _onward(version: ModuleVersion, number: int) -> str:
    """The address after step `number`: the next step, or the end."""
    if number == len(version.steps):
        return reverse("training:module-done", args=[version.module.uuid])
    return reverse("training:step-show", args=[version.module.uuid, number + 1])


def _thread(version: ModuleVersion, progress: Progress | None, number: int) -> list[dict[str, Any]]:
    """The steps as a thread; those reached are links, written as from the page of another step."""
    done = progress.done if progress else set()
    reached = progress.place if progress else 1
    return [
        {
            "title": step["title"],
            "url": f"../../steps/{place}/" if place <= reached else "",
            "state": "now" if place == number else "done" if step["key"] in done else "",
        }
        for place, step in enumerate(version.steps, start=1)
    ]


@require_POST
@allowed(may_take_modules)
def step_pass(request: MemberRequest, uuid: UUID, number: int) -> HttpResponse:
    version, progress = _way(request, uuid)
    if not 1 <= number <= len(version.steps):
        raise Http404
    try:
        choices = [int(choice) for choice in request.POST.getlist("choice")]
    except ValueError:
        raise Refused("That answer is not on this page. Choose again.") from None
    today = school(request).today(now())
    passed = pass_step(
        by=request.user,
        version=version,
        number=number,
        choices=choices,
        today=today,
        begun=progress is not None,
    )
    if passed.right is not None:
        return redirect(reverse("training:step-show", args=[uuid, number]) + "#feedback")
    return redirect(_onward(version, number))


@require_safe
@allowed(may_take_modules)
def module_done(request: MemberRequest, uuid: UUID) -> HttpResponse:
    """The end: what is done, a sentence to send today, numbers to keep; or what is still needed."""
    version, progress = _way(request, uuid)
    if progress is None:
        return redirect("training:step-show", uuid, 1)
    missing = [] if progress.completed_on else still_missing(version.content, progress.seen, progress.done)
    left = [due for due in due_for(request.user, now()) if due.completed_on is None]
    numbers = {step["key"]: number for number, step in enumerate(version.steps, start=1)}
    context = {
        "version": version,
        "progress": progress,
        "missing": [
            {
                "title": version.steps[numbers[item.step_key] - 1]["title"],
                "number": numbers[item.step_key],
                "reason": item.reason,
            }
            for item in missing
        ],
        "next_due": min(left, key=lambda due: (due.due_on, due.assignment_id), default=None),
    }
    return render(request, "training/progress/done.html", context)
