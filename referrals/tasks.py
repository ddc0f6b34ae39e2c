"""Celery's door: each task calls one action."""

from celery import shared_task

from referrals.actions.helppages import write_copies


@shared_task
def write_help_copies() -> None:
    write_copies()
