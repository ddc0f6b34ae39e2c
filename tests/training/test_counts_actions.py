"""A report on the first of each month, as things stood when the month began, and once."""

from datetime import date, datetime, time, timedelta

import pytest

from peersupport.clock import now
from programs.actions.cohorts import end_membership
from programs.models import Membership, Role
from tests.people import School
from tests.races import at_once
from training.actions.counts import publish_counts
from training.engines.counts import Number, first_of_next_month
from training.models import Assignment, CountsReport, Module, ModuleVersion, Progress
from training.models.counts import counted_groups
from training.tasks import publish_counts as publish_task


def months(school: School) -> list[date]:
    """The first days of the three months to come."""
    days = [first_of_next_month(school.today)]
    while len(days) < 3:
        days.append(first_of_next_month(days[-1]))
    return days


def noon(school: School, day: date) -> datetime:
    return datetime.combine(day, time(12), school.program.zone)


def finish(version: ModuleVersion, people: list[Membership], on: date) -> None:
    Progress.objects.bulk_create(
        Progress(user=one.user, module=version.module, version=version, started_on=on, completed_on=on)
        for one in people
    )


@pytest.fixture
def forties(kestrel: School, short_walk: ModuleVersion) -> dict[int, list[Membership]]:
    """Forty students in each of two years, asked for one module; twenty and fifteen are done."""
    Assignment.objects.create(year=kestrel.year, module=short_walk.module, track="core", due_on=kestrel.today)
    people = {level: kestrel.students(40, year_level=level) for level in (1, 2)}
    finish(short_walk, people[1][:20], kestrel.today)
    finish(short_walk, people[2][:15], kestrel.today)
    return people


def of_level(report: CountsReport | None, version: ModuleVersion, level: int | None) -> Number:
    assert report is not None
    return next(
        number
        for number in report.of_module(version.module_id)
        if (number.level, number.site) == (level, None)
    )


def test_a_month_is_counted_as_it_began(
    kestrel: School, short_walk: ModuleVersion, forties: dict[int, list[Membership]]
) -> None:
    """Days after the job should have run: what was done, and who left, since then is for the next month."""
    first, second, _ = months(kestrel)
    finish(short_walk, forties[1][20:30], first - timedelta(days=1))
    finish(short_walk, forties[1][30:], first)
    at = noon(kestrel, first + timedelta(days=9))
    end_membership(by=kestrel.staff, membership=forties[2][0], now=noon(kestrel, first))
    report = publish_counts(program=kestrel.program, now=at)
    assert report is not None
    assert (report.year, report.published_on) == (kestrel.year, first)
    assert of_level(report, short_walk, 1) == Number(1, None, 30, 40, first)
    assert of_level(report, short_walk, 2) == Number(2, None, 15, 40, first)
    assert of_level(report, short_walk, None) == Number(None, None, 45, 80, first)
    later = publish_counts(program=kestrel.program, now=noon(kestrel, second))
    # All forty: no number any more, so the one of before stays.
    assert of_level(later, short_walk, 1) == Number(1, None, 30, 40, first)


def test_a_report_is_made_once_and_never_changes(
    kestrel: School, short_walk: ModuleVersion, forties: dict[int, list[Membership]]
) -> None:
    first = months(kestrel)[0]
    report = publish_counts(program=kestrel.program, now=noon(kestrel, first))
    assert report is not None
    report.refresh_from_db()
    finish(short_walk, forties[1][20:35], kestrel.today)
    assert publish_counts(program=kestrel.program, now=noon(kestrel, first + timedelta(days=20))) is None
    assert CountsReport.objects.get().numbers == report.numbers


def test_a_number_changes_when_ten_have_moved(
    kestrel: School, short_walk: ModuleVersion, forties: dict[int, list[Membership]]
) -> None:
    first, second, third = months(kestrel)
    publish_counts(program=kestrel.program, now=noon(kestrel, first))
    finish(short_walk, forties[1][20:29], first)
    report = publish_counts(program=kestrel.program, now=noon(kestrel, second))
    assert of_level(report, short_walk, 1) == Number(1, None, 20, 40, first)
    finish(short_walk, forties[1][29:30], second)
    report = publish_counts(program=kestrel.program, now=noon(kestrel, third))
    assert of_level(report, short_walk, 1) == Number(1, None, 30, 40, third)


def test_what_is_left_out_is_not_stored(
    kestrel: School, short_walk: ModuleVersion, forties: dict[int, list[Membership]]
) -> None:
    few = kestrel.students(35, year_level=3)
    finish(short_walk, few[:7], kestrel.today)
    report = publish_counts(program=kestrel.program, now=noon(kestrel, months(kestrel)[0]))
    assert report is not None
    assert of_level(report, short_walk, 3) == Number(3, None)
    report.refresh_from_db()
    rows = report.numbers[str(short_walk.module_id)]
    assert [row[2:] for row in rows if row[0] == 3] == [[None] * 3] * 2


def test_nothing_between_two_years(kestrel: School) -> None:
    after = noon(kestrel, kestrel.year.ends_on + timedelta(days=40))
    assert publish_counts(program=kestrel.program, now=after) is None
    assert not CountsReport.objects.exists()


def test_five_clocks_at_once_publish_once(
    transactional_db: None, kestrel: School, forties: dict[int, list[Membership]]
) -> None:
    at = noon(kestrel, months(kestrel)[0])
    answers = at_once(*[lambda: publish_counts(program=kestrel.program, now=at)] * 5)
    assert sorted(type(answer).__name__ for answer in answers) == ["CountsReport", *["NoneType"] * 4]
    assert CountsReport.objects.count() == 1


def test_the_job_publishes_for_every_school(kestrel: School, harrow: School) -> None:
    publish_task()
    publish_task()
    found = CountsReport.objects.values_list("year", "published_on")
    assert sorted(found) == sorted(
        (school.year.pk, school.today.replace(day=1)) for school in (kestrel, harrow)
    )


def test_counting_by_module_year_level_and_site(kestrel: School, short_walk: ModuleVersion) -> None:
    here = [kestrel.join(Role.STUDENT, name, year_level=2) for name in ("Ana", "Ben")]
    kestrel.join(Role.STUDENT, "Cy", year_level=2, site=kestrel.other_site)
    Membership.objects.filter(pk=here[1].pk).update(site=None)
    other = Module.objects.create(slug="other")
    for module, track in ((short_walk.module, "core"), (other, "supporter")):
        for level in (None, 2):
            Assignment.objects.create(
                year=kestrel.year, module=module, track=track, year_level=level, due_on=kestrel.today
            )
    finish(short_walk, here, kestrel.today)
    tomorrow = kestrel.today + timedelta(days=1)
    east, west = str(kestrel.site.uuid), str(kestrel.other_site.uuid)
    assert counted_groups(kestrel.year, now(), tomorrow) == {
        short_walk.module_id: {(2, east): (1, 1), (2, ""): (1, 1), (2, west): (0, 1)}
    }
    assert counted_groups(kestrel.year, now(), kestrel.today)[short_walk.module_id][2, east] == (0, 1)
