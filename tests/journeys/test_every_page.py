"""Every page in a real browser: axe, reflow, the size of targets, no other host, nothing refused."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.conf import settings as django_settings
from playwright.sync_api import Page, expect

from tests.house.pages import Sight, every_sight, learners, public, staff
from tests.house.town import Town
from tests.journeys.browser import DESK, NARROW, Visit
from tests.peersupport.mailbox import Mailbox

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AXE = django_settings.BASE_DIR / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WINDOWS: dict[str, dict[str, Any]] = {
    "light": {**NARROW, "color_scheme": "light"},
    "dark": {**NARROW, "color_scheme": "dark"},
    "desk": {**DESK, "color_scheme": "light"},
    "dark desk": {**DESK, "color_scheme": "dark"},
    "forced": {**NARROW, "forced_colors": "active"},
    "forced desk": {**DESK, "forced_colors": "active", "color_scheme": "dark"},
}
# One of each kind of page.
SAMPLE = {
    "help au",
    "account_login",
    "password wrong",
    "about-stored",
    "home",
    "wrong answer",
    "step 1",
    "end of a module",
    "training:home",
    "training:completion",
    "training:completion-people",
    "notices",
    "programs:number-list",
    "programs:person-show",
    "programs:roster-preview",
    "programs:roster-upload with faults",
    "training:module-review",
}


@pytest.fixture(scope="session")
def axe() -> str:
    if not AXE.exists():
        pytest.skip("No axe-core here: npm ci")
    return AXE.read_text()


RUN = """([tags, forced]) => axe.run(document, {
  runOnly: tags, resultTypes: ["violations"], rules: {"color-contrast": {enabled: !forced}}
})"""


def faults(page: Page, axe: str) -> list[str]:
    """What axe finds wrong on this page.

    In forced colours the reader has chosen the contrast; axe then still reads a colour that is not shown.
    """
    page.evaluate(axe)
    forced = page.evaluate("matchMedia('(forced-colors: active)').matches")
    found = page.evaluate(RUN, [TAGS, forced])["violations"]
    return [f"{fault['id']}: {node['html'][:160]}" for fault in found for node in fault["nodes"]]


def too_small(page: Page) -> list[str]:
    """Targets under 24 × 24 CSS pixels, but for links in a sentence and what a label makes larger."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll("a, button, input, select, textarea, summary")]
          .filter((target) => {
            const box = target.getBoundingClientRect();
            if (!box.width || target.type === "hidden") return false;
            if (target.closest(".skip, label.pick, .form-check")) return false;
            if (getComputedStyle(target).display === "inline") return false;
            return box.width < 24 || box.height < 24;
          }).map((target) => target.outerHTML.slice(0, 120))"""
    )
    return found


def show(visit: Visit, sight: Sight) -> Page:
    """Open the page and, where the sight says so, fill in the form and send it."""
    page = visit.go(sight.path)
    for name, value in (sight.data or {}).items():
        field = page.locator(f"main [name={name}]")
        if field.first.get_attribute("type") == "radio":
            page.locator(f"main [name={name}][value={value}]").check(force=True)
        elif field.evaluate("(found) => found.tagName") == "SELECT":
            field.select_option(value)
        elif field.get_attribute("type") == "date":
            continue  # a browser lets nothing wrong be typed there
        else:
            field.fill(value)
    if sight.data is not None:
        page.locator("main form .btn-primary").first.click()
        page.wait_for_load_state()
        expect(page.locator("#form-errors")).to_be_focused()
    return page


def look_at(visits: dict[str, Visit], sights: Iterable[Sight], axe: str) -> Iterator[str]:
    """Everything wrong with these pages."""
    for sight in sights:
        page = show(visits[sight.visitor], sight)
        width = page.viewport_size["width"] if page.viewport_size else 0
        reaches = page.evaluate("document.documentElement.scrollWidth")
        if reaches > width:
            yield f"{sight}: {reaches} px wide at {width}"
        yield from (f"{sight}: {fault}" for fault in faults(page, axe))
        yield from (f"{sight}: small {target}" for target in too_small(page))
        if page.evaluate("document.getAnimations().length"):
            yield f"{sight}: something moves"


def windows(visit_as: Callable[..., Visit], sights: Iterable[Sight], window: str) -> dict[str, Visit]:
    return {visitor: visit_as(visitor, **WINDOWS[window]) for visitor in {sight.visitor for sight in sights}}


@pytest.mark.parametrize("of", ["public", "learners", "staff"])
def test_every_page_on_a_narrow_phone(visit_as: Callable[..., Visit], town: Town, axe: str, of: str) -> None:
    """Claim B21: axe finds nothing at 320 px in light, nothing is wider, in any state of any page."""
    sights = list({"public": lambda _: public(), "learners": learners, "staff": staff}[of](town))
    assert list(look_at(windows(visit_as, sights, "light"), sights, axe)) == []


@pytest.mark.parametrize("window", ["dark", "desk"])
def test_one_of_each_kind_in_the_dark_and_on_a_desk(
    visit_as: Callable[..., Visit], town: Town, axe: str, window: str
) -> None:
    """Claim B21, sample; the whole matrix is left to `make deep`."""
    sights = list({sight.name: sight for sight in every_sight(town) if sight.name in SAMPLE}.values())
    assert {sight.name for sight in sights} == SAMPLE
    assert list(look_at(windows(visit_as, sights, window), sights, axe)) == []


@pytest.mark.deep
@pytest.mark.parametrize("window", [name for name in WINDOWS if name != "light"])
def test_every_page_in_every_window(
    visit_as: Callable[..., Visit], town: Town, axe: str, window: str
) -> None:
    """Claim B21: every page, role and state, in light, dark and forced colours, at 320 and 1280 px."""
    sights = list(every_sight(town))
    assert list(look_at(windows(visit_as, sights, window), sights, axe)) == []


PLANT = """() => {
  const main = document.querySelector("main");
  const picture = document.createElement("img"), wide = document.createElement("div");
  const small = document.createElement("button");
  wide.style.width = "600px";
  wide.style.height = "1px";
  small.textContent = ".";
  small.className = "p-0 border-0";
  main.append(picture, wide, small);
}"""


def test_planted_faults_are_found(visit: Callable[..., Visit], axe: str) -> None:
    """A picture without words, a line wider than the screen, a button too small: each is seen."""
    window = visit(**NARROW)
    page = window.go("/about/")
    assert faults(page, axe) == too_small(page) == []
    page.evaluate(PLANT)
    assert {fault.partition(":")[0] for fault in faults(page, axe)} >= {"image-alt"}
    assert len(too_small(page)) == 1
    assert page.evaluate("document.documentElement.scrollWidth") > 320


def test_the_screen_for_the_code(visit: Callable[..., Visit], town: Town, mailbox: Mailbox, axe: str) -> None:
    """It stands only between asking for a code and typing it; then once more with a wrong one."""
    window = visit(**NARROW)
    page = window.go("/account/login/")
    page.get_by_label("Your e-mail address").fill(town.people["student"].email)
    page.get_by_role("button", name="Send me a code").click()
    sight = Sight("signed out", "code", window.path())
    expect(page.get_by_role("heading", name="Type the code")).to_be_visible()
    assert list(look_at({"signed out": window}, [sight], axe)) == []
    page.get_by_label("The code from the e-mail").fill("000000" if mailbox.code() != "000000" else "111111")
    page.get_by_text("Shared with others").click()
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("That is not the code").first).to_be_visible()
    assert faults(page, axe) == []
    assert list(look_at({"signed out": window}, [replace(sight, name="code after a wrong one")], axe)) == []
