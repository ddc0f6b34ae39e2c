"""Where tries at the sign-in page are counted: a table, so that they count while Redis is away or wiped."""

from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.db import DatabaseCache
from django.db import connections, router, transaction

from peersupport.errors import DATABASE_AWAY


class Counters(DatabaseCache):
    """Django's own takes a table that cannot be written for one in which the key stands already: whoever
    signs in would hear of too many tries. Here they hear that it is not possible just now."""

    def _base_set(self, mode: str, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT) -> bool:
        failures: list[Exception] = []

        def listen(execute: Any, *statement: Any) -> Any:
            try:
                return execute(*statement)
            except DATABASE_AWAY as away:
                failures.append(away)
                raise

        # A full disk is told only at the end of the transaction, which therefore is ours.
        using = router.db_for_write(self.cache_model_class)
        with transaction.atomic(using), connections[using].execute_wrapper(listen):
            done: bool = super()._base_set(mode, key, value, timeout)  # type: ignore[misc]
            if failures:
                raise failures[0]
        return done
