"""The outbox: what is to be sent to whom, and what became of it. The database is the truth."""

import uuid
from datetime import datetime, timedelta
from typing import ClassVar, Final, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from peersupport.fields import EncryptedTextField
from peersupport.models.people import User

PAGE, CODE, NORMAL, DIGEST = PRIORITIES = (0, 1, 5, 9)
URGENT: Final = CODE  # this priority and those before it have a lane of their own
LATE_AFTER: Final = timedelta(minutes=15)


class State(models.TextChoices):
    PENDING = "pending", "Waiting"
    SENDING = "sending", "Being sent"
    FAILED = "failed_temp", "To be tried again"
    ACCEPTED = "accepted", "Taken by the mail server"
    DELIVERED = "delivered", "Delivered"
    DEAD = "dead", "Given up"
    EXPIRED = "expired", "Too late to be of use"
    CANCELLED = "cancelled", "Not wanted any more"


OPEN: Final = (State.PENDING, State.SENDING, State.FAILED)
SENT: Final = (State.ACCEPTED, State.DELIVERED)


class ChannelKind(models.TextChoices):
    EMAIL = "email", "E-mail"
    IN_APP = "in_app", "On this site"
    RINGING = "ringing", "A number to ring"


WAKING: Final = frozenset({ChannelKind.RINGING})  # the others are quiet: they wait until somebody looks
LISTED_FOR: Final = timedelta(days=90)
# What staff read about an error; one that is not here is a line that broke, or a server that was away.
ERRORS_IN_WORDS: Final = {
    "came back": "It came back later. Correct the address on the person’s page, if it is wrong.",
    "address refused": "The mail server does not know this address. Correct it on the person’s page.",
    "mailbox full": "Their mailbox is full. It is tried again.",
    "message refused": "The mail server did not want this message.",
    "sender refused": "The mail server does not take mail from us.",
    "cannot be written": "Its words could not be put together. Tell whoever runs the installation.",
    "cannot be sent": "The way it was to go is broken. Tell whoever runs the installation.",
    "out of time": "It was tried until it was too late.",
}


class NotificationQuerySet(models.QuerySet["Notification"]):
    def open(self) -> Self:
        """By `ended_at`, which a constraint keeps in step with the state: SQLite finds a partial index only
        when its condition stands in the question word for word, and states would be parameters."""
        return self.filter(ended_at=None)

    def urgent(self) -> Self:
        return self.filter(priority__lte=URGENT)

    def ordinary(self) -> Self:
        return self.filter(priority__gt=URGENT)

    def sent(self) -> Self:
        return self.filter(state__in=SENT)

    def claimable(self, at: datetime) -> Self:
        """Due now: never tried, to be tried again, or left behind by a process that is gone."""
        return self.open().filter(next_try_at__lte=at)

    def overdue(self, at: datetime) -> Self:
        """Open after their time has passed."""
        return self.open().filter(expires_at__lte=at)

    def needing_somebody(self, at: datetime) -> Self:
        """Given up, or not out a quarter of an hour after their time; what waits for a morning is not.

        Nor is what was for somebody whose account is closed: no page of staff brings them back.
        """
        since = at - LATE_AFTER
        late = Q(due_at__lt=since) & (Q(state=State.FAILED) | Q(next_try_at__lt=since))
        due = self.filter(Q(state=State.DEAD) | late, state__in=(State.DEAD, *OPEN))
        return due.exclude(recipient__is_active=False)

    def shown_to(self, user: User, at: datetime) -> Self:
        """What this person was sent in the last 90 days, or should have been, newest first."""
        states = (*OPEN, *SENT, State.DEAD)
        due = self.filter(recipient=user, due_at__gt=at - LISTED_FOR, due_at__lte=at, state__in=states)
        return due.order_by("-due_at", "-pk")

    def of_scope(self, scope: uuid.UUID) -> Self:
        return self.filter(scope=scope)


class Notification(models.Model):
    """One message to one person by one channel. Its words are made when it is sent, from the ids in `about`.

    `next_try_at` is when somebody may next take it; while it is being sent, the end of the lease.
    `payload` holds what cannot be made again (a sign-in code), encrypted, and is emptied at the end.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.CharField(max_length=160, unique=True)
    kind = models.CharField(max_length=60)
    private = models.BooleanField(default=False)
    scope = models.UUIDField(null=True)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="notifications"
    )
    channel = models.CharField(max_length=20, choices=ChannelKind.choices, default=ChannelKind.EMAIL)
    priority = models.PositiveSmallIntegerField(default=NORMAL)
    about = models.JSONField(default=dict)
    payload = EncryptedTextField(default="", blank=True)
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.PENDING)
    next_try_at = models.DateTimeField()
    lease_owner = models.UUIDField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=40, blank=True)
    ended_at = models.DateTimeField(null=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=OPEN, ended_at=None)
                | (~Q(state__in=OPEN) & Q(ended_at__isnull=False, payload="", lease_owner=None)),
                name="what_has_ended_keeps_no_payload",
            ),
        ]
        indexes = [
            # For claiming: each pass asks for the first few of a lane.
            models.Index(
                fields=["priority", "next_try_at"], condition=Q(ended_at=None), name="notices_to_take"
            ),
            models.Index(fields=["expires_at"], condition=Q(ended_at=None), name="notices_that_run_out"),
            models.Index(fields=["scope", "state", "due_at"], name="notices_of_a_school"),
            models.Index(fields=["recipient", "kind", "due_at"], name="notices_of_a_person"),
        ]

    @property
    def is_urgent(self) -> bool:
        return self.priority <= URGENT

    @property
    def is_dead(self) -> bool:
        return self.state == State.DEAD

    @property
    def why(self) -> str:
        """Why it has not gone out, in words for staff."""
        if not self.last_error:
            return "Nobody has come to send it yet."
        return ERRORS_IN_WORDS.get(self.last_error, "The mail server does not answer, or the line broke.")

    @property
    def waits_here(self) -> bool:
        """Whether it is read on this site because it goes nowhere else."""
        return self.channel == ChannelKind.IN_APP and self.state in SENT

    @property
    def message_id(self) -> str:
        """The same for every try, so that a copy made by a crash is known as one."""
        return f"<{self.uuid}@{settings.MAIL_DOMAIN}>"


class Attempt(models.Model):
    """One try, written before the wire is touched and closed after: a crash in between can be seen."""

    class Outcome(models.TextChoices):
        SENT = "sent", "Sent"
        TRY_AGAIN = "try again", "To be tried again"
        REFUSED = "refused", "Refused for good"
        UNKNOWN = "unknown", "Broken off: it may have arrived"

    notification = models.ForeignKey(Notification, on_delete=models.CASCADE, related_name="tries")
    number = models.PositiveSmallIntegerField()
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    reply_code = models.PositiveSmallIntegerField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["notification", "number"], name="one_attempt_a_number"),
        ]
        indexes = [
            models.Index(fields=["started_at"], condition=Q(ended_at=None), name="attempts_under_way"),
        ]


class Heartbeat(models.Model):
    """That a part of the clockwork lives: when it was last seen, and how long it may be silent."""

    name = models.CharField(max_length=20, primary_key=True)
    last_seen = models.DateTimeField()
    max_silence_s = models.PositiveIntegerField(default=180)
