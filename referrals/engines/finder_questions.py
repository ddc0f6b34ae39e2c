"""What the finder asks: how soon, what about, which way; with the signs that stand for answers in an address.

The signs are letters without meaning, so that an address tells nobody what was asked.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Soon(StrEnum):
    DANGER = "a"
    NOW = "b"
    TONIGHT = "c"
    WEEK = "d"


class Way(StrEnum):
    RING = "a"
    TEXT = "b"
    IN_PERSON = "c"
    ANY = "d"


@dataclass(frozen=True)
class Worry:
    """`kinds` in the order of how well they fit; `because` ends the sentence “It is there …”."""

    says: str
    more: str
    because: str
    kinds: tuple[str, ...]


ABOUT: Final[Mapping[str, Worry]] = {
    "a": Worry(
        "How I feel",
        "Low, worn out, anxious, not sleeping",
        "for how you feel",
        ("counselling", "after_hours", "students_line", "doctors_line", "feeling", "identity_culture"),
    ),
    "b": Worry(
        "A friend I am worried about",
        "",
        "for people who worry about a friend",
        ("after_hours", "counselling", "students_line", "doctors_line", "feeling"),
    ),
    "c": Worry("Studying", "Exams, time away, falling behind", "for studying and exams", ("studying",)),
    "d": Worry("Money, housing or a visa", "", "for money, housing and visas", ("money_visa",)),
    "e": Worry(
        "My health",
        "Seeing a doctor. Alcohol and drugs too",
        "for your health",
        ("health", "alcohol_drugs", "doctors_line"),
    ),
    "f": Worry(
        "Violence or harassment",
        "At home, at work, online. By anyone",
        "for people who were hurt or threatened",
        ("sexual_harm", "safer_community", "security"),
    ),
    "g": Worry(
        "Unfair treatment",
        "Bullying, a complaint, a decision",
        "for bullying and complaints",
        ("complaints", "ombudsman"),
    ),
    "h": Worry(
        "Something else, or I’m not sure",
        "",
        "for anything at all",
        ("after_hours", "students_line", "counselling", "identity_culture", "feeling", "under_18"),
    ),
}
FEELING: Final = "a"
FRIEND: Final = "b"
NOT_SURE: Final = "h"
WAYS: Final[Mapping[Way, frozenset[str]]] = {
    Way.RING: frozenset({"phone"}),
    Way.TEXT: frozenset({"text", "chat"}),
    Way.IN_PERSON: frozenset({"place"}),
    Way.ANY: frozenset({"phone", "text", "chat", "web", "email", "place"}),
}
FROM_AFAR: Final = frozenset({"phone", "text", "chat", "web", "email"})
WAY_WORDS: Final[Mapping[Way, str]] = {
    Way.RING: "by phone",
    Way.TEXT: "by text or chat",
    Way.IN_PERSON: "in person",
    Way.ANY: "",
}


@dataclass(frozen=True)
class Question:
    """`site` is one teaching site, or empty. `avoid`: nobody who sits at that site; with no site, at any."""

    soon: Soon
    about: str
    way: Way
    avoid: bool = False
    site: str = ""

    @property
    def worry(self) -> Worry:
        return ABOUT[self.about]
