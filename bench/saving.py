"""S4: many people save at once, on the one file of embedded SQLite."""

from collections import defaultdict
from collections.abc import Mapping
from statistics import mean

from bench.figures import Findings
from bench.load import Hand
from bench.measure import Effort, People, cost, hello, middle, percentile
from bench.servers import Server

WRITERS, READERS = 8, 2
MOST_CPU, MOST_SPREAD = 8.0, 8.0
LOCKED = b"database is locked"
WITHOUT_END = 1_000_000


def measure_saving(
    findings: Findings,
    bare: Server,
    school: tuple[Server, People],
    savers: list[str],
    rows: int,
    effort: Effort,
) -> None:
    """Eight go through the module, each for several students in turn, while two read their start page.

    A save's CPU is what is left of the whole after the readers' pages, at the cost they have alone.
    """
    server, people = school
    found: dict[str, list[float]] = defaultdict(list)
    locked_before = _locked(server)
    readers = [Hand("read", people.under_way[place:], ("/",)) for place in range(READERS)]
    before = hello(bare, effort)
    for number in range(effort.passes):
        alone = cost(server, readers, units=effort.page_units, warm=10).per("read")
        writers = _writers(people, savers, number, effort.passes)
        mixed = cost(server, writers + readers, units=WITHOUT_END, seconds=effort.seconds, warm=3)
        after = hello(bare, effort)
        times = mixed.done.seconds["save"]
        saving = mixed.cpu - mixed.done.units("read") * alone
        found["cpu"].append(saving / len(times) / mean((before, after)))
        found["p50"].append(percentile(times, 0.5))
        found["p99"].append(percentile(times, 0.99))
        found["each second"].append(len(times) / effort.seconds)
        found["failures"].append(mixed.done.failures.total())
        before = after
    found["locked"].append(_locked(server) - locked_before)
    _judge(findings, f"save, {rows:,} rows of progress", found)


def _judge(findings: Findings, what: str, found: Mapping[str, list[float]]) -> None:
    spread = middle([high / low for high, low in zip(found["p99"], found["p50"], strict=True)])
    findings.at_most("S4", f"{what}: CPU ÷ hello", middle(found["cpu"]), MOST_CPU)
    findings.at_most("S4", f"{what}: p99 ÷ p50", spread, MOST_SPREAD)
    findings.at_most("S4", f"{what}: “database is locked”", sum(found["locked"]), 0)
    findings.at_most("S4", f"{what}: answers of 400 and above", sum(found["failures"]), 0)
    p50, p99 = (1000 * middle(found[name]) for name in ("p50", "p99"))
    shown = f"p50 {p50:.1f} ms, p99 {p99:.1f} ms, {middle(found['each second']):.0f} a second"
    findings.for_orientation("S4", f"{what}: time on the clock", shown)


def _writers(people: People, savers: list[str], number: int, passes: int) -> list[Hand]:
    """People of their own for each pass and writer."""
    each = len(savers) // (passes * WRITERS)
    starts = range(number * WRITERS * each, (number + 1) * WRITERS * each, each)
    return [Hand("save", tuple(savers[start : start + each]), module=people.module) for start in starts]


def _locked(server: Server) -> int:
    return server.log.read_bytes().count(LOCKED)
