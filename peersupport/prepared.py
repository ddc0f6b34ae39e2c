"""Questions that nearly every page asks, put into SQL once and then only given other values.

Django writes the SQL of a queryset anew each time it runs. For the queries behind `request.rights` and the
learner's pages that took longer than the database took to answer (docs/measurements.md, S1).
"""

from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeAlias, TypeVar
from uuid import UUID

from django.db import connections, models
from django.db.models.sql.compiler import SQLCompiler

Row = TypeVar("Row", bound=models.Model)
Kind: TypeAlias = type[int] | type[str] | type[datetime] | type[UUID]

_FIELDS: Mapping[Kind, models.Field[Any, Any]] = {
    int: models.BigIntegerField(),
    str: models.CharField(),
    datetime: models.DateTimeField(),
    UUID: models.UUIDField(),
}


def _stand_in(kind: Kind, place: int) -> Any:
    """A value that no real query has, so that it can be found again among the parameters."""
    odd = 7_204_816_390_000 + place
    moment = datetime(1903, 5, 7, 11, 13, 17, 1000 + place, UTC)
    return {int: odd, str: f"stand-in {odd}", datetime: moment, UUID: UUID(int=odd)}[kind]


@dataclass(frozen=True)
class _Compiled:
    """`names` says, for each parameter of the SQL, whose value it takes; "" for one that stays."""

    compiler: SQLCompiler
    sql: str
    params: tuple[Any, ...]
    names: tuple[str, ...]


class Prepared(Generic[Row]):
    """A queryset as a function of its values: `Prepared(build, user=int, at=datetime)(user=7, at=now)`.

    `build` gets the values by name, with primary keys in place of rows, and must return the same query
    whatever they are: no branches on a value, no lists of changing length. None is no value.
    """

    def __init__(self, build: Callable[..., models.QuerySet[Row]], **kinds: Kind) -> None:
        self._build, self._kinds = build, kinds
        self._compiled: dict[str, _Compiled] = {}

    def __call__(self, **values: int | str | datetime | UUID) -> list[Row]:
        queryset = self._build_once()
        compiled = self._compiled.get(queryset.db) or self._compile(queryset)
        connection = connections[queryset.db]
        given = {
            name: _FIELDS[self._kinds[name]].get_db_prep_value(value, connection)
            for name, value in values.items()
        }
        params = tuple(
            given[name] if name else constant
            for name, constant in zip(compiled.names, compiled.params, strict=True)
        )
        compiler = copy(compiled.compiler)  # one for each run: its connection is this thread's own
        compiler.connection = connection
        compiler.as_sql = lambda *_, **__: (compiled.sql, params)  # type: ignore[method-assign]
        queryset.query.get_compiler = lambda *_, **__: compiler  # type: ignore[method-assign]
        return list(queryset)

    def _build_once(self) -> models.QuerySet[Row]:
        if not hasattr(self, "_queryset"):
            self._queryset = self._build(
                **{name: _stand_in(kind, place) for place, (name, kind) in enumerate(self._kinds.items())}
            )
        return self._queryset.all()

    def _compile(self, queryset: models.QuerySet[Row]) -> _Compiled:
        connection = connections[queryset.db]
        marks = {
            _FIELDS[kind].get_db_prep_value(_stand_in(kind, place), connection): name
            for place, (name, kind) in enumerate(self._kinds.items())
        }
        compiler = queryset.query.get_compiler(queryset.db)
        sql, params = compiler.as_sql()
        names = tuple(marks.get(param, "") for param in params)
        if set(names) - {""} != set(self._kinds):
            raise ValueError(f"A value does not reach the SQL: {sql}")
        return self._compiled.setdefault(queryset.db, _Compiled(compiler, sql, tuple(params), names))
