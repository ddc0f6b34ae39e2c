"""One installation for each kind of database, with a mail server, and servers to be broken."""

from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from django.conf import settings

from tests.faults.installation import Installation, Sink
from tests.faults.reports import Say
from tests.faults.servers import OwnPostgres, OwnRedis

ENGINE = settings.DATABASES["default"]["ENGINE"].rpartition(".")[2]  # the one that this run is told to use


@pytest.fixture(scope="session")
def home() -> Iterator[Path]:
    """Not pytest's own folder: PostgreSQL runs as somebody else, who may not look in there."""
    with TemporaryDirectory(prefix="faults-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture(scope="session")
def sink(home: Path) -> Iterator[Sink]:
    mail_server = Sink(home / "mail")
    yield mail_server
    mail_server.process.terminate()
    mail_server.process.wait(timeout=10)


@pytest.fixture
def say(record_property: Callable[[str, object], None]) -> Say:
    """Shows a line at the end of the run."""
    return lambda line: record_property("counted", line)


@pytest.fixture(autouse=True)
def _good_manners(sink: Sink) -> None:
    sink.behave()


@pytest.fixture(scope="session")
def postgres(home: Path) -> Iterator[OwnPostgres]:
    server = OwnPostgres(home / "postgres")
    yield server
    server.end()


@pytest.fixture(scope="session")
def broker(home: Path) -> Iterator[OwnRedis]:
    server = OwnRedis(home / "redis")
    yield server
    server.end()


@pytest.fixture(scope="session")
def on_sqlite(home: Path, sink: Sink) -> Installation:
    """As on a laptop: a file for the database, files for the broker."""
    folder = home / "sqlite"
    return Installation(folder, f"sqlite:///{folder / 'database.sqlite3'}", "", sink)


@pytest.fixture(scope="session")
def on_postgres(home: Path, sink: Sink, postgres: OwnPostgres, broker: OwnRedis) -> Installation:
    """As at a school: PostgreSQL and Redis."""
    postgres.run("CREATE DATABASE faults")
    return Installation(home / "server", postgres.url("faults"), broker.url, sink)


@pytest.fixture
def installation(request: pytest.FixtureRequest) -> Installation:
    found: Installation = request.getfixturevalue(f"on_{request.param}")
    return found


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """In the short form, the database that this run uses anyway: .ci/run makes both of them its turn."""
    for item in items:
        if isinstance(item, pytest.Function) and "installation" in item.fixturenames:
            deep = item.get_closest_marker("deep") is not None
            engine = item.callspec.params["installation"]
            if not deep and not ENGINE.startswith(engine):
                item.add_marker(pytest.mark.skip(reason=f"this run is on {ENGINE}"))
