"""How a lower app hears from an upper one: functions named in settings, asked here.

NEW_PROGRAM entries are f(program, at): they fill a program that has been started this moment.
Each list says what its entries look like; `asked` imports them by name. A test resolves every name.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.module_loading import import_string


@dataclass(frozen=True)
class Local:
    """A local service as words: LOCAL entries are f(program, site, at) -> dict[str, Local].

    `fault` is empty when the entry is fit to publish, else a sentence naming what is wrong. Learners see an
    entry that has words even so: an old number is better than none.
    """

    name: str
    text: str
    href: str
    number: str = ""
    about: str = ""
    open_now: bool | None = None
    checked_on: date | None = None
    fault: str = ""

    @property
    def is_call(self) -> bool:
        return self.href.startswith("tel:")

    @property
    def is_text(self) -> bool:
        return self.href.startswith("sms:")


@dataclass(frozen=True)
class WeekTask:
    """One thing that needs this person now: THIS_WEEK entries are f(rights, at) -> list[WeekTask]."""

    sentence: str
    action: str
    url: str


@dataclass(frozen=True)
class Erasable:
    """Rows of one class of docs/privacy.md: PURGED entries are f(at) -> list[Erasable].

    `rows` are annotated with `since`, the moment from which the days of the class count, and `school`, the
    uuid of the program they belong to, if any. `erase` takes keys of some; without it they are deleted.
    """

    kept: str
    rows: QuerySet[Any]
    erase: Callable[[list[int]], object] | None = None


@lru_cache
def _resolve(name: str) -> Callable[..., Any]:
    found: Callable[..., Any] = import_string(name)
    return found


def asked(list_name: str) -> list[Callable[..., Any]]:
    """The functions that the settings list of this name holds, in order."""
    names = getattr(settings, list_name)
    return [_resolve(name) for name in ([names] if isinstance(names, str) else names)]


def asked_for(list_name: str, kind: str) -> Callable[..., Any]:
    """The one function that a settings table names for this kind."""
    return _resolve(getattr(settings, list_name)[kind])
