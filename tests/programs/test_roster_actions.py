"""A list between its upload and its confirmation."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, transaction

from peersupport.errors import Refused
from peersupport.models import AuditEntry, User
from programs.actions import roster
from programs.actions.enrolment import NOT_YOURS, Outcome
from programs.engines.tables import Table
from programs.models import Membership, Placement, Role, RosterUpload, UploadKind, Year
from tests.programs.school_lists import HEADER, NOW, csv_of, make_member, make_year, put_in, student

pytestmark = pytest.mark.django_db

PLACEMENT_LIST = b"student_id,site,team,from,to\nS00001,Bay,Surgery,2027-03-01,2027-03-28\n"


@pytest.fixture
def year() -> Year:
    return make_year()


@pytest.fixture
def staff(year: Year) -> User:
    return make_member(year, "staff@uni.example", Role.STAFF)


def keep(staff: User, year: Year, content: bytes, kind: str = UploadKind.PEOPLE) -> RosterUpload:
    return roster.keep_upload(by=staff, year=year, kind=kind, content=content, now=NOW)


def apply(
    staff: User, upload: RosterUpload, *, good_rows: bool = False, end_missing: bool = False
) -> Outcome:
    return roster.apply_upload(
        by=staff, upload=upload, good_rows=good_rows, end_missing=end_missing, expected_missing=0, now=NOW
    )


def test_an_upload_is_kept_looked_at_and_put_in(year: Year, staff: User) -> None:
    upload = keep(staff, year, csv_of([student(1), student(2)]))
    seen = roster.preview(upload=upload, now=NOW)
    assert (seen.plan.new, seen.plan.faults, seen.unwanted, seen.unknown) == (2, (), (), ())
    assert not Membership.objects.students().exists()
    outcome = apply(staff, upload)
    assert outcome.new == 2
    upload.refresh_from_db()
    assert (bytes(upload.content), upload.outcome) == (b"", outcome.sentence)
    assert list(AuditEntry.objects.order_by("pk").values_list("verb", flat=True)) == [
        "roster upload",
        "roster import",
        "roster upload put in",
    ]


def test_placements_go_the_same_way(year: Year, staff: User) -> None:
    put_in(year, [student(1)])
    upload = keep(staff, year, PLACEMENT_LIST, UploadKind.PLACEMENTS)
    assert roster.preview(upload=upload, now=NOW).plan.new == 1
    assert apply(staff, upload).sentence == "Done: 1 new, 0 changed, 0 as before. New sites: Bay."
    assert Placement.objects.count() == 1


def test_columns_that_are_not_wanted_are_never_stored(year: Year, staff: User) -> None:
    """Privacy D9: marks and sick leave go before the file is kept, other columns once the rest is clear."""
    rows = [student(1, **{"Sick leave": "flu in May", "GPA": "6.1", "Locker": "B12"})]
    upload = keep(staff, year, csv_of(rows, [*HEADER, "Sick leave", "GPA", "Locker"]))
    packed = Table.unpack(upload.content)
    assert packed.headers == tuple(HEADER)
    assert not {"flu in May", "6.1", "B12"} & set(packed.rows[0].cells)
    seen = roster.preview(upload=upload, now=NOW)
    assert (seen.unwanted, seen.unknown) == (("Sick leave", "GPA"), ("Locker",))


def test_columns_with_other_names_are_named_first(year: Year, staff: User) -> None:
    header = [*HEADER[:4], "Level", "Campus", "Locker", "Marks"]
    row = student(1) | {"Level": 3, "Campus": "Bay", "Locker": "B12", "Marks": "99"}
    upload = keep(staff, year, csv_of([row], header))
    assert Table.unpack(upload.content).headers == tuple(header[:-1])
    with pytest.raises(
        Refused, match="The columns preferred_name, year_level, site, graduation_year are missing"
    ):
        roster.preview(upload=upload, now=NOW)
    absent = {"preferred_name": "", "graduation_year": "", "year_level": "Level"}
    with pytest.raises(Refused, match="The column site is missing"):
        roster.name_columns(by=staff, upload=upload, renamed=absent, now=NOW)
    renamed = {"preferred_name": "", "graduation_year": "", "year_level": "Level", "site": "Campus"}
    upload = roster.name_columns(by=staff, upload=upload, renamed=renamed, now=NOW)
    assert Table.unpack(upload.content).headers == (*HEADER[:4], "Level", "Campus")
    seen = roster.preview(upload=upload, now=NOW)
    assert (seen.plan.new, seen.unwanted, seen.unknown) == (1, ("Marks",), ("Locker",))
    apply(staff, upload)
    assert Membership.objects.students().get().year_level == 3


def test_marks_and_health_are_dropped_even_while_columns_are_unknown(year: Year, staff: User) -> None:
    """Privacy D9. What nobody has named or could name is not stored either."""
    header = ["Nr", *HEADER[1:], "WAM", "Special Consideration", ""]
    row = student(1) | {"Nr": "S1", "WAM": "61.5", "Special Consideration": "grief", "": "a note"}
    upload = keep(staff, year, csv_of([row], header) + b"S2,a,b,c,d,1,e,2031,g,h,i,j,k,a long secret\n")
    kept = Table.unpack(upload.content)
    assert kept.headers == ("Nr", *HEADER[1:])
    stored = {cell for row in kept.rows for cell in row.cells}
    assert not {"61.5", "grief", "a note", "i", "j", "k", "a long secret"} & stored
    assert upload.left_out == ["WAM", "Special Consideration"]


def test_a_guess_waits_for_a_person(year: Year, staff: User) -> None:
    header = ["Tutorial" if name == "small_group" else name for name in HEADER]
    upload = keep(staff, year, csv_of([student(1) | {"Tutorial": "7", "Locker": "B12"}], [*header, "Locker"]))
    table = Table.unpack(upload.content)
    assert not roster.has_clear_columns(upload, table)
    assert table.headers == (*header, "Locker")
    ours = {name: name for name in HEADER} | {"small_group": ""}
    upload = roster.name_columns(by=staff, upload=upload, renamed=ours, now=NOW)
    assert roster.has_clear_columns(upload, Table.unpack(upload.content))
    assert upload.left_out == ["Tutorial", "Locker"]


def test_many_do_not_end_by_a_tick(year: Year, staff: User) -> None:
    put_in(year, [student(number) for number in range(1, 61)])
    few = keep(staff, year, csv_of([student(number) for number in range(1, 55)]))
    many = keep(staff, year, csv_of([student(number) for number in range(1, 54)]))

    def end(upload: RosterUpload, expected: int, typed: int | None) -> Outcome:
        return roster.apply_upload(
            by=staff,
            upload=upload,
            good_rows=False,
            end_missing=True,
            expected_missing=expected,
            typed_missing=typed,
            now=NOW,
        )

    for typed in (None, 6, 8):
        with pytest.raises(Refused, match="To end 7 memberships at once, type 7"):
            end(many, 7, typed)
    assert end(few, 6, None).ended == 6
    assert end(many, 1, None).ended == 1


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "This file is empty"),
        (b"Dear all", "not a table"),
        (csv_of([student(1)], [*HEADER, "E-mail"]), "stands in this file 2 times"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_at_once(
    year: Year, staff: User, content: bytes, sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        keep(staff, year, content)
    assert not RosterUpload.objects.exists()


def test_only_wellbeing_staff_of_the_school_may(year: Year, staff: User) -> None:
    stranger = make_member(make_year("heron-hill"), "staff@heron.example", Role.STAFF)
    upload = keep(staff, year, csv_of([student(1)]))
    for attempt in (
        lambda: keep(stranger, year, csv_of([student(1)])),
        lambda: roster.name_columns(by=stranger, upload=upload, renamed={}, now=NOW),
        lambda: apply(stranger, upload),
    ):
        with pytest.raises(Refused, match=NOT_YOURS):
            attempt()
    upload.refresh_from_db()
    assert upload.outcome == ""


def test_a_refused_list_stays_to_be_looked_at(year: Year, staff: User) -> None:
    upload = keep(staff, year, csv_of([student(1), student(2, email="x")]))
    with pytest.raises(Refused, match="One row has a fault"):
        apply(staff, upload)
    assert apply(staff, upload, good_rows=True).new == 1


def test_a_list_goes_in_once(year: Year, staff: User) -> None:
    upload = keep(staff, year, csv_of([student(1)]))
    apply(staff, upload)
    for again in (
        lambda: apply(staff, upload),
        lambda: roster.cancel_upload(by=staff, upload=upload),
        lambda: roster.name_columns(by=staff, upload=upload, renamed={}, now=NOW),
    ):
        with pytest.raises(Refused, match=roster.GONE):
            again()


def test_a_cancelled_list_is_gone(year: Year, staff: User) -> None:
    upload = keep(staff, year, csv_of([student(1)]))
    roster.cancel_upload(by=staff, upload=upload)
    assert not RosterUpload.objects.exists()
    assert AuditEntry.objects.filter(verb="roster upload cancelled", on_id=str(upload.uuid)).exists()
    with pytest.raises(Refused, match=roster.GONE):
        apply(staff, upload)


def test_lists_that_nobody_confirmed_go_after_a_day(year: Year, staff: User) -> None:
    old, new = keep(staff, year, csv_of([student(1)])), keep(staff, year, csv_of([student(2)]))
    RosterUpload.objects.filter(pk=old.pk).update(created_at=NOW - timedelta(days=1))
    assert roster.drop_stale_uploads(now=NOW) == 1
    assert RosterUpload.objects.get() == new


# ---------------------------------------------------------------- two at once


def at_once(*attempts: Callable[[], object]) -> list[object]:
    """Run these together, each with its own connection; a refusal counts as an answer."""
    if connection.vendor == "sqlite":
        pytest.skip("SQLite lets one write happen at a time; PostgreSQL runs this")
    start, answers = threading.Barrier(len(attempts)), []

    def run(attempt: Callable[[], object]) -> None:
        start.wait()
        try:
            answers.append(attempt())
        except Refused as no:
            answers.append(no.sentence)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(attempt,)) for attempt in attempts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@pytest.mark.django_db(transaction=True)
def test_of_two_confirmations_at_once_one_is_told_that_it_is_done(year: Year, staff: User) -> None:
    upload = keep(staff, year, csv_of([student(number) for number in range(1, 40)]))
    answers = at_once(lambda: apply(staff, upload), lambda: apply(staff, upload))
    assert answers.count(roster.GONE) == 1
    assert Membership.objects.students().count() == 39
    assert AuditEntry.objects.filter(verb="roster import").count() == 1


@pytest.mark.django_db(transaction=True)
def test_control_without_the_lock_both_would_find_the_list_waiting(year: Year, staff: User) -> None:
    upload = keep(staff, year, csv_of([student(1)]))
    both_have_read = threading.Barrier(2)

    def read_then_write() -> bool:
        with transaction.atomic():
            waiting = RosterUpload.objects.filter(pk=upload.pk, outcome="").exists()
            both_have_read.wait()
            RosterUpload.objects.filter(pk=upload.pk).update(outcome="Done")
        return waiting

    assert at_once(read_then_write, read_then_write) == [True, True]


@pytest.mark.django_db(transaction=True)
def test_two_imports_at_once_make_each_student_once(year: Year) -> None:
    rows = [student(number) for number in range(1, 40)]
    answers = at_once(lambda: put_in(year, rows), lambda: put_in(year, rows))
    assert sorted(answer.new for answer in answers if isinstance(answer, Outcome)) == [0, 39]
    assert User.objects.count() == 39
