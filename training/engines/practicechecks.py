"""What must hold of a practice before anybody may begin it: each fault with its line and the path to it."""

from collections.abc import Collection, Iterator
from typing import Final

from training.engines.behaviours import GOOD, HUMANS, POOR
from training.engines.conversation import Line, Saying, words
from training.engines.debrief import is_poor
from training.engines.frontmatter import Path
from training.engines.moduleshape import Fault
from training.engines.practicefile import Practice
from training.engines.practiceheads import SayingHead
from training.engines.reachable import Reachable, acceptable_paths, longest_path, walk
from training.engines.readability import grade
from training.engines.wording import Prose, Rule, Tag, unsafe

WAYS_TO_DO_IT_WELL: Final = 3
LEAST_EXCHANGES: Final = 8  # on the longest path
ANSWER_BY_MEMORY: Final = 3  # nodes where what was said before changes what is said now
HARDEST_GRADE: Final = 9.0


def check_practice(practice: Practice, rules: Collection[Rule]) -> list[Fault]:
    """Every fault of what can be reached, of how it ends and of its words, in the order of the file."""
    reachable = walk(practice.talk)
    faults = [
        *_tag_faults(practice),
        *_never_met(practice, reachable),
        *_stuck(practice, reachable),
        *_ending_faults(practice, reachable),
        *_shape_faults(practice, reachable),
        *_word_faults(practice, rules),
    ]
    return sorted(faults)


def _fault(practice: Practice, path: Path, message: str) -> Fault:
    return Fault(practice.document.file, practice.document.line_of(path), message)


def _lines(practice: Practice) -> Iterator[tuple[list[str | int], Line]]:
    for key, node in practice.talk.nodes.items():
        for place, line in enumerate(node.lines):
            yield ["nodes", key, "lines", place], line


def _sayings(practice: Practice) -> Iterator[tuple[list[str | int], str, Saying]]:
    for part, places in (("nodes", practice.talk.nodes), ("endings", practice.talk.endings)):
        for key, place in places.items():
            for number, saying in enumerate(place.says):
                yield [part, key, "says", number], key, saying


def _tag_faults(practice: Practice) -> Iterator[Fault]:
    for path, line in _lines(practice):
        for place, tag in enumerate(line.tags):
            if tag not in GOOD and tag not in POOR:
                yield _fault(practice, [*path, "tags", place], f"unknown tag “{tag}”")


def _never_met(practice: Practice, reachable: Reachable) -> Iterator[Fault]:
    """Places, words and lines that no path comes to."""
    met = {one.state.at for one in reachable.paths}
    for part, places in (("nodes", practice.talk.nodes), ("endings", practice.talk.endings)):
        for key in places:
            if key not in met:
                yield _fault(practice, [part, key], f"nothing leads to “{key}”")
    heard = _heard(practice, reachable)
    for path, key, saying in _sayings(practice):
        if key in met and saying.text not in heard[key]:
            yield _fault(practice, path, "no memory ever brings these words")
    offered = {(one.state.at, line.letter) for one, steps in reachable.steps.items() for line, _ in steps}
    for path, line in _lines(practice):
        if path[1] in met and (path[1], line.letter) not in offered:
            yield _fault(practice, path, "no memory ever offers this line")


def _heard(practice: Practice, reachable: Reachable) -> dict[str, set[str]]:
    """What is said at each place, over every memory in which it is reached."""
    talk, heard = practice.talk, dict[str, set[str]]()
    for one in reachable.paths:
        place = talk.nodes.get(one.state.at) or talk.endings[one.state.at]
        heard.setdefault(one.state.at, set()).add(words(place.says, one.state.memory))
    return heard


def _stuck(practice: Practice, reachable: Reachable) -> Iterator[Fault]:
    for one, path in reachable.at_nodes:
        if len(reachable.steps[one]) < 2:
            yield _fault(
                practice, ["nodes", one.state.at], f"fewer than two lines to choose from after {_said(path)}"
            )
        elif one not in reachable.with_a_way_out:
            yield _fault(practice, ["nodes", one.state.at], f"no ending can be reached after {_said(path)}")


def _ending_faults(practice: Practice, reachable: Reachable) -> Iterator[Fault]:
    for key, ending in practice.talk.endings.items():
        if ending.kind == "safe" and ending.human not in HUMANS:
            people = ", ".join(HUMANS)
            yield _fault(practice, ["endings", key], f"a safe ending names who was reached: one of {people}")
        if ending.kind != "safe" and ending.human:
            yield _fault(practice, ["endings", key, "human"], "only a safe ending reaches somebody")
    for one, path in reachable.at_endings:
        kind = practice.talk.endings[one.state.at].kind
        place: Path = ["endings", one.state.at]
        if kind != "unsafe" and one.wrong:
            what = " and ".join(sorted(one.wrong))
            yield _fault(practice, place, f"“{what}” is not put right before this, after {_said(path)}")
        if kind == "safe" and one.cued and not one.asked:
            yield _fault(practice, place, f"reached without asking about suicide, after {_said(path)}")


def _shape_faults(practice: Practice, reachable: Reachable) -> Iterator[Fault]:
    ways = len(acceptable_paths(reachable, WAYS_TO_DO_IT_WELL))
    if ways < WAYS_TO_DO_IT_WELL:
        yield _fault(practice, ["nodes"], f"{ways} ways to do it well; {WAYS_TO_DO_IT_WELL} are needed")
    if all(ending.kind == "safe" for ending in practice.talk.endings.values()):
        yield _fault(practice, ["endings"], "every talk here ends well; people learn from those that do not")
    exchanges = longest_path(reachable)
    if exchanges < LEAST_EXCHANGES:
        yield _fault(
            practice, ["nodes"], f"the longest talk has {exchanges} exchanges; {LEAST_EXCHANGES} are needed"
        )
    remembering = sum(len(said) > 1 for said in _heard(practice, reachable).values())
    if remembering < ANSWER_BY_MEMORY:
        yield _fault(
            practice,
            ["memory"],
            f"{remembering} places answer by what was said before; {ANSWER_BY_MEMORY} are needed",
        )


def _word_faults(practice: Practice, rules: Collection[Rule]) -> Iterator[Fault]:
    head, blocks = practice.head, list(_prose(practice))
    yield from unsafe(blocks, rules, head.confirmed)
    level = grade([block.text for block in blocks if not block.label], {*head.glossary, head.them})
    if level > HARDEST_GRADE:
        yield _fault(practice, ["title"], f"reading grade {level:.1f} is above {HARDEST_GRADE:.0f}")


def _prose(practice: Practice) -> Iterator[Prose]:
    """Everything that is read. A poor line may hold the very words that it warns of."""
    own = practice.head.own_words
    yield from (_block(practice, [key], label=True) for key in ("title", "short"))
    yield from (_block(practice, path) for path in (["scene"], ["note"], ["own_words", "prompt"]))
    for key, words_there in (("examples", own.examples), ("look_for", own.look_for)):
        tag: Tag | None = "good" if key == "examples" else None
        yield from (_block(practice, ["own_words", key, place], tag=tag) for place in range(len(words_there)))
    for path, line in _lines(practice):
        yield _block(practice, [*path, "say"], tag="poor" if is_poor(line) else "good")
        yield _block(practice, [*path, "feedback"])
    yield from (_block(practice, path) for path in _said_by_them(practice))
    yield from (_block(practice, ["endings", key, "title"], label=True) for key in practice.head.endings)


def _said_by_them(practice: Practice) -> Iterator[Path]:
    for part, places in (("nodes", practice.head.nodes), ("endings", practice.head.endings)):
        for key, place in places.items():
            for number, one in enumerate(place.says):
                yield [part, key, "says", number, *(["text"] if isinstance(one, SayingHead) else [])]


def _block(practice: Practice, path: Path, *, tag: Tag | None = None, label: bool = False) -> Prose:
    document = practice.document
    return Prose(document.file, document.line_of(path), document.value(path), document.raw(path), tag, label)


def _said(path: str) -> str:
    return f"the lines {', '.join(path)}" if path else "the beginning"
