"""Where somebody who tries the demo reads the mail that it would have sent."""

from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from peersupport.keptmail import newest_mail

SHOWN = 30


@require_safe
def demo_mail(request: HttpRequest) -> HttpResponse:
    """In a demo that keeps its mail in files; anywhere else there is no such page."""
    if not settings.DEMO or not settings.EMAIL_BACKEND.endswith("filebased.EmailBackend"):
        raise Http404
    letters = newest_mail(Path(settings.EMAIL_FILE_PATH), SHOWN)
    return render(request, "peersupport/keptmail/list.html", {"letters": letters})
