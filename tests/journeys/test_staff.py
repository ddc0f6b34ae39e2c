"""Wellbeing staff of a school that begins: a file with faults, a module to read, a day, and who is done."""

import csv
import io
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.urls import reverse
from playwright.sync_api import Page, expect

from peersupport.models import AuditEntry, User
from programs.models import Membership, Role
from tests.house.policy import POLICY, addresses
from tests.house.town import COLLEAGUE, ELSEWHERE, ENDED, NOWHERE, OUR_NAME, SIGNED_OUT, Town, go_through
from tests.journeys.browser import DESK, Visit
from tests.peersupport.mailbox import Mailbox
from tests.people import SHIPPED_MODULE, School, load, start_school
from training.actions.progress import pass_step
from training.engines.steps import right_choices

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# As a registry writes it: Latin-1, semicolons, a column nobody asked for, four rows with something wrong.
ROSTER = (
    "student_id;email;given_name;family_name;preferred_name;year_level;site;graduation_year;sick_leave\n"
    "M001;zoe@marlow.example;Zoë;Brontë;;3;Marlow Base;2030;2\n"
    "M002;sean@marlow.example;Seán;O'Hara;;3;Marlow Base;2030;0\n"
    "M003;madonna@marlow.example;;Madonna;;3;Tarrin Rural;2030;0\n"
    "M004;no address;Tom;Field;;3;Marlow Base;2030;0\n"
    "M005;eve@marlow.example;Eve;Li;;third;Marlow Base;2030;0\n"
    "M002;again@marlow.example;Sam;Twice;;3;Marlow Base;2030;0\n"
    "M007;sum@marlow.example;=SUM(A1:A9);Formula;;4;Marlow Base;2029;0\n"
)


@pytest.fixture
def marlow(site: str) -> School:
    """A school as `start_program` leaves it, with one module loaded and read by nobody."""
    school = start_school("marlow", "Marlow Medical School")
    load(SHIPPED_MODULE)
    return school


def six_numbers(secret: str) -> str:
    """What an app on a phone shows now."""
    return str(format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time())))))


def come_in(page: Page, mailbox: Mailbox, school: School) -> None:
    page.get_by_label("Your e-mail address").fill(school.staff.email)
    page.get_by_role("button", name="Send me a code").click()
    page.get_by_label("The code from the e-mail").fill(mailbox.code())
    page.get_by_text("My own").click()
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("this week")


def set_up_second_step(page: Page) -> None:
    """It stands before the first page with names, once."""
    expect(page.get_by_role("heading", name="Turn on the second step")).to_be_visible()
    page.get_by_text("No camera? Type this key").click()
    secret = page.locator("details .num").inner_text()
    page.get_by_label("The six numbers the app shows now").fill(six_numbers(secret))
    page.get_by_role("button", name="Turn it on").click()
    page.get_by_role("link", name="I have kept them").click()


def load_roster(page: Page, folder: Path) -> None:
    file = folder / "Enrolments 2027.csv"
    file.write_bytes(ROSTER.encode("latin-1"))
    page.get_by_role("link", name="Load a roster").click()
    page.get_by_label("File").set_input_files(file)
    page.get_by_role("button", name="Show what would change").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("4 rows need a look")
    told = page.locator("table.stack").inner_text()
    for line, column in (("3", "student_id"), ("5", "email"), ("6", "year_level"), ("7", "student_id")):
        assert re.search(rf"\b{line}\b[\s\S]*{column}", told), told
    expect(page.get_by_text("“sick_leave” is not needed here")).to_be_visible()
    expect(page.get_by_text("Marlow Base, Tarrin Rural")).to_be_visible()
    page.get_by_role("button", name="good rows only").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The list is in")


def review_and_assign(page: Page, school: School) -> None:
    page.get_by_role("link", name="This week").click()
    page.get_by_role("link", name="Read and review").click()
    page.get_by_role("button", name="Reviewed, show it to students").click()
    expect(page.get_by_role("status")).to_contain_text("is reviewed for your school")
    page.get_by_role("link", name="This week").click()
    page.get_by_role("link", name="Choose who and by when").click()
    page.get_by_label("Done by").fill((school.today + timedelta(days=14)).isoformat())
    page.get_by_role("button", name="Assign").click()
    expect(page.get_by_role("status")).to_contain_text("is assigned")


def test_a_school_begins(
    visit: Callable[..., Visit], marlow: School, mailbox: Mailbox, tmp_path: Path
) -> None:
    """Sign in, second step, faulty roster, good rows, review, assign; a student finishes; counts, a file."""
    desk = visit(**DESK)
    page = desk.go("/")
    come_in(page, mailbox, marlow)
    page.get_by_role("link", name="People").click()
    set_up_second_step(page)
    load_roster(page, tmp_path)
    students = Membership.objects.filter(year=marlow.year, role=Role.STUDENT).select_related("user")
    assert {student.user.full_name for student in students} >= {"Zoë Brontë", "Madonna"}
    review_and_assign(page, marlow)
    finish(marlow, User.objects.get(email="zoe@marlow.example"))
    page.get_by_role("link", name="Training").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"1 of {len(students)} students are done")
    page.get_by_role("link", name="By name").click()
    expect(page.get_by_role("row").filter(has_text="Brontë")).to_contain_text("Done")
    with page.expect_download() as saving:
        page.get_by_role("link", name="Save as CSV").click()
    rows = list(csv.DictReader(io.StringIO(Path(saving.value.path()).read_text(encoding="utf-8-sig"))))
    assert {row["Family name"]: row["State"] for row in rows}["Brontë"] == "done"
    assert all(not cell.startswith("=") for row in rows for cell in row.values())
    assert (
        AuditEntry.objects.filter(verb="export completion by name", by=marlow.staff, count=len(rows)).count()
        == 1
    )


def finish(school: School, user: User) -> None:
    version = school.program.module_reviews.get().version
    for number, step in enumerate(version.steps, 1):
        right = sorted(right_choices(step))
        pass_step(by=user, version=version, number=number, choices=right, today=school.today)


def test_a_role_that_ends_while_a_page_is_open(visit_as: Callable[..., Visit], town: Town) -> None:
    """The next click of whoever lost the role finds nothing."""
    theirs, mine = visit_as(COLLEAGUE, **DESK), visit_as("wellbeing staff", **DESK)
    theirs.go(reverse("programs:person-list"))
    person = town.people[COLLEAGUE]
    mine.go(reverse("programs:person-show", args=[person.uuid]))
    mine.page.get_by_role("button", name="End this role").click()
    expect(mine.page.get_by_role("status")).to_contain_text("The role has ended")
    theirs.page.get_by_role("link", name="Load a roster").click()
    expect(theirs.page.get_by_role("heading", level=1)).to_have_text("There is nothing here")


@pytest.mark.parametrize("visitor", [ELSEWHERE, ENDED, NOWHERE, SIGNED_OUT])
def test_an_outsider_sees_nothing(visit_as: Callable[..., Visit], town: Town, visitor: str) -> None:
    """Every address of the school, typed into a browser: no name, no number, nothing to press."""
    go_through(town, User.objects.get(email="near0@kestrel-bay.example"), 1)
    window = visit_as(visitor, **DESK)
    for name, line in POLICY.items():
        if line.get and line.thing and not line.everywhere:
            path = dict(addresses(name, line, town))["own"]
            page = window.go(path) if name != "programs:roster-faults" else None
            if page is None:
                continue
            heading = page.get_by_role("heading", level=1)
            if visitor == SIGNED_OUT:
                expect(heading).to_have_text("Sign in")
                assert parse_qs(urlsplit(page.url).query) == {"next": [path]}
            elif visitor == ELSEWHERE and visitor not in line.may:
                expect(heading).to_have_text("This page is for somebody else")
            else:
                expect(heading).to_have_text("There is nothing here")
            assert OUR_NAME not in page.content()
            assert town.version.title not in page.content()
