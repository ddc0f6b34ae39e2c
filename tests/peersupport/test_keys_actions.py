"""A new key in front of the old one, everything closed anew, the old key taken away."""

from io import StringIO
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest
from cryptography.fernet import Fernet, InvalidToken
from django.core.management import call_command
from django.db import connection

from peersupport.actions.keys import encrypted_columns
from peersupport.clock import database_now
from peersupport.models import Channel, Notification, User
from peersupport.models.outbox import ChannelKind
from peersupport.outbox import queue_code
from tests.people import School

CANARY = "+61 491 570 006 canary"


def as_stored() -> str:
    """Every table as somebody reads it who has a dump and no key; on SQLite also the bytes of the files."""
    with connection.cursor() as cursor:
        tables = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            tables.append(repr(cursor.fetchall()))
    file = Path(str(connection.settings_dict["NAME"]))
    beside = [found.read_bytes().decode("latin-1") for found in file.parent.glob(f"{file.name}*")]
    return "".join(tables + (beside if connection.vendor == "sqlite" else []))


def rotate() -> str:
    said = StringIO()
    call_command("rotate_keys", stdout=said)
    return said.getvalue()


@pytest.fixture
def number_and_code(a_student: User) -> Channel:
    queue_code(address="somebody@kestrel.example", subject="A code", body=f"It is {CANARY}.")
    return Channel.objects.create(user=a_student, kind=ChannelKind.RINGING, number=CANARY)


@pytest.mark.django_db(transaction=True)
def test_numbers_and_codes_cannot_be_read_in_the_tables_or_the_file(number_and_code: Channel) -> None:
    """Privacy, field encryption: 0 planted canaries, and the database holds what it should."""
    stored = as_stored()
    assert number_and_code.user.email in stored
    assert CANARY not in stored
    assert Channel.objects.get().number == CANARY
    assert CANARY in Notification.objects.get().payload


@pytest.mark.django_db
def test_after_rotation_the_old_key_can_go(number_and_code: Channel, settings: Any) -> None:
    old, new = settings.FIELD_ENCRYPTION_KEYS[0], Fernet.generate_key().decode()
    settings.FIELD_ENCRYPTION_KEYS = [new, old]
    for _ in range(2):  # safe to repeat
        said = rotate()
        assert "peersupport.Channel.number: 1\n" in said
        assert "peersupport.Notification.payload: 1\n" in said
    assert CANARY not in as_stored()
    settings.FIELD_ENCRYPTION_KEYS = [new]
    assert Channel.objects.get().number == CANARY
    assert CANARY in Notification.objects.get().payload


@pytest.mark.django_db
def test_control_without_rotation_the_old_key_cannot_go(number_and_code: Channel, settings: Any) -> None:
    settings.FIELD_ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(InvalidToken):
        Channel.objects.get()
    with pytest.raises(InvalidToken):  # and nothing is thrown away that could still be opened one day
        rotate()
    assert CANARY not in as_stored()


@pytest.mark.django_db
def test_ten_thousand_are_closed_anew_within_ten_seconds(kestrel: School, settings: Any) -> None:
    at = database_now()
    Notification.objects.bulk_create(
        Notification(
            key=f"code {number}",
            kind="peersupport.code",
            payload=f"words {number}",
            made_at=at,
            due_at=at,
            next_try_at=at,
            expires_at=at,
        )
        for number in range(10_000)
    )
    new = Fernet.generate_key().decode()
    settings.FIELD_ENCRYPTION_KEYS = [new, *settings.FIELD_ENCRYPTION_KEYS]
    began = perf_counter()
    assert "peersupport.Notification.payload: 10000\n" in rotate()
    assert perf_counter() - began < 10
    settings.FIELD_ENCRYPTION_KEYS = [new]
    assert set(Notification.objects.values_list("payload", flat=True)) == {
        f"words {n}" for n in range(10_000)
    }


def test_every_encrypted_column_is_found() -> None:
    found = {(model._meta.label, column) for model, column in encrypted_columns()}
    assert found >= {("peersupport.Channel", "number"), ("peersupport.Notification", "payload")}
