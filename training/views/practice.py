"""Practice talks: the list, one exchange at a time, looking back, and a school's review."""

import re
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from peersupport.clock import now
from peersupport.errors import Refused
from peersupport.second_factor import second_factor_required
from programs.permissions import MemberRequest, allowed, school
from training.actions.practice import finish_talking, review_practice, say, take_again
from training.engines.behaviours import HUMANS
from training.engines.conversation import NoSuchLine, offered, replay
from training.engines.debrief import behaviours, is_poor, moments
from training.models import PracticeReview, PracticeVersion, Talking
from training.models.practice import practices_awaiting_review
from training.permissions import may_review_modules, may_take_modules, may_take_track

PLACE = re.compile(r"[0-9]{1,3}")  # the number of an exchange


@require_safe
@allowed(may_take_modules)
def practice_list(request: MemberRequest) -> HttpResponse:
    """Every talk that is open to this person, and to staff those that wait to be read."""
    reviewer = may_review_modules(request.rights)
    mine = {row.practice_id: row for row in Talking.objects.filter(user=request.user)}
    versions = PracticeVersion.objects.visible_in(school(request)).defer("content")
    context = {
        "rows": [
            {"version": version, "talking": mine.get(version.practice_id)}
            for version in versions
            if may_take_track(request.rights, version.track)
        ],
        "reviewer": reviewer,
        "waiting": practices_awaiting_review(school(request)).defer("content") if reviewer else [],
    }
    return render(request, "training/practice/list.html", context)


def _mine(request: MemberRequest, uuid: UUID) -> tuple[PracticeVersion, Talking | None]:
    """The version this person is talking through, else the newest reviewed here; or 404."""
    begun = Talking.objects.filter(user=request.user, practice__uuid=uuid).first()
    if begun and begun.path:
        reviewed = PracticeVersion.objects.reviewed_in(school(request)).select_related("practice")
        version = reviewed.filter(pk=begun.version_id).first()
    else:
        version = PracticeVersion.objects.visible_in(school(request)).filter(practice__uuid=uuid).first()
    if version is None or not may_take_track(request.rights, version.track):
        raise Http404
    return version, begun


@require_safe
@allowed(may_take_modules)
def practice_show(request: MemberRequest, uuid: UUID) -> HttpResponse:
    version, talking = _mine(request, uuid)
    talk, path = version.talk, talking.path if talking else ""
    try:
        exchanges = replay(talk, path)
    except NoSuchLine as wrong:  # it was kept by an action that replays, so this cannot be a person's doing
        raise Http404 from wrong
    now_at = exchanges[-1]
    context: dict[str, Any] = {
        "version": version,
        "place": len(path),
        "exchanges": [(one, is_poor(one.line)) for one in exchanges if one.line],
        "now_at": now_at,
        "done_on": talking.done_on if talking else None,
    }
    ending = talk.endings.get(now_at.state.at)
    if ending is None:
        return render(
            request, "training/practice/talk.html", context | {"lines": offered(talk, now_at.state)}
        )
    context |= {"ending": ending, "moments": moments(exchanges), "counts": behaviours(exchanges)}
    return render(request, "training/practice/debrief.html", context)


@require_POST
@allowed(may_take_modules)
def practice_say(request: MemberRequest, uuid: UUID) -> HttpResponse:
    version, _ = _mine(request, uuid)
    place, letter = request.POST.get("place", ""), request.POST.get("say", "")
    if not PLACE.fullmatch(place) or len(letter) != 1:
        raise Refused("Choose one of the lines first.")
    say(by=request.user, version=version, place=int(place), letter=letter, today=school(request).today(now()))
    return redirect("training:practice-show", uuid)


@require_POST
@allowed(may_take_modules)
def practice_again(request: MemberRequest, uuid: UUID) -> HttpResponse:
    version, _ = _mine(request, uuid)
    place = request.POST.get("place", "")
    if not PLACE.fullmatch(place):
        raise Refused("Choose where to take it again from.")
    take_again(by=request.user, version=version, place=int(place))
    return redirect("training:practice-show", uuid)


@require_POST
@allowed(may_take_modules)
def practice_finish(request: MemberRequest, uuid: UUID) -> HttpResponse:
    version, _ = _mine(request, uuid)
    finish_talking(by=request.user, version=version)
    messages.success(request, "Finished. What you said in it is forgotten.")
    return redirect("training:practice-list")


@require_safe
@allowed(may_review_modules)
@second_factor_required
def practice_review(request: MemberRequest, uuid: UUID) -> HttpResponse:
    """Everything that can be said in the newest version, for whoever reads it before students do."""
    version = _newest(uuid)
    reviews = PracticeReview.objects.filter(version=version, program=school(request)).select_related("by")
    talk = version.talk
    context = {
        "version": version,
        "nodes": [
            (key, node, [(line, is_poor(line)) for line in node.lines]) for key, node in talk.nodes.items()
        ],
        "endings": [(key, ending, HUMANS.get(ending.human, "")) for key, ending in talk.endings.items()],
        "review": reviews.first(),
    }
    return render(request, "training/practice/review.html", context)


@require_POST
@allowed(may_review_modules)
@second_factor_required
def practice_publish(request: MemberRequest, uuid: UUID) -> HttpResponse:
    version = _newest(uuid)
    review_practice(by=request.user, version=version, program=school(request), now=now())
    messages.success(request, f"“{version.short}” is reviewed. Students see it now.")
    return redirect("training:practice-list")


def _newest(uuid: UUID) -> PracticeVersion:
    versions = PracticeVersion.objects.newest().select_related("practice")
    return get_object_or_404(versions, practice__uuid=uuid)
