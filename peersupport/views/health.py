"""Whether the site and its clockwork are well, for machines."""

from http import HTTPStatus

from django.db import DatabaseError
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from peersupport.clock import database_now
from peersupport.heart import health


@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 while the database answers and somebody runs the clockwork; else 503 naming what is stale."""
    try:
        found = health(database_now())
    except DatabaseError:
        away = {"status": "stale", "stale": ["database"], "database": "away"}
        return JsonResponse(away, status=HTTPStatus.SERVICE_UNAVAILABLE)
    body = {
        "status": "ok" if found.well else "stale",
        "database": "ok",
        "clock_age_s": found.clock_age_s,
        "oldest_due_s": found.oldest_due_s,
    }
    if not found.well:
        return JsonResponse(body | {"stale": list(found.stale)}, status=HTTPStatus.SERVICE_UNAVAILABLE)
    return JsonResponse(body)
