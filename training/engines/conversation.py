"""A practice talk with a memory: what the other person says depends on what was said before.

The machine is a function from a state and a line to the next state. A state is a place and the memory's
values; a path is the letters of the lines chosen so far, "a" for the first line that a node has in its file.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import eq, ge, le
from string import ascii_lowercase
from typing import Final, Literal

Memory = tuple[tuple[str, int], ...]
EndingKind = Literal["safe", "open", "unsafe"]
_HOLDS: Final = {">=": ge, "<=": le, "=": eq}


@dataclass(frozen=True)
class Test:
    """One value of the memory compared: `sign` is >=, <= or =."""

    name: str
    sign: str
    value: int

    def holds(self, memory: Mapping[str, int]) -> bool:
        return bool(_HOLDS[self.sign](memory[self.name], self.value))


@dataclass(frozen=True)
class Saying:
    """Words for when every test holds; without tests, for whenever nothing before them did."""

    text: str
    when: tuple[Test, ...] = ()


@dataclass(frozen=True)
class Way:
    """Where a line leads, when every test holds after the line has changed the memory."""

    to: str
    when: tuple[Test, ...] = ()


@dataclass(frozen=True)
class Change:
    """`by` is added when `adds`, else it is the new value. Values stay inside their range."""

    name: str
    by: int
    adds: bool


@dataclass(frozen=True)
class Line:
    """Something the learner may say: what it does, what it is (`tags`), and the word on it afterwards."""

    letter: str
    text: str
    feedback: str
    tags: tuple[str, ...]
    ways: tuple[Way, ...]
    changes: tuple[Change, ...] = ()
    when: tuple[Test, ...] = ()


@dataclass(frozen=True)
class Node:
    """One exchange. `cue`: what is said here may mean that a life is at risk."""

    says: tuple[Saying, ...]
    lines: tuple[Line, ...]
    cue: bool = False


@dataclass(frozen=True)
class Ending:
    """Where a talk ends. A safe one names the human being who was reached."""

    kind: EndingKind
    title: str
    says: tuple[Saying, ...]
    human: str = ""


@dataclass(frozen=True)
class Talk:
    """All that can be said. `ranges`: for each name in the memory its least, its most and its first value."""

    start: str
    ranges: Mapping[str, tuple[int, int, int]]
    nodes: Mapping[str, Node]
    endings: Mapping[str, Ending]

    @property
    def beginning(self) -> "State":
        return State(self.start, tuple((name, first) for name, (_, _, first) in self.ranges.items()))


@dataclass(frozen=True)
class State:
    """Where a talk stands: at a node or an ending, and what is remembered."""

    at: str
    memory: Memory


@dataclass(frozen=True)
class Exchange:
    """What the other person said, and the learner's answer; none yet at the last one."""

    state: State
    said: str
    line: Line | None = None


class NoSuchLine(Exception):
    """A path holds a letter that is not offered where it stands."""


def words(sayings: Sequence[Saying], memory: Memory) -> str:
    """The first words whose tests hold; the last ones have none."""
    known = dict(memory)
    return next(saying.text for saying in sayings if _all_hold(saying.when, known))


def offered(talk: Talk, state: State) -> tuple[Line, ...]:
    """The lines that may be said here; none at an ending."""
    node = talk.nodes.get(state.at)
    known = dict(state.memory)
    return tuple(line for line in node.lines if _all_hold(line.when, known)) if node else ()


def answer(talk: Talk, state: State, line: Line) -> State:
    """The state after a line has been said."""
    known = dict(state.memory)
    for change in line.changes:
        least, most, _ = talk.ranges[change.name]
        value = known[change.name] + change.by if change.adds else change.by
        known[change.name] = min(most, max(least, value))
    to = next(way.to for way in line.ways if _all_hold(way.when, known))
    return State(to, tuple(known.items()))


def replay(talk: Talk, path: str) -> list[Exchange]:
    """The talk so far, one exchange for each letter, and the one that it stands at. Raises NoSuchLine."""
    state, exchanges = talk.beginning, []
    for letter in path:
        line = next((one for one in offered(talk, state) if one.letter == letter), None)
        if line is None:
            raise NoSuchLine(letter)
        exchanges.append(Exchange(state, words(talk.nodes[state.at].says, state.memory), line))
        state = answer(talk, state, line)
    node = talk.nodes.get(state.at)
    sayings = node.says if node else talk.endings[state.at].says
    return [*exchanges, Exchange(state, words(sayings, state.memory))]


def lettered(place: int) -> str:
    return ascii_lowercase[place]


def _all_hold(tests: tuple[Test, ...], known: Mapping[str, int]) -> bool:
    return all(test.holds(known) for test in tests)
