"""S8: the reminders of one morning for a whole school, beside a bare INSERT … SELECT. Runs inside Django.

The bare statement writes as many of the same rows in one go: who has not done what is assigned, has not
stopped these messages and has none yet. It knows nothing of more time, leave, holds or the days between
two messages, of other modules, and takes the lock of the whole table for as long as it lasts.
"""

from datetime import timedelta
from time import perf_counter, process_time
from typing import Any

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from psutil import Process

from bench.questions import ASKING
from peersupport.clock import now
from peersupport.models import Notification
from programs.models import Program
from training.actions.reminders import queue_due_reminders
from training.models import ReminderDay
from training.models.reminders import AT_ONCE, KIND, morning

PASSES = 3
BARE = """
INSERT INTO peersupport_notification (uuid, key, kind, private, scope, recipient_id, channel, priority, about,
    payload, made_at, due_at, expires_at, state, next_try_at, attempts, last_error)
SELECT {uuid}, 'training.due:' || m.user_id || ':bare', %s, {false}, %s, m.user_id, 'email', 9, '{{}}',
    '', %s, %s, %s, 'pending', %s, 0, ''
FROM programs_membership m JOIN training_assignment a ON a.year_id = m.year_id AND a.year_level = m.year_level
WHERE m.role = 'student' AND m.starts_at <= %s AND m.ends_at > %s AND a.due_on = %s
AND NOT EXISTS (SELECT 1 FROM training_progress p
    WHERE p.user_id = m.user_id AND p.module_id = a.module_id AND p.completed_on IS NOT NULL)
AND NOT EXISTS (SELECT 1 FROM peersupport_noticechoices c
    WHERE c.user_id = m.user_id AND CAST(c.paused AS text) LIKE '%%training.due%%')
ON CONFLICT DO NOTHING
"""


def measure_reminders(number: int) -> dict[str, Any]:
    """Seconds of each way, in turn; how many rows; statements for each five hundred people."""
    program = Program.objects.get(slug="bench")
    day = program.today(now()) + timedelta(days=6)
    at = morning(program, day)
    people = program.years.get().memberships.filter(role="student").count()
    found: dict[str, Any] = {"people": people, "bare": [], "ours": [], "again": []}
    for _ in range(PASSES):
        found["bare"].append(_timed(lambda: _bare(program, at, day + timedelta(days=14))))
        found["bare rows"] = _clear()
        found["ours"].append(_timed(lambda: queue_due_reminders(now=at)))
        found["again"].append(_timed(lambda: queue_due_reminders(now=at)))
        found["rows"] = _clear()
    with CaptureQueriesContext(connection) as queries:
        queue_due_reminders(now=at)
    asked = sum(query["sql"].lstrip("( ").startswith(ASKING) for query in queries)
    found["sql"] = asked / max(1, people / AT_ONCE)
    _clear()
    return found


def _timed(job: Any) -> tuple[float, float]:
    """Seconds of CPU, of this process and of the database's that serves it; and on the clock."""
    begun, clock = _cpu(), perf_counter()
    job()
    return _cpu() - begun, perf_counter() - clock


def _cpu() -> float:
    if connection.vendor != "postgresql":
        return process_time()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return process_time() + sum(Process(cursor.fetchone()[0]).cpu_times()[:2])


def _bare(program: Program, at: Any, due_on: Any) -> None:
    on_postgres = connection.vendor == "postgresql"
    sql = BARE.format(
        uuid="gen_random_uuid()" if on_postgres else "lower(hex(randomblob(16)))",
        false="false" if on_postgres else "0",
    )
    scope = program.uuid if on_postgres else program.uuid.hex
    moments = [at, at, at + timedelta(days=1), at, at, at]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, [KIND, scope, *moments, due_on])


def _clear() -> int:
    count, _ = Notification.objects.filter(kind=KIND).delete()
    ReminderDay.objects.all().delete()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE peersupport_notification")
    return count
