from peersupport.models.audit import AuditEntry
from peersupport.models.people import User

__all__ = ["AuditEntry", "User"]
