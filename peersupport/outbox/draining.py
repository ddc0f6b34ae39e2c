"""Sending what is due."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Final, TypeAlias

from peersupport.channels import CHANNELS
from peersupport.channels.email import hang_up
from peersupport.channels.letter import Letter, Sent
from peersupport.clock import database_now
from peersupport.models import Notification
from peersupport.outbox import leases
from peersupport.outbox.letters import letter_for
from peersupport.outbox.refusals import note_refusal
from peersupport.outbox.vetting import vetted

logger = logging.getLogger(__name__)
Clock: TypeAlias = Callable[[], datetime]
AT_ONCE: Final = 20


@dataclass
class Drained:
    """What one pass did: rows sent, failed (to be tried again, or given up), and not sent at all."""

    sent: int = 0
    failed: int = 0
    dropped: int = 0


@dataclass(frozen=True)
class Pass:
    """One run through a lane: its claim, how to tell the time, when to stop, and what it has done so far."""

    clock: Clock
    stopped: Callable[[], bool]
    done: Drained


def drain(
    *,
    urgent: bool,
    clock: Clock = database_now,
    seconds: float = 20,
    stopped: Callable[[], bool] = lambda: False,
) -> Drained:
    """Send what is due in one lane, until nothing is left, `seconds` have passed or `stopped()` says so.

    Never call it inside a transaction. What is on the wire is always finished. In the urgent lane one row is
    taken at a time, in the other up to 20, each with its lease renewed when its turn comes.
    """
    run, until = Pass(clock, stopped, Drained()), monotonic() + seconds
    leases.end_what_ran_out(clock())
    try:
        while monotonic() < until and not stopped():
            claim = leases.claim(urgent=urgent, at=clock(), most=1 if urgent else AT_ONCE)
            if not claim.rows or not _send_all(claim, run):
                break
    finally:
        hang_up()  # a server may close an idle line without a word
    return run.done


def _send_all(claim: leases.Claim, run: Pass) -> bool:
    """Send the rows of one claim; False when there is no use in taking more just now."""
    rows = vetted(claim, run.clock())
    run.done.dropped += len(claim.rows) - len(rows)
    for place, row in enumerate(rows):
        if run.stopped():
            leases.give_back(claim, rows[place:], run.clock())
            return False
        sent = _send_one(claim, row, run)
        if sent and sent.nobody_home:
            leases.give_back(claim, rows[place + 1 :], run.clock())
            return False
    return True


def _send_one(claim: leases.Claim, row: Notification, run: Pass) -> Sent | None:
    """One row: its words, the attempt, the wire, what became of it. None when there was nothing to send."""
    letter = _written(row, run.clock())
    if letter is None:
        leases.drop(claim, [row], "not wanted", run.clock())
        run.done.dropped += 1
        return None
    attempt = leases.begin(claim, row, run.clock())
    if attempt is None:  # somebody else holds it by now
        return None
    sent = letter if isinstance(letter, Sent) else _on_the_wire(row, letter)
    leases.close(claim, row, attempt, sent, run.clock())
    note_refusal(row, sent, run.clock())
    run.done.sent += sent.gone
    run.done.failed += not sent.gone
    return sent


def _written(row: Notification, at: datetime) -> Letter | Sent | None:
    """The letter; or, for one that cannot be written, the failure, which must not stop the others."""
    try:
        return letter_for(row, at)
    except Exception:
        logger.exception("Notice %s of kind %s cannot be written", row.uuid, row.kind)
        return Sent("try again", "cannot be written")


def _on_the_wire(row: Notification, letter: Letter) -> Sent:
    """What the channel says; one that breaks must not stop the others either."""
    try:
        return CHANNELS[row.channel](letter)
    except Exception:
        logger.exception("Notice %s by %s cannot be sent", row.uuid, row.channel)
        return Sent("try again", "cannot be sent")
