"""The words of a notice, made at the moment it goes out."""

import json
from datetime import datetime

from django.conf import settings

from peersupport.channels.letter import Letter
from peersupport.kinds import KINDS, words_of
from peersupport.models import Notification
from peersupport.named_lists import asked, asked_for
from peersupport.pausing import pause_headers, pause_line


def letter_for(row: Notification, at: datetime) -> Letter | None:
    """What to send for this row; None when nobody wants it any more.

    Raises whatever the words' function raises, and KeyError for a word that it does not give.
    """
    if row.payload:
        return Letter(message_id=row.message_id, **json.loads(row.payload))
    known = asked_for("STILL_WANTED", row.kind)(row, at)
    if known is None or row.recipient is None:
        return None
    sender = next((name for ask in asked("SENDER_NAME") if (name := ask(row.scope))), settings.APP_NAME)
    filled = {"app_name": sender, "site": settings.SITE_URL, **known}
    words, optional = words_of(row.kind), KINDS[row.kind].optional
    return Letter(
        message_id=row.message_id,
        address=row.recipient.email,
        subject=words.subject.substitute(filled),
        body=words.body.substitute(filled) + (pause_line(row) if optional else ""),
        sender=sender,
        headers=pause_headers(row) if optional else {},
    )
