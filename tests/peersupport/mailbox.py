"""What a real mail server on this machine receives; no test in here."""

import re
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

PASSWORD = "four-kind-words-here"


@dataclass
class Mailbox:
    """What a mail server on this machine has received, as it came over the wire."""

    envelopes: list[tuple[list[str], EmailMessage]] = field(default_factory=list)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.envelopes.append((envelope.rcpt_tos, message))
        return "250 kept"

    def last(self) -> EmailMessage:
        return self.envelopes[-1][1]

    def code(self) -> str:
        found = re.search(r"^(\d{6})\r?$", self.last().get_content(), re.MULTILINE)
        assert found
        return found[1]
