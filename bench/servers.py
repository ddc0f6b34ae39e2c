"""Servers under measurement, all started by the one gunicorn command, and what they have cost so far."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg

from bench.demo_server import ROOT, free_port, wait_until_up

POSTGRES = "127.0.0.1:5432"


@dataclass(frozen=True)
class Server:
    """A running server. `database` is its PostgreSQL database, "" where the database is a file."""

    port: int
    process: psutil.Process
    database: str
    log: Path

    def cpu_seconds(self) -> float:
        """CPU of the whole tree so far, user and system; the database's processes included."""
        tree = [self.process, *self.process.children(recursive=True), *_backends(self.database)]
        return sum(sum(process.cpu_times()[:2]) for process in tree)


def _backends(database: str) -> list[psutil.Process]:
    """The server processes that work for one database, those of parallel queries among them."""
    if not database:
        return []
    with postgres() as connection:
        rows = connection.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = %s AND backend_type <> 'autovacuum worker'",
            (database,),
        ).fetchall()
    return [psutil.Process(pid) for (pid,) in rows]


def postgres() -> psycopg.Connection[tuple[int]]:
    return psycopg.connect(f"postgres://postgres@{POSTGRES}/postgres", autocommit=True, connect_timeout=3)


@contextmanager
def served(application: str, folder: Path, database_url: str = "") -> Iterator[Server]:
    """Run `application` until the block ends; its words go to a file in `folder`."""
    port = free_port()
    log = folder / f"{port}.log"
    environment = {**surroundings(folder, database_url), "PORT": str(port)}
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", application],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=output,
        )
    try:
        wait_until_up(f"http://127.0.0.1:{port}/healthz")
        database = database_url.rpartition("/")[2] if database_url.startswith("postgres") else ""
        yield Server(port, psutil.Process(process.pid), database, log)
    finally:
        process.terminate()
        process.wait(timeout=20)


def surroundings(folder: Path, database_url: str) -> dict[str, str]:
    """The environment of our own processes: nothing of whoever runs the bench, all data in `folder`."""
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG", "TZ"}}
    return {
        **kept,
        "DJANGO_SETTINGS_MODULE": "peersupport.settings",
        "APP_ENV": "development",
        "DEMO": "0",
        "DATA_DIR": str(folder),
        "DATABASE_URL": database_url,
    }
