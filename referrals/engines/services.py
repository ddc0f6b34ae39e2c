"""A service: somebody to turn to, as pages, cards, posters and modules read it. Plain data, no database."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any, Final, Literal

from referrals.engines.hours import Hours, from_json, in_words

ChannelType = Literal["phone", "text", "chat", "web", "email", "place"]
TellsSchool = Literal["yes", "no", "unknown"]
DUE_AFTER: Final = timedelta(days=120)  # its owner is asked to look again
STALE_AFTER: Final = timedelta(days=180)  # no module that names it can be published

CHANNEL_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "phone": "Telephone",
        "text": "Text message",
        "chat": "Chat",
        "web": "Website",
        "email": "E-mail",
        "place": "Place to go to",
    }
)
# What a service is about. The words are those that staff and students choose from.
KINDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "emergency": "Danger to life",
        "crisis": "A crisis, at any hour",
        "feeling": "How somebody feels",
        "studying": "Studying and exams",
        "money_visa": "Money, housing, visa",
        "health": "Health and illness",
        "alcohol_drugs": "Alcohol and drugs",
        "sexual_harm": "Sexual harm",
        "safer_community": "Violence, threats, stalking",
        "identity_culture": "Culture, faith, identity",
        "complaints": "Bullying and complaints",
        "ombudsman": "Ombudsman",
        "under_18": "Students under 18",
        "counselling": "Counselling on campus",
        "after_hours": "After hours",
        "security": "Security on campus",
        "hospital_emergency": "Emergency inside a hospital",
        "doctors_line": "Doctors' and medical students' health line",
        "students_line": "Students' line",
    }
)


@dataclass(frozen=True)
class Channel:
    """One way to reach a service. `keyword` is the word to send; `note` a few words on this way only."""

    type: ChannelType
    value: str
    note: str = ""
    keyword: str = ""

    @property
    def href(self) -> str:
        """The address for a link; a place has none. A text starts empty: phones disagree on filling one."""
        if self.type == "phone":
            return f"tel:{digits(self.value)}"
        if self.type == "text":
            return f"sms:{digits(self.value)}"
        if self.type == "place":
            return ""
        return f"mailto:{self.value}" if self.type == "email" else self.value

    @property
    def shown(self) -> str:
        """The address as people read it: a website without its https:// and path."""
        if self.type in {"web", "chat"}:
            return self.value.removeprefix("https://").split("/")[0].removeprefix("www.")
        return self.value


@dataclass(frozen=True)
class Service:
    """Somebody to turn to.

    `short` (at most 30 letters) gives nothing away: it ends up in address books. `about` holds keys of
    `KINDS`. `sites` are the uuids of teaching sites it sits at, none = not at one; `serves_sites` those it
    is for, none = all. `confirmed`: this school has rung the number and says it is right.
    """

    key: str  # the uuid in a school's directory, the id in a country pack
    name: str
    short: str
    what_for: str
    for_whom: str
    about: frozenset[str]
    channels: tuple[Channel, ...]
    hours: Hours
    cost: str = ""
    languages: tuple[str, ...] = ()
    good_to_know: str = ""
    crisis: bool = False
    emergency: bool = False
    worried_friends: bool = False
    tells_school: TellsSchool = "unknown"
    sites: frozenset[str] = frozenset()
    serves_sites: frozenset[str] = frozenset()
    named_first: bool = False  # stands for its kinds in modules, on cards and posters
    confirmed: bool = False
    checked_on: date | None = None
    next_check_on: date | None = None
    source: str = ""
    owner: str = ""

    @property
    def first(self) -> Channel:
        return self.channels[0]

    @property
    def others(self) -> tuple[Channel, ...]:
        return self.channels[1:]

    @property
    def hours_words(self) -> str:
        return in_words(self.hours)

    @property
    def online(self) -> bool:
        """Can be reached from anywhere without being seen: anything but a place."""
        return any(channel.type != "place" for channel in self.channels)

    def by(self, kind: ChannelType) -> Channel | None:
        """The first channel of a kind."""
        return next((channel for channel in self.channels if channel.type == kind), None)

    def serves(self, site: str | None) -> bool:
        """Whether somebody at this site may turn to it; a service for one site is not for "anywhere"."""
        return not self.serves_sites or (site is not None and site in self.serves_sites)

    def is_stale(self, today: date) -> bool:
        """Confirmed so long ago that nobody should rely on it."""
        return self.checked_on is not None and today - self.checked_on >= STALE_AFTER


def sentence_words(service: Service, channel: Channel) -> str:
    """How a service reads inside a sentence: "Lifeline on 13 11 14"; the emergency number stands alone."""
    if service.emergency:
        return channel.shown
    start = f" (send the word {channel.keyword})" if channel.keyword else ""
    joint = "on" if channel.type in {"phone", "text"} else "at"
    return f"{service.short} {joint} {channel.shown}{start}"


def digits(number: str) -> str:
    """A number as a phone dials it."""
    return "".join(sign for sign in number if sign.isdigit() or sign == "+")


def hours_in_words(stored: Any) -> str:
    """Stored hours in one line."""
    return in_words(from_json(stored))


# ---------------------------------------------------------------- what modules name

# Each variable of a module: what the service is about, and the ways it may be reached by, best first.
VARIABLES: Final[Mapping[str, tuple[str, tuple[ChannelType, ...]]]] = MappingProxyType(
    {
        "emergency": ("emergency", ("phone",)),
        "crisis_line": ("crisis", ("phone",)),
        "crisis_text": ("crisis", ("text",)),
        "doctors_line": ("doctors_line", ("phone", "web")),
        "students_line": ("students_line", ("phone", "web", "text", "chat")),
        "counselling": ("counselling", ("phone", "web", "email", "place")),
        "after_hours": ("after_hours", ("phone", "text")),
        "security": ("security", ("phone",)),
        "hospital_emergency": ("hospital_emergency", ("phone",)),
        "complaints": ("complaints", ("web", "email", "phone", "place")),
        "sexual_harm": ("sexual_harm", ("phone", "text", "chat", "web")),
        "under_18": ("under_18", ("phone", "email", "web", "place")),
    }
)


def stands_for(
    variable: str, services: Iterable[Service], site: str | None
) -> tuple[Service, Channel] | None:
    """Which of these published services a variable means for somebody at this site, and the way to reach it.

    One for this site alone comes before one for everybody, then whichever is named first, then the order.
    """
    about, ways = VARIABLES[variable]
    fitting = [
        (service, channel)
        for service in services
        if about in service.about and service.emergency == (variable == "emergency") and service.serves(site)
        if (channel := next((found for way in ways if (found := service.by(way))), None))
    ]
    ranked = sorted(fitting, key=lambda one: (not one[0].serves_sites, not one[0].named_first))
    return ranked[0] if ranked else None
