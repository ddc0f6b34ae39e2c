"""Start the product's own processes as people do, and stop them as Ctrl-C or a container engine does."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

import psutil

ROOT = Path(__file__).resolve().parent.parent.parent


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def clean_environment(**ours: str) -> dict[str, str]:
    """What a new terminal has, plus `ours`: nothing that the test run itself was told."""
    told = (
        "APP_ENV",
        "COV_",
        "DATABASE_URL",
        "DATA_DIR",
        "DEMO",
        "DJANGO_",
        "MAKE",
        "MFLAGS",
        "PYTEST",
        "REDIS_URL",
    )
    kept = {name: value for name, value in os.environ.items() if not name.startswith(told)}
    return kept | {"PATH": f"{ROOT / '.venv' / 'bin'}:{kept['PATH']}"} | ours


class Running:
    """One command under way, in a session of its own as in a terminal, with its output in a file."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], output: Path) -> None:
        self.output = output
        with output.open("w") as out:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def said(self) -> str:
        return self.output.read_text()

    def lives(self) -> bool:
        return self.process.poll() is None

    def stop(self, with_signal: signal.Signals, seconds: float = 15) -> None:
        """Send the signal to the whole foreground group, as a terminal does, and wait."""
        os.killpg(self.process.pid, with_signal)
        self.process.wait(timeout=seconds)


@contextmanager
def running(command: Sequence[str], environment: Mapping[str, str], output: Path) -> Iterator[Running]:
    started = Running(command, environment, output)
    try:
        yield started
    finally:
        if started.lives():
            started.stop(signal.SIGTERM)


def seconds_until_answer(url: str, started: Running, limit: float, host: str = "127.0.0.1") -> float:
    """Seconds from now to the first 200 at `url`; fails with the output when it ends or time is up."""
    begin = time.monotonic()
    while (passed := time.monotonic() - begin) < limit:
        assert started.lives(), started.said()
        if answers(url, host):
            return passed
        time.sleep(0.1)
    raise AssertionError(f"No answer from {url} in {limit} s.\n{started.said()}")


def answers(url: str, host: str) -> bool:
    try:
        with urlopen(Request(url, headers={"Host": host}), timeout=5) as response:
            return bool(response.status == HTTPStatus.OK)
    except (URLError, ConnectionError, TimeoutError):
        return False


def processes_with(name: str, value: str) -> list[str]:
    """The command lines of all processes that have this environment variable."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get(name) == value and process.status() != psutil.STATUS_ZOMBIE:
                found.append(" ".join(process.cmdline()))
        except (psutil.AccessDenied, psutil.NoSuchProcess):
            continue
    return found
