"""What must hold of a module's content beyond its shape; each check yields a fault with its line."""

import re
from collections.abc import Collection, Iterator
from collections.abc import Set as AbstractSet
from typing import Final
from urllib.parse import urlsplit

from training.engines.frontmatter import Document
from training.engines.localwords import PLACEHOLDER, variables_in
from training.engines.markdown import Link, Parts, Picture, box_faults
from training.engines.moduledraft import ModuleDraft, StepDraft
from training.engines.moduleheads import CheckHead, LocalHead, ModuleHead
from training.engines.moduleshape import Fault
from training.engines.readability import grade, seconds_for
from training.engines.wording import Prose, Rule, unsafe

HARDEST_GRADE: Final = 9.0
MINUTES_OFF: Final = 1.5

_PHONE = re.compile(
    r"(?<![\w./-])(?!\d{4}-\d\d-\d\d\b)\+?(?:\(?\d[\s().\u2011-]{0,2}){5,}\d(?!\w)"
    r"|\b(?:000|111|112|911|988|999|1737|50808|85258)\b(?![.,]?\d)"
    r"|\b1[38]00\b|\btriple[ -](?:zero|oh)\b",
    re.IGNORECASE,
)
_NOT_A_LINK = re.compile(r"\]\(")
_BRACES = re.compile(r"\{\{|\}\}")


def content_faults(
    draft: ModuleDraft, rules: Collection[Rule], known_variables: AbstractSet[str]
) -> Iterator[Fault]:
    """Faults of everything in the folder that could be read."""
    prose = draft.prose
    for document, parts in draft.bodies:
        yield from _body_faults(draft, document, parts, known_variables)
    for block in prose:
        yield from _phone_faults(block)
    for block in draft.head_prose:
        yield from _found(block, _BRACES, "a variable works only in the body of a step")
    for step in draft.steps.values():
        yield from _check_faults(step)
        yield from _source_id_faults(draft, step)
        yield from _service_faults(step, known_variables)
    yield from unsafe(prose, rules, draft.head.confirmed if draft.head else ())
    if draft.head and draft.document:
        yield from _module_faults(draft, draft.document, draft.head, rules)


def _module_faults(
    draft: ModuleDraft, document: Document, head: ModuleHead, rules: Collection[Rule]
) -> Iterator[Fault]:
    yield from _source_faults(document, head)
    known = {rule.id for rule in rules if rule.may_be_confirmed}
    for place, name in enumerate(head.confirmed):
        if name not in known:
            message = f"'{name}' is not a wording rule that may be confirmed"
            yield Fault(document.file, document.line_of(["confirmed", place]), message)
    minutes = computed_minutes(draft)
    if abs(minutes - head.minutes) > MINUTES_OFF:
        message = f"says {head.minutes} minutes; reading it takes {minutes:.1f}"
        yield Fault(document.file, document.line_of(["minutes"]), message)
    level = module_grade(draft)
    if level > HARDEST_GRADE:
        message = f"reading grade {level:.1f} is above {HARDEST_GRADE:.0f}; {_hardest(draft)}"
        yield Fault(document.file, 1, message)


def _source_faults(document: Document, head: ModuleHead) -> Iterator[Fault]:
    if not head.sources:
        line = document.line_of_key(["sources"])
        yield Fault(document.file, line, "no sources: say where the facts come from")
    ids = [source.id for source in head.sources]
    for place, name in enumerate(ids):
        if name in ids[:place]:
            line = document.line_of(["sources", place])
            yield Fault(document.file, line, f"two sources have the id '{name}'")


def _hardest(draft: ModuleDraft) -> str:
    hard = max(
        draft.steps.values(), key=lambda step: grade(_sentences(step.prose), _glossary(draft)), default=None
    )
    return f"the hardest step is '{hard.key}'" if hard else "there is no step yet"


def _glossary(draft: ModuleDraft) -> frozenset[str]:
    return frozenset(draft.head.glossary if draft.head else ())


def computed_minutes(draft: ModuleDraft) -> float:
    return sum(seconds_for(step.words, step.head.kind) for step in draft.steps.values()) / 60


def module_grade(draft: ModuleDraft) -> float:
    return grade(_sentences(draft.prose), _glossary(draft))


def _sentences(prose: list[Prose]) -> list[str]:
    return [PLACEHOLDER.sub("", block.text) for block in prose if not block.label]


def _found(block: Prose, pattern: re.Pattern[str], message: str) -> Iterator[Fault]:
    for line in block.lines_of(pattern):
        yield Fault(block.file, line, message)


def _phone_faults(block: Prose) -> Iterator[Fault]:
    return _found(
        block, _PHONE, "a phone number: use a variable, so that it is right everywhere and can be kept right"
    )


def _body_faults(
    draft: ModuleDraft, document: Document, parts: Parts, known_variables: AbstractSet[str]
) -> Iterator[Fault]:
    file = document.file
    for line, message in box_faults(document.body, document.body_line):
        yield Fault(file, line, message)
    for line in parts.top_headings:
        yield Fault(file, line, "begin headings at '##': the title is the page's only '#'")
    for picture in parts.pictures:
        yield from (Fault(file, picture.line, problem) for problem in _picture_problems(draft, picture))
    for link in parts.links:
        problem = _link_problem(draft, parts, link)
        if problem:
            yield Fault(file, link.line, f"broken link {link.href}: {problem}")
    for block in parts.prose:
        yield from _found(
            block, _NOT_A_LINK, "not read as a link: the address is of a kind that is not allowed"
        )
    yield from _variable_faults(document, known_variables)


def _variable_faults(document: Document, known_variables: AbstractSet[str]) -> Iterator[Fault]:
    # The written lines, not the prose read from them: a name with markup inside would never be filled.
    for line, text in enumerate(document.body.split("\n"), document.body_line):
        if _BRACES.search(PLACEHOLDER.sub("", text)):
            yield Fault(document.file, line, "a variable is written {{ name }}, on one line")
        for name in sorted(variables_in(text) - known_variables):
            yield Fault(document.file, line, f"unknown variable '{name}'")


def _picture_problems(draft: ModuleDraft, picture: Picture) -> Iterator[str]:
    if not picture.alt.strip():
        yield f"the picture {picture.src} has no alt text"
    if _BRACES.search(picture.alt):
        yield "a variable works only in text, not in alt text"
    folder = draft.folder.resolve()
    file = (folder / picture.src).resolve()
    if not (file.is_file() and file.is_relative_to(folder)):
        yield f"the picture {picture.src} is not in this folder"


def _link_problem(draft: ModuleDraft, parts: Parts, link: Link) -> str | None:
    if "{{" in link.href:
        return "a variable brings its own link; write it as plain text"
    try:
        address = urlsplit(link.href)
    except ValueError:
        return "not an address"
    if address.scheme == "https":
        return None if address.hostname else "no site named"
    if address.scheme == "mailto":
        return None if "@" in address.path else "no mail address"
    if address.scheme == "tel":
        return "a phone number: use a variable"
    if address.scheme or address.netloc:
        return "only https, mailto, and files of this folder"
    return _file_link_problem(draft, parts, address.path, address.fragment)


def _file_link_problem(draft: ModuleDraft, parts: Parts, path: str, anchor: str) -> str | None:
    if path and path not in draft.step_files:
        return "no such step in this folder"
    step = draft.steps.get(path.removesuffix(".md"))
    if path and step is None:
        return None  # that file's own faults say why it cannot be read
    anchors = step.parts.anchors if step else parts.anchors
    return f"no heading gives '#{anchor}'" if anchor and anchor not in anchors else None


def _check_faults(step: StepDraft) -> Iterator[Fault]:
    if not isinstance(step.head, CheckHead):
        return
    document, options = step.document, step.head.options
    right = [place for place, option in enumerate(options) if option.right]
    if not right:
        yield Fault(document.file, document.line_of_key(["options"]), "no option is right")
    if step.head.mode == "single" and len(right) > 1:
        line = document.line_of(["options", right[1]])
        yield Fault(document.file, line, "more than one option is right; set 'mode: multiple', or choose")
    texts = [option.text for option in options]
    for place, option in enumerate(options):
        if option.text in texts[:place]:
            yield Fault(document.file, document.line_of(["options", place]), "two options say the same")
        if option.right and option.tag:
            line = document.line_of(["options", place, "tag"])
            yield Fault(document.file, line, "only a wrong option can be tagged")


def _source_id_faults(draft: ModuleDraft, step: StepDraft) -> Iterator[Fault]:
    if draft.head is None:
        return
    known = {source.id for source in draft.head.sources}
    for place, name in enumerate(step.head.sources):
        if name not in known:
            line = step.document.line_of(["sources", place])
            yield Fault(step.document.file, line, f"no source '{name}' in module.md")


def _service_faults(step: StepDraft, known_variables: AbstractSet[str]) -> Iterator[Fault]:
    if not isinstance(step.head, LocalHead):
        return
    for place, name in enumerate(step.head.services):
        if name not in known_variables:
            line = step.document.line_of(["services", place])
            yield Fault(step.document.file, line, f"unknown variable '{name}'")
