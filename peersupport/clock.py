"""What time it is, and the timed jobs of the beat table run without Celery."""

import logging
from collections.abc import Collection, MutableMapping
from datetime import datetime

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.utils import timezone

from peersupport.celery import app

logger = logging.getLogger(__name__)


def now() -> datetime:
    """The present, aware and in UTC."""
    return timezone.now()


def database_now() -> datetime:
    """The present by the clock that all share: the database's on PostgreSQL, else this machine's."""
    connection = connections[DEFAULT_DB_ALIAS]
    if connection.vendor != "postgresql":
        return now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
    return moment


def run_due_jobs(
    last_run: MutableMapping[str, datetime], at: datetime, *, but: Collection[str] = ()
) -> list[str]:
    """Run, in this process, each job of the beat table whose interval has passed; the names that worked.

    `last_run` is the caller's memory between calls; jobs named in `but` are the caller's own business. Every
    job is safe to repeat, so two clocks do no harm.
    """
    app.loader.import_default_modules()
    due = [
        name
        for name, job in settings.CELERY_BEAT_SCHEDULE.items()
        if name not in but and (name not in last_run or at - last_run[name] >= job["schedule"])
    ]
    done = []
    for name in due:
        last_run[name] = at
        try:
            app.tasks[settings.CELERY_BEAT_SCHEDULE[name]["task"]]()
        except Exception:  # one job that fails must not keep the others from their turn
            logger.exception("The job “%s” failed", name)
        else:
            done.append(name)
    return done
