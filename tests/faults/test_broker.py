"""F3, F4: Redis refused, frozen, wiped. It is a doorbell: nothing waits for it, nothing is lost with it."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.faults.engines import POSTGRES_ONLY
from tests.faults.installation import Installation
from tests.faults.reports import Say
from tests.faults.servers import OwnRedis, until
from tests.faults.visitors import Visitor

pytestmark = pytest.mark.faults
LONGEST = 0.5  # seconds that a request may wait for the doorbell, and as long again on a busy machine


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


@POSTGRES_ONLY
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
    assert max(frozen + refused) <= 2 * LONGEST
    assert known <= 0.05


class Codes:
    """People who want to sign in, one after another, and how long the site and the mail took for each."""

    def __init__(self, installation: Installation) -> None:
        self._installation, self._asked = installation, 0

    def ask(self, times: int) -> tuple[float, float]:
        """The longest request and the longest wait for the mail, in seconds."""
        requests, waits = [], []
        for _ in range(times):
            self._asked += 1
            address = f"somebody{self._asked}@elsewhere.example"
            answer = Visitor(self._installation.port).ask_for_a_code(address)
            assert (answer.status, answer.url.endswith("/code/")) == (200, True), answer
            requests.append(answer.seconds)
            waits.append(until(lambda: self._has_mail(address), 20, f"a code for {address}"))  # noqa: B023
        return max(requests), max(waits)

    def _has_mail(self, address: str) -> bool:
        return any(to == address for _, _, to in self._installation.sink.taken())


@POSTGRES_ONLY
def test_nobody_waits_for_redis_and_nothing_is_lost_with_it(
    installation: Installation, redis: OwnRedis, say: Say
) -> None:
    """F2 and F3, F4, R23: frozen, wiped, killed with nothing on disk, back again; nobody is signed out."""
    codes = Codes(installation)
    signed_in = Visitor(installation.port, installation.inside("sign_in"))
    with installation.started("web", "sender", "worker"):
        installation.wait_for_the_site()
        for number in range(6):  # both processes of the site have loaded what they need
            Visitor(installation.port).ask_for_a_code(f"first{number}@elsewhere.example")
        found = {"well": codes.ask(2)}
        redis.freeze()
        found["frozen"] = codes.ask(3)
        redis.thaw()
        redis.client().flushall()
        found["wiped"] = codes.ask(2)
        redis.kill()
        found["refused"] = codes.ask(3)
        redis.start()
        found["back"] = codes.ask(2)
        redis.client().lpush("nothing", "")
        until(lambda: redis.client().llen("celery") == 0, 30, "the worker takes what is in Redis again")
        assert signed_in.get("/account/notices/").status in {200, 404}
    tally = installation.tally("code")
    slowest = {name: f"{request:.2f}/{mail:.2f}" for name, (request, mail) in found.items()}
    say(f"F3, F4 seconds of the slowest request/mail: {slowest}; {tally}")
    assert max(request for request, _ in found.values()) <= 2
    assert max(mail for _, mail in found.values()) <= 10
    assert (tally.lost, tally.duplicates) == (0, 0)
