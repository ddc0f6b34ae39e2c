"""Celery's door: each task calls one action."""

from celery import shared_task

from peersupport.clock import database_now
from referrals.actions import checks
from referrals.actions.helppages import write_copies


@shared_task
def write_help_copies() -> None:
    write_copies()


@shared_task
def queue_check_warnings() -> None:
    checks.queue_check_warnings(now=database_now())
