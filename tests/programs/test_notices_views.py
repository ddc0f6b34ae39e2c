"""Messages that did not go out: what staff see on every page, and the list."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from peersupport import heart
from peersupport.clock import database_now
from peersupport.models import Notification, User
from peersupport.models.outbox import State
from peersupport.outbox import queue
from tests.costs import cost
from tests.people import School, sign_in

pytestmark = pytest.mark.django_db

PAGES = ("training:home", "programs:person-list", "directory:service-list", "training:completion")


@pytest.fixture(autouse=True)
def _well(kestrel: School) -> None:
    for name in heart.EXPECTED:
        heart.beat(name, database_now())


def stuck(school: School, to: User, key: str, minutes: int = 60, **columns: Any) -> Notification:
    """A notice that was due so many minutes ago."""
    due_at = database_now() - timedelta(minutes=minutes)
    queue(kind="peersupport.test_page", to=to, key=key, scope=school.program.uuid, due_at=due_at)
    Notification.objects.filter(key=key).update(**columns)
    return Notification.objects.get(key=key)


def dead(school: School, to: User, key: str) -> Notification:
    at = database_now()
    return stuck(school, to, key, state=State.DEAD, attempts=1, ended_at=at, last_error="address refused")


@pytest.mark.parametrize("name", PAGES)
def test_every_page_of_staff_says_when_nothing_goes_out(
    kestrel: School, wellbeing_staff: User, a_student: User, name: str
) -> None:
    """R27: the clock stopped for three minutes, the web process alone says so, on every page of staff."""
    page = sign_in(wellbeing_staff)
    assert "Messages are not going out" not in page.get(reverse(name)).content.decode()
    seen = database_now() - timedelta(seconds=181)
    heart.beat(heart.SENDER, seen)
    text = page.get(reverse(name)).content.decode()
    at_school = seen.astimezone(kestrel.program.zone)
    assert f"was last seen at {at_school:%H:%M on %-d %B}" in text
    assert "Messages are not going out" not in sign_in(a_student).get("/").content.decode()


def test_late_and_dead_ones_are_counted_above_every_page(
    kestrel: School, harrow: School, wellbeing_staff: User, a_student: User
) -> None:
    dead(kestrel, a_student, "dead")
    stuck(kestrel, a_student, "late", minutes=16)
    failed = {"state": State.FAILED, "next_try_at": database_now() + timedelta(hours=1)}
    stuck(kestrel, a_student, "failing", minutes=16, **failed)
    stuck(kestrel, a_student, "not late yet", minutes=14)
    stuck(kestrel, a_student, "waits for the morning", next_try_at=database_now() + timedelta(hours=8))
    stuck(kestrel, a_student, "over", state=State.EXPIRED, ended_at=database_now())
    dead(harrow, a_student, "another school's")
    assert "3 messages need somebody" in sign_in(wellbeing_staff).get("/").content.decode()
    assert "One message needs somebody" in sign_in(harrow.staff).get("/").content.decode()


def test_the_list_says_who_what_and_why(kestrel: School, wellbeing_staff: User, a_student: User) -> None:
    page = sign_in(wellbeing_staff)
    assert "Every message has gone out" in page.get(reverse("programs:notice-list")).content.decode()
    dead(kestrel, a_student, "one")
    text = page.get(reverse("programs:notice-list")).content.decode()
    for words in ("One message needs you", "Priya Raman", "A test of whether", "Given up after one try"):
        assert words in text
    assert "does not know this address" in text


def test_what_a_private_one_is_about_is_not_for_staff(
    kestrel: School, wellbeing_staff: User, a_student: User
) -> None:
    """R30."""
    Notification.objects.filter(pk=dead(kestrel, a_student, "one").pk).update(private=True)
    text = sign_in(wellbeing_staff).get(reverse("programs:notice-list")).content.decode()
    assert "A private letter" in text
    assert "A test of whether" not in text


def test_one_press_sends_it_again_and_another_puts_it_aside(
    kestrel: School, wellbeing_staff: User, a_student: User
) -> None:
    page = sign_in(wellbeing_staff)
    again, aside = dead(kestrel, a_student, "again"), dead(kestrel, a_student, "aside")
    said = page.post(reverse("programs:notice-retry", args=[again.uuid]), follow=True).content.decode()
    assert "goes out again within a minute" in said
    page.post(reverse("programs:notice-cancel", args=[aside.uuid]))
    states = dict(Notification.objects.values_list("key", "state"))
    assert states == {"again": State.PENDING, "aside": State.CANCELLED}
    said = page.post(reverse("programs:notice-cancel", args=[aside.uuid]), follow=True).content.decode()
    assert "while you were looking" in said


def test_nobody_whose_account_is_closed_stands_before_staff(
    kestrel: School, wellbeing_staff: User, a_student: User
) -> None:
    """A death, or a leaving: their mail needs nobody; a code to an address without an account still does."""
    dead(kestrel, a_student, "closed")
    Notification.objects.filter(pk=dead(kestrel, a_student, "nobody's").pk).update(recipient=None)
    User.objects.filter(pk=a_student.pk).update(is_active=False)
    text = sign_in(wellbeing_staff).get(reverse("programs:notice-list")).content.decode()
    assert "One message needs you" in text
    assert "An address" in text
    assert "One message needs somebody" in sign_in(wellbeing_staff).get("/").content.decode()


def test_a_kind_of_an_earlier_version_can_only_be_put_aside(
    kestrel: School, wellbeing_staff: User, a_student: User
) -> None:
    page, address = sign_in(wellbeing_staff), reverse("programs:notice-list")
    notice = dead(kestrel, a_student, "old")
    assert "Try again" in page.get(address).content.decode()
    Notification.objects.filter(pk=notice.pk).update(kind="peersupport.long_gone")
    text = page.get(address).content.decode()
    assert "A message of an earlier version" in text
    assert "Put aside" in text
    assert "Try again" not in text
    said = page.post(reverse("programs:notice-retry", args=[notice.uuid]), follow=True).content.decode()
    assert "can no longer be sent" in said


def test_fifty_cost_no_more_than_one(kestrel: School, wellbeing_staff: User, a_student: User) -> None:
    page, address = sign_in(wellbeing_staff), reverse("programs:notice-list")
    dead(kestrel, a_student, "first")
    one = cost(page, address)
    for number in range(49):
        dead(kestrel, a_student, f"number {number}")
    assert cost(page, address) == one <= 10
