"""Opening hours as people type them, one line for each run of days: "Mon-Fri 9:00-17:00", "day and night"."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from referrals.engines.hours import DAYS, DayException, Hours, Span, faults

ALWAYS: Final = "day and night"
HINT: Final = "Write it as Mon-Fri 09:00-17:00, every day 10:00-22:00, or day and night."
_LINE: Final = re.compile(r"(every day|[a-z]{3,9}(?:\s*-\s*[a-z]{3,9})?)\s+(.+)", re.IGNORECASE)
_TIMES: Final = re.compile(r"(\d{1,2})[:.](\d{2})\s*-\s*(\d{1,2})[:.](\d{2})")
_DATE: Final = re.compile(r"(\d{4}-\d{2}-\d{2})\s+(.+)")


class UnreadableHours(ValueError):
    """Hours that cannot be: `sentences` says each fault."""

    def __init__(self, sentences: Iterable[str]) -> None:
        self.sentences = list(sentences)
        super().__init__(" ".join(self.sentences))


def read_hours(week: str, exceptions: str, zone: str, holidays: str = "") -> Hours:
    """The hours in these lines. Raises UnreadableHours with every fault."""
    wrong: list[str] = []
    spans: list[Span] = []
    always = False
    for line in _lines(week):
        if line.lower() in {ALWAYS, "always", "24/7"}:
            always = True
            continue
        found = _spans(line)
        if found:
            spans += found
        else:
            wrong.append(f"“{line}” is no opening time. {HINT}")
    others = []
    for line in _lines(exceptions):
        other = _exception(line)
        if other is None:
            wrong.append(
                f"“{line}” is no exception. Write it as 2027-12-25 closed, or 2027-12-24 09:00-12:00."
            )
        else:
            others.append(other)
    hours = Hours(zone, always, tuple(spans), tuple(others), holidays)
    if not wrong:
        wrong = faults(hours)
    if wrong:
        raise UnreadableHours(wrong)
    return hours


def write_week(hours: Hours) -> str:
    """The week as `read_hours` reads it, days with the same hours together."""
    if hours.always:
        return ALWAYS
    by_times: dict[tuple[int, int], list[int]] = {}
    for span in hours.spans:
        by_times.setdefault((span.opens, span.closes), []).append(span.day)
    return "\n".join(
        f"{days} {_clock(opens)}-{_clock(closes)}"
        for (opens, closes), found in by_times.items()
        for days in _runs(sorted(found))
    )


def write_exceptions(hours: Hours) -> str:
    return "\n".join(
        f"{one.on.isoformat()} "
        + (", ".join(f"{_clock(opens)}-{_clock(closes)}" for opens, closes in one.spans) or "closed")
        for one in hours.exceptions
    )


def _lines(text: str) -> list[str]:
    return [line.strip() for line in re.split(r"[\n;]", text) if line.strip()]


def _spans(line: str) -> list[Span]:
    """Empty when the line cannot be read."""
    match = _LINE.fullmatch(line)
    if match is None:
        return []
    days, times = _days(match[1]), _times(match[2])
    return [Span(day, opens, closes) for day in days for opens, closes in times]


def _days(text: str) -> list[int]:
    if text.lower() == "every day":
        return list(range(7))
    names = [name.strip().title()[:3] for name in text.split("-")]
    if not all(name in DAYS for name in names):
        return []
    first, last = DAYS.index(names[0]), DAYS.index(names[-1])
    return [(first + step) % 7 for step in range((last - first) % 7 + 1)]


def _times(text: str) -> list[tuple[int, int]]:
    found = []
    for part in text.split(","):
        match = _TIMES.fullmatch(part.strip())
        if match is None or int(match[2]) > 59 or int(match[4]) > 59:
            return []
        opens, closes = int(match[1]) * 60 + int(match[2]), int(match[3]) * 60 + int(match[4])
        found.append((opens, closes if closes > opens else closes + 1440))
    return found


def _exception(line: str) -> DayException | None:
    match = _DATE.fullmatch(line)
    try:
        on = date.fromisoformat(match[1]) if match else None
    except ValueError:
        on = None
    if match is None or on is None:
        return None
    if match[2].strip().lower() == "closed":
        return DayException(on)
    times = _times(match[2])
    return DayException(on, tuple(times)) if times else None


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _runs(days: list[int]) -> Iterator[str]:
    """Days that follow one another as "Mon-Fri"; all seven as "every day"."""
    if len(days) == len(DAYS):
        yield "every day"
        return
    start = last = days[0]
    for day in [*days[1:], 99]:
        if day != last + 1:
            yield DAYS[start] if start == last else f"{DAYS[start]}-{DAYS[last]}"
            start = day
        last = day
