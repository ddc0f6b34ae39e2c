"""A module's folder opened: every file that can be read, and what is wrong with those that cannot."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from training.engines.frontmatter import Document, read_document
from training.engines.frontmatter import Path as Place
from training.engines.localwords import PLACEHOLDER
from training.engines.markdown import Parts, take_apart
from training.engines.moduleheads import (
    CheckHead,
    ModuleHead,
    ReflectionHead,
    StepHead,
    read_head,
    read_step_head,
)
from training.engines.moduleshape import Fault
from training.engines.readability import count_words
from training.engines.wording import Prose, Tag

MODULE_FILE = "module.md"
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True)
class StepDraft:
    key: str
    document: Document
    head: StepHead

    @cached_property
    def parts(self) -> Parts:
        return take_apart(self.document.file, self.document.body, self.document.body_line)

    @cached_property
    def head_prose(self) -> list[Prose]:
        return list(_step_prose(self.document, self.head))

    @property
    def prose(self) -> list[Prose]:
        return [*self.head_prose, *self.parts.prose]

    @property
    def words(self) -> int:
        """What a reader meets: title, body, answers, prompt and hint, then the feedback on what is right."""
        read = [block.text for block in self.prose if not block.aside]
        return sum(count_words(PLACEHOLDER.sub("number", text)) for text in read)


@dataclass
class ModuleDraft:
    folder: Path
    document: Document | None = None
    head: ModuleHead | None = None
    steps: dict[str, StepDraft] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    @cached_property
    def step_files(self) -> list[str]:
        return sorted(file.name for file in self.folder.glob("*.md") if file.name != MODULE_FILE)

    @cached_property
    def intro(self) -> Parts:
        document = self.document
        return take_apart(document.file, document.body, document.body_line) if document else Parts()

    @property
    def bodies(self) -> list[tuple[Document, Parts]]:
        own = [(self.document, self.intro)] if self.document else []
        return own + [(step.document, step.parts) for step in self.steps.values()]

    @property
    def head_prose(self) -> list[Prose]:
        own = list(_module_prose(self.document)) if self.document and self.head else []
        return own + [block for step in self.steps.values() for block in step.head_prose]

    @property
    def prose(self) -> list[Prose]:
        return self.head_prose + [block for _, parts in self.bodies for block in parts.prose]


def open_folder(folder: Path) -> ModuleDraft:
    draft = ModuleDraft(folder)
    if not (folder / MODULE_FILE).is_file():
        draft.faults.append(
            Fault(str(folder / MODULE_FILE), 1, "there is no such file, so this is not a module")
        )
        return draft
    if not _SLUG.fullmatch(folder.resolve().name):
        draft.faults.append(
            Fault(str(folder / MODULE_FILE), 1, "name the folder in small letters, digits and hyphens")
        )
    _open_module(draft)
    for name in draft.step_files:
        _open_step(draft, folder / name)
    draft.faults += _listing_faults(draft)
    return draft


def _open_module(draft: ModuleDraft) -> None:
    document = _read(draft.folder / MODULE_FILE)
    if isinstance(document, list):
        draft.faults += document
        return
    draft.document = document
    head = read_head(document, ModuleHead)
    if isinstance(head, list):
        draft.faults += head
    else:
        draft.head = head


def _open_step(draft: ModuleDraft, file: Path) -> None:
    document = _read(file)
    head = document if isinstance(document, list) else read_step_head(document)
    if isinstance(document, list) or isinstance(head, list):
        draft.faults += head if isinstance(head, list) else []
    else:
        draft.steps[file.stem] = StepDraft(file.stem, document, head)


def _read(file: Path) -> Document | list[Fault]:
    try:
        return read_document(str(file), file.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        return [Fault(str(file), line, "this is not UTF-8 text")]


def _listing_faults(draft: ModuleDraft) -> Iterator[Fault]:
    if draft.head is None or draft.document is None:
        return
    listed: set[str] = set()
    for place, key in enumerate(draft.head.steps):
        line = draft.document.line_of(["steps", place])
        if key in listed:
            yield Fault(draft.document.file, line, f"step '{key}' is listed twice")
        elif f"{key}.md" not in draft.step_files:
            yield Fault(draft.document.file, line, f"step '{key}' is listed, and there is no {key}.md")
        listed.add(key)
    for name in draft.step_files:
        if name.removesuffix(".md") not in listed:
            yield Fault(
                str(draft.folder / name), 1, f"this step is not listed under 'steps' in {MODULE_FILE}"
            )


def _module_prose(document: Document) -> Iterator[Prose]:
    yield _prose(document, ["title"], label=True)
    yield _prose(document, ["summary"])
    yield _prose(document, ["send"])


def _step_prose(document: Document, head: StepHead) -> Iterator[Prose]:
    yield _prose(document, ["title"], label=True)
    if isinstance(head, CheckHead):
        for place, option in enumerate(head.options):
            # A wrong answer may hold the very words that the module warns of.
            tag: Tag | None = None if option.right else option.tag or "poor"
            yield _prose(document, ["options", place, "text"], tag=tag)
            yield _prose(document, ["options", place, "feedback"], aside=not option.right)
        if head.again:
            yield _prose(document, ["again"], aside=True)
    elif isinstance(head, ReflectionHead):
        yield _prose(document, ["prompt"])
        if head.hint:
            yield _prose(document, ["hint"])


def _prose(
    document: Document, place: Place, *, tag: Tag | None = None, label: bool = False, aside: bool = False
) -> Prose:
    text = document.value(place)
    return Prose(document.file, document.line_of(place), text, document.raw(place), tag, label, aside)
