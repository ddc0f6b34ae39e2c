"""The front matter that a module's files may have: every key, its kind, and nothing besides."""

from collections.abc import Iterator
from typing import Annotated, Final, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from pydantic_core import ErrorDetails

from training.engines.completion import Kind
from training.engines.frontmatter import Document
from training.engines.moduleshape import Fault, Mode, Track

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
OptionalWords = Annotated[str, StringConstraints(strip_whitespace=True)]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$")]


class Head(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class SourceHead(Head):
    id: Words
    text: Words
    href: Annotated[str, StringConstraints(pattern=r"^https://[^\s/]+\S*$")]


class DoneHead(Head):
    steps: Literal["all", "required"]
    checks: Literal["right", "answered"]


class ModuleHead(Head):
    title: Words
    track: Track
    row: Annotated[int, Field(ge=1, le=11)]
    version: Annotated[int, Field(ge=1)]
    minutes: Annotated[int, Field(ge=1)]
    summary: Words
    send: Words
    sources: list[SourceHead]
    glossary: list[Words] = []
    confirmed: list[Words] = []
    done_when: DoneHead
    steps: Annotated[list[Key], Field(min_length=1)]


class OptionHead(Head):
    text: Words
    right: bool
    feedback: Words
    tag: Literal["poor", "myth"] | None = None


class StepHead(Head):
    """What every kind of step has; a reading has no more."""

    kind: Kind
    title: Words
    optional: bool = False
    sources: list[Words] = []


class CheckHead(StepHead):
    mode: Mode
    options: Annotated[list[OptionHead], Field(min_length=2)]
    again: OptionalWords = ""


class ReflectionHead(StepHead):
    prompt: Words
    hint: OptionalWords = ""


class LocalHead(StepHead):
    services: Annotated[list[Words], Field(min_length=1)]


STEP_HEADS: Final[dict[str, type[StepHead]]] = {
    "reading": StepHead,
    "check": CheckHead,
    "reflection": ReflectionHead,
    "local": LocalHead,
}
AnyHead = TypeVar("AnyHead", bound=Head)


def read_step_head(document: Document) -> StepHead | list[Fault]:
    kind = document.values.get("kind")
    shape = STEP_HEADS.get(kind) if isinstance(kind, str) else None
    if shape is None:
        kinds = ", ".join(STEP_HEADS)
        return [Fault(document.file, document.line_of(["kind"]), f"'kind' must be one of {kinds}")]
    return read_head(document, shape)


def read_head(document: Document, shape: type[AnyHead]) -> AnyHead | list[Fault]:
    try:
        return shape.model_validate(document.values)
    except ValidationError as error:
        return list(_faults(document, error.errors(include_url=False)))


def _faults(document: Document, errors: list[ErrorDetails]) -> Iterator[Fault]:
    for error in errors:
        place = error["loc"]
        key = next((str(part) for part in reversed(place) if isinstance(part, str)), "")
        if error["type"] == "extra_forbidden":
            yield Fault(document.file, document.line_of_key(place), f"unknown key '{key}'")
        elif key == "feedback" and error["type"] in ("missing", "string_too_short"):
            yield Fault(document.file, document.line_of(place), "this option has no feedback")
        elif error["type"] == "missing":
            yield Fault(document.file, document.line_of(place), f"'{key}' is missing")
        else:
            yield Fault(document.file, document.line_of(place), f"'{key}' {_in_words(error)}")


def _in_words(error: ErrorDetails) -> str:
    said = {"string_too_short": "is empty", "too_short": "has too few entries"}
    if error["type"] == "string_pattern_mismatch":
        in_steps = error["loc"][0] == "steps"
        return "must be in small letters, digits and hyphens" if in_steps else "must be an https address"
    return said.get(error["type"]) or "is not right: " + error["msg"][0].lower() + error["msg"][1:]
