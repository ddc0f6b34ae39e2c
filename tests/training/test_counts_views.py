"""Counts as leads and evaluators see them."""

import csv
import io
import re
from datetime import datetime, time
from typing import Any

import pytest
from django.urls import reverse

from peersupport.models import User
from programs.models import Role
from tests.costs import cost
from tests.doors import assert_door_holds
from tests.people import School, sign_in
from training.actions.counts import publish_counts
from training.engines.counts import first_of_next_month
from training.models import Assignment, CountsReport, Module, ModuleVersion, Progress

PAGE, FILE = "/counts/", "/counts/numbers.csv"


def publish(school: School) -> CountsReport:
    """The report of next month, so that those who joined just now are counted."""
    first = first_of_next_month(school.today)
    at = datetime.combine(first, time(1), school.program.zone)
    report = publish_counts(program=school.program, now=at)
    assert report is not None
    return report


@pytest.fixture
def report(kestrel: School, short_walk: ModuleVersion, a_student_lead: User) -> CountsReport:
    """Year 1: 20 of 40 in the east, 15 of 40 in the west; year 2: 3 of 40 in the east; year 5: the lead."""
    Assignment.objects.create(year=kestrel.year, module=short_walk.module, track="core", due_on=kestrel.today)
    for level, done, site in ((1, 20, kestrel.site), (1, 15, kestrel.other_site), (2, 3, kestrel.site)):
        people = kestrel.students(40, year_level=level)
        for one in people:
            one.site = site
            one.save()
        Progress.objects.bulk_create(
            Progress(
                user=one.user,
                module=short_walk.module,
                version=short_walk,
                started_on=kestrel.today,
                completed_on=kestrel.today,
            )
            for one in people[:done]
        )
    return publish(kestrel)


def test_the_doors(
    report: CountsReport,
    a_student: User,
    a_supporter: User,
    a_student_lead: User,
    clinical_adviser: User,
    an_assessor: User,
    an_evaluator: User,
    wellbeing_staff: User,
    somebody_on_no_list: User,
) -> None:
    """Roles: completion of others as counts for leads and evaluators."""
    others = [a_student, a_supporter, clinical_adviser, an_assessor]
    for page in (PAGE, FILE):
        for inside in (a_student_lead, an_evaluator, wellbeing_staff):
            assert_door_holds(page, inside=inside, forbidden=others, strangers=[somebody_on_no_list])


def rows_of(page: str) -> list[list[str]]:
    """The words of each line of the table."""
    body = re.sub(r'<span class="soft" aria-hidden="true">–</span>', "", page.partition("<tbody")[2])
    lines = body.split("</tbody>")[0].split("</tr>")[:-1]
    return [[re.sub(r"<.*?>", "", cell) for cell in re.findall(r"<t[hd].*?</t[hd]>", line)] for line in lines]


def test_small_numbers_are_not_shown_and_the_page_says_why(
    report: CountsReport, a_student_lead: User, kestrel: School, short_walk: ModuleVersion
) -> None:
    page = sign_in(a_student_lead).get(PAGE).content.decode()
    assert short_walk.title in page
    assert "fewer than ten, or for a number that would give away one that is" in page
    assert rows_of(page) == [
        ["Year 1", "not shown", "15 of 40", "not shown"],
        ["Year 2", "not shown", "", "not shown"],
        ["Year 5", "not shown", "", "not shown"],
        ["All years", "23 of 81", "15 of 40", "38 of 121"],
    ]
    day = report.published_on
    assert f"at the start of {day.day} {day:%B %Y}." in page
    following = first_of_next_month(day)
    assert f"come on {following.day} {following:%B}." in page


def test_the_file_has_the_numbers_of_the_page(report: CountsReport, an_evaluator: User) -> None:
    client = sign_in(an_evaluator)
    answer: Any = client.get(FILE)
    table = list(csv.reader(io.StringIO(answer.getvalue().decode().removeprefix("\ufeff"))))
    assert table[0] == ["Module", "Year level", "Site", "Done", "Asked", "As of"]
    page = client.get(PAGE).content.decode()
    shown = [row for row in table[1:] if row[3] != "not shown"]
    assert shown
    assert len(table) - 1 == sum(len(numbers) for numbers in report.numbers.values())
    assert all(f"{row[3]} of {row[4]}" in page for row in shown)
    assert ["2", "East Kestrel", "not shown", "not shown", ""] in [row[1:] for row in table]


def test_a_number_of_an_earlier_month_bears_its_day(
    report: CountsReport, a_student_lead: User, kestrel: School
) -> None:
    following = first_of_next_month(report.published_on)
    publish_counts(program=kestrel.program, now=datetime.combine(following, time(1), kestrel.program.zone))
    page = sign_in(a_student_lead).get(PAGE).content.decode()
    assert f'<small class="soft">{report.published_on.day} {report.published_on:%b}</small>' in page


def test_each_module_has_its_table(
    kestrel: School, short_walk: ModuleVersion, a_student_lead: User, report: CountsReport
) -> None:
    """One at a time; anything else in the address shows the first."""
    client = sign_in(a_student_lead)
    module = Module.objects.create(slug="another")
    version = ModuleVersion.objects.get(pk=short_walk.pk)
    version.pk, version.module, version.title, version.row = None, module, "Another walk", 2
    version.save()
    version.reviews.create(
        program=kestrel.program, by=kestrel.staff, name="Anjali", role="staff", on=kestrel.today
    )
    rows = [[group, None, 33, 66, "2026-03-01"] for group in (1, None)]
    CountsReport.objects.filter(pk=report.pk).update(numbers=report.numbers | {str(module.pk): rows})
    for query in ("", "?module=nothing"):
        page = client.get(PAGE + query).content.decode()
        assert short_walk.title in page
        assert "Another walk</a>" in page
        assert "33 of 66" not in page
    page = client.get(PAGE, {"module": str(module.uuid)}).content.decode()
    assert ("33 of 66 students were done" in page, "15 of 40" in page) == (True, False)


def test_before_the_first_report_the_page_says_when_it_comes(kestrel: School, a_student_lead: User) -> None:
    client = sign_in(a_student_lead)
    first = first_of_next_month(kestrel.today)
    assert "No numbers yet" in (page := client.get(PAGE).content.decode())
    assert f"The next come on {first.day} {first:%B %Y}." in page
    assert len(client.get(FILE).getvalue().decode().splitlines()) == 1
    publish(kestrel)
    assert "Nobody was asked to do anything" in client.get(PAGE).content.decode()


def test_where_all_is_small_there_is_no_table(
    kestrel: School, short_walk: ModuleVersion, a_student_lead: User
) -> None:
    Assignment.objects.create(year=kestrel.year, module=short_walk.module, track="core", due_on=kestrel.today)
    publish(kestrel)
    page = sign_in(a_student_lead).get(PAGE).content.decode()
    assert "No number can be shown yet" in page
    assert "<table" not in page


def test_leads_and_evaluators_find_it_and_staff_too(
    a_student_lead: User, an_evaluator: User, a_student: User, wellbeing_staff: User
) -> None:
    link = f'href="{PAGE}"'
    for one in (a_student_lead, an_evaluator):
        assert link in sign_in(one).get("/").content.decode()
    assert link not in sign_in(a_student).get("/").content.decode()
    assert link in sign_in(wellbeing_staff).get(reverse("training:completion")).content.decode()


def test_another_school_has_its_own(report: CountsReport, harrow: School) -> None:
    lead = harrow.join(Role.LEAD, "Ola").user
    assert "No numbers yet" in sign_in(lead).get(PAGE).content.decode()


def test_what_the_pages_ask_of_the_database(report: CountsReport, a_student_lead: User) -> None:
    client = sign_in(a_student_lead)
    assert cost(client, PAGE) <= 6
    assert cost(client, FILE) <= 6
