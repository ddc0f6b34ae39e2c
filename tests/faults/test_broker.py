"""F3, F4: Redis refused, frozen, wiped. It is a doorbell: nothing waits for it, nothing is lost with it."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.faults.installation import Installation
from tests.faults.reports import Say
from tests.faults.servers import OwnRedis

pytestmark = pytest.mark.faults
ON_POSTGRES = pytest.mark.parametrize("installation", ["postgres"], indirect=True)
LONGEST = 0.5  # seconds that a request may wait for the doorbell, and a breath more on a busy machine
A_BREATH = 0.25


@pytest.fixture
def redis(broker: OwnRedis) -> Iterator[OwnRedis]:
    yield broker
    if broker.process.poll() is None:
        broker.thaw()
    else:
        broker.start()


class Ringer:
    """A process of ours that rings when it is told to, and says how long that took."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def ring(self, *, after_half_a_minute: bool = False) -> float:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write("later\n" if after_half_a_minute else "now\n")
        self._process.stdin.flush()
        return float(self._process.stdout.readline())


@contextmanager
def ringer(installation: Installation) -> Iterator[Ringer]:
    with installation.begin_inside("ring") as process:
        yield Ringer(process)
        assert process.stdin
        process.stdin.close()


@ON_POSTGRES
def test_a_doorbell_that_nobody_answers_holds_nobody_up(
    installation: Installation, redis: OwnRedis, say: Say
) -> None:
    """F3, F4: with a line open and without, frozen and refused; and once it is known, it costs nothing."""
    with ringer(installation) as connected, ringer(installation) as fresh, ringer(installation) as late:
        well = [connected.ring(), connected.ring()]
        redis.freeze()
        frozen = [connected.ring(), fresh.ring(), connected.ring(after_half_a_minute=True)]
        known = connected.ring()
        redis.thaw()
        redis.kill()
        refused = [late.ring(), connected.ring(after_half_a_minute=True)]
        redis.start()
        again = [one.ring(after_half_a_minute=True) for one in (connected, fresh, late)]
        assert redis.client().llen("celery") == len(again)
    say(f"doorbell: well {max(well):.3f} s, frozen {max(frozen):.3f} s, refused {max(refused):.3f} s")
    assert max(frozen + refused) <= LONGEST + A_BREATH
    assert known <= 0.05
