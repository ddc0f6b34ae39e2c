"""Safe words: rules for how the product speaks about suicide, illness and people in distress."""

import json
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from training.engines.moduleshape import Fault

Level = Literal["block", "warn", "supporter_reply_block", "supporter_reply_warn"]
Tag = Literal["good", "poor", "myth"]


@dataclass(frozen=True)
class Rule:
    """`block` must go; `warn` may stay, once confirmed by id; `supporter_reply_*`: so for words to say."""

    id: str
    pattern: re.Pattern[str]
    level: Level
    instead: tuple[str, ...]
    why: str

    @property
    def may_be_confirmed(self) -> bool:
        return self.level.endswith("warn")

    def applies_to(self, tag: Tag | None) -> bool:
        if self.level.startswith("supporter_reply"):
            return tag == "good"
        return tag not in ("poor", "myth")


@dataclass(frozen=True)
class Prose:
    """A block of words that people read. `raw` is the same block as it stands in the file, from `line` on.

    A `label` (a title, a heading) is not a sentence and does not count towards the reading grade. What is
    `aside` (feedback on a wrong answer, another explanation) is not met by everyone, and takes no minutes.
    """

    file: str
    line: int
    text: str
    raw: str
    tag: Tag | None = None
    label: bool = False
    aside: bool = False

    def lines_of(self, pattern: re.Pattern[str]) -> list[int]:
        """Where the pattern stands in the file, once a line; empty when the words do not hold it."""
        if not pattern.search(_straight(self.text)):
            return []
        raw = _straight(self.raw)
        found = {self.line + raw.count("\n", 0, match.start()) for match in pattern.finditer(raw)}
        return sorted(found) or [self.line]


def read_rules(path: Path) -> tuple[Rule, ...]:
    """The rules of `content/safe_words.json`. Raises ValueError or KeyError for another kind of file."""
    return tuple(
        Rule(
            id=entry["id"],
            pattern=re.compile(entry["pattern"], re.IGNORECASE),
            level=entry["level"],
            instead=tuple(entry["instead"]),
            why=entry["why"],
        )
        for entry in json.loads(path.read_text(encoding="utf-8"))
    )


def unsafe(prose: Iterable[Prose], rules: Collection[Rule], confirmed: Collection[str] = ()) -> list[Fault]:
    """Every place where a rule is broken, with what to write instead."""
    silent = {rule.id for rule in rules if rule.may_be_confirmed and rule.id in confirmed}
    return [
        Fault(block.file, line, _message(rule))
        for block in prose
        for rule in rules
        if rule.id not in silent and rule.applies_to(block.tag)
        for line in block.lines_of(rule.pattern)
    ]


def _message(rule: Rule) -> str:
    choice = "reword it, or confirm it by id" if rule.may_be_confirmed else "reword it"
    return f"unsafe wording ({rule.id}): {rule.why}; {choice}. Instead: {' / '.join(rule.instead)}"


def _straight(text: str) -> str:
    # The rules are written with straight apostrophes; people type curly ones. Same length, so places hold.
    return text.translate({0x2018: "'", 0x2019: "'"})
