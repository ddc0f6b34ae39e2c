"""How a person can be reached, and when they would rather not be."""

import uuid
from datetime import datetime, time, timedelta
from typing import Final, Self

from django.conf import settings
from django.db import models

from peersupport.fields import EncryptedTextField
from peersupport.models.outbox import ChannelKind

PROVEN_FOR: Final = timedelta(days=180)
QUIET_FROM: Final = time(21)
QUIET_UNTIL: Final = time(8)


class ChannelQuerySet(models.QuerySet["Channel"]):
    def proven(self, at: datetime) -> Self:
        """Those that count: shown to reach their owner within the last 180 days, and not switched off."""
        return self.filter(off_at=None, proven_at__gt=at - PROVEN_FOR)

    def off(self) -> Self:
        return self.exclude(off_at=None)


class Channel(models.Model):
    """One way to reach one person. For e-mail the address is the account's own and is not kept twice."""

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
    off_at = models.DateTimeField(null=True)
    off_because = models.CharField(max_length=10, choices=Off.choices, blank=True)

    objects = ChannelQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "kind"], name="one_channel_a_kind"),
        ]


class NoticeChoices(models.Model):
    """What a person has chosen about notices; without a row the defaults hold."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notice_choices"
    )
    quiet_from = models.TimeField(default=QUIET_FROM)
    quiet_until = models.TimeField(default=QUIET_UNTIL)
    paused = models.JSONField(default=list)
