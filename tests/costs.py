"""What a page asks of the database: statements that read or write, not the BEGIN around them."""

from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

ASKING = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")


def cost(client: Client, page: str, method: str = "get", data: dict[str, Any] | None = None) -> int:
    with CaptureQueriesContext(connection) as queries:
        response = getattr(client, method)(page, data or {})
        if response.streaming:
            response.getvalue()
    assert response.status_code in {200, 302}, response.status_code
    return sum(query["sql"].lstrip("( ").startswith(ASKING) for query in queries)
