"""On which days somebody is reminded of training: all of it at once, and never too often."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

BEFORE: Final = (14, 3, 0)
AFTER: Final = (7, 14, 21, 28)
APART: Final = 3  # days from one message to the next, at the least
AHEAD: Final = 14  # a message names what is due within so many days, and all that is past its day
# Whoever could not be told 14 days before, being away or told of something else, is told soon after.
CATCHING_UP: Final = (13, 12)


def days_reminded_of(day: date) -> list[date]:
    """The days that count of which people are reminded on `day`."""
    return [day + timedelta(days=days) for days in BEFORE] + [day - timedelta(days=days) for days in AFTER]


def days_caught_up_on(day: date) -> list[date]:
    """The days that count whose first reminder may still be made up for on `day`."""
    return [day + timedelta(days=days) for days in CATCHING_UP]


def reminds(due_on: date, day: date) -> bool:
    """Whether what is due on one day calls for a message on another."""
    return due_on in days_reminded_of(day) or due_on in days_caught_up_on(day)


def listed_until(day: date) -> date:
    """What is due until this day is named in a message of `day`."""
    return day + timedelta(days=AHEAD)


def silent_from(day: date) -> date:
    """Whoever got a message on this day or later gets none on `day`."""
    return day - timedelta(days=APART - 1)


@dataclass(frozen=True)
class Standing:
    """How one person stands: (module, day that counts) not done, the day of the last message, days away."""

    left: tuple[tuple[int, date], ...]
    told_on: date | None = None
    away: tuple[tuple[date, date], ...] = ()


@dataclass(frozen=True)
class PlannedDay:
    """How many people get a message on a day, and how many different modules are named."""

    day: date
    people: int
    modules: int


def planned(standings: Iterable[Standing], days: Sequence[date]) -> list[PlannedDay]:
    """What goes out on these days, in order, if nothing changes; empty days are left out."""
    people: Counter[date] = Counter()
    modules: dict[date, set[int]] = {}
    for standing, count in Counter(standings).items():  # most of a year stand alike
        for day in _message_days(standing, days):
            people[day] += count
            named = {module for module, due_on in standing.left if due_on <= listed_until(day)}
            modules.setdefault(day, set()).update(named)
    return [PlannedDay(day, people[day], len(modules[day])) for day in sorted(people)]


def _message_days(standing: Standing, days: Sequence[date]) -> list[date]:
    found: list[date] = []
    told_on = standing.told_on
    for day in days:
        if told_on is not None and told_on >= silent_from(day):
            continue
        if any(starts_on <= day <= ends_on for starts_on, ends_on in standing.away):
            continue
        if any(reminds(due_on, day) for _, due_on in standing.left):
            found.append(day)
            told_on = day
    return found


@dataclass(frozen=True)
class Task:
    """One thing left to do as a message may name it: its place among all that is asked, never its title."""

    number: int
    total: int
    minutes: int
    due_on: date


def words(tasks: Sequence[Task], today: date) -> dict[str, str]:
    """What is filled into the text of a message."""
    heading = "one module to do" if len(tasks) == 1 else f"{len(tasks)} modules to do"
    return {"heading": heading, "lines": "\n".join(_line(task, today) for task in tasks)}


def _line(task: Task, today: date) -> str:
    day = f"{task.due_on:%A} {task.due_on.day} {task.due_on:%B}"
    when = f"was due on {day}, still open" if task.due_on < today else f"by {day}"
    which = f"Module {task.number} of {task.total}" if task.total > 1 else "One module"
    return f"{which}, {task.minutes} minutes, {when}"
