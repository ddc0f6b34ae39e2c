from peersupport.models.audit import AuditEntry
from peersupport.models.channels import Channel, NoticeChoices
from peersupport.models.outbox import Attempt, Heartbeat, Notification
from peersupport.models.people import User
from peersupport.models.purge import LegalHold, NoticeCount, PurgeReport

__all__ = [
    "Attempt",
    "AuditEntry",
    "Channel",
    "Heartbeat",
    "LegalHold",
    "NoticeChoices",
    "NoticeCount",
    "Notification",
    "PurgeReport",
    "User",
]
