"""One pass: hello, ours, hello. The figure is ours divided by the mean of the two."""

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median

from bench.load import Done, Hand, Module, run
from bench.servers import Server

CONNECTIONS = 4
HELLO = Hand("read", paths=("/hello",))


@dataclass(frozen=True)
class Effort:
    """How much is asked: `units` are a connection's requests in one pass, `seconds` those of timed passes."""

    passes: int
    hello_units: int
    page_units: int
    pair_units: int
    walks: int
    seconds: float
    sizes: tuple[int, ...]
    rows: int


FULL = Effort(3, 1000, 150, 80, 4, 6.0, (100, 1_000, 10_000, 100_000), 800_000)
QUICK = Effort(3, 300, 40, 20, 1, 1.5, (100, 1_000), 10_000)
MOST_SECONDS = 60.0  # for one pass, whatever the number of units


@dataclass(frozen=True)
class People:
    """Sessions of a school's people by how far they are, and the module they go through."""

    not_begun: tuple[str, ...]
    under_way: tuple[str, ...]
    done: tuple[str, ...]
    staff: tuple[str, ...]
    module: Module
    kinds: tuple[str, ...]


def people_from(found: Mapping[str, list[str]], module: Mapping[str, list[list[int]]]) -> People:
    return People(
        not_begun=tuple(found["not_begun"]),
        under_way=tuple(found["under_way"]),
        done=tuple(found["done"]),
        staff=tuple(found["staff"]),
        module=Module(str(module["uuid"]), tuple(tuple(right) for right in module["right"])),
        kinds=tuple(str(kind) for kind in module["kinds"]),
    )


@dataclass(frozen=True)
class Cost:
    cpu: float  # seconds of the whole server tree
    done: Done

    def per(self, script: str) -> float:
        """CPU seconds for one unit."""
        return self.cpu / self.done.units(script)


def cost(
    server: Server, hands: list[Hand], *, units: int, seconds: float = MOST_SECONDS, warm: int = 0
) -> Cost:
    before = 0.0

    def started() -> None:
        nonlocal before
        before = server.cpu_seconds()

    done = run(server.port, hands, units=units, seconds=seconds, warm=warm, started=started)
    return Cost(server.cpu_seconds() - before, done)


def hello(bare: Server, effort: Effort) -> float:
    """CPU seconds of one hello."""
    return cost(bare, [HELLO] * CONNECTIONS, units=effort.hello_units, warm=20).per("read")


def spread(
    script: str, sessions: tuple[str, ...], paths: tuple[str, ...], module: Module | None
) -> list[Hand]:
    """One hand a connection; each begins with another person."""
    return [
        Hand(script, sessions[place:] + sessions[:place], paths[place:] + paths[:place], module)
        for place in range(CONNECTIONS)
    ]


def middle(numbers: list[float]) -> float:
    return float(median(numbers))


def percentile(numbers: list[float], share: float) -> float:
    """The value that this share of the numbers does not exceed."""
    return sorted(numbers)[min(len(numbers) - 1, int(share * len(numbers)))]
