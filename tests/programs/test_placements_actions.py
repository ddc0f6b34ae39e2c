"""A placement list goes in."""

from datetime import date

import pytest

from peersupport.errors import Refused
from peersupport.models import AuditEntry, User
from programs.actions.enrolment import MEANWHILE, NOT_YOURS, Outcome
from programs.actions.placements import import_placements, plan_placements
from programs.actions.roster import read_placements, table_of
from programs.models import Placement, Role, Site, Year
from tests.programs.school_lists import (
    NOW,
    csv_of,
    make_member,
    make_writes_clash,
    make_year,
    put_in,
    student,
)

pytestmark = pytest.mark.django_db

HEADER = ["student_id", "site", "team", "from", "to"]


@pytest.fixture
def year() -> Year:
    year = make_year()
    put_in(year, [student(1), student(2)])
    return year


def stay(**cells: object) -> dict[str, object]:
    return {
        "student_id": "S00001",
        "site": "Bay",
        "team": "Surgery",
        "from": "2027-03-01",
        "to": "28/03/2027",
    } | cells


def place(
    year: Year, rows: list[dict[str, object]], *, by: User | None = None, good_rows: bool = False
) -> Outcome:
    reading = read_placements(table_of(csv_of(rows, HEADER)), {}, year)
    return import_placements(by=by, year=year, reading=reading, good_rows=good_rows, now=NOW)


def test_a_placement_goes_in_and_the_same_file_twice_changes_nothing(year: Year) -> None:
    AuditEntry.objects.all().delete()
    rows = [stay(), stay(student_id="S00002", team=""), stay(site="BAY", team="Medicine")]
    assert place(year, rows) == Outcome(3, 0, 0, 0, ("Bay",))
    row = Placement.objects.get(team="Surgery")
    assert (row.membership.student_id, row.site.name) == ("S00001", "Bay")
    assert (row.starts_on, row.ends_on) == (date(2027, 3, 1), date(2027, 3, 28))
    assert (AuditEntry.objects.get().verb, AuditEntry.objects.get().count) == ("placement import", 3)
    before = list(Placement.objects.order_by("pk").values_list())
    assert place(year, rows) == Outcome(0, 0, 3, 0, ())
    assert list(Placement.objects.order_by("pk").values_list()) == before
    assert AuditEntry.objects.count() == 1


def test_a_later_list_corrects_the_last_day(year: Year) -> None:
    place(year, [stay()])
    assert place(year, [stay(to="2027-04-11")]) == Outcome(0, 1, 0, 0, ())
    assert Placement.objects.get().ends_on == date(2027, 4, 11)


def test_a_student_who_is_not_here_is_a_fault_and_makes_no_site(year: Year) -> None:
    other = make_year("heron-hill")
    make_member(other, "other@heron.example", Role.STUDENT, student_id="S00009")
    rows = [stay(), stay(student_id="S00009", site="Nowhere")]
    plan = plan_placements(year=year, reading=read_placements(table_of(csv_of(rows, HEADER)), {}, year))
    assert [str(fault) for fault in plan.faults] == [
        "line 3, student_id: “S00009” is not a student of this year"
    ]
    with pytest.raises(Refused, match="One row has a fault"):
        place(year, rows)
    assert not Placement.objects.exists()
    assert place(year, rows, good_rows=True).new == 1
    assert not Site.objects.filter(name="Nowhere").exists()


def test_only_wellbeing_staff_may(year: Year) -> None:
    with pytest.raises(Refused, match=NOT_YOURS):
        place(year, [stay()], by=User.objects.get(email="student1@uni.example"))
    place(year, [stay()], by=make_member(year, "staff@uni.example", Role.STAFF))
    assert Placement.objects.count() == 1


def test_a_lost_race_writes_nothing_and_says_so(year: Year) -> None:
    make_writes_clash("programs_placement")
    with pytest.raises(Refused, match=MEANWHILE):
        place(year, [stay()])
    assert not Site.objects.filter(name="Bay").exists()
