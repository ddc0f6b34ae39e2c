"""What time it is, and the timed jobs of the beat table run without Celery."""

from collections.abc import MutableMapping
from datetime import datetime

from django.conf import settings
from django.utils import timezone

from peersupport.celery import app


def now() -> datetime:
    """The present, aware and in UTC."""
    return timezone.now()


def run_due_jobs(last_run: MutableMapping[str, datetime], at: datetime) -> list[str]:
    """Run, in this process, each job of the beat table whose interval has passed; return the names run.

    `last_run` is the caller's memory between calls. Every job is safe to repeat, so two clocks do no harm.
    """
    app.loader.import_default_modules()
    due = [
        name
        for name, job in settings.CELERY_BEAT_SCHEDULE.items()
        if name not in last_run or at - last_run[name] >= job["schedule"]
    ]
    for name in due:
        last_run[name] = at
        app.tasks[settings.CELERY_BEAT_SCHEDULE[name]["task"]]()
    return due
