"""A demo site of its own for pictures and measurements: fresh data in a temporary folder."""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until_up(url: str, seconds: float = 60) -> None:
    """Return at the first answer; raise TimeoutError when there is none in time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            urllib.request.urlopen(url, timeout=2)
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(f"No answer from {url} in {seconds} s.")


@contextmanager
def demo_server(**environment: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The address and the process of a running demo; everything is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        surroundings = {
            **os.environ,
            "DATA_DIR": folder,
            "DEMO": "1",
            "PORT": str(port),
            "APP_ENV": "development",
            **environment,
        }
        subprocess.run(
            [sys.executable, "manage.py", "prepare"],
            cwd=ROOT,
            env=surroundings,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        web = subprocess.Popen([sys.executable, "-m", "gunicorn"], cwd=ROOT, env=surroundings)
        try:
            wait_until_up(f"http://127.0.0.1:{port}/healthz")
            yield f"http://127.0.0.1:{port}", web
        finally:
            web.terminate()
            web.wait(timeout=20)
