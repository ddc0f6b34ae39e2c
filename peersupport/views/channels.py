"""One's own notices: what was sent, what one would rather not get, and the ways to be reached."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from peersupport.actions.channels import pause_kind
from peersupport.middleware import signed_post
from peersupport.pausing import read_token


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
