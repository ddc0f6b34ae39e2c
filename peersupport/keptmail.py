"""The mail of a demo: it goes into files instead of out, and a page shows it."""

from collections.abc import Iterator
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import Final

# How Django's file backend ends each message
END: Final = b"\n" + b"-" * 79 + b"\n"


@dataclass(frozen=True)
class KeptMail:
    """One message as its reader would see it. `sent` is its date line."""

    to: str
    sender: str
    sent: str
    subject: str
    body: str


def newest_mail(folder: Path, most: int) -> list[KeptMail]:
    """The last messages that were written into a folder, newest first."""
    kept: list[KeptMail] = []
    for file in sorted(folder.glob("*.log"), reverse=True):
        kept += reversed(list(_messages(file.read_bytes())))
        if len(kept) >= most:
            break
    return kept[:most]


def _messages(content: bytes) -> Iterator[KeptMail]:
    """Only what has its end: another process may be writing."""
    for text in content.split(END)[:-1]:
        message = BytesParser(EmailMessage, policy=policy.default).parsebytes(text)
        head = {name: str(message[name] or "") for name in ("To", "From", "Date", "Subject")}
        yield KeptMail(head["To"], head["From"], head["Date"], head["Subject"], message.get_content())
