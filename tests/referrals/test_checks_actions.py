"""After 120 days the one who looks after an entry is told by mail: once a week, and nothing of what it is."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from peersupport.clock import now
from peersupport.models import Notification, User
from peersupport.models.outbox import State
from peersupport.outbox import drain
from programs.actions.cohorts import end_membership
from programs.models import Membership, Role
from programs.permissions import rights_of
from referrals.actions.checks import queue_check_warnings
from referrals.actions.services import confirm_service, own_service
from referrals.answers import check_warning, this_week
from referrals.engines.checks import is_hour_for_it, week_of, words
from referrals.models import Service
from referrals.tasks import queue_check_warnings as the_task
from tests.people import School

pytestmark = pytest.mark.django_db


def morning(school: School, days: int = 0) -> datetime:
    """Nine o'clock at the school next Monday, and so many days later."""
    today = school.today + timedelta(days=7 - school.today.weekday() + days)
    return datetime(today.year, today.month, today.day, 9, tzinfo=school.program.zone)


@pytest.fixture
def colleague(kestrel: School) -> User:
    return kestrel.join(Role.STAFF, "Ruth").user


def grown_old(school: School, key: str, owner: User | None, *, days: int = 120) -> Service:
    """An entry that was found right so many days before next Monday."""
    row = Service.objects.get(program=school.program, pack_key=key)
    if owner:
        own_service(by=owner, service=row, now=now())
    checked_on = morning(school).date() - timedelta(days=days)
    row.checked_on, row.next_check_on = checked_on, checked_on + timedelta(days=120)
    row.owner = owner
    row.save()
    return row


def told() -> list[str]:
    rows = Notification.objects.filter(kind="referrals.check_due").order_by("pk")
    return [str(row.recipient and row.recipient.given_name) for row in rows]


# ---------------------------------------------------------------- who is told


def test_its_owner_is_told_and_nobody_else(kestrel: School, harrow: School, colleague: User) -> None:
    """T1: a warning at 120 days to its owner."""
    grown_old(kestrel, "au-qlife", colleague)
    assert queue_check_warnings(now=morning(kestrel)) == 1
    assert told() == ["Ruth"]


@pytest.mark.parametrize(("days", "count"), [(119, 0), (120, 1), (121, 1)])
def test_from_the_day_on_which_it_is_due(kestrel: School, colleague: User, days: int, count: int) -> None:
    """T1: not a day before."""
    grown_old(kestrel, "au-qlife", colleague, days=days)
    assert queue_check_warnings(now=morning(kestrel)) == count


def test_what_nobody_looks_after_is_everybodys(kestrel: School, colleague: User) -> None:
    grown_old(kestrel, "au-qlife", None)
    kestrel.join(Role.LEAD, "Lee")
    assert queue_check_warnings(now=morning(kestrel)) == 2
    assert sorted(told()) == ["Anjali", "Ruth"]


def test_what_somebody_looked_after_who_has_left_is_everybodys(kestrel: School, colleague: User) -> None:
    """T1: by mail, and on “This week”."""
    grown_old(kestrel, "au-qlife", colleague)
    membership = Membership.objects.get(user=colleague)
    end_membership(by=kestrel.staff, membership=membership, now=now())
    assert queue_check_warnings(now=morning(kestrel)) == 1
    assert told() == ["Anjali"]
    asked = [task.sentence for task in this_week(rights_of(kestrel.staff, now()), morning(kestrel))]
    assert "1 has not been checked for a while." in asked


def test_what_is_not_shown_or_was_never_checked_makes_no_mail(kestrel: School, colleague: User) -> None:
    hidden = grown_old(kestrel, "au-qlife", colleague)
    Service.objects.filter(pk=hidden.pk).update(is_published=False)
    new = grown_old(kestrel, "au-mensline", colleague)
    Service.objects.filter(pk=new.pk).update(checked_on=None, next_check_on=None)
    assert queue_check_warnings(now=morning(kestrel)) == 0


# ---------------------------------------------------------------- how often


def test_once_a_week_however_often_it_runs(kestrel: School, colleague: User) -> None:
    grown_old(kestrel, "au-qlife", colleague)
    grown_old(kestrel, "au-beyondblue", colleague)
    runs = [queue_check_warnings(now=morning(kestrel, days)) for days in range(14)]
    assert runs == [1, *[0] * 6, 1, *[0] * 6]


def test_not_before_the_morning_and_not_on_a_weekend(kestrel: School, colleague: User) -> None:
    grown_old(kestrel, "au-qlife", colleague)
    monday = morning(kestrel)
    assert queue_check_warnings(now=monday - timedelta(hours=2)) == 0
    assert queue_check_warnings(now=monday + timedelta(days=5)) == 0
    assert queue_check_warnings(now=monday + timedelta(days=4)) == 1


def test_the_morning_is_the_schools_own() -> None:
    assert is_hour_for_it(datetime(2027, 1, 4, 8, tzinfo=UTC))
    assert not is_hour_for_it(datetime(2027, 1, 4, 7, 59, tzinfo=UTC))
    assert not is_hour_for_it(datetime(2027, 1, 9, 12, tzinfo=UTC))


def test_weeks_are_told_apart_over_the_new_year() -> None:
    assert week_of(date(2026, 12, 31)) == week_of(date(2027, 1, 3)) == "2026-W53"
    assert week_of(date(2027, 1, 4)) == "2027-W01"


def test_many_entries_and_many_staff_cost_the_same(kestrel: School, colleague: User) -> None:
    def cost() -> int:
        Notification.objects.all().delete()
        with CaptureQueriesContext(connection) as queries:
            queue_check_warnings(now=morning(kestrel))
        return len(queries)

    grown_old(kestrel, "au-qlife", colleague)
    one = cost()
    for number in range(20):
        kestrel.join(Role.STAFF, f"More{number}")
    Service.objects.filter(program=kestrel.program).update(
        owner=None, checked_on=kestrel.today - timedelta(days=130), next_check_on=kestrel.today
    )
    assert cost() == one


# ---------------------------------------------------------------- what it says


def the_letter(row: Notification) -> dict[str, str] | None:
    found = check_warning(row, row.due_at)
    return dict(found) if found else None


def test_it_names_minutes_and_a_day_and_nothing_else(kestrel: School, colleague: User) -> None:
    """T1: whoever looks over a shoulder learns nothing."""
    grown_old(kestrel, "au-qlife", colleague, days=130)
    grown_old(kestrel, "au-beyondblue", colleague, days=125)
    queue_check_warnings(now=morning(kestrel))
    drain(urgent=False, clock=lambda: morning(kestrel))
    (letter,) = [one for one in mail.outbox if one.to == [colleague.email]]
    by = morning(kestrel).date() + timedelta(days=50)
    assert letter.subject == f"About 4 minutes, by {by.day} {by:%B}"
    assert "It takes about 4 minutes." in letter.body
    for word in ("QLife", "Beyond Blue", "crisis", "line", "help", "service", "referral", "support"):
        assert word.lower() not in f"{letter.subject} {letter.body}".lower().replace("peersupport", "")


def test_what_is_past_its_last_day_gets_a_week(kestrel: School) -> None:
    today = date(2027, 3, 1)
    assert words([today - timedelta(days=200)], today) == {"minutes": "2", "by": "8 March"}
    assert words([today - timedelta(days=120), today - timedelta(days=150)], today)["by"] == "31 March"


def test_what_has_been_checked_meanwhile_is_not_asked_for(kestrel: School, colleague: User) -> None:
    row = grown_old(kestrel, "au-qlife", colleague)
    queue_check_warnings(now=morning(kestrel))
    notice = Notification.objects.get(kind="referrals.check_due")
    assert the_letter(notice)
    confirm_service(by=colleague, service=row, now=now())
    assert the_letter(notice) is None
    drain(urgent=False, clock=lambda: morning(kestrel))
    assert Notification.objects.get(pk=notice.pk).state == State.CANCELLED


def test_who_has_left_since_is_not_written_to(kestrel: School, colleague: User) -> None:
    grown_old(kestrel, "au-qlife", colleague)
    queue_check_warnings(now=morning(kestrel))
    notice = Notification.objects.get(kind="referrals.check_due")
    Membership.objects.filter(user=colleague).update(ends_at=morning(kestrel))
    assert the_letter(notice) is None


def test_the_timed_job_calls_the_action(kestrel: School, colleague: User) -> None:
    grown_old(kestrel, "au-qlife", colleague, days=140)
    the_task()
    assert len(told()) == (1 if is_hour_for_it(now().astimezone(kestrel.program.zone)) else 0)
