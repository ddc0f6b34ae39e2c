"""What a real mail server on this machine receives; no test in here."""

import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from peersupport.outbox import drain

PASSWORD = "four-kind-words-here"


class Receiver:
    """What the mail server does with what comes over the wire."""

    def __init__(self) -> None:
        self.received: list[tuple[list[str], EmailMessage]] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.received.append((envelope.rcpt_tos, message))
        return "250 kept"


class Mailbox:
    """What a mail server on this machine has received, after the urgent lane of the outbox has been sent."""

    def __init__(self, receiver: Receiver) -> None:
        self._receiver = receiver

    @property
    def envelopes(self) -> list[tuple[list[str], EmailMessage]]:
        drain(urgent=True)
        return self._receiver.received

    def last(self) -> EmailMessage:
        return self.envelopes[-1][1]

    def code(self) -> str:
        found = re.search(r"^(\d{6})\r?$", self.last().get_content(), re.MULTILINE)
        assert found
        return found[1]
