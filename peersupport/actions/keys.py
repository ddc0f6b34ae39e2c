"""Closing anew, with the first key, what is closed in the database: then an older key can be taken away."""

from collections.abc import Iterator, Sequence
from typing import Final

from django.apps import apps
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import Model

from peersupport.fields import EncryptedTextField, keys

AT_ONCE: Final = 1000


def encrypted_columns() -> Iterator[tuple[type[Model], str]]:
    """Every column of every table that is closed with a key."""
    for model in apps.get_models():
        for field in model._meta.local_concrete_fields:
            if isinstance(field, EncryptedTextField):
                yield model, str(field.column)


def rotate_keys() -> dict[str, int]:
    """Close everything with the first key; how many values of each column there were.

    Safe to repeat and to break off. A value that somebody changes meanwhile is left as they wrote it.
    Raises InvalidToken at a value that none of the keys opens.
    """
    return {f"{model._meta.label}.{column}": _rotate(model, column) for model, column in encrypted_columns()}


def _rotate(model: type[Model], column: str) -> int:
    """As it lies in the table: the model would open and close it by itself."""
    quote = connection.ops.quote_name
    table, key, text = quote(model._meta.db_table), quote(str(model._meta.pk.column)), quote(column)
    some = (
        f"SELECT {key}, {text} FROM {table} "  # noqa: S608 - names of our own
        f"WHERE {key} > %s AND {text} <> '' ORDER BY {key} LIMIT {AT_ONCE}"
    )
    put = f"UPDATE {table} SET {text} = %s WHERE {key} = %s AND {text} = %s"  # noqa: S608 - names of our own
    done, after = 0, 0
    with connection.cursor() as cursor:
        while rows := _fetched(cursor, some, after):
            with transaction.atomic():
                cursor.executemany(put, [(keys().rotate(was).decode(), row, was) for row, was in rows])
            done, after = done + len(rows), rows[-1][0]
    return done


def _fetched(cursor: CursorWrapper, some: str, after: int) -> Sequence[tuple[int, str]]:
    cursor.execute(some, [after])
    return list(cursor.fetchall())
