"""Opening hours: when a place answers, worked out as the sign on its door and the clock on its wall say it.

All times are wall-clock times in the zone of the place. On the night when clocks go back, an hour is there
twice and counts twice; when they go forward, the hour that is left out is nobody's.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Any, Final
from zoneinfo import ZoneInfo, available_timezones

from holidays import country_holidays

DAY: Final = 1440
HORIZON: Final = timedelta(days=370)
DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_A_DAY: Final = timedelta(days=1)
_A_SECOND: Final = timedelta(seconds=1)


class BadHours(ValueError):
    """Stored hours that cannot be read."""


@dataclass(frozen=True)
class Span:
    """Open on a weekday (0 is Monday) between two minutes of it; `closes` over 1440 is past midnight."""

    day: int
    opens: int
    closes: int


@dataclass(frozen=True)
class DayException:
    """One date with hours of its own, as pairs of minutes; none at all means closed.

    What began the evening before runs on past midnight all the same.
    """

    on: date
    spans: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Hours:
    """`holidays` is a region such as AU-NSW or GB: closed on its public holidays, unless an exception for
    that date says otherwise. Left empty, a public holiday is a day like any other."""

    zone: str
    always: bool = False
    spans: tuple[Span, ...] = ()
    exceptions: tuple[DayException, ...] = ()
    holidays: str = ""


# ---------------------------------------------------------------- open or not


def is_open(hours: Hours, at: datetime) -> bool:
    wall = _wall(hours, at)
    return any(start <= wall < end for start, end in _open_days(hours, wall.date(), days=1))


def next_open(hours: Hours, at: datetime) -> datetime | None:
    """The moment from `at` on when it is open, in UTC; None if that is more than 370 days away."""
    return _first(hours, at, wanted=True)


def closes_at(hours: Hours, at: datetime) -> datetime | None:
    """When it closes next, in UTC; None if it is closed at `at`, or goes on for more than 370 days."""
    return _first(hours, at, wanted=False) if is_open(hours, at) else None


def _first(hours: Hours, at: datetime, *, wanted: bool) -> datetime | None:
    """Walks from one change of clocks to the next; between two of them the wall clock runs evenly."""
    at = at.astimezone(UTC)  # between moments of one zone Python would count by its wall clock
    zone, limit = ZoneInfo(hours.zone), at + HORIZON
    while at < limit:
        wall = _wall(hours, at)
        found = _next_open_wall(hours, wall) if wanted else _next_closed_wall(hours, wall)
        moment = limit if found is None else at + (found - wall)
        change = _clock_change(zone, at, min(moment, limit))
        if change is None:
            return moment if moment < limit else None
        at = change
    return None


def _wall(hours: Hours, at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("A moment needs its zone.")
    return at.astimezone(ZoneInfo(hours.zone)).replace(tzinfo=None, fold=0)


def _clock_change(zone: ZoneInfo, after: datetime, until: datetime) -> datetime | None:
    """The first moment in (after, until] at which clocks have been changed."""
    before = after.astimezone(zone).utcoffset()
    low = after
    while low < until:
        high = min(low + _A_DAY, until)
        if high.astimezone(zone).utcoffset() != before:
            while high - low > _A_SECOND:
                middle = low + (high - low) / 2
                if middle.astimezone(zone).utcoffset() == before:
                    low = middle
                else:
                    high = middle
            return high.replace(microsecond=0)
        low = high
    return None


def _next_open_wall(hours: Hours, wall: datetime) -> datetime | None:
    days = _open_days(hours, wall.date(), days=HORIZON.days)
    return next((max(start, wall) for start, end in days if end > wall), None)


def _next_closed_wall(hours: Hours, wall: datetime) -> datetime | None:
    if hours.always and not hours.exceptions:
        return None
    reached = wall
    for start, end in _open_days(hours, wall.date(), days=HORIZON.days):
        if start > reached:
            return reached
        reached = max(reached, end)
    return reached if reached < wall + HORIZON else None


def _open_days(hours: Hours, first: date, *, days: int) -> Iterator[tuple[datetime, datetime]]:
    """From when to when it is open, by the wall clock, from the evening before `first` on, in order."""
    if not (hours.always or hours.spans or hours.exceptions):
        return
    exceptions = {exception.on: exception.spans for exception in hours.exceptions}
    for number in range(-1, days):
        day = first + timedelta(days=number)
        midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - a wall clock has no zone
        spans = sorted(exceptions[day]) if day in exceptions else _usual(hours, day)
        for opens, closes in spans:
            yield midnight + timedelta(minutes=opens), midnight + timedelta(minutes=closes)


def _usual(hours: Hours, day: date) -> list[tuple[int, int]]:
    if hours.holidays and day in _public_holidays(hours.holidays, day.year):
        return []
    if hours.always:
        return [(0, DAY)]
    return sorted((span.opens, span.closes) for span in hours.spans if span.day == day.weekday())


@lru_cache(maxsize=512)
def _public_holidays(region: str, year: int) -> frozenset[date]:
    country, _, part = region.partition("-")
    return frozenset(country_holidays(country, subdiv=part or None, years=year))


# ---------------------------------------------------------------- in words


def in_words(hours: Hours) -> str:
    """The week in one line: "Mon to Fri 9 am to 5 pm, Sat 10 am to noon", "Day and night"."""
    if hours.always:
        return "Day and night"
    week = [_usual_spans(hours, day) for day in range(7)]
    lines: dict[tuple[tuple[int, int], ...], list[int]] = {}
    for day, spans in enumerate(week):
        if spans:
            lines.setdefault(spans, []).append(day)
    if not lines:
        return "Closed"
    words = ", ".join(f"{_days_in_words(days)} {_spans_in_words(spans)}" for spans, days in lines.items())
    return f"{words}, closed on public holidays" if hours.holidays else words


def now_in_words(hours: Hours, at: datetime, zone: str) -> str:
    """How it stands at `at`, in the zone of the reader: "Open until 5 pm", "Opens at 9 am tomorrow"."""
    if is_open(hours, at):
        closes = closes_at(hours, at)
        return f"Open until {moment_in_words(closes, at, zone)}" if closes else "Open day and night"
    opens = next_open(hours, at)
    return f"Opens at {moment_in_words(opens, at, zone)}" if opens else "Closed"


def moment_in_words(moment: datetime, at: datetime, zone: str) -> str:
    """A time to come as people say it at `at`: "9 am", "9 am tomorrow", "9 am on Monday", "9 am on 4 May"."""
    here, today = moment.astimezone(ZoneInfo(zone)), at.astimezone(ZoneInfo(zone)).date()
    clock, away = clock_in_words(here.hour * 60 + here.minute), (here.date() - today).days
    if away == 1 and here.hour == here.minute == 0:
        return "midnight"
    if away == 0:
        return clock
    if away == 1:
        return f"{clock} tomorrow"
    return f"{clock} on {here:%A}" if away < 7 else f"{clock} on {here.day} {here:%B}"


def hour_in_words(at: datetime, zone: str) -> str:
    """A moment by the clock of the reader: "2:30 am on Sunday"."""
    here = at.astimezone(ZoneInfo(zone))
    return f"{clock_in_words(here.hour * 60 + here.minute)} on {here:%A}"


def clock_in_words(minute: int) -> str:
    """A minute of the day: "9 am", "5:30 pm", "noon", "midnight"."""
    hour, rest = divmod(minute % DAY, 60)
    if rest == 0 and hour in {0, 12}:
        return "noon" if hour else "midnight"
    return f"{(hour - 1) % 12 + 1}{f':{rest:02}' if rest else ''} {'am' if hour < 12 else 'pm'}"


def _usual_spans(hours: Hours, day: int) -> tuple[tuple[int, int], ...]:
    return tuple(sorted((span.opens, span.closes) for span in hours.spans if span.day == day))


def _spans_in_words(spans: tuple[tuple[int, int], ...]) -> str:
    return " and ".join(
        "all day" if (opens, closes) == (0, DAY) else f"{clock_in_words(opens)} to {clock_in_words(closes)}"
        for opens, closes in spans
    )


def _days_in_words(days: list[int]) -> str:
    if len(days) == len(DAYS):
        return "Every day"
    runs: list[list[int]] = []
    for day in days:
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    parts: list[str] = []
    for run in runs:
        if len(run) > 2:
            parts.append(f"{DAYS[run[0]]} to {DAYS[run[-1]]}")
        else:
            parts += [DAYS[day] for day in run]
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


# ---------------------------------------------------------------- what cannot be


@lru_cache
def _zones() -> frozenset[str]:
    """Every zone there is. Python looks through the disk for them, which takes as long as a page."""
    return frozenset(available_timezones())


def faults(hours: Hours) -> list[str]:
    """What is wrong with these hours, as sentences for the person who typed them; empty when all is well."""
    found = []
    if hours.zone not in _zones():
        found.append(f"There is no time zone {hours.zone!r}. Write it as Australia/Sydney.")
    if hours.always and (hours.spans or hours.holidays):
        found.append("Day and night has no opening times of its own, and no public holidays.")
    if not (hours.always or hours.spans or any(exception.spans for exception in hours.exceptions)):
        found.append("It is never open. Give it at least one opening time.")
    impossible = [
        *(_impossible(_day_name(span.day), span.opens, span.closes) for span in hours.spans),
        *(
            _impossible(f"{one.on.day} {one.on:%B %Y}", opens, closes)
            for one in hours.exceptions
            for opens, closes in one.spans
        ),
    ]
    found += [sentence for sentence in impossible if sentence]
    if not any(impossible):
        found += _overlaps(hours)
    dates = [exception.on for exception in hours.exceptions]
    for twice in sorted({on for on in dates if dates.count(on) > 1}):
        found.append(f"{twice.day} {twice:%B %Y} has two sets of hours. Keep one.")
    if hours.holidays and not _is_region(hours.holidays):
        found.append(f"We know no public holidays of {hours.holidays!r}. Write it as AU-NSW, or GB.")
    return found


def _day_name(day: int) -> str:
    return DAYS[day] if 0 <= day < len(DAYS) else ""


def _impossible(day: str, opens: int, closes: int) -> str:
    if not day:
        return "A weekday must be a number from 0, Monday, to 6, Sunday."
    if not 0 <= opens < DAY:
        return f"{day}: opening must be between midnight and midnight."
    if not opens < closes <= opens + DAY:
        return f"{day}: it must close after it opens, and within a day."
    return ""


def _overlaps(hours: Hours) -> Iterator[str]:
    week = sorted((span.day * DAY + span.opens, span.day * DAY + span.closes) for span in hours.spans)
    if week:
        week.append((week[0][0] + 7 * DAY, week[0][1] + 7 * DAY))  # Sunday night meets Monday morning
    for (_, closes), (opens, _) in pairwise(week):
        if opens < closes:
            yield f"{DAYS[opens // DAY % 7]}: two opening times overlap at {clock_in_words(opens)}."
    for exception in hours.exceptions:
        for (_, closes), (opens, _) in pairwise(sorted(exception.spans)):
            if opens < closes:
                yield f"{exception.on.day} {exception.on:%B %Y}: two opening times overlap."


def _is_region(region: str) -> bool:
    if not re.fullmatch("[A-Z]{2}(-.+)?", region):
        return False
    try:
        _public_holidays(region, 2026)
    except NotImplementedError:
        return False
    return True


# ---------------------------------------------------------------- stored


def as_json(hours: Hours) -> dict[str, Any]:
    return {
        "zone": hours.zone,
        "always": hours.always,
        "spans": [[span.day, span.opens, span.closes] for span in hours.spans],
        "exceptions": [
            {"on": one.on.isoformat(), "spans": [list(pair) for pair in one.spans]}
            for one in hours.exceptions
        ],
        "holidays": hours.holidays,
    }


def from_json(stored: Any) -> Hours:
    """The hours as they were; raises `BadHours` when it is nothing that `as_json` could have written."""
    try:
        return Hours(
            zone=str(stored["zone"]),
            always=bool(stored["always"]),
            spans=tuple(Span(*(int(part) for part in span)) for span in stored["spans"]),
            exceptions=tuple(
                DayException(
                    on=date.fromisoformat(one["on"]),
                    spans=tuple((int(opens), int(closes)) for opens, closes in one["spans"]),
                )
                for one in stored["exceptions"]
            ),
            holidays=str(stored["holidays"]),
        )
    except (KeyError, TypeError, ValueError) as unreadable:
        raise BadHours(f"These are no hours: {stored!r}") from unreadable
