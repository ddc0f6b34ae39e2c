"""The directory as a table: what `services.csv` holds, and what a row of it says."""

from collections.abc import Mapping
from typing import Final

from referrals.engines.hourstext import UnreadableHours, read_hours, write_exceptions, write_week
from referrals.engines.services import CHANNEL_WORDS, Channel, Service

COLUMNS: Final = (
    "name",
    "short",
    "what_for",
    "for_whom",
    "about",
    "channels",
    "hours",
    "other_days",
    "time_zone",
    "holidays",
    "cost",
    "languages",
    "good_to_know",
    "crisis",
    "worried_friends",
    "tells_school",
    "sits_at",
    "only_for",
    "named_first",
    "source",
)
TICKS: Final = {"yes": True, "no": False, "": False}


class BadRow(ValueError):
    """A row that is no service: says every fault."""


def row_of(service: Service, sites: Mapping[str, str]) -> list[str]:
    """One line of the file; `sites` are names by uuid."""
    return [
        service.name,
        service.short,
        service.what_for,
        service.for_whom,
        "; ".join(sorted(service.about)),
        "\n".join(_way(channel) for channel in service.channels),
        write_week(service.hours),
        write_exceptions(service.hours),
        service.hours.zone,
        service.hours.holidays,
        service.cost,
        "; ".join(service.languages),
        service.good_to_know,
        _yes(service.crisis),
        _yes(service.worried_friends),
        service.tells_school,
        "; ".join(sorted(sites[site] for site in service.sites if site in sites)),
        "; ".join(sorted(sites[site] for site in service.serves_sites if site in sites)),
        _yes(service.named_first),
        service.source,
    ]


def service_of(row: Mapping[str, str], sites: Mapping[str, str], zone: str) -> Service:
    """The service that a row says; `sites` are uuids by name. Raises BadRow."""
    wrong: list[str] = []
    text = {name: row.get(name, "").strip() for name in COLUMNS}
    channels = [_channel(line, wrong) for line in _parts(text["channels"], "\n")]
    places = {name: _sites(text[name], sites, wrong) for name in ("sits_at", "only_for")}
    ticks = {name: _tick(name, text[name], wrong) for name in ("crisis", "worried_friends", "named_first")}
    tells = text["tells_school"].lower() or "unknown"
    if tells not in {"yes", "no", "unknown"}:
        wrong.append(f"tells_school says “{tells}”. Write yes, no or unknown.")
    try:
        hours = read_hours(text["hours"], text["other_days"], text["time_zone"] or zone, text["holidays"])
    except UnreadableHours as unreadable:
        wrong += unreadable.sentences
    if wrong:
        raise BadRow(" ".join(wrong))
    return Service(
        key="",
        name=text["name"],
        short=text["short"],
        what_for=text["what_for"],
        for_whom=text["for_whom"],
        about=frozenset(_parts(text["about"], ";")),
        channels=tuple(channel for channel in channels if channel),
        hours=hours,
        cost=text["cost"],
        languages=tuple(_parts(text["languages"], ";")),
        good_to_know=text["good_to_know"],
        tells_school=tells,  # type: ignore[arg-type]
        sites=places["sits_at"],
        serves_sites=places["only_for"],
        source=text["source"],
        crisis=ticks["crisis"],
        worried_friends=ticks["worried_friends"],
        named_first=ticks["named_first"],
    )


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _way(channel: Channel) -> str:
    return " | ".join([f"{channel.type}: {channel.value}", channel.note, channel.keyword]).rstrip(" |")


def _parts(text: str, sign: str) -> list[str]:
    return [part.strip() for part in text.split(sign) if part.strip()]


def _channel(line: str, wrong: list[str]) -> Channel | None:
    kind, colon, rest = line.partition(":")
    value, note, keyword, *more = [part.strip() for part in f"{rest} | |".split("|")]
    if not colon or kind.strip().lower() not in CHANNEL_WORDS or any(more):
        wrong.append(f"“{line}” is no way to reach somebody. Write it as phone: 13 11 14 | a few words.")
        return None
    return Channel(kind.strip().lower(), value, note, keyword)  # type: ignore[arg-type]


def _sites(text: str, sites: Mapping[str, str], wrong: list[str]) -> frozenset[str]:
    names = _parts(text, ";")
    wrong += [f"“{name}” is not a site of your school." for name in names if name not in sites]
    return frozenset(sites[name] for name in names if name in sites)


def _tick(name: str, text: str, wrong: list[str]) -> bool:
    if text.lower() not in TICKS:
        wrong.append(f"{name} says “{text}”. Write yes or no.")
    return TICKS.get(text.lower(), False)
