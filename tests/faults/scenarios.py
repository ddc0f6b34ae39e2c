"""What is asked of the code as it is, and of code that lacks a safeguard; each asserts by itself."""

import time
from contextlib import closing
from uuid import uuid4

import psycopg

from tests.faults.installation import Installation, Tally
from tests.faults.servers import until


def many_who_do_the_same(installation: Installation, notices: int) -> Tally:
    """Three who queue the same notices at once, two senders and two workers, each with a beat of its own."""
    name = f"same-{uuid4().hex[:8]}"
    installation.sink.behave(delay=0.05)
    with installation.started("sender", "sender", "worker", "worker"):
        sweepers = [installation.begin_inside("fill", name, str(notices), "both", "10") for _ in range(3)]
        assert [sweeper.wait(timeout=120) for sweeper in sweepers] == [0, 0, 0]
        until(lambda: not installation.open(name) or installation.tally(name).duplicates, 300, "all ended")
    tally = installation.tally(name)
    assert (tally.wanted, tally.sent, tally.lost) == (notices, notices, 0), str(tally)
    return tally


def a_doorbell_and_nobody_who_looks_by_himself(installation: Installation) -> float:
    """A worker alone, without beat or sender: it hears of a notice once its transaction is through."""
    name = f"bell-{uuid4().hex[:8]}"
    installation.sink.behave()
    with installation.started("worker", without="-B") as (worker,):
        until(lambda: worker.has_a_line_to(int(installation.redis_url.split(":")[2][:-2])), 60, "it listens")
        time.sleep(1)
        installation.inside("fill_slowly", name, "1")
        return until(lambda: installation.tally(name).sent == 1, 8, "the notice has gone out")


def a_row_that_somebody_holds(installation: Installation) -> float:
    """A process that was stopped in the middle of claiming holds a row: the others go out all the same."""
    name = f"held-{uuid4().hex[:8]}"
    installation.sink.behave()
    installation.inside("fill", name, "20", "urgent", "20")
    with closing(psycopg.connect(installation.database_url)) as holding:
        holding.execute("SELECT id FROM peersupport_notification WHERE key = %s FOR UPDATE", (f"{name}:0",))
        with installation.started("sender"):
            took = until(lambda: installation.open(name) == 1, 15, "the others have gone out")
            holding.rollback()
            until(lambda: not installation.open(name), 30, "the held one, too")
    return took
