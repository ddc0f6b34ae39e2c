"""What people see when something goes wrong, in the same frame as everything else."""

import sys
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from peersupport.context import Shell
from peersupport.errors import DATABASE_AWAY


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    # The request itself cannot be trusted here (a wrong host, say), so the frame is drawn for nobody.
    page = render_to_string("errors/400.html", {"shell": Shell(None)})
    return HttpResponse(page, status=HTTPStatus.BAD_REQUEST)


def not_allowed(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "errors/403.html", status=HTTPStatus.FORBIDDEN)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "errors/404.html", status=HTTPStatus.NOT_FOUND)


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's page for a form without a valid token, in our look."""
    return render(request, "errors/expired.html", status=HTTPStatus.FORBIDDEN)


def too_large(request: HttpRequest) -> HttpResponse:
    page = render_to_string("errors/413.html", {"shell": Shell(None)})
    return HttpResponse(page, status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


def server_error(request: HttpRequest) -> HttpResponse:
    """Django calls this while the exception is on its way. Nothing of the request is asked."""
    if isinstance(sys.exc_info()[1], DATABASE_AWAY):
        page = render_to_string("errors/503.html", {"shell": Shell(None)})
        return HttpResponse(page, status=HTTPStatus.SERVICE_UNAVAILABLE, headers={"Retry-After": "60"})
    page = render_to_string("errors/500.html", {"shell": Shell(None)})
    return HttpResponse(page, status=HTTPStatus.INTERNAL_SERVER_ERROR)
