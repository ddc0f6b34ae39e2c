"""The words of a notice, made at the moment it goes out."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from django.conf import settings

from peersupport.channels.letter import Letter
from peersupport.kinds import KINDS, words_of
from peersupport.models import Notification
from peersupport.models.outbox import ChannelKind
from peersupport.named_lists import asked, asked_for
from peersupport.pausing import pause_headers, pause_line

# What a mail says instead of private words: that something waits.
WAITING: Final = "peersupport.waiting"


@dataclass(frozen=True)
class Written:
    """The words of one notice, with everything filled in."""

    sender: str
    subject: str
    body: str


def written(kind: str, scope: UUID | None, known: Mapping[str, str]) -> Written:
    """What a notice of this kind says when these words are filled in; KeyError for one that is missing."""
    sender = next((name for ask in asked("SENDER_NAME") if (name := ask(scope))), settings.APP_NAME)
    filled = {"app_name": sender, "site": settings.SITE_URL, **known}
    words = words_of(kind)
    return Written(sender, words.subject.substitute(filled), words.body.substitute(filled))


def letter_for(row: Notification, at: datetime) -> Letter | None:
    """What to send for this row; None when nobody wants it any more.

    What is private says in a mail no more than that it waits. Raises whatever the words' function raises, and
    KeyError for a word that it does not give.
    """
    if row.payload:
        return Letter(message_id=row.message_id, **json.loads(row.payload))
    private = KINDS[row.kind].private and row.channel == ChannelKind.EMAIL
    letter, optional = _letter(row, at, WAITING if private else row.kind), KINDS[row.kind].optional
    if letter is None or not optional:
        return letter
    return replace(letter, body=letter.body + pause_line(row), headers=pause_headers(row))


def letter_to_read(row: Notification, at: datetime) -> Letter | None:
    """The same for its owner, who has signed in: all the words, also of what is private."""
    return _letter(row, at, row.kind)


def _letter(row: Notification, at: datetime, text: str) -> Letter | None:
    known = asked_for("STILL_WANTED", row.kind)(row, at)
    if known is None or row.recipient is None:
        return None
    words = written(text, row.scope, known)
    return Letter(
        message_id=row.message_id,
        address=row.recipient.email,
        subject=words.subject,
        body=words.body,
        sender=words.sender,
    )
