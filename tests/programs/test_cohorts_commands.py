"""`start_program` and `add_year`, and the site that a new school then has."""

from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command

from peersupport.clock import now
from peersupport.models import User
from programs.models import Membership, Program, Role, Year
from tests.people import School, load, sign_in

pytestmark = pytest.mark.django_db


def run(name: str, *arguments: str) -> str:
    out = StringIO()
    call_command(name, *arguments, stdout=out)
    return out.getvalue()


def start(*more: str) -> str:
    names = ["Fern Hill Medical School", "--zone", "Pacific/Auckland", "--country", "NZ"]
    return run("start_program", *names, "--staff", "head@fern.example", *more)


@time_machine.travel("2026-03-03T02:00:00Z", tick=True)
def test_a_new_school_works_for_its_first_member_of_staff() -> None:
    said = start("--domain", "fern.example")
    assert said.startswith("Fern Hill Medical School is ready. head@fern.example signs in with a code")
    program = Program.objects.get()
    year = program.years.get()
    assert (program.slug, year.label) == ("fern-hill-medical-school", "2026")
    assert (year.starts_on.isoformat(), year.ends_on.isoformat()) == ("2026-01-01", "2026-12-31")
    load()
    client = sign_in(User.objects.get())
    assert "is waiting to be read before students see it" in client.get("/").content.decode()
    for page in ("/roster/people/", "/roster/import/", "/learn/completion/", "/learn/assignments/add/"):
        response = client.get(page)
        assert response.status_code == 200, page
        assert "Fern Hill Medical School" in response.content.decode()
    student = {"email": "ana@fern.example", "role": "student", "year_level": "1"}
    client.post("/roster/people/add/", student)
    row = Membership.objects.get(role=Role.STUDENT)
    assert row.year == year
    assert "Nothing is asked of you now" in sign_in(row.user).get("/").content.decode()


def test_the_choices_of_start_program() -> None:
    start(
        "--slug",
        "fern",
        "--app-name",
        "Fern",
        "--year",
        "first",
        "--from",
        "2026-02-02",
        "--to",
        "2026-11-27",
    )
    program = Program.objects.get(slug="fern")
    year = program.years.get()
    assert (year.label, year.starts_on.isoformat(), year.ends_on.isoformat()) == (
        "first",
        "2026-02-02",
        "2026-11-27",
    )
    assert (program.email_domains, program.app_name) == ([], "Fern")


def test_start_program_refuses_in_words() -> None:
    start()
    with pytest.raises(CommandError, match="There is a program “fern-hill-medical-school” already"):
        start()
    with pytest.raises(CommandError, match="is not a time zone"):
        run("start_program", "X", "--zone", "Nowhere", "--country", "NZ", "--staff", "a@b.example")


def test_add_year(kestrel: School) -> None:
    start_day = kestrel.year.ends_on + timedelta(days=1)
    days = ["--from", start_day.isoformat(), "--to", (start_day + timedelta(days=300)).isoformat()]
    said = run("add_year", "next", "--program", "kestrel", *days)
    assert said.startswith(f"Kestrel Bay School of Medicine: next, {start_day}")
    first_day = Year.objects.get(label="next").starts_at
    assert set(Membership.objects.active(first_day).values_list("role", flat=True)) == {Role.STAFF}
    with pytest.raises(CommandError, match="overlap"):
        run("add_year", "again", "--program", "kestrel", *days)
    with pytest.raises(CommandError, match="There is no program “nowhere”"):
        run("add_year", "next", "--program", "nowhere", *days)
    assert kestrel.program.years.current(kestrel.program.today(now())).count() == 1
