"""A PostgreSQL and a Redis of the tests' own, on free ports, to be broken at will."""

import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from tests.house.running import free_port


def until(true: Callable[[], object], seconds: float, what: str) -> float:
    """How long it took for `true` to hold; fails when it does not within `seconds`."""
    begin = time.monotonic()
    while not true():
        assert time.monotonic() - begin < seconds, f"Not within {seconds} s: {what}"
        time.sleep(0.05)
    return time.monotonic() - begin


def program_of_postgres(name: str) -> str:
    found = shutil.which(name) or next(
        (str(path) for path in sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)), ""
    )
    return found or pytest.skip("No PostgreSQL is installed here: .ci/run installs it.")


class OwnPostgres:
    """A cluster in a folder. It will not run as root, so it gets the user of the package."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        folder.mkdir(mode=0o755)
        self._user: int | None = None
        if os.geteuid() == 0:
            self._user = pwd.getpwnam("postgres").pw_uid
            os.chown(folder, self._user, -1)
        words = "--auth=trust --username=postgres --encoding=UTF8 --no-sync --no-instructions -D data"
        subprocess.run(
            [program_of_postgres("initdb"), *words.split()],
            cwd=folder,
            check=True,
            stdout=subprocess.DEVNULL,
            user=self._user,
        )
        self.start()

    def start(self) -> None:
        words = f"-D data -p {self.port} -c listen_addresses=127.0.0.1 -k {self.folder}"
        with (self.folder / "log").open("a") as log:
            self.process = subprocess.Popen(
                [program_of_postgres("postgres"), *words.split()],
                cwd=self.folder,
                stdout=log,
                stderr=log,
                start_new_session=True,
                user=self._user,
            )
        until(self.answers, 30, "PostgreSQL answers")

    def url(self, database: str) -> str:
        return f"postgres://postgres@127.0.0.1:{self.port}/{database}"

    def answers(self) -> bool:
        try:
            psycopg.connect(self.url("postgres"), connect_timeout=1).close()
        except psycopg.OperationalError:
            return False
        return True

    def run(self, statement: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    def end(self, with_signal: signal.Signals = signal.SIGINT) -> None:
        """SIGINT: it takes leave of everybody. SIGQUIT: at once, as after a power cut."""
        self.process.send_signal(with_signal)
        self.process.wait(timeout=30)


class OwnRedis:
    """Keeps nothing on disk: what a killed one held is gone."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        folder.mkdir()
        if not shutil.which("redis-server"):
            pytest.skip("No Redis is installed here: .ci/run installs it.")
        self.start()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        with (self.folder / "log").open("a") as log:
            self.process = subprocess.Popen(
                ["redis-server", "--bind", "127.0.0.1", "--port", str(self.port), "--save", ""],
                cwd=self.folder,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        until(self.answers, 10, "Redis answers")

    def answers(self) -> bool:
        with suppress(redis.RedisError):
            return bool(self.client().ping())
        return False

    def client(self) -> redis.Redis:
        return redis.Redis(port=self.port, socket_timeout=1)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(timeout=10)

    def freeze(self) -> None:
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def end(self) -> None:
        if self.process.poll() is None and psutil.pid_exists(self.process.pid):
            self.thaw()
            self.kill()
