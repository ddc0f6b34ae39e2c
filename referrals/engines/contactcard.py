"""Numbers as one entry for an address book, under a name that gives nothing away."""

from typing import Final

from referrals.engines.helppages import HelpPage, Line
from referrals.engines.services import Channel

CARD_NAME: Final = "Numbers to keep"
_LONGEST_LINE: Final = 75  # octets, RFC 2426 through RFC 2425


def contact_card(page: HelpPage) -> str:
    """The numbers of a help page as one vCard 3.0."""
    listed = [(page.emergency.short, page.emergency.service.channels[0])]
    listed += [(f"{spot.name}, emergency", spot.number) for spot in page.spots if spot.number]
    listed += [
        (_label(line, channel), channel)
        for line in page.day_and_night
        for channel in line.service.channels
        if channel.type in {"phone", "text"}
    ]
    lines = ["BEGIN:VCARD", "VERSION:3.0", f"FN:{_escaped(CARD_NAME)}", f"N:;{_escaped(CARD_NAME)};;;"]
    for place, (label, channel) in enumerate(listed, start=1):
        kind = "CELL" if channel.type == "text" else "VOICE"
        lines.append(f"item{place}.TEL;TYPE={kind}:{channel.href.partition(':')[2]}")
        lines.append(f"item{place}.X-ABLabel:{_escaped(label)}")
    # Some phones drop the labels, so the note says again which number is whose.
    note = "\n".join(f"{label}: {channel.shown}" for label, channel in listed)
    lines += [f"NOTE:{_escaped(note)}", "END:VCARD"]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _label(line: Line, channel: Channel) -> str:
    if channel.type == "phone":
        return f"{line.short} ({channel.note})" if channel.note else line.short
    return f"{line.short}, text {channel.keyword}".rstrip()


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
