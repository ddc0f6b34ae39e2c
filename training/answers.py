"""What this app answers to the lists named in settings."""

from datetime import datetime

from django.urls import reverse

from peersupport.named_lists import WeekTask
from programs.permissions import Rights, is_wellbeing_staff
from training.models import ModuleVersion
from training.models.assignments import needing_staff
from training.models.completion import core_due


def this_week(rights: Rights, at: datetime) -> list[WeekTask]:
    """What needs wellbeing staff: versions to read, modules that nobody has to do, people past their day."""
    program = rights.program
    if program is None or not is_wellbeing_staff(rights):
        return []
    tasks = [
        _to_read(version) if version.is_waiting else _to_ask_for(version)
        for version in needing_staff(program, at)
    ]
    late = core_due(program, at).late(program.today(at)).values("user").distinct().count()
    if late:
        who = "One student is" if late == 1 else f"{late} students are"
        tasks.append(
            WeekTask(
                f"{who} past the day for a module.",
                "See who",
                reverse("training:completion-people") + "?done=late",
            )
        )
    return tasks


def _to_read(version: ModuleVersion) -> WeekTask:
    return WeekTask(
        f"“{version.title}”, version {version.number}, is waiting to be read before students see it.",
        "Read and review",
        reverse("training:module-review", args=[version.module.uuid]),
    )


def _to_ask_for(version: ModuleVersion) -> WeekTask:
    return WeekTask(
        f"Nobody is asked to do “{version.title}” this year yet.",
        "Choose who and by when",
        reverse("training:assignment-add"),
    )
