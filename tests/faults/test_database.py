"""F16, F17: PostgreSQL restarted as after a power cut, a disk that is full, a database only to be read."""

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from resource import RLIM_INFINITY, RLIMIT_FSIZE

import psutil
import psycopg
import pytest

from tests.faults.engines import BOTH, POSTGRES_ONLY
from tests.faults.installation import Installation, Started
from tests.faults.reports import Say
from tests.faults.servers import OwnPostgres, until
from tests.faults.visitors import Answer, Visitor

pytestmark = pytest.mark.faults


def open_now(installation: Installation, name: str) -> int:
    """One more than there can be while the database does not say."""
    with suppress(psycopg.OperationalError):
        return installation.open(name)
    return 1_000_000


@POSTGRES_ONLY
@pytest.mark.parametrize(
    ("notices", "restarts"), [(40, 1), pytest.param(1_000, 5, marks=pytest.mark.deep)], ids=["short", "full"]
)
def test_a_database_that_restarts_under_load_is_found_again(
    installation: Installation, postgres: OwnPostgres, say: Say, notices: int, restarts: int
) -> None:
    """F16: nothing lost, and sending goes on within ten seconds without a restart of ours."""
    name = f"restart-{notices}"
    installation.sink.behave(delay=0.1)
    installation.inside("fill", name, str(notices), "urgent", "100")
    back = []
    with installation.started("sender", "sender"):
        for number in range(restarts):
            share = notices * (restarts - number) // (restarts + 1)
            until(lambda: installation.open(name) <= share, 120, "a share has gone out")  # noqa: B023
            postgres.end(signal.SIGQUIT)
            postgres.start()
            before = len(installation.sink.taken())
            back.append(until(lambda: len(installation.sink.taken()) > before, 30, "sending goes on"))  # noqa: B023
        until(lambda: open_now(installation, name) == 0, 180, "every notice has ended")
    tally = installation.tally(name)
    say(f"F16: {restarts} restarts, sending went on after {max(back):.1f} s at most; {tally}")
    assert max(back) <= 10
    assert tally.lost == 0
    assert tally.duplicates <= 2 * restarts  # what each sender had on the wire


@contextmanager
def a_database_that_takes_nothing(
    installation: Installation, web: Started, request: pytest.FixtureRequest
) -> Iterator[None]:
    """PostgreSQL only to be read; for SQLite a disk that is full for the processes of the site."""
    if installation.database == "sqlite":
        tree = [psutil.Process(web.pid), *psutil.Process(web.pid).children(recursive=True)]
        for process in tree:
            process.rlimit(RLIMIT_FSIZE, (0, RLIM_INFINITY))
        yield
        for process in tree:
            process.rlimit(RLIMIT_FSIZE, (RLIM_INFINITY, RLIM_INFINITY))
    else:
        postgres: OwnPostgres = request.getfixturevalue("postgres")
        postgres.run("ALTER SYSTEM SET default_transaction_read_only = on")
        postgres.run("SELECT pg_reload_conf()")
        time.sleep(0.5)
        yield
        postgres.run("ALTER SYSTEM RESET default_transaction_read_only")
        postgres.run("SELECT pg_reload_conf()")
        time.sleep(0.5)


@BOTH
def test_a_database_that_takes_nothing_is_said_and_loses_nothing(
    installation: Installation, request: pytest.FixtureRequest, say: Say
) -> None:
    """F17: 503 with the way to the numbers, the numbers themselves are up, and nothing was promised."""

    def ask(number: int) -> Answer:
        return Visitor(installation.port).ask_for_a_code(f"nobody{number}@full.example")

    with installation.started("web") as (web,):
        installation.wait_for_the_site()
        assert ask(0).status == 200
        known = installation.message_ids("code")
        with a_database_that_takes_nothing(installation, web, request):
            answers = [ask(number) for number in range(1, 4)]
            help_page = Visitor(installation.port).get("/help/au/")
        after = ask(5)
    assert {answer.status for answer in answers} == {503}, answers
    assert all('href="/help/"' in answer.page for answer in answers)
    assert (help_page.status, "000" in help_page.page) == (200, True)
    assert after.status == 200
    assert len(installation.message_ids("code")) == len(known) + 1
    if installation.database == "sqlite":
        assert installation.ask("PRAGMA integrity_check") == [("ok",)]
    say(f"F17 {installation.database}: slowest answer {max(answer.seconds for answer in answers):.2f} s")
