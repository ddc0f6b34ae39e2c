"""Ten minutes between two ward rounds: from a link on a phone to the last step, whatever happens."""

import os
import re
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, Playwright, expect

from peersupport.clock import now
from peersupport.models import User
from tests.house.town import Town, go_through
from tests.journeys.browser import CHROMIUM, DESK, FLAGS, PHONE, Visit
from tests.peersupport.mailbox import Mailbox
from tests.people import sign_in
from training.engines.steps import right_choices
from training.models import Progress

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NEW = "near0"  # a student who has not begun
PRIMARY = ".step .act .btn-primary"
MOST_SCROLLED = 16  # steps of the shipped module, of 17, that are longer than a small phone
OWN_WORDS = "Mistletoe-4711: I would ring my sister"


def link(town: Town) -> str:
    """The address that a school sends round."""
    return reverse("training:module-open", args=[town.version.module.uuid])


def session_of(user: User) -> str:
    key = sign_in(user, second_step=False).session.session_key
    assert key
    return key


@pytest.fixture
def newcomer(town: Town) -> User:
    return User.objects.get(email=f"{NEW}@{town.school.domain}")


def pick(page: Page, choices: set[int]) -> None:
    """Choose exactly these, as a thumb does: on the words, not on the small circle."""
    for place, row in enumerate(page.locator("label.pick").all()):
        box = row.locator("input")
        if box.is_checked() != (place in choices) and (
            box.get_attribute("type") == "checkbox" or place in choices
        ):
            row.click()


def press(page: Page) -> None:
    """The one button of a step, or the link in its place."""
    page.locator(PRIMARY).click()


def twice(button: Locator) -> None:
    """Two taps before the next page can come: the form is sent twice."""
    button.evaluate("(button) => { button.click(); button.click(); }")


def answer(page: Page, choices: set[int], says: str) -> None:
    """Choose and check; `says` is how the answer begins. Tapped twice, as thumbs do."""
    if page.get_by_role("link", name="Try again").is_visible():
        page.get_by_role("link", name="Try again").click()
    pick(page, choices)
    twice(page.get_by_role("button", name="Check my answer"))
    expect(page.locator("#feedback")).to_contain_text(says)


def wrong(step: dict[str, Any]) -> int:
    """The first option that is not right."""
    return min(set(range(len(step["options"]))) - right_choices(step))


def pass_one(page: Page, step: dict[str, Any]) -> None:
    """From a step to the one after it."""
    if step["kind"] == "check":
        answer(page, right_choices(step), "Yes")
    press(page)


def at(visit: Visit, town: Town, number: int) -> None:
    expect(visit.page).to_have_url(re.compile(rf"/steps/{number}/(#|$)"), timeout=10_000)


def go_about(phone: Visit, address: str, step: dict[str, Any]) -> None:
    """One step as it goes in life: reload, back, in again by the link, a wrong answer, tapped twice."""
    page, here = phone.page, phone.path()
    page.reload()
    page.go_back()
    phone.go(address)
    page.wait_for_url(f"**{here}")
    if step["kind"] == "check":
        answer(page, {wrong(step)}, "Not quite")
        answer(page, right_choices(step), "Yes")
    if step["kind"] == "reflection":
        page.locator("#own-words").fill(OWN_WORDS)
    twice(page.locator(PRIMARY))


def test_from_the_link_to_the_end(
    visit: Callable[..., Visit], town: Town, mailbox: Mailbox, newcomer: User
) -> None:
    """A new phone: link, address, code, step 1; then every step with a reload, a Back and a double click."""
    phone = visit()
    page = phone.go(link(town))
    page.get_by_label("Your e-mail address").fill(newcomer.email)
    page.get_by_role("button", name="Send me a code").click()
    expect(page.get_by_role("radio", name="My own")).to_be_checked()  # a phone is nearly always one's own
    page.get_by_label("The code from the e-mail").fill(mailbox.code())
    page.get_by_role("button", name="Go on").click()
    at(phone, town, 1)
    assert mailbox.last()["To"] == newcomer.email
    for number, step in enumerate(town.version.steps, 1):
        at(phone, town, number)
        go_about(phone, link(town), step)
    expect(page.get_by_role("heading", level=1)).to_have_text("That’s it. You are done.")
    way = Progress.objects.get(user=newcomer)
    assert way.completed_on == town.school.program.today(now())
    assert set(way.done) == {step["key"] for step in town.version.steps}
    with page.expect_download() as saving:
        page.get_by_role("link", name="Save the contact card").click()
    assert "BEGIN:VCARD" in Path(saving.value.path()).read_text()
    assert not [line for line in phone.sent if "Mistletoe" in line]


def test_the_link_tells_nothing(
    visit: Callable[..., Visit], town: Town, mailbox: Mailbox, newcomer: User
) -> None:
    """No token, no address: the link is the same for everybody, and so is every address on the way in."""
    phone = visit()
    page = phone.go(link(town))
    page.get_by_label("Your e-mail address").fill(newcomer.email)
    page.get_by_role("button", name="Send me a code").click()
    page.get_by_label("The code from the e-mail").fill(mailbox.code())
    page.get_by_role("button", name="Go on").click()
    at(phone, town, 1)
    assert not [url for url in phone.asked if "@" in url or NEW in url or mailbox.code() in url]
    assert "next" not in phone.path()


def test_signed_in_it_is_one_tap(visit: Callable[..., Visit], town: Town, newcomer: User) -> None:
    phone = visit(session_of(newcomer))
    phone.go(link(town))
    at(phone, town, 1)
    go_through(town, newcomer, 4)
    phone.go(link(town))
    at(phone, town, 5)


def test_own_words_stay_on_the_device(visit: Callable[..., Visit], town: Town, newcomer: User) -> None:
    """Claim B15: in no request at all, in no column, and not put back by the browser after signing out."""
    kinds = [step["kind"] for step in town.version.steps]
    if "reflection" not in kinds:
        pytest.skip("The shipped module has no reflection: nothing is typed in it")
    number = kinds.index("reflection") + 1
    go_through(town, newcomer, number - 1)
    phone = visit(session_of(newcomer))
    page = phone.go(link(town))
    page.locator("#own-words").fill(OWN_WORDS)
    press(page)
    at(phone, town, number + 1)
    page.go_back()
    phone.go("/")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.go_back()
    expect(page.locator("#own-words")).to_have_count(0)
    assert not [line for line in phone.sent if "Mistletoe" in line]
    assert "Mistletoe" not in repr(list(Progress.objects.values()))


def test_after_signing_out_back_shows_nothing_personal(
    visit: Callable[..., Visit], town: Town, newcomer: User
) -> None:
    phone = visit(session_of(newcomer))
    page = phone.go("/")
    expect(page.get_by_text(f"Hello, {newcomer.called}")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.go_back()
    page.wait_for_load_state()
    expect(page.get_by_text(f"Hello, {newcomer.called}")).to_have_count(0)


def test_a_second_device_goes_on_where_the_first_stopped(
    visit: Callable[..., Visit], town: Town, newcomer: User
) -> None:
    """Claim B1: phone and desk by turns through the whole module; a wrong answer comes along too."""
    phone, desk = visit(session_of(newcomer)), visit(session_of(newcomer), **DESK)
    for number, step in enumerate(town.version.steps, 1):
        here, there = (phone, desk) if number % 2 else (desk, phone)
        here.go(link(town))
        at(here, town, number)
        if step["kind"] == "check":
            answer(here.page, {wrong(step)}, "Not quite")
            there.go(link(town))
            assert there.path().endswith(f"/steps/{number}/#feedback")
            expect(there.page.locator("label.pick input").nth(wrong(step))).to_be_checked()
            expect(there.page.locator("#feedback")).to_be_in_viewport()
        pass_one(here.page, step)
    phone.go(link(town))
    phone.page.wait_for_url("**/done/")


def test_the_browser_is_killed_at_every_step(
    playwright: Playwright, site: str, town: Town, newcomer: User, tmp_path: Path
) -> None:
    """Claim B1: SIGKILL after each step; what was sent is there, and the place is the next step."""
    session = session_of(newcomer)
    for number, step in enumerate(town.version.steps, 1):
        folder = tmp_path / str(number)
        context = playwright.chromium.launch_persistent_context(
            str(folder), executable_path=str(CHROMIUM), args=FLAGS, **PHONE
        )
        context.add_cookies([{"name": "sessionid", "value": session, "url": site}])
        page = context.new_page()
        page.goto(site + link(town))
        assert f"/steps/{number}/" in page.url
        pass_one(page, step)
        page.wait_for_url("**/done/" if number == len(town.version.steps) else f"**/steps/{number + 1}/*")
        kill(folder)
        way = Progress.objects.get(user=newcomer)
        assert way.place == min(number + 1, len(town.version.steps))
        assert step["key"] in way.done
        shutil.rmtree(folder, ignore_errors=True)
    assert Progress.objects.get(user=newcomer).completed_on


def kill(folder: Path) -> None:
    """The browser that keeps its things in this folder, with its first process, at once."""
    for process in psutil.process_iter(["cmdline"]):
        command = process.info["cmdline"] or []
        if f"--user-data-dir={folder}" in command and not any(word.startswith("--type=") for word in command):
            os.kill(process.pid, signal.SIGKILL)
            process.wait(timeout=5)


def test_without_javascript(visit: Callable[..., Visit], town: Town, newcomer: User) -> None:
    """The whole module, its checks, more time, and signing out."""
    plain = visit(session_of(newcomer), **PHONE, java_script_enabled=False)
    plain.go("/")
    plain.page.get_by_text("Need more time?").click()
    plain.page.get_by_role("button", name="Take an extra week").click()
    expect(plain.page.get_by_role("status")).to_contain_text("You have until")
    plain.page.get_by_role("link", name="Begin").click()
    for step in town.version.steps:
        pass_one(plain.page, step)
    expect(plain.page.get_by_role("heading", level=1)).to_have_text("That’s it. You are done.")
    plain.page.get_by_role("button", name="Sign out").click()
    expect(plain.page.get_by_role("heading", name="Sign in")).to_be_visible()


def tab_to(page: Page, wanted: str) -> None:
    """Press Tab until the thing that matches has the focus, and see that a ring shows where one is."""
    for _ in range(60):
        page.keyboard.press("Tab")
        found = page.evaluate(
            """(wanted) => {
              const here = document.activeElement, style = getComputedStyle(here);
              const ring = parseFloat(style.outlineWidth) >= 2 && style.outlineStyle !== "none";
              const around = here.closest(".pick");
              const far = around ? getComputedStyle(around) : style;
              const shows = ring || parseFloat(far.outlineWidth) >= 2 || far.boxShadow !== "none";
              return [here.matches(wanted), shows];
            }""",
            wanted,
        )
        assert found[1], page.evaluate("document.activeElement.outerHTML")
        if found[0]:
            return
    raise AssertionError(f"The keyboard does not reach {wanted} on {page.url}")


def test_by_keyboard_alone(visit: Callable[..., Visit], town: Town, newcomer: User) -> None:
    """Claim B21: the whole module with Tab, Space and Enter; a ring shows at every stop."""
    desk = visit(session_of(newcomer), **DESK)
    page = desk.go(link(town))
    for number, step in enumerate(town.version.steps, 1):
        at(desk, town, number)
        if step["kind"] == "check":
            for choice in sorted(right_choices(step)):
                place = page.locator("label.pick input").nth(choice)
                if place.get_attribute("type") == "radio":
                    tab_to(page, "label.pick input")
                    for _ in range(choice):
                        page.keyboard.press("ArrowDown")
                    page.keyboard.press("Space")
                else:
                    tab_to(page, f"label.pick input[value='{choice}']")
                    page.keyboard.press("Space")
                expect(place).to_be_checked()
            tab_to(page, PRIMARY)
            page.keyboard.press("Enter")
            expect(page.locator("#feedback")).to_contain_text("Yes")
        tab_to(page, PRIMARY)
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("That’s it. You are done.")


def test_the_next_step_is_always_under_the_thumb(
    visit: Callable[..., Visit], town: Town, newcomer: User
) -> None:
    """At 360 × 640 what leads on is in view before anything is scrolled, and so is the number of the step.

    A question that is not answered yet has its button below the answers.
    """
    phone = visit(session_of(newcomer))
    page, scrolled = phone.page, []
    for number, step in enumerate(town.version.steps, 1):
        go_through(town, newcomer, number - 1)
        phone.go(reverse("training:step-show", args=[town.version.module.uuid, number]))
        at(phone, town, number)
        ends = page.locator(".step form").evaluate("(form) => form.getBoundingClientRect().bottom")
        if ends > 640:
            scrolled.append(f"{step['key']} +{round(ends - 640)}")
        if step["kind"] == "check":
            answer(page, right_choices(step), "Yes")
            page.evaluate("scrollTo(0, 0)")
        box = page.locator(PRIMARY).bounding_box()
        assert box, step["key"]
        assert 0 <= box["y"] <= 640 - box["height"], step["key"]
        assert box["height"] >= 44, step["key"]
    sys.stdout.write(f"{len(scrolled)} of {len(town.version.steps)} steps need scrolling: {scrolled}\n")
    assert len(scrolled) <= MOST_SCROLLED
