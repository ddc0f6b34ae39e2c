"""A mail service beside plain SMTP: what its errors mean, and what it reports of mail that came back.

django-anymail would hand reports on as Django signals. Nothing is pushed by signals here, so its webhook is
asked what it has read, and nothing else of it is used.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import requests
from anymail import urls
from anymail.exceptions import AnymailError, AnymailRecipientsRefused, AnymailWebhookValidationFailure
from anymail.signals import EventType, RejectReason
from django.conf import settings
from django.http import HttpRequest

from peersupport.channels.email import hang_up, line, message_of
from peersupport.channels.letter import Letter, Sent

WHO_ARE_YOU: Final = {401, 402, 403}
LATER: Final = {408, 429}
# Why a service may not have sent a letter at all, other than a complaint or a rule of its own.
NOBODY_THERE: Final = {RejectReason.INVALID, RejectReason.BOUNCED, RejectReason.TIMED_OUT}
# How the services say that an address may take mail tomorrow: its mailbox is full, its server is away.
# Anymail calls that a bounce like any other, so it is looked for in the report itself.
NOT_FOR_GOOD: Final = re.compile(
    r"\bsoft[ _-]?bounce|\btransient\b|\bundetermined\b"
    r"|'type': 'blocked'"  # SendGrid
    r"|'bounce_class': '(2\d|70)'"  # SparkPost
    r"|'hard_bounce': False",  # Mailjet
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Returned:
    """A letter that came back: its address and, where the service says so, which notice it was."""

    address: str
    notice: str


def send(letter: Letter) -> Sent:
    """Hand one letter to the service and say what it answered."""
    message = message_of(letter)
    message.metadata = {"notice": letter.notice}  # type: ignore[attr-defined] # comes back with a report
    try:
        line().send_messages([message])
    except AnymailError as problem:
        hang_up()
        return _answer_of(problem)
    return Sent("accepted")


def _answer_of(problem: AnymailError) -> Sent:
    code: int | None = problem.status_code
    if isinstance(problem, AnymailRecipientsRefused):
        return Sent("refused", "address refused", code)
    if code in WHO_ARE_YOU:
        return Sent("try again", "sender refused", code, nobody_home=True)
    if isinstance(problem, requests.ConnectionError):
        return Sent("try again", "no service", nobody_home=True)
    if code is None:  # no answer in time: it may have been taken
        return Sent("unknown", "no answer")
    if code in LATER or code >= 500:
        return Sent("try again", "service busy", code, nobody_home=True)
    return Sent("refused", "message refused", code)


def returned(request: HttpRequest) -> list[Returned] | None:
    """What a report says has come back for good; None when it is not from the service, or cannot be read."""
    hook = _webhook()
    if hook is None:
        return None
    try:
        hook.setup(request)
        hook.run_validators(request)
        return list(_nobody_there(hook.parse_events(request)))
    except (AnymailWebhookValidationFailure, LookupError, TypeError, ValueError):
        return None


def _webhook() -> Any:
    """What reads the reports of the service in use; None where no secret has been set."""
    hooks = {pattern.name: pattern.callback.view_class for pattern in urls.urlpatterns}
    found = hooks.get(f"{settings.MAIL_SERVICE}_tracking_webhook")
    return found() if found and settings.ANYMAIL.get("WEBHOOK_SECRET") else None


def _nobody_there(events: Any) -> Iterator[Returned]:
    for event in events:
        if event.recipient and is_for_good(event):
            yield Returned(event.recipient, str((event.metadata or {}).get("notice", "")))


def is_for_good(event: Any) -> bool:
    """Whether mail to this address comes back for a reason that lies in the address, and will stay."""
    if event.event_type == EventType.BOUNCED:  # not every service says why
        because = event.reject_reason in {*NOBODY_THERE, None}
    else:
        because = event.event_type == EventType.REJECTED and event.reject_reason in NOBODY_THERE
    return because and not NOT_FOR_GOOD.search(f"{event.description} {event.esp_event}")
