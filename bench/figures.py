"""What was measured, beside its limit, and the two ways to show it: on the terminal and as a page of docs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Figure:
    """One line: `holds` is None where there is no limit and the figure is there for orientation."""

    goal: str
    what: str
    measured: str
    limit: str = ""
    holds: bool | None = None

    @property
    def verdict(self) -> str:
        return {True: "holds", False: "falls short", None: ""}[self.holds]


@dataclass(frozen=True)
class Table:
    title: str
    headers: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass
class Findings:
    figures: list[Figure] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)

    def at_most(self, goal: str, what: str, measured: float, limit: float, unit: str = "") -> None:
        """A figure that must not be above its limit; compared as measured, shown with three digits."""
        self.figures.append(
            Figure(goal, what, _shown(measured, unit), f"≤ {_shown(limit, unit)}", measured <= limit)
        )

    def for_orientation(self, goal: str, what: str, measured: str) -> None:
        self.figures.append(Figure(goal, what, measured))


def _shown(number: float, unit: str) -> str:
    digits = f"{number:,.0f}" if number == int(number) or number >= 100 else f"{number:.3g}"
    return f"{digits} {unit}".strip()


def figures_table(figures: Iterable[Figure]) -> Table:
    return Table(
        "Figures",
        ("goal", "what", "measured", "limit", "verdict"),
        [(one.goal, one.what, one.measured, one.limit, one.verdict) for one in figures],
    )


def as_text(table: Table) -> str:
    widths = [
        max(len(row[place]) for row in (table.headers, *table.rows)) for place in range(len(table.headers))
    ]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in (table.headers, *table.rows)
    ]
    return "\n".join([f"\n{table.title}", *lines])


def as_markdown(table: Table) -> str:
    lines = [
        "| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |"
        for row in (table.headers, ["---"] * len(table.headers), *table.rows)
    ]
    return "\n".join([f"## {table.title}", "", *lines, ""])
