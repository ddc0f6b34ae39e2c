"""On what it was measured: a figure without its machine says little."""

import os
import platform
import sqlite3
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import psutil

from bench.databases import postgres_answers
from bench.servers import postgres


def facts() -> list[tuple[str, str]]:
    return [
        ("day", datetime.now(UTC).date().isoformat()),
        ("processor", f"{_processor()}, {os.cpu_count()} cores"),
        ("memory", f"{psutil.virtual_memory().total / 2**30:.0f} GiB"),
        ("system", f"{platform.system()} {platform.release().split('-')[0]}"),
        ("Python", platform.python_version()),
        *((name, version(name)) for name in ("Django", "gunicorn", "psycopg", "whitenoise")),
        ("SQLite", sqlite3.sqlite_version),
        ("PostgreSQL", _postgres_version()),
        ("load average at the end", f"{os.getloadavg()[0]:.1f}"),
    ]


def _processor() -> str:
    path = Path("/proc/cpuinfo")
    lines = path.read_text().splitlines() if path.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _postgres_version() -> str:
    if not postgres_answers():
        return "not there"
    with postgres() as connection:
        number = connection.info.server_version
    return f"{number // 10_000}.{number % 10_000}"
