"""Asking the database for pages that must come up while it is away."""

import time
from collections.abc import Callable
from threading import Lock
from typing import TypeVar

from django.db import Error

Answer = TypeVar("Answer")
LONGEST_WAIT = 1.0
SILENCE_LASTS = 30.0


class NoAnswer(Exception):
    """The database is away, or was a moment ago."""


class Asking:
    """Takes no answer for an answer.

    One request finds out that the database is away; the others that come at that moment wait at most a
    second for it, and for half a minute nobody asks again.
    """

    def __init__(self) -> None:
        self._asking = Lock()
        self._silent_until = 0.0

    def __call__(self, question: Callable[[], Answer]) -> Answer:
        """What `question` returns. Raises NoAnswer."""
        if time.monotonic() < self._silent_until or not self._asking.acquire(timeout=LONGEST_WAIT):
            raise NoAnswer
        try:
            return question()
        except Error as error:
            self._silent_until = time.monotonic() + SILENCE_LASTS
            raise NoAnswer from error
        finally:
            self._asking.release()

    def again(self) -> None:
        """Forget the silence: the next question is asked."""
        self._silent_until = 0.0


ask = Asking()
