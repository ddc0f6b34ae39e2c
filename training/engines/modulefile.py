"""A module's folder: read into a `ModuleFile`, or checked for everything that must not reach a learner.

    content/modules/<slug>/module.md        front matter about the module, and a short introduction
    content/modules/<slug>/<step-key>.md    one screen each; `steps` in module.md gives their order

`docs/writing-modules.md` explains the format to the people who write.
"""

from collections.abc import Collection
from collections.abc import Set as AbstractSet
from pathlib import Path

from training.engines.completion import DoneWhen
from training.engines.markdown import render
from training.engines.modulechecks import content_faults
from training.engines.moduledraft import StepDraft, open_folder
from training.engines.moduleheads import CheckHead, LocalHead, ReflectionHead
from training.engines.moduleshape import BadContent, Fault, ModuleFile, Option, Source, Step
from training.engines.readability import seconds_for
from training.engines.wording import Rule

__all__ = ["BadContent", "Fault", "ModuleFile", "Option", "Source", "Step", "check_folder", "read_folder"]


def check_folder(path: Path, rules: Collection[Rule], known_variables: AbstractSet[str]) -> list[Fault]:
    """Everything wrong with the folder, in file and line order; empty when it may be loaded."""
    draft = open_folder(path)
    return sorted({*draft.faults, *content_faults(draft, rules, known_variables)})


def read_folder(path: Path) -> ModuleFile:
    """The module in the folder. Raises BadContent when the files do not make a module.

    That is less than `check_folder` asks: wording, reading grade, links and the like are not looked at here.
    """
    draft = open_folder(path)
    if draft.head is None or draft.document is None or draft.faults:
        raise BadContent(sorted(draft.faults))
    head = draft.head
    addresses = {f"{key}.md": f"../{place}/" for place, key in enumerate(head.steps, 1)}
    return ModuleFile(
        slug=path.resolve().name,
        title=head.title,
        track=head.track,
        row=head.row,
        version=head.version,
        minutes=head.minutes,
        summary=head.summary,
        send=head.send,
        intro=render(draft.document.body, addresses),
        sources=tuple(Source(source.id, source.text, source.href) for source in head.sources),
        done_when=DoneWhen(head.done_when.steps, head.done_when.checks),
        steps=tuple(_step(draft.steps[key], addresses) for key in head.steps),
    )


def _step(step: StepDraft, addresses: dict[str, str]) -> Step:
    head = step.head
    check = head if isinstance(head, CheckHead) else None
    reflection = head if isinstance(head, ReflectionHead) else None
    words = step.words
    return Step(
        key=step.key,
        kind=head.kind,
        title=head.title,
        html=render(step.document.body, addresses),
        optional=head.optional,
        sources=tuple(head.sources),
        mode=check.mode if check else None,
        options=tuple(Option(o.text, o.right, o.feedback, o.tag) for o in check.options) if check else (),
        again=check.again if check else "",
        prompt=reflection.prompt if reflection else "",
        hint=reflection.hint if reflection else "",
        services=tuple(head.services) if isinstance(head, LocalHead) else (),
        words=words,
        seconds=seconds_for(words, head.kind),
    )
