"""When an address takes no mail: the channel goes off, and its owner hears of it another way."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from peersupport.channels.letter import Sent
from peersupport.models import Channel, Notification, User
from peersupport.models.outbox import ChannelKind, State
from peersupport.models.people import normalise_email
from peersupport.outbox.queueing import queue


def note_refusal(row: Notification, sent: Sent, at: datetime) -> None:
    """Switch e-mail off for somebody whose address the mail server has refused for good."""
    user = row.recipient
    if sent.outcome == "refused" and sent.error == "address refused" and user and user.is_active:
        switch_off(user=user, because=Channel.Off.REFUSED, at=at)


@transaction.atomic
def note_return(*, address: str, notice: str, at: datetime) -> None:
    """Mail that had been taken came back: the address goes off, and the notice counts as given up.

    Nothing changes for a closed account: whoever has left, or died, is not brought before staff again.
    """
    user = User.objects.filter(email=normalise_email(address), is_active=True).first()
    if user is None:  # a sign-in code to an address that is nobody's, or not any more
        return
    switch_off(user=user, because=Channel.Off.BOUNCED, at=at)
    try:
        lost = Notification.objects.filter(uuid=UUID(notice), recipient=user, state=State.ACCEPTED)
    except ValueError:  # not every service says which
        return
    lost.update(state=State.DEAD, last_error="came back")


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
