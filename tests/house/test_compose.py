"""The file for a real installation: valid, without secrets of its own, and every command in it starts.

No container engine is needed: docker-compose checks the file without one, and the commands run here.
"""

import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml
from cryptography.fernet import Fernet

from tests.house.running import ROOT, Running, clean_environment, free_port, running, seconds_until_answer

FILE = ROOT / "docker-compose.yml"
POSTGRES = "postgres://postgres@127.0.0.1:5432"
HOST = "peers.example.org"
OUR_SERVICES = {"web", "worker", "beat", "sender", "watch"}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    services: dict[str, Any] = yaml.safe_load(FILE.read_text())["services"]
    return services


@pytest.fixture(scope="session")
def docker_compose() -> str:
    if found := shutil.which("docker-compose"):
        return found
    if os.geteuid() == 0 and shutil.which("apt-get"):
        apt = "apt-get -qq -o DPkg::Lock::Timeout=120"
        install = f"{apt} update && {apt} install --no-install-recommends docker-compose"
        subprocess.run(
            ["sh", "-c", install], env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"}, check=False
        )
    return shutil.which("docker-compose") or pytest.skip("docker-compose is not here and cannot be installed")


def filled_in(folder: Path, **left_out: str) -> Path:
    """The example of .env with every line filled in, but for those left out."""
    lines = [
        f"{line}{left_out.get(line[:-1], 'something')}" if line.endswith("=") else line
        for line in (ROOT / ".env.example").read_text().splitlines()
    ]
    path = folder / "env"
    path.write_text("\n".join(lines))
    return path


def accepts(docker_compose: str, env_file: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [docker_compose, "--file", str(FILE), "--env-file", str(env_file), "config", "-q"],
        env=clean_environment(),
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_file_is_valid(docker_compose: str, tmp_path: Path) -> None:
    done = accepts(docker_compose, filled_in(tmp_path))
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@pytest.mark.parametrize(
    "name",
    [
        "SECRET_KEY",
        "POSTGRES_PASSWORD",
        "FIELD_ENCRYPTION_KEYS",
        "ALLOWED_HOSTS",
        "EMAIL_URL",
        "FROM_EMAIL",
        "WATCH_EMAIL",
    ],
)
def test_what_has_no_safe_default_must_be_given(docker_compose: str, tmp_path: Path, name: str) -> None:
    done = accepts(docker_compose, filled_in(tmp_path, **{name: ""}))
    assert done.returncode != 0
    assert f"${{{name}:?" in done.stderr


def test_make_env_writes_secrets_once(docker_compose: str, tmp_path: Path) -> None:
    for name in ("Makefile", ".env.example"):
        shutil.copy(ROOT / name, tmp_path)
    make = ["make", "env"]
    subprocess.run(make, cwd=tmp_path, env=clean_environment(), check=True, capture_output=True)
    written = tmp_path / ".env"
    secret = dict(re.findall(r"^(\w+)=(.+)$", written.read_text(), re.MULTILINE))
    assert len(secret["SECRET_KEY"]) >= 64
    assert len(secret["POSTGRES_PASSWORD"]) >= 32
    Fernet(secret["FIELD_ENCRYPTION_KEYS"])  # raises for what is no key
    assert written.stat().st_mode & 0o077 == 0
    again = subprocess.run(make, cwd=tmp_path, env=clean_environment(), check=False, capture_output=True)
    assert again.returncode != 0
    assert secret["SECRET_KEY"] in written.read_text()


def test_every_service_is_watched_and_not_root(compose: dict[str, Any]) -> None:
    assert set(compose) == OUR_SERVICES | {"db", "redis"}
    assert [name for name, service in compose.items() if "healthcheck" not in service] == []
    for name in OUR_SERVICES:
        assert compose[name]["user"] == "alongside", name
        assert compose[name]["read_only"] is True, name
    assert compose["redis"]["user"] == "redis"
    assert "USER alongside" in (ROOT / "Dockerfile").read_text()


class Containers:
    """Stands in for the engine: the same commands and variables, beside each other on this machine."""

    def __init__(self, compose: dict[str, Any], folder: Path, database_url: str, redis_url: str) -> None:
        self.compose = compose
        self.folder = folder
        self.port = free_port()
        given = {
            "SECRET_KEY": secrets.token_urlsafe(64),
            "POSTGRES_PASSWORD": "unused",
            "FIELD_ENCRYPTION_KEYS": Fernet.generate_key().decode(),
            "ALLOWED_HOSTS": HOST,
            "EMAIL_URL": "smtp://127.0.0.1:9",
            "FROM_EMAIL": "peers@example.org",
            "WATCH_EMAIL": "watch@example.org",
            "COUNTRY": "AU",
        }
        named = {
            name: re.sub(
                r"\$\{(\w+)(?::-([^}]*)|:\?[^}]*)?\}",
                lambda found: given[found[1]] if found[2] is None else given.get(found[1], found[2]),
                value,
            )
            for name, value in compose["web"]["environment"].items()
        }
        image = {"DATA_DIR": str(folder / "data"), "PORT": str(self.port), "LISTEN": "127.0.0.1"}
        here = {"DATABASE_URL": database_url, "REDIS_URL": redis_url, "HOSTNAME": socket.gethostname()}
        told = {name: value for name, value in (named | image | here).items() if value}
        self.environment = clean_environment(**told)

    def command(self, name: str) -> list[str]:
        return [part.replace("$$", "$") for part in self.compose[name]["command"]]

    def health_within(self, seconds: float, name: str) -> str:
        """Nothing when the service's own health check says well in time; else what it says."""
        end = time.monotonic() + seconds
        while (said := self.health(name)) and time.monotonic() < end:
            time.sleep(0.5)
        return said

    def health(self, name: str) -> str:
        """Nothing when well, else what the check says."""
        kind, *command = [part.replace("$$", "$") for part in self.compose[name]["healthcheck"]["test"]]
        done = subprocess.run(
            ["sh", "-c", *command] if kind == "CMD-SHELL" else command,
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        return f"{done.returncode} {done.stdout}{done.stderr}" if done.returncode else ""

    def up(self, name: str, stack: ExitStack) -> Running:
        return stack.enter_context(running(self.command(name), self.environment, self.folder / f"{name}.log"))


@pytest.fixture
def folder() -> Iterator[Path]:
    """Outside the temporary folder, where production refuses to keep a database."""
    path = ROOT / "var" / f"compose-{secrets.token_hex(4)}"
    path.mkdir(parents=True)
    yield path
    shutil.rmtree(path)


@pytest.fixture
def database_url() -> Iterator[str]:
    """A new PostgreSQL database where one answers; else nothing, which means SQLite."""
    name = f"compose_{secrets.token_hex(4)}"
    try:
        server = psycopg.connect(f"{POSTGRES}/postgres", autocommit=True, connect_timeout=3)
    except psycopg.OperationalError:
        yield ""
        return
    with server:
        server.execute(f"CREATE DATABASE {name}")
        yield f"{POSTGRES}/{name}"
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def redis_url(compose: dict[str, Any], folder: Path) -> Iterator[str]:
    """Redis by the file's own command where it is installed; else nothing, which means a broker of files."""
    command = compose["redis"]["command"]
    if not shutil.which(command[0]):
        yield ""
        return
    port = free_port()
    with running(
        [*command, "--port", str(port), "--dir", str(folder)], clean_environment(), folder / "redis.log"
    ):
        yield f"redis://127.0.0.1:{port}/0"


def test_every_command_starts_stays_and_stops(
    compose: dict[str, Any], folder: Path, database_url: str, redis_url: str
) -> None:
    containers = Containers(compose, folder, database_url, redis_url)
    with ExitStack() as stack:
        web = containers.up("web", stack)
        seconds_until_answer(f"http://127.0.0.1:{containers.port}/healthz", web, 60, host=HOST)
        others = {name: containers.up(name, stack) for name in sorted(OUR_SERVICES - {"web"})}
        watched = [name for name in OUR_SERVICES if redis_url or name != "worker"]
        assert {name: containers.health_within(30, name) for name in watched} == dict.fromkeys(watched, "")
        for name, started in {"web": web, **others}.items():
            assert started.lives(), f"{name}: {started.said()}"
        for name, started in others.items():
            started.stop(signal.SIGTERM)
            assert "Traceback" not in started.said(), f"{name}: {started.said()}"
