"""A practice talk in a browser: with a thumb, by keyboard, without JavaScript; and what leaves it."""

import re
from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.house.town import Town
from tests.journeys.browser import DESK, PHONE, Visit
from training.models import Talking

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def link(town: Town) -> str:
    return reverse("training:practice-show", args=[town.things["practice"]["own"]])


def say(page: Page, words: str) -> None:
    page.get_by_role("button", name=words).click()


@pytest.mark.parametrize("script", [True, False])
def test_a_talk_to_its_safe_ending(visit_as: Callable[..., Visit], town: Town, script: bool) -> None:
    """Claims B12, B13, B21: with and without JavaScript; a poor line is taken again from where it turned."""
    window = visit_as("student lead", **PHONE, java_script_enabled=script)
    page = window.go(reverse("training:practice-list"))
    page.get_by_role("link", name="You and Mei, on the 6.40").click()
    say(page, "Surgery is like that")
    expect(page.locator(".tell.look")).to_contain_text("makes the thing smaller")
    say(page, "I think I said that badly")
    say(page, "are you thinking about suicide")
    say(page, "I’m staying with you")
    say(page, "I’ll dial, you hold the phone")
    expect(page.get_by_role("heading", level=1)).to_have_text("Mei is not alone with it tonight")
    page.get_by_role("button", name=re.compile("Take it again from here.*Surgery")).click()
    expect(page.locator(".kicker")).to_have_text("Practice, exchange 1")
    page.get_by_role("link", name="Pause here").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Practise a talk")


def test_a_talk_by_keyboard_alone(visit_as: Callable[..., Visit], town: Town) -> None:
    """Claim B21: after each answer the focus is on what was just said, and Tab leads to the lines."""
    page = visit_as("student lead", **DESK).go(link(town))
    page.get_by_role("button", name="You’ve been in tears").focus()
    page.keyboard.press("Enter")
    for _ in range(3):
        expect(page.locator("#now")).to_be_focused()
        page.keyboard.press("Tab")
        expect(page.locator("button.pick").first).to_be_focused()
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Mei is not alone with it tonight")
    assert Talking.objects.get(user=town.people["student lead"]).done_on == town.school.today


def test_what_one_writes_oneself_never_leaves_the_browser(visit_as: Callable[..., Visit], town: Town) -> None:
    """Claim B14: nothing that was asked of any server holds a word of it."""
    window = visit_as("student lead", **DESK)
    page = window.go(link(town))
    page.get_by_text("First, in your own words").click()
    page.get_by_label("what would you say first").fill("zebra marmalade, are you all right")
    page.get_by_text("Put it beside three others").click()
    expect(page.get_by_text("I’m here for the whole ride")).to_be_visible()
    say(page, "You’ve been in tears")
    page.get_by_text("Say something else").click()
    page.get_by_label("Your own line").fill("zebra marmalade once more")
    say(page, "are you thinking about suicide")
    assert len(window.sent) > 4
    assert not any("marmalade" in sent for sent in window.sent)
