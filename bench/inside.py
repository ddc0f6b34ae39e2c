"""The bench's door into Django: `python -m bench.inside COMMAND [NUMBER]`, answers as JSON on the last line.

A process of its own each time, so that the database it works on is whatever DATABASE_URL says.
"""

import json
import sys
from collections.abc import Callable
from typing import Any

import django

django.setup()

from bench import school  # noqa: E402 - models can be imported only now
from bench.questions import counted, not_visited  # noqa: E402
from bench.reminders import measure_reminders  # noqa: E402
from peersupport.models import User  # noqa: E402


def visitors(count: int) -> dict[str, Any]:
    """Sessions of this many students of each kind, and of staff; the module they go through."""
    kinds = {"not_begun": school.NOT_BEGUN, "under_way": school.UNDER_WAY, "done": school.DONE}
    people = {name: school.students(kind, count) for name, kind in kinds.items()}
    people["staff"] = [User.objects.get(email=school.STAFF)]
    sessions = {name: [school.signed_in(user) for user in users] for name, users in people.items()}
    return {**sessions, "module": school.module()}


def queries(number: int) -> dict[str, Any]:
    rows = counted()
    visited = {str(row["what"]).removeprefix("POST ").partition("?")[0] for row in rows}
    return {"rows": rows, "not_visited": not_visited(visited)}


def open_school(students: int) -> None:
    school.open_school()
    school.grow(students)


COMMANDS: dict[str, Callable[[int], Any]] = {
    "open": open_school,
    "grow": school.grow,
    "progress": school.add_old_progress,
    "visitors": visitors,
    "queries": queries,
    "reminders": measure_reminders,
}

if __name__ == "__main__":
    print(json.dumps(COMMANDS[sys.argv[1]](int(sys.argv[2]))))
