"""When to try again: by time, not by count. Six tries at a server that refuses half would lose some."""

from datetime import timedelta
from typing import Final

URGENT: Final = tuple(timedelta(seconds=s) for s in (5, 15, 30, 60, 120))
ORDINARY: Final = tuple(timedelta(minutes=m) for m in (1, 5, 15, 30, 60))


def pause_after(tries: int, *, urgent: bool) -> timedelta:
    """How long to wait after the try of this number (from 1); the last rung is used again and again."""
    rungs = URGENT if urgent else ORDINARY
    return rungs[min(tries, len(rungs)) - 1]
