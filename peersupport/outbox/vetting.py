"""The last look before the wire, for a whole claim at once: is anybody held, quiet, or gone?"""

from collections.abc import Iterable
from datetime import datetime

from peersupport.kinds import KINDS
from peersupport.models import Channel, NoticeChoices, Notification
from peersupport.models.outbox import ChannelKind
from peersupport.named_lists import asked
from peersupport.outbox.leases import Claim, drop, give_back


def vetted(claim: Claim, at: datetime) -> list[Notification]:
    """The rows of a claim that may go out now; the others are ended, or put off to the end of quiet hours.

    Duties pass: nothing keeps a call to a person or a sign-in code back, but that the account is closed.
    """
    gone = [row for row in claim.rows if row.recipient and not row.recipient.is_active]
    rows = _without(claim, claim.rows, gone, "left", at)
    # A kind that this version does not know is no duty, but has to fail by itself, without the others.
    duties = [row for row in rows if row.kind not in KINDS or KINDS[row.kind].duty]
    others = [row for row in rows if row not in duties and row.recipient_id]
    if not others:
        return duties
    people = {row.recipient_id for row in others if row.recipient_id}
    held = {person for ask in asked("HELD") for person in ask(people, at)}
    others = _without(claim, others, [row for row in others if row.recipient_id in held], "held", at)
    others = _without(claim, others, _paused(others, people), "paused", at)
    return duties + _mailable(_awake(claim, others, people, at), people)


def _without(
    claim: Claim, rows: list[Notification], unwanted: list[Notification], why: str, at: datetime
) -> list[Notification]:
    if unwanted:
        drop(claim, unwanted, why, at)
    return [row for row in rows if row not in unwanted]


def _paused(rows: list[Notification], people: Iterable[int]) -> list[Notification]:
    """Kinds that one may do without, of people who chose to."""
    paused = dict(NoticeChoices.objects.filter(user__in=people).values_list("user_id", "paused"))
    return [
        row for row in rows if KINDS[row.kind].optional and row.kind in paused.get(row.recipient_id or 0, [])
    ]


def _awake(claim: Claim, rows: list[Notification], people: set[int], at: datetime) -> list[Notification]:
    quiet = {person: end for ask in asked("QUIET") for person, end in ask(people, at).items()}
    for end in set(quiet.values()):
        asleep = [row for row in rows if quiet.get(row.recipient_id or 0) == end]
        give_back(claim, [row for row in asleep if row.channel != ChannelKind.IN_APP], end)
    return [row for row in rows if row.recipient_id not in quiet or row.channel == ChannelKind.IN_APP]


def _mailable(rows: list[Notification], people: Iterable[int]) -> list[Notification]:
    """Where mail to somebody comes back, the notice waits for them on this site instead."""
    off = Channel.objects.off().filter(user__in=people, kind=ChannelKind.EMAIL)
    unreachable = set(off.values_list("user_id", flat=True))
    moved = [row for row in rows if row.recipient_id in unreachable and row.channel == ChannelKind.EMAIL]
    Notification.objects.filter(pk__in=[row.pk for row in moved]).update(channel=ChannelKind.IN_APP)
    for row in moved:
        row.channel = ChannelKind.IN_APP
    return rows
