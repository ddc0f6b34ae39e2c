"""The bench's own databases, and commands that work on them in a process of their own."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from bench.demo_server import ROOT
from bench.servers import POSTGRES, postgres, surroundings


def sqlite_url(folder: Path, name: str) -> str:
    return f"sqlite:///{folder / name}.sqlite3"


@contextmanager
def postgres_url(name: str) -> Iterator[str]:
    """The address of a fresh PostgreSQL database, gone afterwards."""
    database = f"bench_{name}_{os.getpid()}"
    with postgres() as connection:
        connection.execute(f"CREATE DATABASE {database}".encode())
    try:
        yield f"postgres://postgres@{POSTGRES}/{database}"
    finally:
        with postgres() as connection:
            connection.execute(f"DROP DATABASE {database} WITH (FORCE)".encode())


def postgres_answers() -> bool:
    try:
        postgres().close()
    except psycopg.OperationalError:
        return False
    return True


def inside(folder: Path, database_url: str, command: str, number: int = 0) -> Any:
    """What a command of `bench.inside` answers."""
    return json.loads(_run(folder, database_url, "-m", "bench.inside", command, str(number)))


def prepare(folder: Path, database_url: str) -> None:
    """Tables, static files and content, as `make run` makes them, without a demo school."""
    _run(folder, database_url, "manage.py", "prepare")


def _run(folder: Path, database_url: str, *words: str) -> str:
    result = subprocess.run(
        [sys.executable, *words],
        cwd=ROOT,
        env=surroundings(folder, database_url),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return result.stdout
