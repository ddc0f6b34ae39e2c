"""Showing that a way to reach somebody does reach them: a code by mail, four digits over the telephone."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from secrets import compare_digest, randbelow
from typing import Final

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string

from peersupport.audit import record
from peersupport.errors import Refused
from peersupport.models import Channel, User
from peersupport.models.outbox import ChannelKind
from peersupport.outbox import queue_code

CODE_HOLDS: Final = timedelta(minutes=15)  # as long as the outbox tries to send it
ANOTHER_AFTER: Final = timedelta(minutes=1)
TRIES: Final = 5
CODE_IS_OVER: Final = "That code holds no more. Have a new one sent."
DIGITS_ARE_OVER: Final = "These digits hold no more. Ask the owner to have new ones shown."


@transaction.atomic
def send_code(*, by: User, now: datetime) -> Channel:
    """Send six digits to the account's own address; what was sent before holds no more."""
    channel, _ = Channel.objects.get_or_create(user=by, kind=ChannelKind.EMAIL)
    channel = _locked(channel)
    if channel.code_until and now < channel.code_until - CODE_HOLDS + ANOTHER_AFTER:
        raise Refused("A code is on its way to you. Wait a minute before you ask for another.")
    _new_code(channel, length=6, until=now + CODE_HOLDS)
    words = {"code": channel.code, "app_name": settings.APP_NAME}
    subject, body = (
        render_to_string(f"account/email/proof_code_{part}.txt", words) for part in ("subject", "message")
    )
    queue_code(address=by.email, subject=subject.strip(), body=body)
    return channel


@transaction.atomic
def prove_email(*, by: User, code: str, now: datetime) -> bool:
    """Whether this is the code that was sent. If so mail reaches its owner, and goes there again."""
    channel = Channel.objects.select_for_update().filter(user=by, kind=ChannelKind.EMAIL).first()
    if channel is None or not _holds(channel, now):
        raise Refused(CODE_IS_OVER)
    if not _is_right(channel, code):
        return False
    _prove(channel, by=None, now=now)
    record(by=by, verb="address proven", on=channel)
    return True


@transaction.atomic
def give_number(*, by: User, number: str) -> Channel:
    """Keep a number to ring, in place of another if there is one; it counts once somebody has rung it."""
    channel, _ = Channel.objects.get_or_create(user=by, kind=ChannelKind.RINGING, defaults={"number": number})
    channel = _locked(channel)
    if channel.proven_at and channel.number == number:
        raise Refused("That is the number we have, and it has been rung.")
    channel.number, channel.proven_at, channel.proven_by = number, None, None
    _new_code(channel, length=4, until=None)
    record(by=by, verb="number given", on=channel)
    return channel


@transaction.atomic
def ask_for_call(*, by: User) -> Channel:
    """Show the owner four new digits, for somebody to ring and ask for them."""
    channel = Channel.objects.select_for_update().filter(user=by, kind=ChannelKind.RINGING).first()
    if channel is None:
        raise Refused("There is no number to ring yet. Give us one first.")
    _new_code(channel, length=4, until=None)
    record(by=by, verb="call asked for", on=channel)
    return channel


@transaction.atomic
def remove_number(*, by: User) -> None:
    """Forget the number, and that it was ever proven. Safe to repeat."""
    for channel in Channel.objects.select_for_update().filter(user=by, kind=ChannelKind.RINGING):
        record(by=by, verb="number removed", on=channel)
        channel.delete()


@transaction.atomic
def prove_number(*, by: User, channel: Channel, digits: str, now: datetime) -> bool:
    """Whether the owner read out, over the telephone, what their screen shows. If so the number counts."""
    channel = _locked(channel)
    if channel.user_id == by.pk:
        raise Refused("Somebody else has to ring your number.")
    if not _holds(channel, now):
        raise Refused(DIGITS_ARE_OVER)
    if not _is_right(channel, digits):
        return False
    _prove(channel, by=by, now=now)
    record(by=by, verb="number proven", on=channel)
    return True


def forget_proofs_of_address(people: Iterable[int | None]) -> None:
    """Their address has changed: what was shown of the old one, or why it was off, says nothing of the new.

    Call it in the action that changes the address. What was switched off for good stays off.
    """
    rows = Channel.objects.filter(user__in=[person for person in people if person], kind=ChannelKind.EMAIL)
    rows.exclude(off_because=Channel.Off.LEFT).delete()


def _locked(channel: Channel) -> Channel:
    return Channel.objects.select_for_update().get(pk=channel.pk)


def _new_code(channel: Channel, *, length: int, until: datetime | None) -> None:
    channel.code = f"{randbelow(10**length):0{length}}"
    channel.code_until, channel.code_tries = until, 0
    channel.save()


def _holds(channel: Channel, now: datetime) -> bool:
    in_time = channel.code_until is None or now < channel.code_until
    return bool(channel.code) and in_time and channel.code_tries < TRIES


def _is_right(channel: Channel, typed: str) -> bool:
    """Each try is counted, and after the last wrong one the code is gone."""
    digits = "".join(letter for letter in typed if letter.isdecimal() and letter.isascii())
    if compare_digest(digits, channel.code):
        return True
    channel.code_tries += 1
    if channel.code_tries >= TRIES:
        channel.code = ""
    channel.save(update_fields=["code", "code_tries"])
    return False


def _prove(channel: Channel, *, by: User | None, now: datetime) -> None:
    channel.proven_at, channel.proven_by = now, by
    channel.code, channel.code_until, channel.code_tries = "", None, 0
    channel.off_at, channel.off_because = None, ""
    channel.save()
