"""The counters of tries at the sign-in page name network addresses: once they count no more, they go."""

from datetime import datetime

from django.core.cache import caches
from django.db import connections, router

from peersupport.counters import Counters


def drop_expired_counters(*, now: datetime) -> int:
    """Delete what has expired in a cache that is a table; how many rows went."""
    cache = caches["default"]
    if not isinstance(cache, Counters):
        return 0
    connection = connections[router.db_for_write(cache.cache_model_class)]
    table = connection.ops.quote_name(cache._table)  # type: ignore[attr-defined]
    moment = connection.ops.adapt_datetimefield_value(now.replace(microsecond=0))
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE expires < %s", [moment])  # noqa: S608 - our own table's name
        return int(cursor.rowcount)
