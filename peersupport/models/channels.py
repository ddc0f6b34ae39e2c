"""How a person can be reached, and when they would rather not be."""

import uuid
from datetime import datetime, time, timedelta
from typing import Final, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from peersupport.fields import EncryptedTextField
from peersupport.models.outbox import WAKING, ChannelKind, Notification, State
from peersupport.models.people import User

PROVEN_FOR: Final = timedelta(days=180)
QUIET_FROM: Final = time(21)
QUIET_UNTIL: Final = time(8)


class ChannelQuerySet(models.QuerySet["Channel"]):
    def proven(self, at: datetime) -> Self:
        """Those that count: shown to reach their owner within the last 180 days, and not switched off."""
        return self.filter(off_at=None, proven_at__gt=at - PROVEN_FOR)

    def off(self) -> Self:
        return self.exclude(off_at=None)

    def to_ring(self) -> Self:
        """Numbers whose owners wait for somebody to ring and ask for the four digits."""
        return self.filter(kind=ChannelKind.RINGING, off_at=None).exclude(code="")


class Channel(models.Model):
    """One way to reach one person. For e-mail the address is the account's own and is not kept twice.

    `code` waits to be typed as proof: six digits that were sent until `code_until`, or four that the owner's
    screen shows for as long as nobody has rung. Five wrong tries are the end of it.
    """

    class Off(models.TextChoices):
        BOUNCED = "bounced", "Mail came back"
        REFUSED = "refused", "The mail server refused the address"
        LEFT = "left", "Everything is off"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="channels")
    kind = models.CharField(max_length=20, choices=ChannelKind.choices)
    number = EncryptedTextField(default="", blank=True)
    proven_at = models.DateTimeField(null=True)
    proven_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    code = EncryptedTextField(default="", blank=True)
    code_until = models.DateTimeField(null=True)
    code_tries = models.PositiveSmallIntegerField(default=0)
    off_at = models.DateTimeField(null=True)
    off_because = models.CharField(max_length=10, choices=Off.choices, blank=True)

    objects = ChannelQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "kind"], name="one_channel_a_kind"),
            models.CheckConstraint(
                condition=(Q(kind=ChannelKind.RINGING) & ~Q(number=""))
                | (~Q(kind=ChannelKind.RINGING) & Q(number="")),
                name="a_number_where_one_is_dialled",
            ),
        ]

    @property
    def wakes(self) -> bool:
        return self.kind in WAKING

    def counts_until(self, at: datetime) -> datetime | None:
        """Until when it is proven; None when it does not count at this moment."""
        until = self.proven_at + PROVEN_FOR if self.proven_at and not self.off_at else None
        return until if until and until > at else None


class NoticeChoices(models.Model):
    """What a person has chosen about notices; without a row the defaults hold."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notice_choices"
    )
    quiet_from = models.TimeField(default=QUIET_FROM)
    quiet_until = models.TimeField(default=QUIET_UNTIL)
    paused = models.JSONField(default=list)
    # What waited on this site and ended up to here has been put away. When that was done is not kept.
    put_away_until = models.DateTimeField(null=True)

    def has_put_away(self, notice: Notification) -> bool:
        return bool(self.put_away_until and notice.ended_at and notice.ended_at <= self.put_away_until)


def something_waits(user: User) -> bool:
    """Whether a notice on this site has not been put away."""
    put_away = NoticeChoices.objects.filter(user=user).values_list("put_away_until", flat=True).first()
    waiting = Notification.objects.filter(recipient=user, channel=ChannelKind.IN_APP, state=State.DELIVERED)
    return (waiting.filter(ended_at__gt=put_away) if put_away else waiting).exists()
