"""A roster goes in: who gets which account and membership, what changes, and what is refused."""

from datetime import date, timedelta

import pytest

from peersupport.errors import Refused
from peersupport.models import AuditEntry, User
from programs.actions.enrolment import MEANWHILE, NOT_YOURS, Outcome, import_people, plan_people
from programs.actions.roster import read_people, table_of
from programs.models import Membership, Role, Site, Year
from tests.programs.school_lists import (
    HEADER,
    NOW,
    csv_of,
    everything,
    make_member,
    make_writes_clash,
    make_year,
    put_in,
    student,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def year() -> Year:
    return make_year()


@pytest.fixture
def staff(year: Year) -> User:
    return make_member(year, "staff@uni.example", Role.STAFF)


def membership(email: str) -> Membership:
    return Membership.objects.select_related("user", "site", "year__program").get(
        user__email=email, role=Role.STUDENT
    )


def reasons(year: Year, rows: list[dict[str, object]]) -> list[str]:
    reading = read_people(table_of(csv_of(rows)), {}, year)
    faults = plan_people(year=year, reading=reading, now=NOW).faults
    return [f"line {fault.line}, {fault.column}: {fault.reason}" for fault in faults]


# ---------------------------------------------------------------- what goes in


def test_a_new_student_gets_an_account_and_a_membership_for_the_whole_year(year: Year, staff: User) -> None:
    outcome = put_in(year, [student(1, preferred_name="Zo")], by=staff)
    assert outcome == Outcome(1, 0, 0, 0, ("Kestrel Bay",))
    row = membership("student1@uni.example")
    assert (row.user.given_name, row.user.family_name, row.user.preferred_name) == ("Zoë", "O’Brien 1", "Zo")
    assert not row.user.has_usable_password()
    assert (row.student_id, row.year_level, row.graduation_year) == ("S00001", 2, 2030)
    assert (str(row.site), row.small_group, row.stream) == ("Kestrel Bay", "A", "rural")
    assert (row.starts_at, row.ends_at, row.appointed_by) == (year.starts_at, year.ends_at, staff)
    entry = AuditEntry.objects.get()
    assert (entry.by, entry.verb, entry.on_id, entry.count) == (staff, "roster import", str(year.uuid), 1)
    assert entry.scope == year.program.uuid


def test_the_same_file_twice_changes_nothing(year: Year) -> None:
    rows = [student(number) for number in range(1, 6)]
    put_in(year, rows)
    before, entries = everything(), AuditEntry.objects.count()
    outcome = put_in(year, rows)
    assert outcome == Outcome(0, 0, 5, 0, ())
    assert outcome.sentence == "Nothing to change: everything in this file is here already."
    assert everything() == before
    assert AuditEntry.objects.count() == entries


@pytest.mark.parametrize(
    ("cells", "field", "value"),
    [
        ({"year_level": 4}, "year_level", 4),
        ({"site": "St Ann’s"}, "site.name", "St Ann’s"),
        ({"graduation_year": 2031}, "graduation_year", 2031),
        ({"graduation_year": ""}, "graduation_year", None),
        ({"small_group": ""}, "small_group", ""),
        ({"stream": "urban"}, "stream", "urban"),
        ({"given_name": "Zoe"}, "user.given_name", "Zoe"),
        ({"family_name": ""}, "user.family_name", ""),
        ({"preferred_name": "Zo"}, "user.preferred_name", "Zo"),
        ({"email": "zoe@uni.example"}, "user.email", "zoe@uni.example"),
    ],
)
def test_a_later_file_changes_what_it_says(
    year: Year, cells: dict[str, object], field: str, value: object
) -> None:
    put_in(year, [student(1), student(2)])
    assert put_in(year, [student(1, **cells), student(2)]).changed == 1
    row: object = Membership.objects.get(student_id="S00001")
    for name in field.split("."):
        row = getattr(row, name)
    assert row == value
    assert User.objects.count() == 2


def test_columns_that_a_later_file_does_not_have_keep_what_stands(year: Year) -> None:
    put_in(year, [student(1, preferred_name="Zo")])
    before = everything()
    header = [
        name for name in HEADER if name not in {"small_group", "stream", "preferred_name", "graduation_year"}
    ]
    table = table_of(csv_of([student(1)], header))
    reading = read_people(table, {"preferred_name": "", "graduation_year": ""}, year)
    import_people(by=None, year=year, reading=reading, good_rows=False, end_missing=False, now=NOW)
    assert everything() == before


def test_columns_that_the_first_file_does_not_have_are_empty(year: Year) -> None:
    put_in(year, [student(1)], header=HEADER[:8])
    row = membership("student1@uni.example")
    assert (row.small_group, row.stream) == ("", "")


def test_an_empty_cell_never_wipes_a_preferred_name(year: Year) -> None:
    put_in(year, [student(1, preferred_name="Zo")])
    assert put_in(year, [student(1)]).unchanged == 1
    assert membership("student1@uni.example").user.preferred_name == "Zo"


def test_sites_are_matched_whatever_their_case(year: Year) -> None:
    Site.objects.create(program=year.program, name="Kestrel BAY")
    outcome = put_in(
        year, [student(1), student(2, site="kestrel bay"), student(3, site="Ōtaki"), student(4, site="ōtaki")]
    )
    assert outcome.new_sites == ("Ōtaki",)
    assert sorted(Site.objects.values_list("name", flat=True)) == ["Kestrel BAY", "Ōtaki"]


def test_a_student_of_an_earlier_year_keeps_the_account(year: Year) -> None:
    put_in(year, [student(1)])
    later = make_year(label="2028", starts_on=date(2028, 2, 1))
    assert put_in(later, [student(1, year_level=3)]).new == 1
    assert User.objects.count() == 1
    assert list(Membership.objects.order_by("pk").values_list("year_level", flat=True)) == [2, 3]


def test_a_number_is_looked_up_in_this_year_first_and_then_in_the_latest(year: Year) -> None:
    earlier = make_year(label="2026", starts_on=date(2026, 2, 1))
    make_member(earlier, "old@uni.example", Role.STUDENT, student_id="S00001")
    put_in(year, [student(1, email="old@uni.example")])
    first = make_year(label="2025", starts_on=date(2025, 2, 1))
    make_member(first, "older@uni.example", Role.STUDENT, student_id="S00001")
    assert put_in(year, [student(1, email="old@uni.example")]).unchanged == 1
    later = make_year(label="2028", starts_on=date(2028, 2, 1))
    assert put_in(later, [student(1, email="old@uni.example")]).new == 1


def test_an_account_without_a_number_is_found_by_its_address(year: Year) -> None:
    account = User.objects.create_user("student1@uni.example")
    put_in(year, [student(1)])
    assert membership("student1@uni.example").user == account


def test_an_address_never_brings_another_student_number(year: Year) -> None:
    """Most likely a slip in the file: taken silently, one student's account would become another's."""
    put_in(year, [student(1, student_id="S1")])
    before = everything()
    reading = read_people(table_of(csv_of([student(1)])), {}, year)
    fault = plan_people(year=year, reading=reading, now=NOW).faults[0]
    assert fault.said == "“student1@uni.example” belongs to Zoë O’Brien 1, who has the number S1 here"
    assert fault.name == "Zoë O’Brien 1"
    with pytest.raises(Refused, match="One row has a fault"):
        put_in(year, [student(1)])
    assert everything() == before


def test_an_address_without_a_number_takes_the_one_of_the_file(year: Year) -> None:
    make_member(year, "student1@uni.example", Role.STUDENT, student_id="")
    assert put_in(year, [student(1)]).changed == 1
    assert membership("student1@uni.example").student_id == "S00001"


def test_a_student_who_comes_back_gets_the_same_membership_again(year: Year) -> None:
    put_in(year, [student(1)])
    Membership.objects.update(ends_at=NOW - timedelta(days=3))
    key = Membership.objects.get().pk
    assert put_in(year, [student(1)]).changed == 1
    row = Membership.objects.get()
    assert (row.pk, row.starts_at, row.ends_at) == (key, year.starts_at, year.ends_at)


# ---------------------------------------------------------------- who is missing


def test_nobody_who_is_missing_is_touched_unless_asked(year: Year) -> None:
    put_in(year, [student(1), student(2)])
    before = everything()
    assert put_in(year, [student(1)]).ended == 0
    assert everything() == before


def test_missing_students_end_when_asked_and_are_never_deleted(year: Year, staff: User) -> None:
    put_in(year, [student(1), student(2), student(3)])
    outcome = put_in(year, [student(1)], end_missing=True)
    assert (outcome.ended, outcome.sentence) == (
        2,
        "Done: 0 new, 0 changed, 1 as before. 2 memberships ended.",
    )
    ended = Membership.objects.filter(ends_at=NOW).order_by("student_id")
    assert [row.student_id for row in ended] == ["S00002", "S00003"]
    assert User.objects.count() == 4
    assert Membership.objects.get(user=staff).ends_at == year.ends_at
    assert put_in(year, [student(1)], end_missing=True).ended == 0


def test_missing_students_of_a_year_to_come_never_begin_it(year: Year) -> None:
    later = make_year(label="2028", starts_on=date(2028, 2, 1))
    put_in(later, [student(1), student(2)])
    assert put_in(later, [student(1)], end_missing=True).sentence.endswith("One membership ended.")
    row = Membership.objects.get(student_id="S00002")
    assert row.ends_at == row.starts_at == later.starts_at
    assert put_in(later, [student(1)], end_missing=True).ended == 0


def test_nobody_ends_when_a_row_has_a_fault(year: Year) -> None:
    put_in(year, [student(1), student(2)])
    with pytest.raises(Refused, match="Memberships end only with a file that has no faults"):
        put_in(year, [student(1), student(2, email="x")], good_rows=True, end_missing=True)
    assert Membership.objects.filter(ends_at=year.ends_at).count() == 2


def test_nobody_ends_when_others_are_missing_than_were_shown(year: Year) -> None:
    put_in(year, [student(1), student(2), student(3)])
    reading = read_people(table_of(csv_of([student(1)])), {}, year)
    with pytest.raises(Refused, match="has changed since you looked"):
        import_people(
            by=None,
            year=year,
            reading=reading,
            good_rows=False,
            end_missing=True,
            expected_missing=1,
            now=NOW,
        )
    assert Membership.objects.filter(ends_at=year.ends_at).count() == 3


# ---------------------------------------------------------------- all or the good rows


def test_nothing_is_written_when_a_row_has_a_fault(year: Year) -> None:
    with pytest.raises(Refused, match="One row has a fault, so nothing was written"):
        put_in(year, [student(1), student(2, email="x")])
    assert not User.objects.exists()
    with pytest.raises(Refused, match="2 rows have a fault"):
        put_in(year, [student(1), student(2, email="x", site=""), student(3, site="")])


def test_the_good_rows_go_in_when_asked(year: Year) -> None:
    outcome = put_in(year, [student(1), student(2, email="x", site="Nowhere")], good_rows=True)
    assert outcome == Outcome(1, 0, 0, 0, ("Kestrel Bay",))
    assert [user.email for user in User.objects.all()] == ["student1@uni.example"]


def test_planning_writes_nothing(year: Year) -> None:
    before = everything()
    reading = read_people(table_of(csv_of([student(1)])), {}, year)
    assert plan_people(year=year, reading=reading, now=NOW).new == 1
    assert everything() == before


# ---------------------------------------------------------------- who may


@pytest.mark.parametrize("role", [role for role in Role if role != Role.STAFF])
def test_only_wellbeing_staff_may(year: Year, role: Role) -> None:
    somebody = make_member(year, "somebody@uni.example", role)
    with pytest.raises(Refused, match=NOT_YOURS):
        put_in(year, [student(1)], by=somebody)


def test_staff_of_another_school_may_not(year: Year) -> None:
    stranger = make_member(make_year("heron-hill"), "staff@heron.example", Role.STAFF)
    with pytest.raises(Refused, match=NOT_YOURS):
        put_in(year, [student(1)], by=stranger)
    assert not Membership.objects.filter(year=year).exists()


def test_a_lost_race_writes_nothing_and_says_so(year: Year) -> None:
    make_writes_clash("programs_membership")
    with pytest.raises(Refused, match=MEANWHILE):
        put_in(year, [student(1)])
    assert not User.objects.exists()
    assert not Site.objects.exists()
