"""Staff stop notices in a browser; the next drain sends nothing to those it reaches."""

from collections.abc import Callable
from datetime import datetime, time, timedelta

import pytest
from playwright.sync_api import expect

from peersupport.models import Notification
from peersupport.models.outbox import State
from peersupport.outbox import drain
from tests.house.town import STAFF, Town
from tests.journeys.browser import DESK, Visit
from tests.peersupport.mailbox import Mailbox
from tests.peersupport.outboxes import make_notices

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_hold_is_in_force_at_the_next_drain(
    visit_as: Callable[..., Visit], town: Town, mailbox: Mailbox
) -> None:
    """Drains come every five seconds. Notices made before and after the press are both kept back."""
    held, other = town.people["student"], town.people["clinical adviser"]
    morning = datetime.combine(town.school.today + timedelta(days=1), time(10), town.school.program.zone)
    made = [notice.pk for notice in make_notices(1, held)]
    make_notices(1, other)
    window = visit_as(STAFF, **DESK)
    page = window.go("/")
    page.get_by_role("link", name="People").click()
    page.get_by_role("link", name="Notices on hold").click()
    page.get_by_role("link", name="Stop notices").click()
    page.get_by_text("Year 3").click()
    page.get_by_role("button", name="Stop these notices now").click()
    expect(page.get_by_role("status")).to_contain_text("nothing goes out until you lift the hold")
    made += [notice.pk for notice in make_notices(1, held)]
    make_notices(1, other)
    drain(urgent=False, clock=lambda: morning)
    assert [to for to, _ in mailbox.envelopes] == [[other.email]] * 2
    assert {row.state for row in Notification.objects.filter(pk__in=made)} == {State.CANCELLED}
    page.get_by_role("button", name="Lift this hold (Year 3)").click()
    expect(page.get_by_role("status")).to_contain_text("go out again from now on")
    drain(urgent=False, clock=lambda: morning)
    assert len(mailbox.envelopes) == 2
    make_notices(1, held)
    drain(urgent=False, clock=lambda: morning)
    assert mailbox.envelopes[-1][0] == [held.email]
