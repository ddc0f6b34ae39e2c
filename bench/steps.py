"""S3: what it costs to go through a module."""

from collections import defaultdict

from bench.figures import Findings
from bench.load import Hand
from bench.measure import CONNECTIONS, Cost, Effort, People, cost, hello, middle, spread
from bench.servers import Server

MOST_PAIR = 24.0
MOST_MODULE, STEPS = (
    240.0,
    14,
)  # a module of 14 steps: a third of a Moodle quiz attempt of five questions (720)
WALKS_WARM = 1


def walkers_needed(effort: Effort) -> int:
    """How many students who have not begun the walks use up."""
    return effort.passes * CONNECTIONS * (effort.walks + WALKS_WARM)


def measure_steps(
    findings: Findings, bare: Server, engine: str, school: tuple[Server, People], effort: Effort
) -> None:
    server, people = school
    found: dict[str, list[float]] = defaultdict(list)
    before = hello(bare, effort)
    for number in range(effort.passes):
        pair = cost(
            server, spread("answer", people.under_way, (), people.module), units=effort.pair_units, warm=8
        )
        walks = cost(server, _walkers(people, number, effort), units=effort.walks, warm=WALKS_WARM)
        after = hello(bare, effort)
        one = (before + after) / 2
        found["pair"].append(pair.per("answer") / one)
        found["walk"].append(walks.per("walk") / one)
        before = after
        _refuse_failures(pair, walks)
    steps = len(people.module.right)
    findings.at_most(
        "S3", f"answer a check, next page, {engine}: CPU ÷ hello", middle(found["pair"]), MOST_PAIR
    )
    whole = middle(found["walk"])
    findings.for_orientation("S3", f"whole module, {steps} steps, {engine}: CPU ÷ hello", f"{whole:.0f}")
    findings.at_most(
        "S3",
        f"{STEPS} of the {steps} steps of a module, {engine}: CPU ÷ hello",
        whole * STEPS / steps,
        MOST_MODULE,
    )


def _walkers(people: People, number: int, effort: Effort) -> list[Hand]:
    """For each pass and connection people of its own, who have not begun."""
    each = effort.walks + WALKS_WARM
    starts = range(number * CONNECTIONS * each, (number + 1) * CONNECTIONS * each, each)
    return [Hand("walk", people.not_begun[start : start + each], module=people.module) for start in starts]


def _refuse_failures(*costs: Cost) -> None:
    for one in costs:
        if one.done.failures:
            raise RuntimeError(f"The pages failed while they were measured: {dict(one.done.failures)}")
