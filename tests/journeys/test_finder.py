"""Three taps at half past two in the night when clocks change, in a real browser."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import time_machine
from playwright.sync_api import expect

from peersupport.clock import now
from referrals.actions.services import add_service
from referrals.engines.demo_services import DEMO_SERVICES
from tests.house.town import Town
from tests.journeys.browser import NARROW, PHONE, Visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FIRST, AGAIN = datetime(2027, 4, 3, 15, 30, tzinfo=UTC), datetime(2027, 4, 3, 16, 30, tzinfo=UTC)
FORWARD = datetime(2027, 10, 2, 16, 30, tzinfo=UTC)  # 2:30 is left out: the clock shows 3:30


@pytest.mark.parametrize(
    ("at", "clock"),
    [(FIRST, "2:30 am"), (AGAIN, "2:30 am"), (FORWARD, "3:30 am")],
    ids=["first", "again", "forward"],
)
def test_three_taps_on_the_night_the_clocks_change(
    town: Town, visit: Callable[..., Visit], at: datetime, clock: str
) -> None:
    """C9, C14, C2: from the first page to a number that dials in three taps, without cookie or script."""
    for facts in DEMO_SERVICES:
        if not (facts.sites or facts.serves_sites):
            add_service(by=None, program=town.school.program, facts=replace(facts), now=now())
    window = visit(**{**PHONE, "java_script_enabled": False})
    with time_machine.travel(at, tick=True):
        page = window.go(f"/help/{town.school.program.slug}/find/")
        page.get_by_role("link", name="Now", exact=True).click()
        page.get_by_role("link", name="How I feel").click()
        page.get_by_role("link", name="Ring somebody").click()
        expect(page.get_by_text(f"Hours as they stand at {clock} on Sunday.")).to_be_visible()
        expect(page.get_by_role("heading", level=1)).to_have_text("Kestrel Bay Night Line")
        expect(page.get_by_text("Open now, until 9 am tomorrow, for how you feel.")).to_be_visible()
        expect(page.get_by_role("link", name="Call 1800 975 707")).to_have_attribute("href", "tel:1800975707")
        page.go_back()
        expect(page.get_by_role("heading", level=1)).to_have_text("Which way suits you?")
        page.get_by_role("link", name="Change How I feel").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("What is it about?")
    assert window.context.cookies() == []


def test_on_paper_the_numbers_stand_and_what_can_only_be_pressed_does_not(
    town: Town, visit: Callable[..., Visit]
) -> None:
    """T3: somebody prints the answer, or saves it as a file."""
    page = visit().go(f"/help/{town.school.program.slug}/find/?a=b&b=a&c=b")
    page.emulate_media(media="print")
    expect(page.get_by_text("0477 13 11 14").first).to_be_visible()
    for gone in ("Get help now", "Start again", "Leave out places where I train"):
        expect(page.get_by_role("link", name=gone)).to_be_hidden()
    for link in page.locator("main a").all():
        assert not link.is_visible() or not link.evaluate("one => one.getAttribute('href').startsWith('?')")
    page.goto(page.url.partition("?")[0] + "?a=a")
    expect(page.get_by_role("heading", name="Call 000")).to_be_visible()


def test_by_keyboard_and_on_a_narrow_screen(town: Town, visit: Callable[..., Visit]) -> None:
    """C9: danger is one key away from the start of the page's own links, and nothing is cut off."""
    window = visit(**NARROW)
    page = window.go(f"/help/{town.school.program.slug}/find/")
    danger = page.get_by_role("link", name="Somebody is in danger")
    for _ in range(6):
        page.keyboard.press("Tab")
        if danger.evaluate("one => one === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Call 000")
    expect(page.get_by_role("link", name="Call 000").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 320
