"""Who did what, when: ids, never contents, and only when the change itself is kept."""

from uuid import uuid4

import pytest
from django.db import transaction
from django.db.models import ProtectedError

from peersupport.audit import record
from peersupport.models import AuditEntry, User
from tests.people import School


def test_an_entry_holds_ids(kestrel: School, wellbeing_staff: User) -> None:
    scope = uuid4()
    entry = record(by=wellbeing_staff, verb="look", on=kestrel.program, scope=scope, count=3)
    entry.refresh_from_db()
    assert (entry.by, entry.verb, entry.scope, entry.count) == (wellbeing_staff, "look", scope, 3)
    assert (entry.on_kind, entry.on_id) == ("programs.program", str(kestrel.program.uuid))


def test_a_row_without_a_uuid_is_named_by_its_key(wellbeing_staff: User) -> None:
    entry = AuditEntry.objects.all()[0]
    assert record(by=None, verb="look", on=entry).on_id == str(entry.pk)


def test_an_entry_goes_with_the_change_that_failed(kestrel: School) -> None:
    before = AuditEntry.objects.count()
    with transaction.atomic():
        record(by=None, verb="look", on=kestrel.program)
        transaction.set_rollback(True)
    assert AuditEntry.objects.count() == before


def test_somebody_in_the_record_is_not_deleted(wellbeing_staff: User) -> None:
    user = User.objects.create_user("x@kestrel.example")
    record(by=user, verb="look", on=user)
    with pytest.raises(ProtectedError):
        user.delete()
