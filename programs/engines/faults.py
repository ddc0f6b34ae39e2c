"""Many faults into few lines: what is wrong with many rows in the same way is said once."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from programs.engines.columns import Fault, quoted

VALUES_APART = 5
VALUES_NAMED = 3
RUNS_NAMED = 8


@dataclass(frozen=True, slots=True)
class FaultGroup:
    """The same fault on some lines; `name` is whose row it is, where it is one row."""

    lines: str
    column: str
    said: str
    name: str


def grouped(faults: Iterable[Fault]) -> list[FaultGroup]:
    """One group for each column, reason and value; many values of one reason share one group."""
    by_reason: dict[tuple[str, str], dict[str, list[Fault]]] = defaultdict(lambda: defaultdict(list))
    for fault in faults:
        by_reason[fault.column, fault.reason][fault.value].append(fault)
    groups: list[tuple[int, FaultGroup]] = []
    for by_value in by_reason.values():
        parts = list(by_value.values())
        if len(parts) > VALUES_APART:
            everything = sorted(fault for part in parts for fault in part)
            groups.append((everything[0].line, _group(everything, _with_examples(everything))))
        else:
            groups += [(part[0].line, _group(part, part[0].said)) for part in parts]
    return [group for _, group in sorted(groups, key=lambda pair: pair[0])]


def _group(faults: Sequence[Fault], said: str) -> FaultGroup:
    name = faults[0].name if len(faults) == 1 else ""
    return FaultGroup(in_words([fault.line for fault in faults]), faults[0].column, said, name)


def _with_examples(faults: Sequence[Fault]) -> str:
    values = list(dict.fromkeys(fault.value for fault in faults))
    examples = ", ".join(quoted(value) for value in values[:VALUES_NAMED])
    return f"{examples} and {len(values) - VALUES_NAMED:,} more: each {faults[0].reason}"


def in_words(lines: Sequence[int]) -> str:
    """ "Line 3", "Lines 2 to 6 and 9": lines in order, neighbours drawn together."""
    runs: list[list[int]] = []
    for line in lines:
        if runs and line == runs[-1][1] + 1:
            runs[-1][1] = line
        else:
            runs.append([line, line])
    if len(lines) == 1:
        return f"Line {lines[0]}"
    parts = [str(first) if first == last else f"{first} to {last}" for first, last in runs[:RUNS_NAMED]]
    if more := sum(last - first + 1 for first, last in runs[RUNS_NAMED:]):
        parts.append(f"{more:,} more")
    return f"Lines {', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 1 else f"Lines {parts[0]}"
