"""Celery's door: each task calls one thing."""

from celery import shared_task
from celery.worker import state
from django.core.management import call_command

from peersupport import heart
from peersupport.actions.accounts import drop_unproven_accounts as drop
from peersupport.actions.counters import drop_expired_counters as drop_counters
from peersupport.actions.purge import purge as erase_what_is_old
from peersupport.clock import database_now, now
from peersupport.outbox import drain


@shared_task
def drain_outbox() -> None:
    # Well under the half minute that a worker has when it is told to stop; a worker of one process, as
    # `make run` has it, knows by itself that it was told, and stops between two messages.
    drain(urgent=True, seconds=5, stopped=_told_to_stop)
    drain(urgent=False, seconds=10, stopped=_told_to_stop)


def _told_to_stop() -> bool:
    return state.should_stop is not None


@shared_task
def beat_heart() -> None:
    heart.beat(heart.CLOCK, database_now())


@shared_task
def clear_expired_sessions() -> None:
    call_command("clearsessions")


@shared_task
def drop_unproven_accounts() -> None:
    while drop(now=now()):
        pass  # a handful at a time, so that nobody waits for the database meanwhile


@shared_task
def purge() -> None:
    erase_what_is_old(now=now())


@shared_task
def drop_expired_counters() -> None:
    drop_counters(now=now())
