"""Several people at once: real threads, each with its own connection to the database."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from django.db import connections

Answer = TypeVar("Answer")


def at_once(*calls: Callable[[], Answer]) -> list[Answer | Exception]:
    """What each call gave or raised, all having started at the same moment."""
    start = Barrier(len(calls), timeout=20)

    def run(call: Callable[[], Answer]) -> Answer | Exception:
        try:
            start.wait()
            return call()
        except Exception as error:  # noqa: BLE001 - which error it was is what the test asks
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(run, calls))
