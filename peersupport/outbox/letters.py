"""The words of a notice, made at the moment it goes out."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings

from peersupport.channels.letter import Letter
from peersupport.kinds import KINDS, words_of
from peersupport.models import Notification
from peersupport.named_lists import asked, asked_for
from peersupport.pausing import pause_headers, pause_line


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

    Raises whatever the words' function raises, and KeyError for a word that it does not give.
    """
    if row.payload:
        return Letter(message_id=row.message_id, **json.loads(row.payload))
    known = asked_for("STILL_WANTED", row.kind)(row, at)
    if known is None or row.recipient is None:
        return None
    words, optional = written(row.kind, row.scope, known), KINDS[row.kind].optional
    return Letter(
        message_id=row.message_id,
        address=row.recipient.email,
        subject=words.subject,
        body=words.body + (pause_line(row) if optional else ""),
        sender=words.sender,
        headers=pause_headers(row) if optional else {},
    )
