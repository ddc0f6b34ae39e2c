"""S9: from the commit of an urgent notice to the mail server; sends a second, beside a bare Celery task.

The processes are those of the Procfile; the mail server is one of our own that answers at once.
`python -m bench.sending` measures this alone.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from bench.demo_server import ROOT
from bench.figures import Findings, as_text, figures_table
from bench.measure import middle, percentile
from tests.faults.installation import Installation, Sink
from tests.faults.servers import OwnPostgres, OwnRedis, until

CALLS, PAUSE = 30, 0.2  # urgent notices that trickle in, and the seconds between two of them
LETTERS = 200
MOST = {"sqlite": 3.0, "postgres": 1.0}
MOST_BEHIND = 5.0
NAMES = {"sqlite": "SQLite, embedded", "postgres": "PostgreSQL and Redis"}


@dataclass(frozen=True)
class Place:
    kind: str
    installation: Installation

    @property
    def name(self) -> str:
        return NAMES[self.kind]


def measure_sending(findings: Findings, say: Callable[[str], None]) -> None:
    """With servers of its own, in a folder that is open to PostgreSQL's user, too."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.chmod(0o755)
        sink = Sink(folder / "mail")
        stack.callback(sink.process.terminate)
        postgres, redis = OwnPostgres(folder / "postgres"), OwnRedis(folder / "redis")
        stack.callback(redis.end)
        stack.callback(postgres.end)
        postgres.run("CREATE DATABASE sending")
        file = f"sqlite:///{folder / 'sending.sqlite3'}"
        places = [
            Place("sqlite", Installation(folder / "sqlite", file, "", sink)),
            Place("postgres", Installation(folder / "server", postgres.url("sending"), redis.url, sink)),
        ]
        for place in places:
            _measure_calls(findings, place, "calls", MOST[place.kind])
            _measure_letters(findings, place)
            say(f"measured sending, {place.name}")
        _measure_bare(findings, sink, f"{redis.url[:-1]}1")  # where nobody rings for us
        for place in places:
            place.installation.inside("hundred_thousand")
            _measure_calls(findings, place, "behind", MOST_BEHIND, "behind 100,000 reminders")
            say(f"measured calls behind 100,000 reminders, {place.name}")


def _measure_calls(findings: Findings, place: Place, name: str, most: float, where: str = "alone") -> None:
    here = place.installation
    with here.started("sender", "worker"):
        here.inside("fill", f"{name}-first", "2", "urgent", "1")
        until(lambda: not here.open(f"{name}-first"), 60, "both have started and the first calls are out")
        time.sleep(5)
        here.inside("trickle", name, str(CALLS), str(PAUSE))
        until(lambda: not here.open(name), 120, "the calls are out")
    waits = here.waits(name)
    what = f"urgent notice, commit to mail server, {place.name}, {where}"
    findings.at_most("S9", f"{what}: p95", percentile(waits, 0.95), most, "s")
    findings.for_orientation("S9", f"{what}: median, longest", f"{middle(waits):.2f} s, {max(waits):.2f} s")


def _measure_letters(findings: Findings, place: Place) -> None:
    """One sender alone: calls are claimed one by one, others twenty at a time."""
    here = place.installation
    for lane, how in (("urgent", "one by one"), ("ordinary", "twenty at a time")):
        here.inside("fill", lane, str(LETTERS), lane, "100")
        with here.started("sender"):
            until(lambda: not here.open(lane), 180, "all are out")  # noqa: B023 - asked before the next round
        wanted = here.message_ids(lane)
        moments = [at for at, number, _ in here.sink.taken() if number in wanted]
        findings.for_orientation("S9", f"sends a second, {how}, {place.name}", f"{_rate(moments):.0f}")


def _measure_bare(findings: Findings, sink: Sink, redis_url: str) -> None:
    here = {**os.environ, "REDIS_URL": redis_url, "MAIL_PORT": str(sink.port)}
    command = [sys.executable, "-m", "bench.bare.mailing", str(LETTERS)]
    subprocess.run(command, cwd=ROOT, env=here, check=True)
    words = ["-q", "-A", "bench.bare.mailing", "worker", "--pool", "solo", "--loglevel", "ERROR"]
    worker = subprocess.Popen([sys.executable, "-m", "celery", *words], cwd=ROOT, env=here)
    taken: list[float] = []

    def all_taken() -> bool:
        taken[:] = [at for at, number, _ in sink.taken() if number.endswith("@bare>")]
        return len(taken) == LETTERS

    until(all_taken, 120, "the bare tasks are done")
    worker.terminate()
    worker.wait(timeout=20)
    findings.for_orientation("S9", "sends a second, a bare Celery task on Redis", f"{_rate(taken):.0f}")


def _rate(moments: Sequence[float]) -> float:
    return (len(moments) - 1) / (max(moments) - min(moments))


def main() -> int:
    findings = Findings()
    try:
        measure_sending(findings, lambda words: print(words, flush=True))
    finally:
        print(as_text(figures_table(findings.figures)))
    return int(any(figure.holds is False for figure in findings.figures))


if __name__ == "__main__":
    sys.exit(main())
