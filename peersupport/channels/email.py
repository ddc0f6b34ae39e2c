"""E-mail: plain text, one recipient, one connection kept for as long as a thread has something to send."""

import re
import smtplib
from contextlib import suppress
from email.utils import formataddr, parseaddr
from threading import local

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.utils.module_loading import import_string

from peersupport.channels.letter import Letter, Sent

CLOSING, REFUSED = 421, 500  # RFC 5321: the server hangs up; it will never take this
REPLIES = range(200, 600)
NO_SUCH_MAILBOX, MAILBOX_FULL = {550, 553}, 552
# The code of RFC 3463 that an answer may begin with: whom it is about.
FULL = re.compile(r"5\.2\.2\b")
ABOUT_US = re.compile(r"5\.7\.|5\.1\.[78]\b|.*\brelay", re.IGNORECASE | re.DOTALL)
NOBODY_THERE = re.compile(r"5\.1\.|5\.2\.1\b")
# By name, because what talks to mail services costs every start half a second.
HOSTED = "peersupport.channels.hosted.send"
_mine = local()


def send(letter: Letter) -> Sent:
    """Hand one letter to the mail server and say what it answered.

    A server that answers 4xx may be tried again, one that answers 5xx has refused for good. When the line
    drops after the text was sent, nobody knows; it is sent again, under the same Message-ID.
    """
    if settings.MAIL_SERVICE:
        answer: Sent = import_string(HOSTED)(letter)
        return answer
    try:
        line().open()
    except (OSError, smtplib.SMTPException) as problem:
        hang_up()
        return Sent("try again", type(problem).__name__, _code(problem), nobody_home=True)
    try:
        line().send_messages([message_of(letter)])
    except smtplib.SMTPRecipientsRefused as refused:
        return _at_recipient(*next(iter(refused.recipients.values())))
    except (smtplib.SMTPSenderRefused, smtplib.SMTPHeloError) as refused:
        hang_up()  # it will not talk to us at all: nothing is wrong with this one letter
        return Sent("try again", "sender refused", refused.smtp_code, nobody_home=True)
    except smtplib.SMTPResponseException as answer:
        return _answered("message refused", answer.smtp_code)
    except (OSError, smtplib.SMTPException) as problem:
        hang_up()
        return Sent("unknown", type(problem).__name__)
    return Sent("accepted")


def _at_recipient(code: int, text: bytes) -> Sent:
    """What it means that the recipient was not taken.

    Only an answer about the address counts against it. A server that takes no mail from us says so at this
    step too, to every recipient: whatever is not clearly about the address is tried again.
    """
    words = text.decode(errors="replace").lstrip()
    if code not in range(REFUSED, REPLIES.stop):
        return _answered("address refused", code)
    if code == MAILBOX_FULL or FULL.match(words):
        return Sent("try again", "mailbox full", code)
    if not ABOUT_US.match(words) and (code in NO_SUCH_MAILBOX or NOBODY_THERE.match(words)):
        return Sent("refused", "address refused", code)
    hang_up()
    return Sent("try again", "sender refused", code, nobody_home=True)


def _answered(error: str, code: int) -> Sent:
    if code == CLOSING or code not in REPLIES:
        hang_up()
    if code not in REPLIES:  # smtplib's -1: what came back is no answer
        return Sent("unknown", "no answer")
    return Sent("refused" if code >= REFUSED else "try again", error, code)


def _code(problem: Exception) -> int | None:
    return problem.smtp_code if isinstance(problem, smtplib.SMTPResponseException) else None


def line() -> BaseEmailBackend:
    """This thread's connection; another one when the settings name another server."""
    told = (settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT)
    if getattr(_mine, "told", None) != told:
        _mine.told, _mine.backend = told, get_connection()
    backend: BaseEmailBackend = _mine.backend
    return backend


def hang_up() -> None:
    """Let this thread's connection go, whatever state it is in."""
    backend, _mine.told = getattr(_mine, "backend", None), None
    if backend is not None:
        with suppress(OSError, smtplib.SMTPException):
            backend.close()


def message_of(letter: Letter) -> EmailMessage:
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return EmailMessage(
        subject=" ".join(letter.subject.split()),
        body=letter.body,
        from_email=formataddr((letter.sender or name, address)),
        to=[letter.address],
        headers={"Message-ID": letter.message_id, "Auto-Submitted": "auto-generated", **letter.headers},
    )
