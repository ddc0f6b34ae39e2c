"""S1: what a student's pages cost, on both databases, in a school of 100 and of 100,000."""

from collections import defaultdict
from collections.abc import Mapping

from bench.figures import Findings
from bench.load import Hand
from bench.measure import Effort, People, cost, hello, middle, spread
from bench.servers import Server

MOST = {"SQLite": 12.0, "PostgreSQL": 16.0}
MOST_GROWTH = 1.15


def measure_pages(
    findings: Findings,
    bare: Server,
    engine: str,
    schools: Mapping[int, tuple[Server, People]],
    effort: Effort,
) -> None:
    """`schools` by number of students, the smallest first. Sizes and pages take turns within a pass."""
    ratios: dict[tuple[str, int], list[float]] = defaultdict(list)
    before = hello(bare, effort)
    for _ in range(effort.passes):
        costs = {
            (page, size): cost(server, hands, units=effort.page_units, warm=15).per("read")
            for size, (server, people) in schools.items()
            for page, hands in _pages(people).items()
        }
        after = hello(bare, effort)
        for key, seconds in costs.items():
            ratios[key].append(seconds / ((before + after) / 2))
        before = after
    smallest, largest = min(schools), max(schools)
    for page in _pages(schools[smallest][1]):
        for size in (smallest, largest):
            what = f"{page}, {engine}, {size:,} students: CPU ÷ hello"
            findings.at_most("S1", what, middle(ratios[page, size]), MOST[engine])
        growth = [
            big / small for big, small in zip(ratios[page, largest], ratios[page, smallest], strict=True)
        ]
        what = f"{page}, {engine}: cost at {largest:,} students ÷ at {smallest:,}"
        findings.at_most("S1", what, middle(growth), MOST_GROWTH)


def _pages(people: People) -> dict[str, list[Hand]]:
    steps = tuple(people.module.step(number) for number in range(1, len(people.module.right) + 1))
    return {
        "student home": spread("read", people.under_way, ("/",), None),
        "module step": spread("read", people.under_way, steps, None),
    }
