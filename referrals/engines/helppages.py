"""What “Get help now” shows for one place: which services, in which order, in which words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from referrals.engines.hours import in_words
from referrals.engines.services import Channel, Service

MOST_LINES: Final = 8  # of those that answer day and night; the others are found by the finder
MOST_AT_SCHOOL: Final = 4
MOST_FOR_FRIENDS: Final = 3
MOST_ON_A_CARD: Final = 5
MOST_TO_TURN_TO: Final = 2
AT_SCHOOL: Final = frozenset(
    {"after_hours", "counselling", "security", "sexual_harm", "complaints", "under_18"}
)
INSIDE: Final = "hospital_emergency"
CRISIS: Final = "crisis"
EMERGENCY: Final = "emergency"


@dataclass(frozen=True)
class Line:
    """One service as it stands on a page."""

    service: Service

    @property
    def name(self) -> str:
        return self.service.name

    @property
    def short(self) -> str:
        return self.service.short

    @property
    def about(self) -> str:
        return self.service.for_whom or self.service.what_for

    @property
    def hours(self) -> str:
        """In words; empty for a service that is there day and night."""
        return "" if self.always_open else in_words(self.service.hours)

    @property
    def always_open(self) -> bool:
        return self.service.hours.always

    @property
    def confirmed(self) -> bool:
        return self.service.confirmed

    @property
    def dial(self) -> Channel | None:
        """The way that is pressed: a call before a text."""
        ways = [way for kind in ("phone", "text") for way in self.service.channels if way.type == kind]
        return ways[0] if ways else None

    @property
    def others(self) -> list[Channel]:
        return [channel for channel in self.service.channels if channel is not self.dial]


@dataclass(frozen=True)
class Spot:
    """A campus or hospital of the school: a sheet for its walls, and the number that is called inside it."""

    uuid: str
    name: str
    number: Channel | None = None


@dataclass(frozen=True)
class Sheet:
    """What can be printed for one site, or for the whole place."""

    name: str
    poster_url: str
    pocket_url: str


@dataclass(frozen=True)
class HelpPage:
    """A school (`where` is its slug) or a country (two letters) and what somebody there may turn to.

    Equal pages look the same, so what has been drawn of one may be used again for the other.
    """

    where: str
    name: str
    app_name: str
    services: tuple[Service, ...]
    spots: tuple[Spot, ...] = ()
    sources_read_on: date | None = None
    chooser_read_on: date | None = None

    @property
    def is_school(self) -> bool:
        return not is_country(self.where)

    @property
    def url(self) -> str:
        return f"/help/{self.where}/"

    @property
    def find_url(self) -> str:
        return f"{self.url}find/"

    @property
    def sheets(self) -> list[Sheet]:
        """For each site, which has its own number inside; for a place without sites, one for all of it."""
        if not self.spots:
            return [Sheet(self.name, f"{self.url}poster/", f"{self.url}pocket/")]
        return [
            Sheet(spot.name, f"{self.url}poster/{spot.uuid}/", f"{self.url}pocket/{spot.uuid}/")
            for spot in self.spots
        ]

    @property
    def emergency(self) -> Line:
        return next(Line(service) for service in self.services if service.emergency)

    @property
    def inside(self) -> list[Spot]:
        """The sites that have an emergency number of their own."""
        return [spot for spot in self.spots if spot.number]

    @property
    def _lines(self) -> list[Line]:
        """All but the emergency numbers; those that the school has checked come first."""
        lines = [
            Line(service)
            for service in self.services
            if not service.emergency and INSIDE not in service.about
        ]
        return sorted(lines, key=lambda line: not line.confirmed)

    @property
    def day_and_night(self) -> list[Line]:
        return [line for line in self._lines if line.service.crisis and line.always_open][:MOST_LINES]

    @property
    def at_school(self) -> list[Line]:
        """People of the school itself, in their hours."""
        shown = self.day_and_night
        return [line for line in self._lines if line.service.about & AT_SCHOOL and line not in shown][
            :MOST_AT_SCHOOL
        ]

    @property
    def for_worried_friends(self) -> list[Line]:
        """Those that one may ring about somebody else, at any hour."""
        lines = [line for line in self.day_and_night if line.service.worried_friends and _rings(line)]
        return lines[:MOST_FOR_FRIENDS]

    @property
    def numbers(self) -> list[Line]:
        """What fits on a card for a pocket: the most useful at two in the morning first."""
        return [line for line in self.day_and_night if line.dial][:MOST_ON_A_CARD]

    def turn_to(self, kinds: Iterable[str]) -> list[Line]:
        """The two that fit best, one of them there at any hour; the emergency number if there is none.

        `kinds` come in the order in which they fit; of one kind, whoever talks with worried friends first.
        """
        callable_lines = [line for line in self._lines if line.dial]
        found: list[Line] = []
        for kind in kinds:
            fitting = [line for line in callable_lines if _is(line, kind) and line not in found]
            found += sorted(fitting, key=lambda line: not line.service.worried_friends)[:1]
        chosen = found[:MOST_TO_TURN_TO]
        if not any(line.always_open for line in chosen):
            always = [line for line in [*found, *callable_lines] if line.always_open] or [self.emergency]
            chosen = [*chosen[: MOST_TO_TURN_TO - 1], always[0]]
        return chosen

    @property
    def says_checked_card(self) -> str:
        """The same for what stands on paper, which has no room to say it of each number."""
        listed = [self.emergency, *self.numbers]
        open_ones = [line.short for line in listed if not line.confirmed]
        if not self.is_school or len(open_ones) == len(listed):
            return self.says_checked
        days = [line.service.checked_on for line in listed if line.service.checked_on]
        said = f"Checked by your school, last on {_day(max(days))}." if days else ""
        return f"{said} Not yet: {', '.join(open_ones)}." if open_ones else said

    @property
    def says_reviewed(self) -> str:
        """Whether this school stands by the questions about a friend."""
        if not self.is_school:
            return "These words come from public guidelines. No school has approved them for this page."
        if self.chooser_read_on:
            return f"Read and approved by {self.name}, {_day(self.chooser_read_on)}."
        return "Your school has not reviewed these words yet."

    @property
    def says_checked(self) -> str:
        """How far the numbers can be trusted, in one sentence."""
        days = [service.checked_on for service in self.services if service.confirmed and service.checked_on]
        if self.is_school and days and all(service.confirmed for service in self.services):
            return f"Your school checked these numbers; the oldest check is of {_day(min(days))}."
        if self.is_school and days:
            return "Your school has checked these numbers, but for those that say so."
        if self.sources_read_on:
            read = f"{self.sources_read_on:%B %Y}"
            return f"Checked against public sources in {read}. Your school has not confirmed them yet."
        return "Your school has not confirmed these numbers yet."


def is_country(where: str) -> bool:
    """Two letters name a country; no school may be called so."""
    return len(where) == 2


def _rings(line: Line) -> bool:
    return line.dial is not None and line.dial.type == "phone"


def _is(line: Line, kind: str) -> bool:
    return kind in line.service.about or (kind == CRISIS and line.service.crisis)


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
