"""Every state that a practice talk can be in, walked from its beginning, and what was said on the way."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from training.engines.behaviours import ASKED_DIRECTLY, POOR, PUT_RIGHT, UNSAFE
from training.engines.conversation import Line, State, Talk, answer, offered


@dataclass(frozen=True)
class Standing:
    """A state, and what has been said on the way: a cue heard, asked about directly, not put right yet."""

    state: State
    cued: bool = False
    asked: bool = False
    wrong: frozenset[str] = frozenset()


@dataclass
class Reachable:
    """All standings of a talk: how each is reached (the shortest path), and where each line leads."""

    talk: Talk
    paths: dict[Standing, str] = field(default_factory=dict)
    steps: dict[Standing, list[tuple[Line, Standing]]] = field(default_factory=dict)

    @property
    def at_nodes(self) -> Iterator[tuple[Standing, str]]:
        return ((one, path) for one, path in self.paths.items() if one.state.at in self.talk.nodes)

    @property
    def at_endings(self) -> Iterator[tuple[Standing, str]]:
        return ((one, path) for one, path in self.paths.items() if one.state.at in self.talk.endings)

    @cached_property
    def with_a_way_out(self) -> set[Standing]:
        """Those from which some ending can be reached."""
        before: dict[Standing, list[Standing]] = {}
        for one, steps in self.steps.items():
            for _, after in steps:
                before.setdefault(after, []).append(one)
        found = {one for one, _ in self.at_endings}
        waiting = list(found)
        while waiting:
            new = [one for one in before.get(waiting.pop(), ()) if one not in found]
            found.update(new)
            waiting += new
        return found


def walk(talk: Talk) -> Reachable:
    """Breadth first, so that the path kept for each standing is a shortest one."""
    reachable = Reachable(talk, {_arrived(talk, Standing(talk.beginning)): ""})
    waiting = list(reachable.paths)
    for here in waiting:  # it grows while it is walked
        reachable.steps[here] = [(line, _after(talk, here, line)) for line in offered(talk, here.state)]
        for line, after in reachable.steps[here]:
            if after not in reachable.paths:
                reachable.paths[after] = reachable.paths[here] + line.letter
                waiting.append(after)
    return reachable


def _after(talk: Talk, here: Standing, line: Line) -> Standing:
    kept = frozenset() if PUT_RIGHT in line.tags else here.wrong
    there = Standing(
        answer(talk, here.state, line),
        here.cued,
        here.asked or ASKED_DIRECTLY in line.tags,
        kept | (UNSAFE & set(line.tags)),
    )
    return _arrived(talk, there)


def _arrived(talk: Talk, there: Standing) -> Standing:
    node = talk.nodes.get(there.state.at)
    return Standing(there.state, True, there.asked, there.wrong) if node and node.cue else there


def acceptable_paths(reachable: Reachable, most: int) -> list[str]:
    """Up to `most` paths to a safe ending on which nothing poor is said, no place twice."""
    found: list[str] = []

    def go(here: Standing, path: str, seen: frozenset[Standing]) -> None:
        if len(found) >= most:
            return
        ending = reachable.talk.endings.get(here.state.at)
        if ending and ending.kind == "safe":
            found.append(path)
        for line, after in reachable.steps[here]:
            if after not in seen and not POOR.keys() & set(line.tags):
                go(after, path + line.letter, seen | {after})

    start = next(iter(reachable.paths))
    go(start, "", frozenset({start}))
    return found


def longest_path(reachable: Reachable) -> int:
    """How many exchanges the longest talk has that comes to no standing twice."""
    longest: dict[Standing, int] = {}

    def of(here: Standing, above: frozenset[Standing]) -> int:
        if here not in longest:
            after = (of(there, above | {here}) for _, there in reachable.steps[here] if there not in above)
            longest[here] = 1 + max(after, default=-1) if reachable.steps[here] else 0
        return longest[here]

    return of(next(iter(reachable.paths)), frozenset())


def some_talks(reachable: Reachable) -> list[str]:
    """Whole talks that differ: the shortest to each ending, and two more ways of doing it well."""
    shortest: dict[str, str] = {}
    for one, path in reachable.at_endings:
        shortest.setdefault(one.state.at, path)
    return list(dict.fromkeys([*shortest.values(), *acceptable_paths(reachable, 3)]))
