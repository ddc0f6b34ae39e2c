"""What this app answers to the lists named in settings."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Count, Subquery, Value
from django.urls import reverse

from peersupport.models import Notification
from peersupport.named_lists import Erasable, WeekTask
from programs.models import Program
from programs.models.leavers import of_leavers
from programs.permissions import Rights, is_wellbeing_staff
from training.engines.reminders import reminds, silent_from, words
from training.models import ModuleVersion, Progress, Review, Talking
from training.models.assignments import needing_staff
from training.models.completion import core_due
from training.models.practice import practices_awaiting_review
from training.models.reminders import away_on, midnight, sent_since, tasks_left


def this_week(rights: Rights, at: datetime) -> list[WeekTask]:
    """What needs wellbeing staff: versions to read, modules that nobody has to do, people past their day."""
    program = rights.program
    if program is None or not is_wellbeing_staff(rights):
        return []
    tasks = [
        _to_read(version) if version.is_waiting else _to_ask_for(version)
        for version in needing_staff(program, at)
    ]
    late, unread = _late_and_unread(program, at)
    if late:
        who = "One student is" if late == 1 else f"{late} students are"
        address = reverse("training:completion-people") + "?done=late"
        tasks.append(WeekTask(f"{who} past the day for a module.", "See who", address))
    if unread:
        what = "One practice talk is" if unread == 1 else f"{unread} practice talks are"
        sentence = f"{what} waiting to be read before students see it."
        tasks.append(WeekTask(sentence, "Read and review", reverse("training:practice-list")))
    return tasks


def _late_and_unread(program: Program, at: datetime) -> tuple[int, int]:
    """How many people are past a day, and how many talks nobody here has read: one question for both."""
    late = core_due(program, at).late(program.today(at)).order_by().values("year__program")
    unread = practices_awaiting_review(program).order_by().annotate(all=Value(1)).values("all")
    counted = Program.objects.filter(pk=program.pk).annotate(
        late=Subquery(late.annotate(people=Count("user", distinct=True)).values("people")),
        unread=Subquery(unread.annotate(talks=Count("pk")).values("talks")),
    )
    found = counted.values_list("late", "unread").get()
    return found[0] or 0, found[1] or 0


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


def due_reminder(row: Notification, at: datetime) -> Mapping[str, str] | None:
    """What a reminder names now; None when it has been done, put off, or said within the last days."""
    user = row.recipient
    if user is None or row.scope is None:
        return None
    program = Program.objects.get(uuid=row.scope)
    today, day = program.today(at), program.today(row.due_at)
    told = sent_since(midnight(program, silent_from(today))).filter(recipient=user)
    # But for this one: where mail comes back, it has been sent once it can be read on the site.
    told = told.exclude(pk=row.pk)
    if told.exists() or away_on(today).filter(membership__user=user).exists():
        return None
    tasks = tasks_left(user, today, at)
    if not tasks or not (row.about["extra"] or any(reminds(task.due_on, day) for task in tasks)):
        return None
    return words(tasks, today)


def purged(at: datetime) -> list[Erasable]:
    """How far people who have left had got, and their names beside what they reviewed."""
    reviews = of_leavers(Review.objects.exclude(name=""), "by", at)
    return [
        Erasable("account", of_leavers(Progress.objects.all(), "user", at)),
        Erasable("account", of_leavers(Talking.objects.all(), "user", at)),
        Erasable("account", reviews, lambda keys: Review.objects.filter(pk__in=keys).update(name="")),
    ]
