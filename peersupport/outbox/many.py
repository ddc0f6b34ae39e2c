"""The same notice to many people, made by the database itself."""

from collections.abc import Iterable, Mapping
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

EVERYBODY: Final = (1, 2**62)
# Stand for the first and the last key of a lot in the statement, which is written once for all lots.
_FIRST, _LAST = 7_204_816_390_001, 7_204_816_390_002
# The plan made for the first lots is kept for all. In theirs the outbox may be empty, and a plan that reads
# it from end to end would still be used for the last lot, when it is full. Without `jit = off` the price
# that PostgreSQL puts on what it is told not to do makes it compile each small statement for seconds.
LOOK_UP_ROW_BY_ROW: Final = "SELECT set_config('enable_seqscan', 'off', true), set_config('jit', 'off', true)"
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
    lots: Iterable[tuple[int, int]] = (EVERYBODY,),
) -> int:
    """Put one notice for each of these people into the outbox; how many there were not yet.

    `once` makes the key: nobody gets this kind twice with the same. A lot, people from one key to another, is
    one INSERT … SELECT in a transaction of its own, whatever their number. For the rest see `queue`.
    """
    rows = _rows(kind, once, dict(about), scope, due_at)
    chosen = to.order_by().filter(pk__gte=_FIRST, pk__lte=_LAST)
    named = chosen.annotate(**{f"new_{name}": value for name, value in rows.items()})
    made = _insert(list(rows), named.values_list(*(f"new_{name}" for name in rows)), lots)
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


def _insert(names: list[str], chosen: QuerySet[Any, Any], lots: Iterable[tuple[int, int]]) -> int:
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
    made = 0
    for first, last in lots:
        given = [first if param == _FIRST else last if param == _LAST else param for param in params]
        with transaction.atomic(chosen.db), connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute(LOOK_UP_ROW_BY_ROW)
            cursor.execute(" ".join(parts), given)
            made += int(cursor.rowcount)
    return made
