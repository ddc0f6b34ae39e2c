"""When an address takes no mail: the channel goes off, and its owner hears of it another way."""

from datetime import datetime

from django.db import transaction

from peersupport.channels.letter import Sent
from peersupport.models import Channel, Notification, User
from peersupport.models.outbox import ChannelKind
from peersupport.outbox.queueing import queue


def note_refusal(row: Notification, sent: Sent, at: datetime) -> None:
    """Switch e-mail off for somebody whose address the mail server has refused for good."""
    if sent.outcome == "refused" and sent.error == "address refused" and row.recipient:
        switch_off(user=row.recipient, because=Channel.Off.REFUSED, at=at)


@transaction.atomic
def switch_off(*, user: User, because: Channel.Off, at: datetime) -> None:
    """No more mail to this address until it has been proven again; word of it waits on this site."""
    channel, _ = Channel.objects.get_or_create(user=user, kind=ChannelKind.EMAIL)
    switched = Channel.objects.filter(pk=channel.pk, off_at=None).update(
        off_at=at, off_because=because, proven_at=None, proven_by=None
    )
    if switched:
        queue(
            kind="peersupport.channel_off",
            to=user,
            key=f"channel-off:{channel.uuid}:{at.isoformat()}",
            channel=ChannelKind.IN_APP,
        )
