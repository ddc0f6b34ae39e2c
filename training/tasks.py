"""Celery's door: each task calls one action."""

from celery import shared_task

from peersupport.clock import database_now, now
from programs.models import Program
from training.actions import reminders
from training.actions.counts import publish_counts as publish


@shared_task
def publish_counts() -> None:
    for program in Program.objects.all():
        publish(program=program, now=now())


@shared_task
def queue_due_reminders() -> None:
    reminders.queue_due_reminders(now=database_now())
