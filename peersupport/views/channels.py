"""One's own notices: what was sent, what one would rather not get, and the ways to be reached."""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.module_loading import import_string
from django.views.decorators.http import require_http_methods, require_POST

from peersupport.actions.channels import pause_kind
from peersupport.clock import now
from peersupport.middleware import signed_post
from peersupport.outbox.refusals import note_return
from peersupport.pausing import read_token

REPORTS = "peersupport.channels.hosted.returned"  # by name: see channels.email


@signed_post
@require_http_methods(["GET", "HEAD", "POST"])
def notice_pause(request: HttpRequest, token: str) -> HttpResponse:
    """From a mail: a page with a button; and what mail programs send by themselves (RFC 8058)."""
    found = read_token(token)
    if found is None:
        raise Http404
    user, kind = found
    if request.method == "POST":
        pause_kind(by=user, kind=kind)
    return render(
        request, "peersupport/channels/pause.html", {"kind": kind, "paused": request.method == "POST"}
    )


@signed_post
@require_POST
def mail_returned(request: HttpRequest) -> HttpResponse:
    """From the mail service: what came back. It proves itself by the secret, and by its own signature."""
    if not settings.MAIL_SERVICE:
        raise Http404
    letters = import_string(REPORTS)(request)
    if letters is None:
        raise PermissionDenied
    for letter in letters:
        note_return(address=letter.address, notice=letter.notice, at=now())
    return HttpResponse()
