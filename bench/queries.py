"""S2: how many statements each URL takes, in a school that grows under it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from bench.figures import Findings, Table

MOST_STUDENT, MOST_STAFF = 6, 10
MOST_PAIR = 10
POST = "POST "

Row = Mapping[str, Any]


def report_queries(findings: Findings, counts: Mapping[int, Sequence[Row]]) -> None:
    """`counts` holds, for each number of students, what `bench.questions.counted` found."""
    table = _by_page(counts)
    pages = {key: found for key, found in table.items() if not key[1].startswith(POST)}
    student = {key: found for key, found in pages.items() if key[0] != "staff"}
    staff = {key: found for key, found in pages.items() if key[0] == "staff"}
    for who, of, most in (("public and student", student, MOST_STUDENT), ("staff", staff, MOST_STAFF)):
        worst, page = max((max(max(here) for here in found.values()), key[1]) for key, found in of.items())
        findings.at_most("S2", f"most SQL on one of {len(of)} {who} pages ({page})", worst, most)
    changing = [
        what for (_, what), found in table.items() if len({frozenset(here) for here in found.values()}) > 1
    ]
    findings.at_most(
        "S2", "addresses whose count changes with the number of students" + _named(changing), len(changing), 0
    )
    failed = {row["what"] for rows in counts.values() for row in rows if row["status"] >= 400}
    findings.at_most("S2", "addresses that did not answer" + _named(sorted(failed)), len(failed), 0)
    _pairs(findings, next(iter(counts.values())))
    sizes = list(counts)
    findings.tables.append(
        Table(
            "SQL for each address, by number of students",
            ("who", "address", *(f"{size:,}" for size in sizes)),
            [
                (who, what, *("–".join(map(str, sorted(found[size]))) for size in sizes))
                for (who, what), found in table.items()
            ],
        )
    )


def _by_page(counts: Mapping[int, Sequence[Row]]) -> dict[tuple[str, str], dict[int, set[int]]]:
    table: dict[tuple[str, str], dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
    for size, rows in counts.items():
        for row in rows:
            table[row["who"], row["what"]][size].add(row["count"])
    return table


def _pairs(findings: Findings, rows: Sequence[Row]) -> None:
    """S3's count: a step sent, and the page after it."""
    page = max(
        row["count"] for row in rows if row["what"] == "training:step-show" and row["who"] == "student"
    )
    for who, what in (
        ("student", "a step sent, and the next page"),
        ("new student", "the first step sent, and the next page"),
    ):
        sent = max(
            row["count"] for row in rows if row["what"] == f"{POST}training:step-pass" and row["who"] == who
        )
        findings.at_most("S3", f"{what}: SQL", sent + page, MOST_PAIR)


def _named(names: list[str]) -> str:
    return f" ({', '.join(names)})" if names else ""
