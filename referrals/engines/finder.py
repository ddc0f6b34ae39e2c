"""Who fits, for three taps: how soon, what about, which way. Always an answer, and a reason for each.

Answers come in steps, and a later step is looked at only after the ones before it:

    own        about this, there when asked, in the way asked, for this place
    by phone   the same, but by telephone or online instead
    further    the same, for people of another site
    anyone     lines that take any call
    later      about this, but closed at the time asked; says when it opens
    last       the emergency number

Inside a step, whoever is there now comes first. So a closed service is never first while an open one fits.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from referrals.engines.finder_questions import (
    FEELING,
    FRIEND,
    FROM_AFAR,
    NOT_SURE,
    WAY_WORDS,
    WAYS,
    Question,
    Soon,
    Way,
)
from referrals.engines.hours import is_open, moment_in_words, next_open, now_in_words
from referrals.engines.services import Channel, Service

MOST: Final = 4  # answers; the emergency number comes on top
_EVENING, _MORNING = time(18), time(6)
_SPECIAL: Final = frozenset({"sexual_harm", "alcohol_drugs", "safer_community", "identity_culture"})
_INSIDE: Final = frozenset({"emergency", "hospital_emergency"})


class Step(StrEnum):
    DANGER = "danger"
    OWN = "own"
    BY_PHONE = "by phone"
    FURTHER = "further"
    ANYONE = "anyone"
    LATER = "later"
    LAST = "last"


@dataclass(frozen=True)
class Standing:
    """How a service stands at one moment; `tonight` and `opens` are when it is there first."""

    service: Service
    open_now: bool
    opens: datetime | None
    tonight: datetime | None
    words: str

    def is_there(self, soon: Soon, at: datetime) -> bool:
        if soon in {Soon.DANGER, Soon.NOW}:
            return self.open_now
        if soon is Soon.TONIGHT:
            return self.tonight is not None
        return self.opens is not None and self.opens <= at + timedelta(days=7)


@dataclass(frozen=True)
class Look:
    """Everybody, as they stand at one moment. `places` are the names of teaching sites."""

    at: datetime
    zone: str
    everybody: tuple[Standing, ...]
    places: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    service: Service
    channel: Channel  # the way that was asked for, if there is one
    open_now: bool
    hours_now: str
    step: Step
    why: str
    names: frozenset[str]  # which of hour, place and worry the reason names

    @property
    def dial(self) -> Channel | None:
        """What can be dialled: the way itself, or a number beside the place."""
        if self.channel.type != "place":
            return self.channel if self.channel.type in {"phone", "text"} else None
        return self.service.by("phone") or self.service.by("text")

    @property
    def others(self) -> list[Channel]:
        return [one for one in self.service.channels if one not in {self.channel, self.dial}]

    @property
    def is_own(self) -> bool:
        """Fits all that was asked; nothing had to give way."""
        return self.step is Step.OWN


def look(
    services: Iterable[Service], at: datetime, zone: str, places: Mapping[str, str] | None = None
) -> Look:
    starts, ends = _tonight(at, zone)
    return Look(
        at, zone, tuple(_standing(service, at, zone, starts, ends) for service in services), places or {}
    )


def _standing(service: Service, at: datetime, zone: str, starts: datetime, ends: datetime) -> Standing:
    tonight = next_open(service.hours, starts)
    return Standing(
        service=service,
        open_now=is_open(service.hours, at),
        opens=next_open(service.hours, at),
        tonight=tonight if tonight is not None and tonight < ends else None,
        words=now_in_words(service.hours, at, zone),
    )


def _tonight(at: datetime, zone: str) -> tuple[datetime, datetime]:
    """From six in the evening to six in the morning; the rest of it once it has begun."""
    here = at.astimezone(ZoneInfo(zone))
    day = here.date() if here.time() >= _MORNING else here.date() - timedelta(days=1)
    starts = datetime.combine(day, _EVENING, tzinfo=ZoneInfo(zone))
    ends = datetime.combine(day + timedelta(days=1), _MORNING, tzinfo=ZoneInfo(zone))
    return (at if at.timestamp() > starts.timestamp() else starts), ends


# ---------------------------------------------------------------- finding


def find(seen: Look, question: Question) -> list[Answer]:
    """The first is the one to try; the emergency number is always among them."""
    allowed = [one for one in seen.everybody if may_be_shown(one.service, question)]
    steps = (
        _danger(seen, allowed, question) if question.soon is Soon.DANGER else _steps(seen, allowed, question)
    )
    found: dict[str, Answer] = {}
    for step, standing in steps:
        if standing.service.key not in found and len(found) < MOST:
            found[standing.service.key] = _answer(seen, standing, question, step, first=not found)
    for standing in seen.everybody:
        if standing.service.emergency and standing.service.key not in found:
            found[standing.service.key] = _answer(seen, standing, question, Step.LAST, first=not found)
    return list(found.values())


def may_be_shown(service: Service, question: Question) -> bool:
    """Somebody at a place where one trains is left out when asked for; never the emergency number."""
    if not question.avoid or service.emergency:
        return True
    return question.site not in service.sites if question.site else not service.sites


def fits(standing: Standing, question: Question, at: datetime) -> bool:
    """About this, there when asked, in the way asked, for this place."""
    service = standing.service
    return (
        is_about(service, question)
        and standing.is_there(question.soon, at)
        and reached_by(service, WAYS[question.way])
        and _is_for(service, question.site)
        and may_be_shown(service, question)
    )


def is_about(service: Service, question: Question) -> bool:
    if service.about & _INSIDE:
        return False
    if question.about == FRIEND:
        return service.worried_friends
    return bool(service.about.intersection(question.worry.kinds)) or _any_hour(service, question)


def reached_by(service: Service, ways: frozenset[str]) -> bool:
    return any(channel.type in ways for channel in service.channels)


def _any_hour(service: Service, question: Question) -> bool:
    """A crisis line is about how one feels, and about anything, when it is for now or tonight."""
    return (
        service.crisis and question.about in {FEELING, NOT_SURE} and question.soon in {Soon.NOW, Soon.TONIGHT}
    )


def _is_for(service: Service, site: str) -> bool:
    return not site or not service.serves_sites or site in service.serves_sites


def _danger(seen: Look, allowed: list[Standing], question: Question) -> Iterator[tuple[Step, Standing]]:
    """The emergency number, the number inside the hospital where one is, then whoever answers right now."""

    def rank(one: Standing) -> int:
        service, site = one.service, question.site
        if service.emergency:
            return 0
        inside = "hospital_emergency" in service.about or "security" in service.about
        if inside and site and (site in service.sites or site in service.serves_sites):
            return 1 if "hospital_emergency" in service.about else 3
        return 2 if service.crisis and one.open_now and "hospital_emergency" not in service.about else 9

    ranked = [(rank(one), not one.service.confirmed, number, one) for number, one in enumerate(allowed)]
    for place, _, _, one in sorted(ranked, key=lambda entry: entry[:3]):
        if place < 9 and (one.open_now or place < 3):
            yield Step.DANGER, one


def _steps(seen: Look, allowed: list[Standing], question: Question) -> Iterator[tuple[Step, Standing]]:
    about = [one for one in allowed if is_about(one.service, question)]
    about.sort(key=lambda one: _order(one, question))
    there = [one for one in about if one.is_there(question.soon, seen.at)]
    near = [one for one in there if _is_for(one.service, question.site)]
    ways = WAYS[question.way]
    yield from ((Step.OWN, one) for one in near if reached_by(one.service, ways))
    yield from ((Step.BY_PHONE, one) for one in near if reached_by(one.service, FROM_AFAR))
    yield from (
        (Step.FURTHER, one) for one in there if one not in near and reached_by(one.service, ways | FROM_AFAR)
    )
    anyone = _anyone(seen, allowed, question)
    # With nobody there about this, all lines that answer come before what opens later; else one of them does.
    yield from anyone[:1] if there else anyone
    yield from (
        (Step.LATER, one)
        for one in about
        if one.opens is not None and one not in there and _is_for(one.service, question.site)
    )
    yield from anyone


def _anyone(seen: Look, allowed: list[Standing], question: Question) -> list[tuple[Step, Standing]]:
    found = [
        one
        for one in allowed
        if _takes_any_call(one.service)
        and one.is_there(question.soon, seen.at)
        and _is_for(one.service, question.site)
    ]
    ways, at_once = WAYS[question.way], WAYS[Way.RING] | WAYS[Way.TEXT]
    found.sort(
        key=lambda one: (
            not reached_by(one.service, ways),
            not reached_by(one.service, at_once),
            *_order(one, question),
        )
    )
    return [(Step.ANYONE, one) for one in found]


def _takes_any_call(service: Service) -> bool:
    return (
        not service.emergency
        and not service.about & _INSIDE
        and (service.crisis or "after_hours" in service.about)
    )


def _order(one: Standing, question: Question) -> tuple[bool | int, ...]:
    """Who is there now; who is most about this; who is of this site; whom the school has checked.

    Whoever is level here stays in the order of the directory.
    """
    service = one.service
    kinds = question.worry.kinds
    rank = next((place for place, kind in enumerate(kinds) if kind in service.about), len(kinds))
    elsewhere = bool(service.serves_sites) and not question.site
    here = question.site in service.sites | service.serves_sites
    special = bool(service.about & _SPECIAL) and not service.about.intersection(kinds)
    return (
        not one.open_now,
        special,
        elsewhere,
        not here and bool(question.site),
        rank,
        not service.confirmed,
        not service.named_first,
        len(service.about),
    )


# ---------------------------------------------------------------- in words


def _answer(seen: Look, standing: Standing, question: Question, step: Step, *, first: bool) -> Answer:
    why, names = _why(seen, standing, question, step, first=first)
    if step is Step.ANYONE and first and question.about != NOT_SURE:
        why, names = f"Nobody {question.worry.because} fits what you asked. {why}", names | {"worry"}
    return Answer(
        service=standing.service,
        channel=_channel(standing.service, question.way),
        open_now=standing.open_now,
        hours_now=standing.words,
        step=step,
        why=why,
        names=frozenset(names),
    )


def _channel(service: Service, way: Way) -> Channel:
    for ways in (WAYS[way], WAYS[Way.RING], WAYS[Way.TEXT]):
        found = next((channel for channel in service.channels if channel.type in ways), None)
        if found is not None and way is not Way.ANY:
            return found
    return service.first


def _why(
    seen: Look, standing: Standing, question: Question, step: Step, *, first: bool
) -> tuple[str, set[str]]:
    service = standing.service
    if service.emergency:
        if step is Step.DANGER:
            return "For danger to anyone, at any hour and any place.", {"hour", "place"}
        return "If somebody is in danger, at any hour.", {"hour"}
    if step is Step.DANGER:
        place = _place_of(seen, service, question)
        hour = _hour(seen, standing, question)
        return f"{hour}{f', at {place}' if place else ''}.", {"hour", "place"} if place else {"hour"}
    place = _place(seen, service, question, step, first=first)
    hour = _hour(seen, standing, question)
    names = {"hour", "place"} if place else {"hour"}
    if step is Step.ANYONE:
        return f"{hour}, for any call{place}.", names
    return f"{_instead(question, step)}{hour}, {question.worry.because}{place}.", names | {"worry"}


def _instead(question: Question, step: Step) -> str:
    if step is Step.BY_PHONE and WAY_WORDS[question.way]:
        return f"Not {WAY_WORDS[question.way]}, but from anywhere. "
    return ""


def _hour(seen: Look, standing: Standing, question: Question) -> str:
    if standing.open_now:
        return (
            "There now, day and night"
            if standing.service.hours.always
            else standing.words.replace("Open", "Open now,", 1)
        )
    if question.soon is Soon.TONIGHT and standing.tonight is not None:
        return f"There tonight, from {moment_in_words(standing.tonight, seen.at, seen.zone)}"
    return standing.words


def _place_of(seen: Look, service: Service, question: Question) -> str:
    """The site that this service is at or for: the asked one before others."""
    sites = service.sites | service.serves_sites
    chosen = (
        [question.site]
        if question.site in sites
        else sorted(sites, key=lambda site: seen.places.get(site, ""))
    )
    return " and ".join(seen.places[site] for site in chosen if site in seen.places)


def _place(seen: Look, service: Service, question: Question, step: Step, *, first: bool) -> str:
    if question.avoid and first:
        name = seen.places.get(question.site, "")
        return f", away from {name}" if name else ", away from where students train"
    if step is Step.FURTHER:
        return f", though it is for {_place_of(seen, service, question)}"
    where = _place_of(seen, service, question)
    for_one_place = bool(service.serves_sites) or bool(question.site) or question.way is Way.IN_PERSON
    return f", at {where}" if where and for_one_place else ""
