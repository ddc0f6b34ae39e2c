"""A practice file read into a talk, or what is wrong with it, by line."""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path as File
from typing import Any, Final

from training.engines.conversation import Change, Ending, Line, Node, Saying, Talk, Test, Way, lettered
from training.engines.frontmatter import Document, Path, read_yaml_file
from training.engines.moduleheads import read_head
from training.engines.moduleshape import BadContent, Fault
from training.engines.practiceheads import LineHead, NodeHead, PracticeHead, SayingHead, WayHead

_TEST: Final = re.compile(r"(not )?([a-z0-9-]+)(?: (>=|<=|=) (-?\d+))?")


@dataclass(frozen=True)
class Practice:
    """One practice as it stands in its file: what is said about it, the talk, and where everything stands."""

    slug: str
    head: PracticeHead
    talk: Talk
    document: Document

    def as_json(self) -> dict[str, Any]:
        """Plain values only: what is said about the talk, and the talk itself."""
        shown = {"them", "scene", "note", "own_words", "sources"}
        plain: dict[str, Any] = self.head.model_dump(mode="json", include=shown)
        return {**plain, "talk": json.loads(json.dumps(asdict(self.talk)))}

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical JSON: changes exactly when something a learner meets changes."""
        head = self.head.model_dump(mode="json", include={"title", "short", "track", "minutes"})
        canonical = json.dumps(head | self.as_json(), ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(canonical.encode()).hexdigest()


@dataclass
class _Reading:
    """The file while it is being read; `faults` grows."""

    document: Document
    head: PracticeHead
    faults: list[Fault] = field(default_factory=list)

    def fault(self, path: Path, message: str) -> None:
        self.faults.append(Fault(self.document.file, self.document.line_of(path), message))

    def tests(self, path: Path, text: str | None) -> tuple[Test, ...]:
        """“trust >= 2 and asked and not told” as tests."""
        return tuple(test for part in (text or "").split(" and ") if part for test in self._test(path, part))

    def _test(self, path: Path, part: str) -> Iterator[Test]:
        found = _TEST.fullmatch(part.strip())
        if found is None or (found[1] and found[3]):
            self.fault(path, f"“{part.strip()}” is no test; write “asked”, “not asked” or “trust >= 2”")
        elif found[2] not in self.head.memory:
            self.fault(path, f"“{found[2]}” is not in the memory")
        else:
            sign, value = (found[3], int(found[4])) if found[3] else ("=", 0) if found[1] else (">=", 1)
            yield Test(found[2], sign, value)

    def sayings(self, path: Path, says: list[str | SayingHead]) -> tuple[Saying, ...]:
        if isinstance(says[-1], SayingHead):
            self.fault(path, "the last of these words must have no 'when': they are for whatever else holds")
        return tuple(
            Saying(one.text, self.tests([*path, place, "when"], one.when))
            if isinstance(one, SayingHead)
            else Saying(one)
            for place, one in enumerate(says)
        )


def read_practice(file: File) -> Practice:
    """Raises BadContent with every fault of form that the file has."""
    document = read_yaml_file(str(file), file.read_text(encoding="utf-8"))
    if isinstance(document, list):
        raise BadContent(document)
    head = read_head(document, PracticeHead)
    if isinstance(head, list):
        raise BadContent(head)
    reading = _Reading(document, head)
    talk = _talk(reading)
    if reading.faults:
        raise BadContent(sorted(reading.faults))
    return Practice(file.stem, head, talk, document)


def _talk(reading: _Reading) -> Talk:
    head = reading.head
    if head.start not in head.nodes:
        reading.fault(["start"], f"there is no node “{head.start}”")
    for key in head.nodes.keys() & head.endings.keys():
        reading.fault(["endings", key], f"“{key}” is a node and an ending")
    ranges = {
        name: (0, 1, int(kept)) if isinstance(kept, bool) else (kept.least, kept.most, kept.first)
        for name, kept in head.memory.items()
    }
    for name, (least, most, first) in ranges.items():
        if not least <= first <= most or most - least > 5:
            reading.fault(["memory", name], "least, first and most must rise, over five at most")
    nodes = {key: _node(reading, ["nodes", key], node) for key, node in head.nodes.items()}
    endings = {
        key: Ending(
            ending.kind,
            ending.title,
            reading.sayings(["endings", key, "says"], ending.says),
            ending.human or "",
        )
        for key, ending in head.endings.items()
    }
    return Talk(head.start, ranges, nodes, endings)


def _node(reading: _Reading, path: list[str | int], node: NodeHead) -> Node:
    lines = tuple(
        _line(reading, [*path, "lines", place], lettered(place), line)
        for place, line in enumerate(node.lines)
    )
    return Node(reading.sayings([*path, "says"], node.says), lines, node.cue)


def _line(reading: _Reading, path: list[str | int], letter: str, line: LineHead) -> Line:
    ways = line.to if isinstance(line.to, list) else [WayHead(go=line.to)]
    for way in ways:
        if way.go not in reading.head.nodes and way.go not in reading.head.endings:
            reading.fault([*path, "to"], f"“{way.go}” is no node and no ending")
    if ways[-1].when:
        reading.fault([*path, "to"], "the last way must have no 'when': it is for whatever else holds")
    return Line(
        letter=letter,
        text=line.say,
        feedback=line.feedback,
        tags=tuple(line.tags),
        ways=tuple(Way(way.go, reading.tests([*path, "to"], way.when)) for way in ways),
        changes=tuple(_changes(reading, path, line)),
        when=reading.tests([*path, "when"], line.when),
    )


def _changes(reading: _Reading, path: list[str | int], line: LineHead) -> Iterator[Change]:
    asked: list[tuple[str, dict[str, Any], bool]] = [("add", line.add, True), ("set", line.set, False)]
    for key, values, adds in asked:
        for name, by in values.items():
            if name not in reading.head.memory:
                reading.fault([*path, key, name], f"“{name}” is not in the memory")
            else:
                yield Change(name, int(by), adds)
