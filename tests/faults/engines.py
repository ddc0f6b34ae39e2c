"""On which kind of database a fault test runs, and whether in the short form that belongs to `make check`.

`.ci/run` goes through the short form twice, on SQLite and on PostgreSQL: each test has one turn there, or two
where the two kinds differ in what is tested. `make deep` runs all of them on both.
"""

from typing import Any, Final

import pytest


def _on(*kinds: Any) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("installation", kinds, indirect=True)


def _deep(kind: str) -> Any:
    return pytest.param(kind, marks=pytest.mark.deep)


BOTH: Final = _on("sqlite", "postgres")
SQLITE_FIRST: Final = _on("sqlite", _deep("postgres"))
POSTGRES_FIRST: Final = _on(_deep("sqlite"), "postgres")
POSTGRES_ONLY: Final = _on("postgres")
