"""What the ground floor says in its own notices (STILL_WANTED), and what of its own it erases (PURGED)."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import DateTimeField, ExpressionWrapper, F, UUIDField, Value

from peersupport.actions.purge import count_and_drop_notices
from peersupport.models import AuditEntry, LegalHold, Notification, PurgeReport
from peersupport.named_lists import Erasable


def test_page(row: Notification, at: datetime) -> Mapping[str, str]:
    return {}


def channel_off(row: Notification, at: datetime) -> Mapping[str, str]:
    return {}


def purged(at: datetime) -> list[Erasable]:
    """Notices that have ended, the record, and signed-in devices."""
    ended = Notification.objects.exclude(ended_at=None).annotate(since=F("ended_at"), school=F("scope"))
    lines = AuditEntry.objects.annotate(since=F("at"), school=F("scope"))
    reports = PurgeReport.objects.annotate(since=F("at"), school=F("scope"))
    lifted = LegalHold.objects.exclude(lifted_at=None).annotate(since=F("lifted_at"), school=F("scope"))
    # A session says when it ends, not when it began.
    length = timedelta(days=settings.KEPT["session"].days)
    since = ExpressionWrapper(F("expire_date") - length, output_field=DateTimeField())
    sessions = Session.objects.annotate(since=since, school=Value(None, output_field=UUIDField()))
    return [
        Erasable("notice", ended, count_and_drop_notices),
        Erasable("record", lines),
        Erasable("record", reports),
        Erasable("record", lifted),
        Erasable("session", sessions),
    ]
