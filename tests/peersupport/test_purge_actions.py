"""Erasing what is old: nothing over age stays, nothing else goes, a legal hold keeps one class."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.exceptions import ImproperlyConfigured
from django.db.models import CASCADE, F

from peersupport.actions import purge as purging
from peersupport.actions.accounts import account_for
from peersupport.actions.purge import erasables, first_due, go_on_erasing, over_age, purge, stop_erasing
from peersupport.clock import now
from peersupport.errors import Refused
from peersupport.kept import STARTING_VALUE, STARTING_VALUES, kept_for
from peersupport.models import (
    Attempt,
    AuditEntry,
    LegalHold,
    NoticeCount,
    Notification,
    PurgeReport,
    User,
)
from peersupport.models.outbox import State
from peersupport.named_lists import Erasable
from programs.actions.departures import end_quietly
from programs.actions.holds import hold_notices, lift_hold
from programs.models import Departure, Hold, Membership, Role, RosterUpload, UploadKind
from tests.house.test_privacy import dictionary, rows_under
from tests.peersupport.outboxes import end_notices, make_notices
from tests.people import School, leave, load_reviewed, sign_in
from tests.training.talks import load_talk
from training.actions.progress import pass_step
from training.models import Progress, Talking

LONG = timedelta(days=3 * 366)  # after it everything that anybody could erase is over age
ENDED_BY_OTHER_JOBS = {"minutes"}  # in a cache, which may be in Redis


def something_of_each_class(school: School) -> None:
    """One row at least of all that is erased one day."""
    student, other = (school.join(Role.STUDENT, name).user for name in ("Maya", "Noor"))
    account_for(email=f"ivy@{school.domain}")
    version = load_reviewed(school)
    pass_step(by=student, version=version, number=1, choices=[], today=school.today)
    talk = load_talk()
    Talking.objects.create(user=student, practice=talk.practice, version=talk)
    make_notices(1, student)
    end_notices(student, scope=school.program.uuid, at=now())
    person = {"by": school.staff, "program": school.program, "now": now()}
    hold = hold_notices(**person, reach=Hold.Reach.LEVEL, year_level=1)  # type: ignore[arg-type]
    lift_hold(by=school.staff, hold=hold, now=now())
    end_quietly(**person, person=other)  # type: ignore[arg-type]
    legal = stop_erasing(by=school.staff, scope=school.program.uuid, kept="notice", now=now())
    go_on_erasing(by=school.staff, hold=legal, now=now())
    RosterUpload.objects.create(
        year=school.year, by=school.staff, kind=UploadKind.PEOPLE, content=b"x", created_at=now()
    )
    PurgeReport.objects.create(at=now(), scope=school.program.uuid, kept="record", erased=1)
    sign_in(student)


def left(at: datetime) -> dict[str, int]:
    """Of each thing that is erased one day: how many rows are over age."""
    return {
        f"{number} {one.kept} {one.rows.model._meta.label}": over_age(one, at).count()
        for number, one in enumerate(erasables(at))
    }


# ---------------------------------------------------------------- what goes


def test_once_all_is_old_nothing_over_age_is_left_of_any_class(kestrel: School) -> None:
    something_of_each_class(kestrel)
    at = now() + LONG
    assert all(left(at).values()), left(at)
    purge(now=at)
    assert set(left(at).values()) == {0}


def test_what_is_young_stays(kestrel: School) -> None:
    something_of_each_class(kestrel)
    tables = [model for model in apps.get_models() if model is not PurgeReport]
    before = {model: model._base_manager.count() for model in tables}
    assert purge(now=now()) == 0
    assert {model: model._base_manager.count() for model in tables} == before


@pytest.mark.parametrize("spare", [timedelta(seconds=1), timedelta(0)])
def test_each_class_goes_on_its_day_and_not_before(kestrel: School, spare: timedelta) -> None:
    """To the second, for what was written at one known moment."""
    at = datetime(2031, 5, 1, 3, tzinfo=UTC)
    made = {name: at - timedelta(days=kept.days) + spare for name, kept in settings.KEPT.items()}
    student = kestrel.join(Role.STUDENT, "Maya").user
    make_notices(1, student)
    end_notices(student, at=made["notice"])
    AuditEntry.objects.update(at=made["record"])
    RosterUpload.objects.create(
        year=kestrel.year, by=kestrel.staff, kind=UploadKind.PEOPLE, content=b"x", created_at=made["upload"]
    )
    Session.objects.create(session_key="k" * 32, session_data="", expire_date=at + spare)
    leave(student, made["account"])
    leave(kestrel.staff, at)
    purge(now=at)
    young = bool(spare)
    assert Notification.objects.exists() == young
    assert AuditEntry.objects.exists() == young
    assert RosterUpload.objects.exists() == young
    assert Session.objects.exists() == young
    assert User.objects.filter(email=student.email).exists() == young


def test_every_class_of_the_dictionary_has_days_and_an_authority() -> None:
    """The document, the settings and what the apps name say the same."""
    rows = {row[0]: row[1] for row in rows_under("## Until when")[1:]}
    with_days = {name: int(days) for name, days in rows.items() if re.fullmatch(r"\d+", days)}
    assert with_days == {name: kept.days for name, kept in STARTING_VALUES.items()}
    assert all(kept.authority and kept.about for kept in settings.KEPT.values())
    written = {line.kept for lines in dictionary().values() for line in lines}
    assert written == set(rows)


def test_every_class_with_days_is_erased_by_somebody(db: None) -> None:
    assert {one.kept for one in erasables(now())} | ENDED_BY_OTHER_JOBS == set(settings.KEPT)


def taken_along(model: Any) -> set[Any]:
    """Whose rows go when a row of this model is deleted."""
    relations = [field for field in model._meta.get_fields(include_hidden=True) if field.auto_created]
    return {field.related_model for field in relations if getattr(field, "on_delete", None) is CASCADE}


def test_every_table_of_a_class_is_named_or_goes_with_one_that_is(db: None) -> None:
    """So that no new table is forgotten."""
    going: set[Any] = {one.rows.model for one in erasables(now())} | {Membership, Departure}
    while more := {other for model in going for other in taken_along(model)} - going:
        going |= more
    labels = {model._meta.label for model in going}
    tables = {model._meta.label for model in apps.get_models(include_auto_created=True)}
    classes = set(settings.KEPT) - ENDED_BY_OTHER_JOBS
    with_days = {table for table, lines in dictionary().items() if {line.kept for line in lines} & classes}
    assert (with_days & tables) - labels == set()


# ---------------------------------------------------------------- notices become counts


def test_of_notices_only_counts_by_month_stay(kestrel: School, harrow: School, a_student: User) -> None:
    months = [datetime(2027, month, 3, tzinfo=UTC) for month in (1, 1, 2)]
    for at in months:
        (notice,) = make_notices(1, a_student)
        Attempt.objects.create(notification=notice, number=1, started_at=at, ended_at=at)
        end_notices(a_student, scope=kestrel.program.uuid, at=at)
    make_notices(1, harrow.staff)
    end_notices(harrow.staff, scope=harrow.program.uuid, at=months[0], state=State.CANCELLED)
    make_notices(1, a_student, duty=True)
    end_notices(a_student, at=months[2])  # of no school
    before = NoticeCount.objects.count()
    purge(now=datetime(2027, 5, 5, tzinfo=UTC))
    assert not Notification.objects.exists()
    assert not Attempt.objects.exists()
    ordinary, duty = "peersupport.channel_off", "peersupport.test_page"
    assert before == 0
    rows = NoticeCount.objects.order_by("count", "month", "kind")
    assert sorted(map(str, rows.values_list("scope", "month", "kind", "state", "count"))) == sorted(
        map(
            str,
            [
                (kestrel.program.uuid, date(2027, 1, 1), ordinary, "accepted", 2),
                (kestrel.program.uuid, date(2027, 2, 1), ordinary, "accepted", 1),
                (harrow.program.uuid, date(2027, 1, 1), ordinary, "cancelled", 1),
                (None, date(2027, 2, 1), duty, "accepted", 1),
            ],
        )
    )


def test_counts_of_one_month_add_up_over_days(a_student: User) -> None:
    at = datetime(2027, 1, 3, tzinfo=UTC)
    for day in (0, 1):
        make_notices(2, a_student)
        end_notices(a_student, at=at + timedelta(days=day))
        purge(now=at + timedelta(days=90 + day))
    assert list(NoticeCount.objects.values_list("month", "count")) == [(date(2027, 1, 1), 4)]


def test_what_still_waits_is_never_erased(a_student: User) -> None:
    make_notices(1, a_student)
    purge(now=now() + timedelta(days=200))
    assert Notification.objects.get().state == State.PENDING


# ---------------------------------------------------------------- reports and batches


def test_each_school_is_told_how_many_of_its_rows_went(
    kestrel: School, harrow: School, a_student: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In batches of two: the numbers are those of the whole run."""
    monkeypatch.setattr(purging, "AT_ONCE", 2)
    at = now()
    for person, scope, count in (
        (a_student, kestrel.program.uuid, 5),
        (harrow.staff, harrow.program.uuid, 1),
        (a_student, None, 2),
    ):
        make_notices(count, person)
        end_notices(person, scope=scope, at=at)
    later = at + timedelta(days=90)
    assert purge(now=later) == 8
    assert purge(now=later) == 0
    found = {row.scope: row.erased for row in PurgeReport.objects.filter(at=later, kept="notice")}
    assert found == {kestrel.program.uuid: 5, harrow.program.uuid: 1, None: 2}
    assert set(PurgeReport.objects.values_list("kept", flat=True)) == {"notice"}


def broken(at: datetime) -> list[Erasable]:
    def fail(keys: list[int]) -> None:
        raise ZeroDivisionError

    rows = Notification.objects.annotate(since=F("made_at"), school=F("scope"))
    return [Erasable("notice", rows, fail)]


def test_one_class_that_fails_stops_no_other(kestrel: School, a_student: User, settings: Any) -> None:
    settings.PURGED = [f"{__name__}.broken", *settings.PURGED]
    make_notices(1, a_student)
    end_notices(a_student, at=now())
    purge(now=now() + timedelta(days=91))
    assert not Notification.objects.exists()


# ---------------------------------------------------------------- legal holds


def test_a_legal_hold_keeps_one_class_of_one_school(kestrel: School, harrow: School, a_student: User) -> None:
    for person, school in ((a_student, kestrel), (harrow.staff, harrow)):
        make_notices(1, person)
        end_notices(person, scope=school.program.uuid, at=now())
    make_notices(1, a_student, duty=True)
    end_notices(a_student, at=now())  # of no school: nobody's hold keeps it
    AuditEntry.objects.filter(scope=kestrel.program.uuid).update(at=now() - LONG)
    hold = stop_erasing(by=kestrel.staff, scope=kestrel.program.uuid, kept="notice", now=now())
    later = now() + timedelta(days=91)
    purge(now=later)
    assert list(Notification.objects.values_list("scope", flat=True)) == [kestrel.program.uuid]
    assert not AuditEntry.objects.filter(at__lt=now() - timedelta(days=1)).exists()
    go_on_erasing(by=kestrel.staff, hold=hold, now=later)
    purge(now=later)
    assert not Notification.objects.exists()


def test_notices_under_a_legal_hold_outlast_the_account(kestrel: School, a_student: User) -> None:
    make_notices(1, a_student)
    end_notices(a_student, scope=kestrel.program.uuid, at=now())
    leave(a_student, now())
    stop_erasing(by=kestrel.staff, scope=kestrel.program.uuid, kept="notice", now=now())
    purge(now=now() + LONG)
    assert Notification.objects.get().recipient.email.endswith("@erased.invalid")  # type: ignore[union-attr]


def test_a_legal_hold_on_accounts_keeps_training_too(kestrel: School, a_student: User) -> None:
    version = load_reviewed(kestrel)
    pass_step(by=a_student, version=version, number=1, choices=[], today=kestrel.today)
    leave(a_student, now())
    stop_erasing(by=kestrel.staff, scope=kestrel.program.uuid, kept="account", now=now())
    purge(now=now() + LONG)
    assert Progress.objects.filter(user=a_student).exists()
    assert User.objects.get(pk=a_student.pk).full_name == "Priya Raman"


@pytest.mark.parametrize("days", [1, -1])
def test_a_legal_hold_of_any_school_where_they_had_a_role_keeps_a_leaver(
    kestrel: School, harrow: School, a_student: User, days: int
) -> None:
    """Whichever of the two roles ended last."""
    version = load_reviewed(kestrel)
    pass_step(by=a_student, version=version, number=1, choices=[], today=kestrel.today)
    moved = Membership.objects.create(
        user=a_student, year=harrow.year, role=Role.STUDENT, year_level=3, starts_at=now(), ends_at=now()
    )
    leave(a_student, now())
    Membership.objects.filter(pk=moved.pk).update(ends_at=F("ends_at") + timedelta(days=days))
    before = set(Membership.objects.filter(user=a_student))
    hold = stop_erasing(by=kestrel.staff, scope=kestrel.program.uuid, kept="account", now=now())
    stop_erasing(by=harrow.staff, scope=harrow.program.uuid, kept="notice", now=now())
    later = now() + timedelta(days=370)
    purge(now=later)
    assert set(Membership.objects.filter(user=a_student)) == before
    assert Progress.objects.filter(user=a_student).exists()
    go_on_erasing(by=kestrel.staff, hold=hold, now=later)
    purge(now=later)
    assert not Membership.objects.filter(user=a_student).exists()
    assert not Progress.objects.filter(user=a_student).exists()


def test_what_is_refused(kestrel: School, harrow: School) -> None:
    by, scope = kestrel.staff, kestrel.program.uuid
    for kept in ("session", "nothing", ""):
        with pytest.raises(Refused, match="cannot be kept"):
            stop_erasing(by=by, scope=scope, kept=kept, now=now())
    hold = stop_erasing(by=by, scope=scope, kept="record", now=now())
    with pytest.raises(Refused, match="already"):
        stop_erasing(by=by, scope=scope, kept="record", now=now())
    stop_erasing(by=harrow.staff, scope=harrow.program.uuid, kept="record", now=now())
    go_on_erasing(by=by, hold=hold, now=now())
    with pytest.raises(Refused, match="lifted already"):
        go_on_erasing(by=by, hold=hold, now=now())
    assert set(LegalHold.objects.in_force().values_list("scope", flat=True)) == {harrow.program.uuid}
    verbs = AuditEntry.objects.filter(by=by).values_list("verb", flat=True)
    assert {"stop erasing", "go on erasing"} <= set(verbs)


# ---------------------------------------------------------------- days and plans


def test_a_school_states_its_own_days_and_what_they_rest_on() -> None:
    kept = kept_for(" record = 2555 = Records authority 2024, class 7.3 ; notice=60=Minute = of May;")
    assert (kept["record"].days, kept["record"].authority) == (2555, "Records authority 2024, class 7.3")
    assert (kept["notice"].days, kept["notice"].authority) == (60, "Minute = of May")
    assert (kept["account"].days, kept["account"].authority) == (365, STARTING_VALUE)
    assert kept_for("") == STARTING_VALUES
    with pytest.raises(KeyError):
        kept_for("diary=3=nobody")


def test_the_record_cannot_be_shorter_than_accounts() -> None:
    """Its lines say which accounts never had a role and are old enough to go."""
    assert kept_for("record=365=Privacy office")["record"].days == 365
    for stated in ("record=364=Privacy office", "account=731=Privacy office"):
        with pytest.raises(ImproperlyConfigured, match="record must be kept for at least as long"):
            kept_for(stated)


def test_the_plan_is_the_day_on_which_the_oldest_row_goes(
    kestrel: School, harrow: School, a_student: User
) -> None:
    at = now()
    AuditEntry.objects.filter(scope=kestrel.program.uuid).update(at=at - timedelta(days=700))
    plan = first_due(kestrel.program.uuid, at)
    assert plan["record"] == at + timedelta(days=30)
    assert plan["account"] == kestrel.year.ends_at + timedelta(days=365)
    assert "notice" not in plan
    make_notices(1, a_student)
    end_notices(a_student, scope=kestrel.program.uuid, at=at - timedelta(days=100))
    assert first_due(kestrel.program.uuid, at)["notice"] == at  # over age: with the next run
    assert "notice" not in first_due(harrow.program.uuid, at)
