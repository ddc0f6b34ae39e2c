"""“Worried about a friend?”: a decision table read from a file, checked whole, walked answer by answer."""

from collections.abc import Iterator, Mapping
from hashlib import sha256
from itertools import product
from pathlib import Path
from typing import Annotated, Any, Final, Literal, TypeAlias

import yaml
from pydantic import ConfigDict, Field, TypeAdapter, ValidationError, model_validator
from pydantic.dataclasses import dataclass

Code: TypeAlias = Annotated[str, Field(pattern=r"^[a-z]$")]
Words: TypeAlias = Annotated[str, Field(min_length=1)]
Answers: TypeAlias = Mapping[str, str]
Way = Literal["friend", "service", "emergency"]
MOST_QUESTIONS: Final = 3  # so many taps to a card, at the most
EMERGENCY: Final = "emergency"
_STRICT = ConfigDict(extra="forbid")


class BadChooser(ValueError):
    """A table that must not be shown: says the file and every fault in it."""


@dataclass(frozen=True, config=_STRICT)
class Answer:
    """`code` is all that stands in an address. `echo` repeats the answer above what follows from it."""

    code: Code
    says: Words
    echo: Words
    more: str = ""


@dataclass(frozen=True, config=_STRICT)
class Question:
    code: Code
    ask: Words
    answers: tuple[Answer, ...]


@dataclass(frozen=True, config=_STRICT)
class Rule:
    """Fits where each question in `when` has one of these answers; other questions do not matter."""

    when: dict[Code, tuple[Code, ...]]
    card: str

    def fits(self, answers: Answers) -> bool:
        return all(answers.get(question) in allowed for question, allowed in self.when.items())


@dataclass(frozen=True, config=_STRICT)
class Step:
    """One thing to do. `say` is words to say as they stand; `button` does it: ring a line, look for one."""

    head: Words
    text: str = ""
    say: str = ""
    button: Literal["", "line", "find"] = ""


@dataclass(frozen=True, config=_STRICT)
class Card:
    """Where a way through the questions ends. `turn_to` are kinds of service, the most fitting first."""

    way: Way
    title: Words
    lead: Words
    steps: tuple[Step, ...]
    turn_to: tuple[str, ...]
    why: Words

    @property
    def is_emergency(self) -> bool:
        return self.way == EMERGENCY

    @property
    def has_a_person_to_call(self) -> bool:
        """An emergency card has its number above all steps; others have a step that rings a line."""
        return self.is_emergency or any(step.button == "line" for step in self.steps)


@dataclass(frozen=True, config=_STRICT)
class Chooser:
    """`read_with` is whose reading the words need, beside that of a school's staff."""

    version: int
    read_with: Words
    sources: tuple[Words, ...]
    questions: tuple[Question, ...]
    rules: tuple[Rule, ...]
    cards: dict[str, Card]

    @model_validator(mode="after")
    def leads_everybody_to_somebody(self) -> "Chooser":
        faults = list(_faults(self))
        if faults:
            raise ValueError("; ".join(faults))
        return self

    @property
    def digest(self) -> str:
        """Another one as soon as a word of it is another; comments and spaces do not count."""
        return sha256(TypeAdapter(Chooser).dump_json(self)).hexdigest()

    def every_way(self) -> Iterator[dict[str, str]]:
        """Every combination of answers, each question answered."""
        yield from self._ways({})

    def _ways(self, known: Answers) -> Iterator[dict[str, str]]:
        choices = [
            [known[question.code]] if question.code in known else [answer.code for answer in question.answers]
            for question in self.questions
        ]
        codes = [question.code for question in self.questions]
        yield from (dict(zip(codes, chosen, strict=True)) for chosen in product(*choices))

    def card_for(self, answers: Answers) -> str | None:
        """The card of one whole combination: that of the first rule that fits."""
        return next((rule.card for rule in self.rules if rule.fits(answers)), None)

    def possible(self, answers: Answers) -> bool:
        """Whether these are answers to our questions, in their order, none left out before the last."""
        asked = self.questions[: len(answers)]
        return [question.code for question in asked] == list(answers) and all(
            answers[question.code] in {answer.code for answer in question.answers} for question in asked
        )

    def end_of(self, answers: Answers) -> str | None:
        """The card, as soon as no further answer could change it; None while there is something to ask."""
        ends = {self.card_for(way) for way in self._ways(answers)}
        return ends.pop() if len(ends) == 1 else None

    def next_question(self, answers: Answers) -> Question:
        """What to ask after these; only where `end_of` them is None."""
        return self.questions[len(answers)]

    def echoes(self, answers: Answers) -> list[str]:
        """The answers given so far, as short words."""
        return [
            answer.echo
            for question in self.questions
            for answer in question.answers
            if answers.get(question.code) == answer.code
        ]

    def every_stop(self) -> Iterator[dict[str, str]]:
        """The answers at every question and card that somebody can come to, from the first question on."""
        waiting: list[dict[str, str]] = [{}]
        while waiting:
            answers = waiting.pop(0)
            yield answers
            if self.end_of(answers) is None:
                question = self.next_question(answers)
                waiting += [{**answers, question.code: answer.code} for answer in question.answers]

    def ways_to(self, card: str) -> list[list[str]]:
        """The answers, as short words, after each of which somebody stands before this card."""
        return [self.echoes(answers) for answers in self.every_stop() if self.end_of(answers) == card]


def read_chooser(path: Path) -> Chooser:
    """The chooser in a YAML file. Raises BadChooser with every fault."""
    try:
        raw: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
        return TypeAdapter(Chooser).validate_python(raw)
    except (yaml.YAMLError, UnicodeDecodeError) as unreadable:
        raise BadChooser(f"{path.name}: {unreadable}") from unreadable
    except ValidationError as invalid:
        faults = (f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in invalid.errors())
        raise BadChooser(f"{path.name}: " + "; ".join(faults)) from invalid


def _faults(chooser: Chooser) -> Iterator[str]:
    if not 1 <= len(chooser.questions) <= MOST_QUESTIONS:
        yield f"{len(chooser.questions)} questions, there must be one to {MOST_QUESTIONS}"
    codes = [question.code for question in chooser.questions]
    yield from (f"question {code} stands there twice" for code in _doubled(codes))
    for question in chooser.questions:
        given = [answer.code for answer in question.answers]
        if len(given) < 2:
            yield f"question {question.code} has nothing to choose"
        yield from (
            f"answer {code} of question {question.code} stands there twice" for code in _doubled(given)
        )
    yield from _faults_of_rules(chooser)
    yield from _faults_of_cards(chooser)


def _faults_of_rules(chooser: Chooser) -> Iterator[str]:
    answers = {question.code: {answer.code for answer in question.answers} for question in chooser.questions}
    for number, rule in enumerate(chooser.rules, 1):
        for question, allowed in rule.when.items():
            unknown = sorted(set(allowed) - answers.get(question, set()))
            yield from (f"rule {number}: question {question} has no answer {code}" for code in unknown)
    reached = set()
    for way in chooser.every_way():
        found = next((number for number, rule in enumerate(chooser.rules, 1) if rule.fits(way)), None)
        reached.add(found)
        if found is None:
            yield f"no rule for {' '.join(f'{question}={answer}' for question, answer in way.items())}"
    for number in range(1, len(chooser.rules) + 1):
        if number not in reached:
            yield f"rule {number} is never reached"


def _faults_of_cards(chooser: Chooser) -> Iterator[str]:
    named = {rule.card for rule in chooser.rules}
    yield from (f"there is no card {card}" for card in sorted(named - set(chooser.cards)))
    yield from (f"no rule leads to the card {card}" for card in sorted(set(chooser.cards) - named))
    for name, card in chooser.cards.items():
        if not card.turn_to or not card.has_a_person_to_call:
            yield f"the card {name} ends without somebody to call"
        if card.is_emergency != (EMERGENCY in card.turn_to):
            yield f"the card {name} is an emergency and its services are not, or the other way round"


def _doubled(codes: list[str]) -> list[str]:
    return sorted({code for code in codes if codes.count(code) > 1})
