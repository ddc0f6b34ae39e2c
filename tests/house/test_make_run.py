"""Claim R32: one command, no server, account or key, and a demo school is there."""

import signal
import sqlite3
import subprocess
from pathlib import Path

import pytest

from tests.house.running import (
    ROOT,
    clean_environment,
    free_port,
    processes_with,
    running,
    seconds_until_answer,
)

FIRST_START, SECOND_START = 60, 10  # seconds to the first 200
DEMO_SCHOOL = 600  # people, about


class Laptop:
    """One folder for data, one free port."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "data"
        self.port = free_port()
        self.environment = clean_environment(DATA_DIR=str(self.data), PORT=str(self.port))

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def people(self) -> list[tuple[str, str]]:
        with sqlite3.connect(f"file:{self.data / 'alongside.sqlite3'}?mode=ro", uri=True) as database:
            return database.execute("SELECT email, password FROM peersupport_user ORDER BY id").fetchall()


@pytest.fixture
def laptop(tmp_path: Path) -> Laptop:
    return Laptop(tmp_path)


def test_one_command_starts_keeps_and_stops_everything(laptop: Laptop, tmp_path: Path) -> None:
    """Claim R32 (one command): first start, Ctrl-C, second start, and what was there is still there.

    A machine busy with other things may spoil one start, not three.
    """
    with running(["make", "run"], laptop.environment, tmp_path / "first.log") as first:
        seconds_until_answer(f"{laptop.address}/healthz", first, FIRST_START)
        said = first.said()
        assert laptop.address in said
        for role in ("student", "supporter", "staff", "lead", "adviser", "outsider"):
            assert f"{role}@demo.example" in said
        assert "peer-support-demo" in said
        seconds_until_answer(f"{laptop.address}/account/login/", first, 5)
        first.stop(signal.SIGINT)
    assert processes_with("DATA_DIR", str(laptop.data)) == []
    assert "Traceback" not in first.said()
    people = laptop.people()
    assert len(people) > DEMO_SCHOOL * 0.9

    for again in ("second", "third", "fourth"):
        with running(["make", "run"], laptop.environment, tmp_path / f"{again}.log") as later:
            seconds = seconds_until_answer(f"{laptop.address}/healthz", later, FIRST_START)
            assert laptop.people() == people
            later.stop(signal.SIGINT)
        assert processes_with("DATA_DIR", str(laptop.data)) == []
        if seconds <= SECOND_START:
            return
    raise AssertionError(
        f"Each start after the first took longer than {SECOND_START} s, the last one {seconds:.0f} s."
    )


def test_make_alone_names_what_can_be_asked() -> None:
    done = subprocess.run(
        ["make"], cwd=ROOT, env=clean_environment(), capture_output=True, text=True, check=True
    )
    asked = "run", "test", "check", "deep", "seed", "bench", "screenshots", "lock", "env"
    assert [name for name in asked if f"make {name} " not in done.stdout] == []
