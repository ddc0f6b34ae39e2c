"""The pages about the site itself, its health, and what people see when something goes wrong."""

from http import HTTPStatus

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from peersupport.context import Shell


def about(request: HttpRequest) -> HttpResponse:
    return render(request, "about/about.html")


def about_accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "about/accessibility.html")


def about_stored(request: HttpRequest) -> HttpResponse:
    return render(request, "about/stored.html")


def healthz(request: HttpRequest) -> HttpResponse:
    """For machines: 200 while the database answers."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("database\n", content_type="text/plain", status=HTTPStatus.SERVICE_UNAVAILABLE)
    return HttpResponse("ok\n", content_type="text/plain")


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


def too_many(request: HttpRequest) -> HttpResponse:
    return render(request, "errors/429.html", status=HTTPStatus.TOO_MANY_REQUESTS)


def server_error(request: HttpRequest) -> HttpResponse:
    # The database may be what broke: nothing of the request is asked.
    page = render_to_string("errors/500.html", {"shell": Shell(None)})
    return HttpResponse(page, status=HTTPStatus.INTERNAL_SERVER_ERROR)
