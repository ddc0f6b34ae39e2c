"""Celery's door: each task calls one action."""

from celery import shared_task

from peersupport.clock import now
from programs.actions.roster import drop_stale_uploads as drop


@shared_task
def drop_stale_uploads() -> None:
    drop(now=now())
