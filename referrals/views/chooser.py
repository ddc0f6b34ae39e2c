"""“Worried about a friend?”: at most three questions, then one card; all of it for a school to read."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_POST, require_safe

from peersupport.clock import now
from peersupport.middleware import sessionless
from peersupport.second_factor import second_factor_required
from programs.permissions import MemberRequest, allowed, school
from referrals.actions.chooser import review_chooser
from referrals.actions.helppages import draw_stop, stop_url
from referrals.models.chooser import ChooserReview, the_chooser
from referrals.models.helppages import help_page
from referrals.permissions import may_keep_directory
from referrals.views.helppages import shown


@sessionless
@gzip_page
@require_safe
def chooser_show(request: HttpRequest, where: str) -> HttpResponseBase:
    chooser = the_chooser()
    answers = {
        question.code: request.GET[question.code]
        for question in chooser.questions
        if question.code in request.GET
    }
    if not chooser.possible(answers):
        return HttpResponseRedirect(stop_url(where, {}))
    return shown(where, stop_url(where, answers), lambda here: draw_stop(here, answers))


@require_safe
@allowed(may_keep_directory)
@second_factor_required
def chooser_review(request: MemberRequest) -> HttpResponse:
    """Every question, and every card with all the ways that lead to it and the lines it rings here."""
    program, chooser = school(request), the_chooser()
    here = help_page(program.slug)
    reviews = ChooserReview.objects.filter(program=program).select_related("by").order_by("-on", "-pk")
    cards = [
        {
            "card": card,
            "ways": chooser.ways_to(name),
            "lines": here.turn_to(card.turn_to) if here else [],
        }
        for name, card in chooser.cards.items()
    ]
    context = {
        "chooser": chooser,
        "cards": cards,
        "here": here,
        "reviews": reviews,
        "is_reviewed": any(review.digest == chooser.digest for review in reviews),
    }
    return render(request, "referrals/chooser/review.html", context)


@require_POST
@allowed(may_keep_directory)
@second_factor_required
def chooser_approve(request: MemberRequest) -> HttpResponse:
    digest = request.POST.get("digest", "")
    review_chooser(by=request.user, program=school(request), digest=digest, now=now())
    messages.success(request, "Thank you. The pages now say that your school has read and approved them.")
    return redirect("directory:chooser-review")
