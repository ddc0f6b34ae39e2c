"""“Worried about a friend?”: at most three questions, then one card, and nothing is kept."""

from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from peersupport.middleware import sessionless
from referrals.actions.helppages import draw_stop, stop_url
from referrals.models.chooser import the_chooser
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
