from django.conf import settings
from django.db import models


class AuditEntry(models.Model):
    """One line of the record: who did what to which row, when. Append-only; ids, never contents."""

    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    verb = models.CharField(max_length=60)
    on_kind = models.CharField(max_length=60)
    on_id = models.CharField(max_length=40)
    scope = models.UUIDField(null=True)
    count = models.PositiveIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["on_kind", "on_id"], name="audit_by_subject")]
