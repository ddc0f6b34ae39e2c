"""How many of each group are done."""

from peersupport.clock import now
from peersupport.models import User
from programs.actions.cohorts import give_leave
from programs.models import Role
from tests.people import School
from training.models import Assignment, Module, ModuleVersion, Progress
from training.models.completion import Group, completion_by_group


def finish(school: School, user: User, version: ModuleVersion) -> None:
    Progress.objects.create(
        user=user, module=version.module, version=version, started_on=school.today, completed_on=school.today
    )


def groups(school: School, module: Module | None = None) -> list[tuple[int, str, int, int]]:
    found = completion_by_group(school.program, now(), module.pk if module else None)
    assert all(isinstance(group, Group) for group in found)
    return [(group.year_level, group.site, group.total, group.done) for group in found]


def test_groups_by_year_level_and_site(kestrel: School, harrow: School, short_walk: ModuleVersion) -> None:
    here = [kestrel.join(Role.STUDENT, name, year_level=2) for name in ("Ana", "Ben", "Cy")]
    there = kestrel.join(Role.STUDENT, "Dee", year_level=2, site=kestrel.other_site)
    nowhere = kestrel.join(Role.STUDENT, "Eli", year_level=1)
    nowhere.site = None
    nowhere.save()
    harrow.join(Role.STUDENT, "Wren", year_level=2)
    assert groups(kestrel) == []
    Assignment.objects.create(year=kestrel.year, module=short_walk.module, track="core", due_on=kestrel.today)
    finish(kestrel, here[0].user, short_walk)
    finish(kestrel, there.user, short_walk)
    assert groups(kestrel) == [(1, "No site", 1, 0), (2, "East Kestrel", 3, 1), (2, "West Kestrel", 1, 1)]
    assert groups(harrow) == []


def test_done_means_everything_that_is_asked(kestrel: School, short_walk: ModuleVersion) -> None:
    student = kestrel.join(Role.STUDENT, "Ana", year_level=2)
    other = Module.objects.create(slug="other")
    for module in (short_walk.module, other):
        Assignment.objects.create(year=kestrel.year, module=module, track="core", due_on=kestrel.today)
    finish(kestrel, student.user, short_walk)
    assert groups(kestrel) == [(2, "East Kestrel", 1, 0)]
    assert groups(kestrel, short_walk.module) == [(2, "East Kestrel", 1, 1)]
    assert groups(kestrel, other) == [(2, "East Kestrel", 1, 0)]


def test_only_those_who_are_asked_are_counted(kestrel: School, short_walk: ModuleVersion) -> None:
    kestrel.join(Role.STUDENT, "Ana", year_level=1)
    kestrel.join(Role.STUDENT, "Ben", year_level=2)
    kestrel.join(Role.STUDENT, "Tom", year_level=2)
    kestrel.join(Role.SUPPORTER, "Tom")
    Assignment.objects.create(
        year=kestrel.year, module=short_walk.module, track="core", year_level=2, due_on=kestrel.today
    )
    other = Module.objects.create(slug="for-supporters")
    Assignment.objects.create(year=kestrel.year, module=other, track="supporter", due_on=kestrel.today)
    assert groups(kestrel) == [(2, "East Kestrel", 2, 0)]


def test_two_years_at_once_and_many_leaves_count_nobody_twice(
    kestrel: School, short_walk: ModuleVersion
) -> None:
    student = kestrel.join(Role.STUDENT, "Ana", year_level=2)
    for level in (None, 1, 2):
        Assignment.objects.create(
            year=kestrel.year, module=short_walk.module, track="core", year_level=level, due_on=kestrel.today
        )
    for days in (1, 2, 3):
        day = kestrel.today.replace(day=days)
        give_leave(by=kestrel.staff, membership=student, starts_on=day, ends_on=day)
    assert groups(kestrel) == [(2, "East Kestrel", 1, 0)]
