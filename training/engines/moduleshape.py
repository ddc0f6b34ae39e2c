"""What a training module is once its folder has been read: frozen values, ready to be stored."""

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Any, Literal

from training.engines.completion import DoneWhen, Kind

Track = Literal["core", "supporter"]
Mode = Literal["single", "multiple"]


@dataclass(frozen=True, order=True)
class Fault:
    """One thing wrong with a module's files; `line` counts from 1."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


class BadContent(Exception):
    """The folder cannot be read as a module; `faults` says why, in file and line order."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults


@dataclass(frozen=True)
class Source:
    id: str
    text: str
    href: str


@dataclass(frozen=True)
class Option:
    text: str
    right: bool
    feedback: str
    tag: Literal["poor", "myth"] | None


@dataclass(frozen=True)
class Step:
    """One screen. `html` is clean and may hold placeholders; what a kind does not use is empty or None."""

    key: str
    kind: Kind
    title: str
    html: str
    optional: bool
    sources: tuple[str, ...]
    mode: Mode | None
    options: tuple[Option, ...]
    again: str
    prompt: str
    hint: str
    services: tuple[str, ...]
    words: int
    seconds: int


@dataclass(frozen=True)
class ModuleFile:
    slug: str
    title: str
    track: Track
    row: int
    version: int
    minutes: int
    summary: str
    send: str
    intro: str
    sources: tuple[Source, ...]
    done_when: DoneWhen
    steps: tuple[Step, ...]

    def as_json(self) -> dict[str, Any]:
        """Plain values only; the same module gives the same value whatever machine reads it."""
        plain: dict[str, Any] = json.loads(json.dumps(asdict(self)))
        return plain

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical JSON: changes exactly when something a learner meets changes."""
        canonical = json.dumps(self.as_json(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()
