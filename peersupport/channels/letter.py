"""What goes out, and what became of it: the same for every channel."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

Outcome = Literal["accepted", "delivered", "try again", "refused", "unknown"]
GONE: Final = ("accepted", "delivered")


@dataclass(frozen=True)
class Letter:
    """One message to one person, with all its words. `address` is what the channel dials."""

    message_id: str
    address: str
    subject: str
    body: str
    sender: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def notice(self) -> str:
        """The notice's own number: the first half of the Message-ID."""
        return self.message_id.strip("<>").partition("@")[0]


@dataclass(frozen=True)
class Sent:
    """`error` is one word for the record, never an address or a text. `nobody_home`: the channel as a whole
    does not answer, so there is no use in trying the next message just now."""

    outcome: Outcome
    error: str = ""
    reply_code: int | None = None
    nobody_home: bool = False

    @property
    def gone(self) -> bool:
        return self.outcome in GONE
