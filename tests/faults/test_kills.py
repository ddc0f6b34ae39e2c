"""F1, F20, F21: processes that are killed, told to leave, or stopped dead, in the middle of what they do."""

import random
import signal
import time

import pytest

from tests.faults.engines import BOTH, POSTGRES_FIRST
from tests.faults.installation import Installation
from tests.faults.reports import Say
from tests.faults.servers import until

pytestmark = pytest.mark.faults
HONCHO_WAITS = 5  # seconds that `make run` gives a process to leave


@BOTH
@pytest.mark.parametrize(
    ("notices", "kills", "wire"),
    [(120, 9, 0.15), pytest.param(10_000, 50, 0.03, marks=pytest.mark.deep)],
    ids=["short", "full"],
)
def test_senders_killed_at_random_lose_nothing(
    installation: Installation, say: Say, notices: int, kills: int, wire: float
) -> None:
    """F1, R23, R32: two senders, `kill -9` to either of them again and again.

    `wire`: seconds that the mail server takes for each message.
    """
    chance, name = random.Random(kills), f"kills-{notices}"
    installation.sink.behave(delay=wire)
    installation.inside("fill", name, str(notices), "urgent", "100")
    broken: set[int] = set()
    hits = 0
    with installation.started("sender", "sender") as senders:
        for _ in range(kills):
            until(lambda: installation.sending(senders), 60, "somebody sends")
            time.sleep(chance.uniform(0, 2 * wire))
            victim = chance.choice(installation.sending(senders) or senders)
            victim.kill()
            left = still_open(installation, wire) - broken
            hits += bool(left)
            broken |= left
            senders[senders.index(victim)] = installation.begin("sender")
        installation.wait_for_the_end(name)
    tally = installation.tally(name)
    say(f"F1 {installation.database}: {kills} kills, {hits} with an open attempt; {tally}")
    assert tally.lost == 0
    assert tally.duplicates <= kills
    assert tally.copies <= 3
    assert hits * 3 >= kills, "The kills hit nothing: the test has shown nothing."


def still_open(installation: Installation, wire: float) -> set[int]:
    """Attempts that nobody is closing: whoever lives has closed by now what it had open."""
    before = installation.tries_under_way()
    time.sleep(3 * wire)
    return before & installation.tries_under_way()


@POSTGRES_FIRST
@pytest.mark.parametrize(
    ("notices", "times"), [(120, 4), pytest.param(1_500, 20, marks=pytest.mark.deep)], ids=["short", "full"]
)
def test_whoever_is_told_to_leave_finishes_and_leaves(
    installation: Installation, say: Say, notices: int, times: int
) -> None:
    """F20: a new version is put in place under load: nothing lost, nothing twice."""
    chance, name = random.Random(times), f"deploy-{notices}"
    installation.sink.behave(delay=0.2)
    installation.inside("fill", name, str(notices), "both", "100")
    took = []
    with installation.started("sender", "worker") as started:
        for _ in range(times):
            until(lambda: installation.sending(started) or not installation.open(name), 60, "somebody sends")
            time.sleep(chance.uniform(0, 0.4))
            victim = chance.choice(installation.sending(started) or started)
            took.append(victim.end(30))
            started[started.index(victim)] = installation.begin(victim.name)
        installation.wait_for_the_end(name)
        took += [one.end(30) for one in started]
    tally = installation.tally(name)
    say(f"F20 {installation.database}: told to leave {times} times, at most {max(took):.1f} s; {tally}")
    assert (tally.lost, tally.duplicates) == (0, 0)
    assert max(took) <= HONCHO_WAITS


@BOTH
@pytest.mark.deep
def test_a_sender_that_was_stopped_dead_and_wakes_up_sends_no_more_than_what_it_had_in_hand(
    installation: Installation, say: Say
) -> None:
    """F21, R23: its lease was taken over while it slept."""
    installation.sink.behave(delay=0.1)
    installation.inside("fill", "asleep", "300", "urgent", "100")
    with installation.started("sender") as (sleeper,):
        until(lambda: installation.open("asleep") < 290, 60, "something goes out")
        sleeper.tell(signal.SIGSTOP)
        with installation.started("sender"):
            installation.wait_for_the_end("asleep")
        sleeper.tell(signal.SIGCONT)
        time.sleep(10)
    tally = installation.tally("asleep")
    say(f"F21 {installation.database}: {tally}")
    assert tally.lost == 0
    assert tally.duplicates <= 1
