"""What a practice file may hold: every key, its kind, and nothing besides."""

from typing import Annotated, Literal

from pydantic import Field

from training.engines.moduleheads import Head, Key, SourceHead, Words
from training.engines.moduleshape import Track


class SayingHead(Head):
    when: Words
    text: Words


class WayHead(Head):
    go: Key
    when: Words | None = None


class LineHead(Head):
    say: Words
    feedback: Words
    tags: Annotated[list[Words], Field(min_length=1)]
    to: Key | Annotated[list[WayHead], Field(min_length=1)]
    when: Words | None = None
    add: dict[str, int] = {}
    set: dict[str, bool | int] = {}


class NodeHead(Head):
    says: Annotated[list[Words | SayingHead], Field(min_length=1)]
    lines: Annotated[list[LineHead], Field(min_length=2, max_length=5)]
    cue: bool = False


class EndingHead(Head):
    kind: Literal["safe", "open", "unsafe"]
    title: Words
    says: Annotated[list[Words | SayingHead], Field(min_length=1)]
    human: Words | None = None


class RangeHead(Head):
    least: int
    most: int
    first: int


class OwnWordsHead(Head):
    """An opening line in one's own words: beside three good ones, with a short list to look at it by."""

    prompt: Words
    examples: Annotated[list[Words], Field(min_length=3, max_length=3)]
    look_for: Annotated[list[Words], Field(min_length=2, max_length=4)]


class PracticeHead(Head):
    """`them` is the other person's name; `note` what the talk touches on, read before it begins."""

    title: Words
    short: Words
    version: Annotated[int, Field(ge=1)]
    track: Track
    rows: Annotated[list[Annotated[int, Field(ge=1, le=11)]], Field(min_length=1)]
    minutes: Annotated[int, Field(ge=2, le=15)]
    them: Words
    scene: Words
    note: Words
    memory: Annotated[dict[Key, bool | RangeHead], Field(min_length=1)]
    own_words: OwnWordsHead
    start: Key
    nodes: Annotated[dict[Key, NodeHead], Field(min_length=1)]
    endings: Annotated[dict[Key, EndingHead], Field(min_length=1)]
    sources: Annotated[list[SourceHead], Field(min_length=1)]
    glossary: list[Words] = []
    confirmed: list[Words] = []
