"""S8: what the reminders of a morning cost a whole school."""

from pathlib import Path

from bench.databases import inside
from bench.figures import Findings
from bench.measure import middle


def report_mornings(findings: Findings, folder: Path, url: str, where: str) -> None:
    found = inside(folder, url, "reminders")
    ours, bare = ([pair[0] for pair in found[name]] for name in ("ours", "bare"))
    what = f"reminders for {found['people']:,} students, {where}"
    ratio = middle([one / other for one, other in zip(ours, bare, strict=True)])
    findings.at_most("S8", f"{what}: CPU ÷ a bare INSERT … SELECT", ratio, 3)
    findings.at_most("S8", f"{what}: SQL for each 500", found["sql"], 3)
    clock = middle([pair[1] for pair in found["again"]])
    findings.at_most("S8", f"{what}: a second look", clock * 1000, 100, "ms")
    seconds = f"{middle(ours):.2f} s of CPU, {found['rows']:,} rows; bare {middle(bare):.2f} s"
    findings.for_orientation("S8", what, seconds)
