"""Putting a notice into the outbox."""

import json
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction

from peersupport.clock import database_now
from peersupport.kinds import KINDS
from peersupport.models import Notification, User
from peersupport.models.outbox import ChannelKind
from peersupport.nudge import nudge


def queue(
    *,
    kind: str,
    to: User | None,
    key: str,
    about: Mapping[str, int | str | bool] | None = None,
    scope: UUID | None = None,
    due_at: datetime | None = None,
    payload: str = "",
    channel: str = ChannelKind.EMAIL,
) -> bool:
    """Put one notice into the outbox; False when one with this key is there already.

    Call it inside the transaction of what happened. `about` holds ids, never words; `scope` is the program's
    uuid. Whoever sends is woken once the transaction is through.
    """
    what, made_at = KINDS[kind], database_now()
    due_at = due_at or made_at
    notification = Notification(
        key=key,
        kind=kind,
        private=what.private,
        scope=scope,
        recipient=to,
        channel=channel,
        priority=what.priority,
        about=dict(about or {}),
        payload=payload,
        made_at=made_at,
        due_at=due_at,
        next_try_at=due_at,
        expires_at=due_at + what.lives,
    )
    Notification.objects.bulk_create([notification], ignore_conflicts=True)
    transaction.on_commit(nudge)
    return Notification.objects.filter(uuid=notification.uuid).exists()


@transaction.atomic
def queue_code(*, address: str, subject: str, body: str) -> None:
    """A code to sign in, or the word that there is none, to an address that may be nobody's here.

    The words cannot be made again later, so they are kept, encrypted, until sent or for a quarter of an hour.
    """
    words = {"address": address, "subject": subject, "body": body}
    queue(kind="peersupport.code", to=None, key=f"code:{uuid4()}", payload=json.dumps(words))
