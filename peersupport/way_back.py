"""Where a person goes on after something stood in the way: always a page of this site."""

from urllib.parse import urlsplit

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def came_from(request: HttpRequest) -> str:
    """The page of this site that the person came from, else the start page."""
    referer = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(referer, allowed_hosts={request.get_host()}):
        return referer
    return "/"


def page_to_go_on_with(request: HttpRequest) -> str:
    """Where to come back to after signing in: this page or, for what was sent, the page it came from."""
    if request.method in {"GET", "HEAD"}:
        return request.get_full_path()
    return urlsplit(came_from(request)).path
