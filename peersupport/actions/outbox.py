"""What staff do with a notice that did not go out by itself."""

from datetime import datetime

from django.db import transaction

from peersupport.audit import record
from peersupport.errors import Refused
from peersupport.kinds import KINDS, is_still_sent
from peersupport.models import Notification, User
from peersupport.models.outbox import State
from peersupport.nudge import nudge

GONE_MEANWHILE = "That message has gone out, or somebody has dealt with it, while you were looking."
OF_THE_PAST = "A message of an earlier version can no longer be sent; put it aside."
WAITS = (State.DEAD, State.FAILED, State.PENDING)


@transaction.atomic
def retry_notice(*, by: User, notice: Notification, now: datetime) -> Notification:
    """Send a notice at the next pass, with as much time as a new one has."""
    if not is_still_sent(notice):
        raise Refused(OF_THE_PAST)
    _change(
        notice,
        state=State.PENDING,
        next_try_at=now,
        expires_at=now + KINDS[notice.kind].lives,
        ended_at=None,
        last_error="",
    )
    record(by=by, verb="try a notice again", on=notice, scope=notice.scope)
    transaction.on_commit(nudge)
    return notice


@transaction.atomic
def cancel_notice(*, by: User, notice: Notification, now: datetime) -> Notification:
    """Send a notice no more."""
    _change(notice, state=State.CANCELLED, ended_at=now, payload="", last_error="put aside")
    record(by=by, verb="put a notice aside", on=notice, scope=notice.scope)
    return notice


def _change(notice: Notification, **columns: object) -> None:
    """Only while nobody sends it: what is on the wire belongs to whoever holds its lease."""
    waiting = Notification.objects.filter(pk=notice.pk, state__in=WAITS)
    if not waiting.update(**columns):
        raise Refused(GONE_MEANWHILE)
    notice.refresh_from_db()
