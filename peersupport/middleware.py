"""What every response goes through: nothing kept in caches, public pages first, a no said kindly."""

from collections.abc import Callable
from typing import TypeAlias, TypeVar

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import Resolver404, resolve

from peersupport.errors import Refused
from peersupport.views.errors import too_large
from peersupport.way_back import came_from

GetResponse: TypeAlias = Callable[[HttpRequest], HttpResponseBase]
ViewFunction = TypeVar("ViewFunction", bound=Callable[..., HttpResponseBase])


def not_too_large(get_response: GetResponse) -> GetResponse:
    """Turn away what is larger than anything this site takes, before a byte of it is kept."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        length = request.headers.get("Content-Length") or "0"  # WSGI lets a server say "" for none
        if length.isdecimal() and int(length) <= settings.LARGEST_REQUEST:
            return get_response(request)
        return too_large(request)

    return middleware


def sessionless(view: ViewFunction) -> ViewFunction:
    """Mark a public view that must answer without cookie, session or signed-in person."""
    view.sessionless = True  # type: ignore[attr-defined]
    return view


def signed_post(view: ViewFunction) -> ViewFunction:
    """Mark a view whose POST comes from another machine, without cookie, and proves itself by a signature.

    The view must refuse whatever is not signed: no forgery check stands before it. A test names all of them.
    """
    view.signed_post = True  # type: ignore[attr-defined]
    return view


def _answers_first(view: Callable[..., HttpResponseBase], method: str | None) -> bool:
    marker = "signed_post" if method == "POST" else "sessionless" if method in {"GET", "HEAD"} else ""
    return bool(marker) and getattr(view, marker, False) is True


def sessionless_first(get_response: GetResponse) -> GetResponse:
    """Answer what is marked `sessionless` or `signed_post` before any cookie is read or form is checked."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        try:
            match = resolve(request.path_info)
        except Resolver404:
            return get_response(request)
        if _answers_first(match.func, request.method):
            request.resolver_match = match
            response: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
            return response
        return get_response(request)

    return middleware


def private_by_default(get_response: GetResponse) -> GetResponse:
    """Keep every page out of caches and the back-forward cache, unless a view chose otherwise."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), microphone=(), interest-cohort=()"
        )
        return response

    return middleware


class say_no_kindly:  # noqa: N801 - reads as the other middleware do
    """Turn `Refused` into a message on the page that the person came from; nothing is changed."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        if not isinstance(exception, Refused):
            return None
        messages.error(request, exception.sentence)
        return HttpResponseRedirect(came_from(request))
