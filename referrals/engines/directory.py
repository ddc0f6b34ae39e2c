"""A country's services: read from a file, checked, and written as links, words and a contact card."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, Final, Literal

import yaml
from pydantic import ConfigDict, TypeAdapter, ValidationError, model_validator
from pydantic.dataclasses import dataclass

ChannelType = Literal["phone", "sms", "web", "email"]
VARIABLES: Final = ("emergency", "crisis_line", "crisis_text", "doctors_line", "students_line")
CARD_NAME: Final = "Numbers to keep"
_STRICT = ConfigDict(extra="forbid")
_LONGEST_LINE: Final = 75  # octets, RFC 2426 through RFC 2425


class BadPack(ValueError):
    """A country file that must not be shown: says the file and every fault in it."""


@dataclass(frozen=True, config=_STRICT)
class Channel:
    """One way to reach a service. `keyword` is the word to send; `note` a few words on this way only."""

    type: ChannelType
    value: str
    note: str = ""
    keyword: str = ""

    @model_validator(mode="after")
    def can_be_followed(self) -> "Channel":
        fit = {
            "phone": bool(_digits(self.value)),
            "sms": bool(_digits(self.value)),
            "web": self.value.startswith("https://"),
            "email": "@" in self.value,
        }
        if not fit[self.type]:
            raise ValueError(f"{self.value!r} is no {self.type} address")
        if self.keyword and self.type != "sms":
            raise ValueError("only a text message has a keyword")
        return self

    @property
    def href(self) -> str:
        """The address for a link. A text starts empty: phones disagree on how to write one that does not."""
        if self.type in {"phone", "sms"}:
            return f"{'tel' if self.type == 'phone' else 'sms'}:{_digits(self.value)}"
        return self.value if self.type == "web" else f"mailto:{self.value}"

    @property
    def shown(self) -> str:
        """The address as people read it: a website without its https:// and path."""
        return self.value.split("/")[2].removeprefix("www.") if self.type == "web" else self.value


@dataclass(frozen=True, config=_STRICT)
class Service:
    """Somebody to turn to. `short` says no more than it must: it ends up in address books."""

    id: str
    name: str
    short: str
    kind: str
    channels: tuple[Channel, ...]
    hours: str
    always_open: bool
    audience: str
    cost: str
    caveat: str | None
    crisis: bool
    advises_worried_peers: bool
    confidence: Literal["high", "medium"]
    source: str

    @property
    def is_emergency(self) -> bool:
        return self.kind == "emergency"

    @property
    def may_stand_on_the_help_page(self) -> bool:
        """Besides the emergency number only services for a crisis, of whose number we are sure."""
        return self.crisis and self.confidence == "high" and not self.is_emergency

    @property
    def first(self) -> Channel:
        return self.channels[0]

    @property
    def others(self) -> tuple[Channel, ...]:
        return self.channels[1:]

    def by(self, kind: ChannelType) -> Channel | None:
        """The first channel of a kind."""
        return next((channel for channel in self.channels if channel.type == kind), None)


@dataclass(frozen=True, config=_STRICT)
class Choice:
    """Which service, and which way to reach it, a variable of a module stands for."""

    service: str
    by: ChannelType


@dataclass(frozen=True, config=_STRICT)
class CountryPack:
    """The services of one country. A variable that is absent has no service we could vouch for."""

    country: str
    name: str
    sources_read_on: date
    school_checked_on: date | None
    variables: dict[str, Choice]
    services: tuple[Service, ...]

    @model_validator(mode="after")
    def hangs_together(self) -> "CountryPack":
        faults = list(_faults(self))
        if faults:
            raise ValueError("; ".join(faults))
        return self

    @property
    def emergency(self) -> Service:
        return next(service for service in self.services if service.is_emergency)

    @property
    def day_and_night(self) -> list[Service]:
        """What the help page lists, in the order of the file."""
        return [service for service in self.services if service.may_stand_on_the_help_page]

    @property
    def for_worried_friends(self) -> list[Service]:
        """Those of the help page that one may ring about somebody else."""
        return [
            service for service in self.day_and_night if service.advises_worried_peers and service.by("phone")
        ]

    def named(self, variable: str) -> tuple[Service, Channel] | None:
        """The service and channel that a variable stands for, None where the country has none."""
        if variable == "emergency":
            return self.emergency, self.emergency.first
        choice = self.variables.get(variable)
        if choice is None:
            return None
        service = next(service for service in self.services if service.id == choice.service)
        channel = service.by(choice.by)
        return (service, channel) if channel else None


def read_pack(path: Path) -> CountryPack:
    """The country pack in a YAML file. Raises BadPack with every fault."""
    try:
        raw: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
        return TypeAdapter(CountryPack).validate_python(raw)
    except (yaml.YAMLError, UnicodeDecodeError) as unreadable:
        raise BadPack(f"{path.name}: {unreadable}") from unreadable
    except ValidationError as invalid:
        faults = (f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in invalid.errors())
        raise BadPack(f"{path.name}: " + "; ".join(faults)) from invalid


def sentence_words(service: Service, channel: Channel) -> str:
    """How a service reads inside a sentence: "Lifeline on 13 11 14"; the emergency number stands alone."""
    if service.is_emergency:
        return channel.shown
    start = f" (send the word {channel.keyword})" if channel.keyword else ""
    return f"{service.short} {'at' if channel.type in {'web', 'email'} else 'on'} {channel.shown}{start}"


def contact_card(pack: CountryPack) -> str:
    """The numbers of the help page as one vCard 3.0 entry, under a name that gives nothing away."""
    listed = [(pack.emergency, pack.emergency.first)] + [
        (service, channel)
        for service in pack.day_and_night
        for channel in service.channels
        if channel.type in {"phone", "sms"}
    ]
    lines = ["BEGIN:VCARD", "VERSION:3.0", f"FN:{_escaped(CARD_NAME)}", f"N:;{_escaped(CARD_NAME)};;;"]
    for place, (service, channel) in enumerate(listed, start=1):
        lines.append(
            f"item{place}.TEL;TYPE={'CELL' if channel.type == 'sms' else 'VOICE'}:{_digits(channel.value)}"
        )
        lines.append(f"item{place}.X-ABLabel:{_escaped(_label(service, channel))}")
    # Some phones drop the labels, so the note says again which number is whose.
    note = "\n".join(f"{_label(service, channel)}: {channel.value}" for service, channel in listed)
    lines += [f"NOTE:{_escaped(note)}", "END:VCARD"]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _label(service: Service, channel: Channel) -> str:
    if channel.type == "phone":
        return f"{service.short} ({channel.note})" if channel.note else service.short
    return f"{service.short}, text {channel.keyword}".rstrip()


def _faults(pack: CountryPack) -> Iterator[str]:
    emergencies = [service for service in pack.services if service.is_emergency]
    if len(emergencies) != 1:
        yield f"{len(emergencies)} emergency entries, there must be exactly one"
    elif emergencies[0].first.type != "phone":
        yield "the emergency entry must begin with a telephone number"
    ids = [service.id for service in pack.services]
    yield from (
        f"{name} stands there twice" for name in sorted({name for name in ids if ids.count(name) > 1})
    )
    yield from (f"{service.id} has no channel" for service in pack.services if not service.channels)
    used = {choice.service for choice in pack.variables.values()}
    for service in pack.services:
        if not (service.is_emergency or service.may_stand_on_the_help_page or service.id in used):
            yield f"{service.id} is no crisis line of high confidence, and no variable names it: never shown"
    for variable, choice in pack.variables.items():
        if variable not in VARIABLES[1:]:
            yield f"{variable} is no variable that a country may choose"
        found = next((service for service in pack.services if service.id == choice.service), None)
        if found is None or found.by(choice.by) is None:
            yield f"{variable}: no service {choice.service} with a channel {choice.by}"


def _digits(number: str) -> str:
    return "".join(sign for sign in number if sign.isdigit() or sign == "+")


def _escaped(text: str) -> str:
    for sign, safe in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        text = text.replace(sign, safe)
    return text


def _folded(line: str) -> str:
    """Broken after at most 75 octets, never inside a letter; a continuation begins with a space."""
    parts, part = [], ""
    for sign in line:
        if len((part + sign).encode()) > _LONGEST_LINE:
            parts.append(part)
            part = " "
        part += sign
    return "\r\n".join([*parts, part])
