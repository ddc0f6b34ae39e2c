"""20,000 students, CSV and workbook, in a process of their own: under 60 s and 300 MB each."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.programs.school_lists import HEADER, csv_of, student, xlsx_of

pytestmark = pytest.mark.deep

ROWS = 20_000
ROOT = Path(__file__).parents[2]
MAKE_A_YEAR = (
    "from datetime import date; from tests.programs.school_lists import make_year;"
    "make_year(label='now', starts_on=date.today())"
)


def manage(environment: dict[str, str], *words: str) -> tuple[float, float]:
    """Run a command; how many seconds it took and how many MB it held at the most."""
    start = time.monotonic()
    process = subprocess.Popen([sys.executable, "manage.py", *words], cwd=ROOT, env=environment)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return time.monotonic() - start, used.ru_maxrss / 1024


def test_twenty_thousand_students_go_in_quickly_and_in_little_memory(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment |= {"DATA_DIR": str(tmp_path), "APP_ENV": "test", "PYTHONPATH": str(ROOT)}
    manage(environment, "migrate", "--verbosity", "0")
    manage(environment, "shell", "--command", MAKE_A_YEAR)
    rows = [student(number) for number in range(ROWS)]
    moved = [row | {"email": f"new{row['email']}", "small_group": "B"} for row in rows]
    book = xlsx_of([HEADER, *([row[name] for name in HEADER] for row in rows)])
    files = {"new.csv": csv_of(rows), "again.xlsx": book, "all changed.csv": csv_of(moved)}
    for name, content in files.items():
        path = tmp_path / name
        path.write_bytes(content)
        seconds, megabytes = manage(environment, "import_people", str(path), "--program", "kestrel-bay")
        print(f"{name}: {ROWS:,} students in {seconds:.1f} s, {megabytes:.0f} MB")  # noqa: T201
        assert seconds < 60
        assert megabytes < 300
