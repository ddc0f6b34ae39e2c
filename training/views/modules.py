"""The list of modules, and the page on which a school reviews one."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from peersupport.clock import now
from peersupport.second_factor import second_factor_required
from programs.permissions import MemberRequest, allowed, is_member, school
from training.actions.modules import faults_for, filled_step, review_version
from training.models import ModuleVersion, Progress, Review
from training.models.modules import awaiting_review
from training.permissions import may_review_modules


@require_safe
@allowed(is_member)
def module_list(request: MemberRequest) -> HttpResponse:
    """Everything there is to learn here, with what waits for review on top for those who review."""
    reviewer = may_review_modules(request.rights)
    versions = ModuleVersion.objects.visible_in(school(request))
    done = set(Progress.objects.completed().filter(user=request.user).values_list("module_id", flat=True))
    context = {
        "versions": [{"version": version, "done": version.module_id in done} for version in versions],
        "reviewer": reviewer,
        "waiting": awaiting_review(school(request)) if reviewer else [],
    }
    return render(request, "training/modules/list.html", context)


@require_safe
@allowed(may_review_modules)
@second_factor_required
def module_review(request: MemberRequest, uuid: UUID) -> HttpResponse:
    """The newest version, every step on one page as students will see it, and who reviewed what so far."""
    version = get_object_or_404(ModuleVersion.objects.newest().select_related("module"), module__uuid=uuid)
    program = school(request)
    reviews = Review.objects.filter(version__module=version.module, program=program).select_related(
        "version", "by"
    )
    context = {
        "version": version,
        "steps": [
            {**step, **filled_step(step, program, None, now()), "number": number}
            for number, step in enumerate(version.steps, start=1)
        ],
        "faults": faults_for(version, program, now()),
        "reviews": reviews.select_related("version", "by").order_by("-version__number"),
        "is_reviewed": any(review.version_id == version.pk for review in reviews),
    }
    return render(request, "training/modules/review.html", context)


@require_POST
@allowed(may_review_modules)
@second_factor_required
def module_publish(request: MemberRequest, uuid: UUID) -> HttpResponse:
    version = get_object_or_404(ModuleVersion.objects.newest().select_related("module"), module__uuid=uuid)
    review_version(by=request.user, version=version, program=school(request), now=now())
    messages.success(
        request, f"“{version.title}” is reviewed for your school. Students who begin now read this version."
    )
    return redirect("training:module-list")
