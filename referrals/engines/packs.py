"""A country's services as a file: what a new school's directory is filled with."""

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Literal, NamedTuple

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from referrals.engines.hourstext import UnreadableHours, read_hours
from referrals.engines.servicechecks import service_faults
from referrals.engines.services import Channel, ChannelType, Service, TellsSchool

Confidence = Literal["high", "medium", "low"]


class BadPack(ValueError):
    """A country file that must not be used: says the file and every fault in it."""


class _Way(BaseModel):
    model_config = ConfigDict(extra="forbid")
    type: ChannelType
    value: str
    note: str = ""
    keyword: str = ""
    from_memory: bool = False


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid")
    id: str
    name: str
    short: str
    what_for: str
    for_whom: str
    about: list[str]
    channels: list[_Way]
    open: list[str]
    zone: str = ""
    where: list[str] = []
    cost: str = ""
    languages: list[str] = []
    good_to_know: str = ""
    crisis: bool = False
    emergency: bool = False
    worried_friends: bool = False
    named_first: bool = False
    tells_school: TellsSchool = "unknown"
    confidence: Confidence
    source: str


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")
    country: str
    name: str
    zone: str
    sources_read_on: date
    services: list[_Entry]


class Way(NamedTuple):
    """A channel, and whether its source says more than "general knowledge"."""

    channel: Channel
    sure: bool


@dataclass(frozen=True)
class PackEntry:
    """One service of a country and how far its source can be trusted.

    `where` are the time zones in which it answers, none = the whole country. `zone_is_own` is False where
    it keeps the hours of whoever calls.
    """

    service: Service
    ways: tuple[Way, ...]
    confidence: Confidence
    where: tuple[str, ...]
    zone_is_own: bool

    @property
    def is_draft(self) -> bool:
        """Nobody sees it before the school has rung it: an unsure source, or a first number from memory."""
        return not self.service.emergency and (self.confidence == "low" or not self.ways[0].sure)

    def at(self, zone: str) -> Service:
        """The service as a school in this zone stores it, with every channel."""
        hours = self.service.hours if self.zone_is_own else replace(self.service.hours, zone=zone)
        return replace(self.service, hours=hours, channels=tuple(way.channel for way in self.ways))

    def answers_in(self, zone: str) -> bool:
        return not self.where or zone in self.where


@dataclass(frozen=True)
class CountryPack:
    country: str
    name: str
    zone: str
    sources_read_on: date
    entries: tuple[PackEntry, ...]

    @property
    def services(self) -> tuple[Service, ...]:
        """Those whose numbers have a source, in the order of the file; for the page of the country."""
        return tuple(
            replace(entry.service, channels=tuple(way.channel for way in entry.ways if way.sure))
            for entry in self.entries
            if not entry.is_draft
        )


def read_pack(path: Path) -> CountryPack:
    """The country pack in a YAML file. Raises BadPack with every fault."""
    try:
        raw: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
        file = _File.model_validate(raw)
    except (yaml.YAMLError, UnicodeDecodeError) as unreadable:
        raise BadPack(f"{path.name}: {unreadable}") from unreadable
    except ValidationError as invalid:
        faults = (f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in invalid.errors())
        raise BadPack(f"{path.name}: " + "; ".join(faults)) from invalid
    wrong: list[str] = []
    entries = [found for entry in file.services if (found := _entry(entry, file, wrong))]
    wrong += _pack_faults(entries)
    if wrong:
        raise BadPack(f"{path.name}: " + "; ".join(wrong))
    return CountryPack(file.country, file.name, file.zone, file.sources_read_on, tuple(entries))


def _entry(entry: _Entry, file: _File, wrong: list[str]) -> PackEntry | None:
    try:
        hours = read_hours("\n".join(entry.open), "", entry.zone or file.zone)
    except UnreadableHours as unreadable:
        wrong.append(f"{entry.id}: {unreadable}")
        return None
    ways = tuple(
        Way(Channel(way.type, way.value, way.note, way.keyword), not way.from_memory)
        for way in entry.channels
    )
    service = Service(
        key=entry.id,
        name=entry.name,
        short=entry.short,
        what_for=entry.what_for,
        for_whom=entry.for_whom,
        about=frozenset(entry.about),
        channels=tuple(way.channel for way in ways),
        hours=hours,
        cost=entry.cost,
        languages=tuple(entry.languages),
        good_to_know=entry.good_to_know,
        crisis=entry.crisis,
        emergency=entry.emergency,
        worried_friends=entry.worried_friends,
        named_first=entry.named_first,
        tells_school=entry.tells_school,
        source=entry.source,
    )
    wrong += [f"{entry.id}: {fault}" for fault in service_faults(service, file.country)]
    return PackEntry(service, ways, entry.confidence, tuple(entry.where), bool(entry.zone))


def _pack_faults(entries: list[PackEntry]) -> list[str]:
    emergencies = [entry for entry in entries if entry.service.emergency]
    wrong = []
    if len(emergencies) != 1:
        wrong.append(f"{len(emergencies)} emergency entries, there must be exactly one")
    elif not emergencies[0].ways[0].sure:
        wrong.append("the emergency number needs a source")
    for what in ("key", "name"):
        values = [getattr(entry.service, what) for entry in entries]
        wrong += [
            f"{value} stands there twice" for value in sorted({v for v in values if values.count(v) > 1})
        ]
    return wrong
