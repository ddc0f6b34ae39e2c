"""The same notice to many people, made by the database in one statement."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, Func, QuerySet, Value
from django.db.models.constants import OnConflict
from django.db.models.functions import Cast, Concat
from django.db.models.sql.compiler import SQLCompiler

from peersupport.clock import database_now
from peersupport.kinds import KINDS
from peersupport.models import Notification, User
from peersupport.models.outbox import ChannelKind, State
from peersupport.nudge import nudge

_FIELDS: Final = {field.name: field for field in Notification._meta.concrete_fields}


class _NewUUID(Func):
    """Another one for each row."""

    function = "GEN_RANDOM_UUID"
    output_field = models.UUIDField()

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any
    ) -> tuple[str, Any]:
        return self.as_sql(compiler, connection, template="LOWER(HEX(RANDOMBLOB(16)))")


def queue_many(
    *,
    kind: str,
    to: QuerySet[User],
    once: str,
    about: Mapping[str, int | str | bool],
    scope: UUID,
    due_at: datetime,
) -> int:
    """Put one notice for each of these people into the outbox; how many there were not yet.

    One INSERT … SELECT, whatever their number. `once` makes the key: nobody gets this kind twice with the
    same. For the rest see `queue`.
    """
    rows = _rows(kind, once, dict(about), scope, due_at)
    chosen = to.order_by().annotate(**{f"new_{name}": value for name, value in rows.items()})
    made = _insert(list(rows), chosen.values_list(*(f"new_{name}" for name in rows)))
    if made:
        transaction.on_commit(nudge)
    return made


def _rows(
    kind: str, once: str, about: dict[str, Any], scope: UUID, due_at: datetime
) -> dict[str, models.expressions.Combinable]:
    """What stands in each column, as the database works it out for each person."""
    what = KINDS[kind]
    constants = {
        "kind": kind,
        "private": what.private,
        "scope": scope,
        "channel": ChannelKind.EMAIL.value,
        "priority": what.priority,
        "about": about,
        "payload": "",
        "made_at": database_now(),
        "due_at": due_at,
        "next_try_at": due_at,
        "expires_at": due_at + what.lives,
        "state": State.PENDING.value,
        "attempts": 0,
        "last_error": "",
    }
    person = Cast("pk", models.CharField())
    return {
        "uuid": _NewUUID(),
        "key": Concat(Value(f"{kind}:"), person, Value(f":{once}"), output_field=models.CharField()),
        "recipient": F("pk"),
        **{name: Value(value, _FIELDS[name]) for name, value in constants.items()},
    }


def _insert(names: list[str], chosen: QuerySet[Any, Any]) -> int:
    """Django has no INSERT … SELECT of its own; the rest of the statement is what it would write."""
    connection = connections[chosen.db]
    quote, write = connection.ops.quote_name, connection.ops
    columns = [_FIELDS[name].attname for name in names]
    select, params = chosen.query.get_compiler(chosen.db).as_sql()
    parts = [
        write.insert_statement(on_conflict=OnConflict.IGNORE),
        quote(Notification._meta.db_table),
        f"({', '.join(map(quote, columns))})",
        select,
        write.on_conflict_suffix_sql([], OnConflict.IGNORE, [], []),
    ]
    with connection.cursor() as cursor:
        cursor.execute(" ".join(parts), params)
        return int(cursor.rowcount)
