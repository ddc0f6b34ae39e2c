"""What is wrong with a service: every fault as a sentence for whoever typed it. Plain data in, words out."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

import phonenumbers
from phonenumbers import shortnumberinfo

from referrals.engines.hours import faults as hours_faults
from referrals.engines.services import CHANNEL_WORDS, KINDS, Channel, Service, digits

LONGEST: Final = {"name": 80, "short": 30, "what_for": 200, "for_whom": 200, "good_to_know": 240, "cost": 80}
WORDS_FOR: Final = {
    "name": "The name",
    "short": "The short name",
    "what_for": "What it is for",
    "for_whom": "For whom it is",
    "good_to_know": "What is good to know",
    "cost": "The cost",
}
# Inside a hospital or on a campus people dial a few digits, which no list knows.
INSIDE_KINDS: Final = frozenset({"hospital_emergency", "security"})
_NOTHING_BUT_A_NUMBER: Final = re.compile(r"\+?[\d\s().-]+")
_INSIDE: Final = re.compile(r"[*#]?\d{2,6}")


def number_fault(value: str, country: str, *, inside: bool = False) -> str:
    """Why nobody in this country can dial this; empty when they can. `inside`: internal numbers pass."""
    number = digits(value)
    if inside and _INSIDE.fullmatch(value.replace(" ", "")):
        return ""
    if not _NOTHING_BUT_A_NUMBER.fullmatch(value.strip()) or not number:
        return f"“{value}” is not a telephone number. Write it in digits, such as 13 11 14."
    try:
        parsed = phonenumbers.parse(value, country)
    except phonenumbers.NumberParseException:
        return f"“{value}” is not a telephone number. Write it in digits, such as 13 11 14."
    at_home = parsed.country_code == phonenumbers.country_code_for_region(country)
    if at_home and phonenumbers.is_valid_number(parsed):
        return ""
    if not value.strip().startswith("+") and shortnumberinfo.is_valid_short_number_for_region(
        parsed, country
    ):
        return ""
    return (
        f"“{value}” is not a number that can be dialled in {country}. Look for a digit too many or too few."
    )


def service_faults(service: Service, country: str) -> list[str]:
    """Everything that is wrong with it, in the order of the form; empty when it may be stored."""
    return [
        *_text_faults(service),
        *(
            f"“{kind}” is none of the things a service can be about."
            for kind in sorted(service.about - set(KINDS))
        ),
        *_channel_faults(service, country),
        *hours_faults(service.hours),
    ]


def _text_faults(service: Service) -> Iterator[str]:
    for field in ("name", "short", "what_for"):
        if not getattr(service, field).strip():
            yield f"{WORDS_FOR[field]} is missing."
    for field, most in LONGEST.items():
        length = len(getattr(service, field))
        if length > most:
            yield f"{WORDS_FOR[field]} has {length} letters; there is room for {most}."


def _channel_faults(service: Service, country: str) -> Iterator[str]:
    if not service.channels:
        yield "There is no way to reach it. Add a number, an address or a place."
    for channel in service.channels:
        fault = channel_fault(channel, country, inside=bool(service.about & INSIDE_KINDS))
        if fault:
            yield fault
    yield from (f"{value} stands there twice." for value in _twice(service.channels))
    if service.emergency and service.channels and service.channels[0].type != "phone":
        yield "The emergency entry must begin with a telephone number."


def channel_fault(channel: Channel, country: str, *, inside: bool = False) -> str:
    """Why nobody can follow this; empty when they can."""
    if channel.type not in CHANNEL_WORDS:
        return f"“{channel.type}” is no way to reach somebody."
    if channel.keyword and channel.type != "text":
        return "Only a text message has a word to send."
    if len(channel.note) > 80 or len(channel.keyword) > 20 or len(channel.value) > 200:
        return f"{CHANNEL_WORDS[channel.type]}: that is too long."
    if channel.type in {"phone", "text"}:
        return number_fault(channel.value, country, inside=inside)
    if channel.type in {"web", "chat"} and not re.fullmatch(
        r"https://[\w.-]+\.[a-z]{2,}(/\S*)?", channel.value
    ):
        return f"“{channel.value}” is not a web address. It begins with https://"
    if channel.type == "email" and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[a-z]{2,}", channel.value):
        return f"“{channel.value}” is not an e-mail address."
    if channel.type == "place" and not channel.value.strip():
        return "Say where the place is."
    return ""


def _twice(channels: Iterable[Channel]) -> list[str]:
    seen = [(channel.type, channel.value) for channel in channels]
    return sorted({value for kind, value in seen if seen.count((kind, value)) > 1})
