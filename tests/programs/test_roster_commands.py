"""`manage.py import_people` and `import_placements`: what they print, what they write, how they exit."""

from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.core.management import call_command
from django.core.management.base import CommandError

from programs.models import Membership, Placement, Program, Year
from tests.programs.school_lists import HEADER, NOW, csv_of, everything, make_year, put_in, student, xlsx_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_march() -> object:
    with time_machine.travel(NOW, tick=False) as moment:
        yield moment


@pytest.fixture
def year() -> Year:
    return make_year()


@pytest.fixture
def run(tmp_path: Path) -> "Run":
    return Run(tmp_path / "list.csv")


class Run:
    """Calls a command on a file; keeps what it printed and how it ended."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __call__(self, content: bytes, *options: str, command: str = "import_people") -> "Run":
        self.path.write_bytes(content)
        return self.on(self.path, *options, command=command)

    def on(self, path: Path, *options: str, command: str = "import_people") -> "Run":
        out, error = StringIO(), StringIO()
        self.status, self.ending = 0, ""
        try:
            call_command(command, str(path), "--program", "kestrel-bay", *options, stdout=out, stderr=error)
        except CommandError as no:
            self.status, self.ending = no.returncode, str(no)
        self.out, self.error = out.getvalue(), error.getvalue()
        return self


def test_a_good_file_goes_in_and_again_changes_nothing(year: Year, run: Run) -> None:
    content = csv_of([student(1), student(2)])
    first = run(content)
    assert (first.status, first.out) == (0, "Done: 2 new, 0 changed, 0 as before. New sites: Kestrel Bay.\n")
    before = everything()
    again = run(content)
    assert (again.status, again.out) == (0, "Nothing to change: everything in this file is here already.\n")
    assert everything() == before


def test_a_workbook_goes_in(year: Year, run: Run) -> None:
    row = student(1, given_name="@Zoë")
    done = run(xlsx_of([HEADER, [row[name] for name in HEADER]]))
    assert done.out.startswith("Done: 1 new")
    assert Membership.objects.get().user.given_name == "@Zoë"


def test_each_bad_row_is_named_and_nothing_is_written(year: Year, run: Run) -> None:
    done = run(csv_of([student(1), student(2, email="x", year_level=12), student(3, student_id="S00001")]))
    assert done.error.splitlines() == [
        "line 2, student_id: “S00001” stands on line 4 too",
        "line 3, email: “x” is not an e-mail address",
        "line 3, year_level: “12” is not a whole number from 1 to 10",
        "line 4, student_id: “S00001” stands on line 2 too",
    ]
    assert (done.status, done.ending) == (1, "3 rows have a fault, so nothing was written.")
    assert not Membership.objects.exists()


def test_good_rows_go_in_when_asked_and_the_status_still_tells(year: Year, run: Run) -> None:
    done = run(csv_of([student(1), student(2, email="x")]), "--good-rows")
    assert (done.status, done.ending) == (1, "One row has a fault.")
    assert done.out.startswith("Done: 1 new")
    assert run(
        csv_of([student(1), student(2, email="x"), student(3, email="y")]), "--good-rows"
    ).ending.startswith("2 rows")


def test_a_dry_run_says_what_would_happen_and_writes_nothing(year: Year, run: Run) -> None:
    put_in(year, [student(1), student(2), student(3)])
    before = everything()
    done = run(
        csv_of([student(1), student(2, year_level=5), student(4, site="Bay")]),
        "--dry-run",
        "--deactivate-missing",
    )
    assert done.out.splitlines() == [
        "1 new, 1 changed, 1 as before.",
        "New sites: Bay.",
        "1 of this year are not in the file.",
        "Nothing was written: this was a dry run.",
    ]
    assert done.status == 0
    assert everything() == before
    bad = run(csv_of([student(1, email="x")]), "--dry-run")
    assert (bad.status, bad.error) == (1, "line 2, email: “x” is not an e-mail address\n")


def test_missing_students_end_only_when_asked(year: Year, run: Run) -> None:
    put_in(year, [student(1), student(2)])
    run(csv_of([student(1)]))
    assert Membership.objects.filter(ends_at=year.ends_at).count() == 2
    done = run(csv_of([student(1)]), "--deactivate-missing")
    assert done.out == "Done: 0 new, 0 changed, 1 as before. One membership ended.\n"
    assert Membership.objects.get(ends_at=NOW).student_id == "S00002"
    refused = run(csv_of([student(1), student(2, email="x")]), "--deactivate-missing", "--good-rows")
    assert (refused.status, refused.ending.startswith("Memberships end only")) == (1, True)


def test_other_headers_can_be_mapped_and_the_rest_is_named_as_not_kept(year: Year, run: Run) -> None:
    header = [*HEADER[:1], "Uni mail", *HEADER[2:4], *HEADER[5:8], "Locker", "Attendance"]
    content = csv_of([student(1) | {"Uni mail": "ada@uni.example"}], header)
    assert run(content).ending == "The columns email, preferred_name are missing from this file."
    done = run(content, "--map", "uni MAIL=email", "--map", "=preferred_name")
    assert done.out.splitlines()[:2] == [
        "The column “Attendance” is not needed and is not kept.",
        "Not kept: Locker.",
    ]
    assert Membership.objects.get().user.email == "ada@uni.example"
    assert run(content, "--map", "Mail=email").ending == "This file has no column “Mail”."
    assert "is not of the form" in run(content, "--map", "email").ending


def test_the_year_can_be_named_and_is_the_one_of_today_otherwise(year: Year, run: Run) -> None:
    from_before = Year.objects.create(
        program=year.program,
        label="2026",
        starts_on=year.starts_on.replace(year=2026),
        ends_on=year.ends_on.replace(year=2027),
    )
    run(csv_of([student(1)]), "--year", "2026")
    assert Membership.objects.get().year == from_before
    assert run(csv_of([student(1)]), "--year", "1999").ending == "kestrel-bay has no year “1999”."
    with time_machine.travel("2031-01-01"):
        assert run(csv_of([student(1)])).ending == "kestrel-bay has no year now."


def test_what_cannot_be_used_gets_a_clear_sentence(year: Year, run: Run, tmp_path: Path) -> None:
    assert run(b"").ending == "This file is empty."
    assert run(csv_of([])).ending == "This file has a header and no rows under it."
    assert run(b"Dear all,\nsee below").ending.startswith("This is not a table.")
    assert "cannot be read: No such file" in run.on(tmp_path / "none.csv").ending
    large = tmp_path / "large.csv"
    with large.open("wb") as file:
        file.truncate(50 * 1024 * 1024)
    assert run.on(large).ending.startswith("This file is larger than 10 MB.")
    Program.objects.update(slug="heron-hill")
    assert run(csv_of([student(1)])).ending == "There is no school “kestrel-bay”."


def test_placements_go_in_the_same_way(year: Year, run: Run) -> None:
    put_in(year, [student(1)])
    content = b"student_id;site;team;from;to\nS00001;Bay;Surgery;2027-03-01;28/03/2027\n"
    looked = run(content, "--dry-run", command="import_placements")
    assert looked.out.splitlines()[0] == "1 new, 0 changed, 0 as before."
    assert not Placement.objects.exists()
    done = run(content, command="import_placements")
    assert (done.status, done.out) == (0, "Done: 1 new, 0 changed, 0 as before. New sites: Bay.\n")
    again = run(content, command="import_placements")
    assert again.out == "Nothing to change: everything in this file is here already.\n"
    bad = run(content.replace(b"28/03", b"28/02"), command="import_placements")
    assert (bad.status, bad.error) == (1, "line 2, to: “28/02/2027” is before the first day\n")
    assert run(b"student_id,site\n1,2\n", command="import_placements").ending.startswith(
        "The columns team, from, to are"
    )
