"""What our pages cost, beside a bare Django project: `python -m bench [--quick] [--write]`.

Figures S1 to S5, S8 and S9. The stable measure is CPU of the whole server tree, database included, for one
request, divided by that of `hello` in the same run: seconds depend on the machine, that ratio hardly does.
Ends with status 1 when a figure falls short of its limit.
"""

import shutil
import sys
import tempfile
import time
from argparse import ArgumentParser, Namespace
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from bench.databases import inside, postgres_answers, postgres_url, prepare, sqlite_url
from bench.demo_server import ROOT
from bench.figures import Findings, Table, as_markdown, as_text, figures_table
from bench.machine import facts
from bench.measure import FULL, QUICK, Effort, People, hello, people_from
from bench.mornings import report_mornings
from bench.pages import measure_pages
from bench.queries import report_queries
from bench.saving import WRITERS, measure_saving
from bench.sending import measure_sending
from bench.servers import Server, served
from bench.steps import measure_steps, walkers_needed
from bench.weight import measure_weight

OURS, BARE = "peersupport.wsgi:application", "bench.bare.wsgi:application"
PAGE = ROOT / "docs" / "measurements.md"
SAVERS_EACH = 8  # students whom one writer saves for in one pass

INTRODUCTION = """# Measurements

Written by `python -m bench --write`, as measured, also where it falls short. Costs are CPU of the whole
server tree, database included, for one request, divided by that of a bare Django view that says hello
(`bench/bare/`), served by the same gunicorn command in the same run; medians of passes hello, ours, hello.
What else the machine did meanwhile slows the clock and hardly touches that ratio.
"""


class Bench:
    """One run: its folder, its servers, and what it has found so far."""

    def __init__(self, folder: Path, effort: Effort, stack: ExitStack) -> None:
        self.folder, self.effort, self._stack = folder, effort, stack
        self.findings = Findings()
        self.visits: list[dict[str, Any]] = []
        self._begun = time.monotonic()

    def say(self, words: str) -> None:
        print(f"{time.monotonic() - self._begun:5.0f} s  {words}", flush=True)

    def serve(self, url: str) -> Server:
        return self._stack.enter_context(served(OURS, self.folder, url))

    def people(self, url: str) -> People:
        needed = walkers_needed(self.effort) + self.effort.passes * WRITERS * SAVERS_EACH * 2
        found = inside(self.folder, url, "visitors", needed)
        return people_from(found, found["module"])

    def open_schools(self) -> dict[int, str]:
        """S2 on the way: an SQLite school that grows, and a copy of it while it was small."""
        sizes = self.effort.sizes
        small, large = sqlite_url(self.folder, "small"), sqlite_url(self.folder, "large")
        prepare(self.folder, large)
        counts = {}
        for place, size in enumerate(sizes):
            inside(self.folder, large, "grow" if place else "open", size)
            counts[size] = inside(self.folder, large, "queries")["rows"]
            if not place:
                shutil.copy(self.folder / "large.sqlite3", self.folder / "small.sqlite3")
            self.say(f"counted SQL at {size:,} students")
        self.visits = counts[sizes[0]]
        report_queries(self.findings, counts)
        return {sizes[0]: small, sizes[-1]: large}

    def open_postgres_schools(self) -> dict[int, str]:
        urls = {}
        for name, size in (("small", self.effort.sizes[0]), ("large", self.effort.sizes[-1])):
            url = urls[size] = self._stack.enter_context(postgres_url(name))
            prepare(self.folder, url)
            inside(self.folder, url, "open", size)
        self.say("filled PostgreSQL")
        return urls


def measure(bench: Bench) -> None:
    effort, findings = bench.effort, bench.findings
    urls = bench.open_schools()
    with served(BARE, bench.folder) as bare:
        seconds = hello(bare, effort)
        findings.for_orientation("S1", "hello, CPU", f"{seconds * 1000:.2f} ms")
        embedded = {size: (bench.serve(url), bench.people(url)) for size, url in urls.items()}
        measure_weight(findings, *embedded[effort.sizes[0]], bench.visits)
        measure_pages(findings, bare, "SQLite", embedded, effort)
        bench.say("measured pages on SQLite")
        large = embedded[effort.sizes[-1]]
        measure_steps(findings, bare, "SQLite", large, effort)
        bench.say("measured steps on SQLite")
        _measure_postgres(bench, bare)
        _measure_saving(bench, bare, large, urls[effort.sizes[-1]])
    measure_sending(findings, bench.say)
    report_mornings(findings, bench.folder, urls[effort.sizes[-1]], "SQLite")
    bench.say("measured reminders on SQLite")


def _measure_postgres(bench: Bench, bare: Server) -> None:
    if not postgres_answers():
        bench.findings.for_orientation("S1", "PostgreSQL at 127.0.0.1:5432", "does not answer: not measured")
        return
    urls = bench.open_postgres_schools()
    schools = {size: (bench.serve(url), bench.people(url)) for size, url in urls.items()}
    measure_pages(bench.findings, bare, "PostgreSQL", schools, bench.effort)
    bench.say("measured pages on PostgreSQL")
    measure_steps(bench.findings, bare, "PostgreSQL", schools[bench.effort.sizes[-1]], bench.effort)
    bench.say("measured steps on PostgreSQL")
    report_mornings(bench.findings, bench.folder, urls[bench.effort.sizes[-1]], "PostgreSQL")
    bench.say("measured reminders on PostgreSQL")


def _measure_saving(bench: Bench, bare: Server, school: tuple[Server, People], url: str) -> None:
    savers = list(school[1].not_begun[walkers_needed(bench.effort) :])
    half = len(savers) // 2
    for number, some in ((0, savers[:half]), (bench.effort.rows, savers[half:])):
        rows = inside(bench.folder, url, "progress", number)
        measure_saving(bench.findings, bare, school, some, rows, bench.effort)
        bench.say(f"measured saving with {rows:,} rows")


def write_page(findings: Findings, tables: list[Table]) -> None:
    short = sum(figure.holds is False for figure in findings.figures)
    judged = sum(figure.holds is not None for figure in findings.figures)
    summary = f"{short} of {judged} figures fall short of their limit.\n"
    PAGE.write_text("\n".join([INTRODUCTION, summary, *map(as_markdown, tables)]))


def arguments() -> Namespace:
    parser = ArgumentParser(
        prog="python -m bench", description="S1 to S5, S8 and S9 beside a bare Django project."
    )
    parser.add_argument("--quick", action="store_true", help="smaller schools, fewer requests")
    parser.add_argument("--write", action="store_true", help="write the findings to docs/measurements.md")
    return parser.parse_args()


def main() -> int:
    wanted = arguments()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        bench = Bench(Path(folder), QUICK if wanted.quick else FULL, stack)
        measure(bench)
    findings = bench.findings
    findings.figures.sort(key=lambda figure: figure.goal)
    tables = [figures_table(findings.figures), *findings.tables, Table("Machine", ("what", "which"), facts())]
    print("\n".join(map(as_text, tables)))
    if wanted.write:
        write_page(findings, tables)
    return int(any(figure.holds is False for figure in findings.figures))


if __name__ == "__main__":
    sys.exit(main())
