from peersupport.models.audit import AuditEntry
from peersupport.models.channels import Channel, NoticeChoices
from peersupport.models.outbox import Attempt, Heartbeat, Notification
from peersupport.models.people import User

__all__ = ["Attempt", "AuditEntry", "Channel", "Heartbeat", "NoticeChoices", "Notification", "User"]
