"""What somebody chose to keep comes up without internet; the site's own copies come up without a database."""

import json
import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from playwright.sync_api import Error as BrowserError

from peersupport.clock import now
from referrals.actions.services import edit_service
from referrals.models.services import Service
from tests.house.running import (
    Running,
    clean_environment,
    free_port,
    running,
    seconds_until_answer,
)
from tests.house.town import Town, go_through
from tests.journeys.browser import PHONE, Visit

pytestmark = pytest.mark.browser
HELP = "/help/kestrel-bay/"
SECRET = "Mistletoe-4711, at the old pier"
NEW_NUMBER = "02 9999 1234"


# ---------------------------------------------------------------- the site, as people run it


@dataclass
class Site:
    """One installation on one machine: it can be started, stopped, and started without its database."""

    folder: Path
    port: int

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def environment(self, **more: str) -> dict[str, str]:
        return clean_environment(
            **{"DATA_DIR": str(self.folder / "data"), "PORT": str(self.port), "APP_ENV": "test"} | more
        )

    def run(self, *command: str) -> None:
        with running(["python", "manage.py", *command], self.environment(), self.folder / "run.log") as done:
            assert done.process.wait(timeout=120) == 0, done.said()

    def serve(self, **more: str) -> AbstractContextManager[Running]:
        return running(["gunicorn"], self.environment(**more), self.folder / "web.log")

    def wait(self, web: Running) -> None:
        seconds_until_answer(f"{self.address}/help/au/", web, 30)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A real school, begun as the handbook says, with its copies written."""
    site = Site(tmp_path_factory.mktemp("site"), free_port())
    site.run("prepare")
    school = ("Kestrel Bay", "--zone", "Australia/Sydney", "--country", "AU", "--staff", "a@k.example")
    site.run("start_program", *school)
    site.run("write_help_copies")
    return site


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    opened = chromium.new_context(viewport={"width": 360, "height": 640})
    yield opened
    opened.close()


def keep(page: Page, site: Site) -> None:
    page.goto(f"{site.address}{HELP}")
    page.get_by_role("link", name="Other ways").click()
    page.get_by_role("button", name="Keep them on this device").click()
    expect(page.locator("#said")).to_contain_text("Kept.")


KEPT = """async () => {
  const names = await caches.keys(), found = [];
  for (const name of names) {
    for (const request of await (await caches.open(name)).keys()) found.push(request.url);
  }
  return found;
}"""


def kept_addresses(page: Page, site: Site) -> set[str]:
    return {url.removeprefix(site.address) for url in page.evaluate(KEPT)}


# ---------------------------------------------------------------- without internet


def test_what_was_kept_comes_up_while_the_site_cannot_be_reached(
    installed: Site, context: BrowserContext
) -> None:
    """B22, C9, T3: the site is stopped; the number, three taps to a card, and the way back are there."""
    page = context.new_page()
    with installed.serve() as web:
        installed.wait(web)
        keep(page, installed)
        listed = json.loads(page.request.get(f"{installed.address}{HELP}kept.json").text())
        web.stop(signal.SIGTERM)
    page.goto(f"{installed.address}{HELP}")
    expect(page.get_by_role("link", name="Call 000")).to_be_visible()
    assert page.evaluate("getComputedStyle(document.querySelector('.urgent')).borderStyle") == "solid"
    page.get_by_role("link", name="three short questions").click()
    for tap in ("Not that I can see", "Low, tearful", "It gets worse"):
        page.get_by_role("link", name=tap).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Help them reach someone this week")
    assert page.locator("a.dial").count() >= 1
    page.get_by_role("link", name="Find someone").click()  # not kept: back to the numbers
    expect(page.get_by_role("heading", level=1)).to_have_text("Get help now")
    assert kept_addresses(page, installed) == {*listed["files"], *listed["pages"]}


def test_it_keeps_nothing_else_and_goes_when_told(installed: Site, context: BrowserContext) -> None:
    """C2: other pages leave nothing, and after the button nothing is left at all."""
    page = context.new_page()
    with installed.serve() as web:
        installed.wait(web)
        keep(page, installed)
        before = kept_addresses(page, installed)
        for path in ("/", "/about/", "/help/gb/", f"{HELP}find/", f"{HELP}poster/", f"{HELP}card.vcf"):
            if path.endswith(".vcf"):
                page.request.get(installed.address + path)
            else:
                page.goto(installed.address + path)
        page.goto(f"{installed.address}{HELP}keep/")
        assert kept_addresses(page, installed) == before
        page.get_by_role("button", name="Take them off again").click()
        expect(page.locator("#said")).to_contain_text("Nothing of these pages is kept")
        assert page.evaluate("caches.keys()") == []
        assert page.evaluate("navigator.serviceWorker.getRegistrations().then((all) => all.length)") == 0
        page.goto(f"{installed.address}/about/")
        web.stop(signal.SIGTERM)
    with pytest.raises(BrowserError, match="ERR_CONNECTION_REFUSED"):
        page.goto(f"{installed.address}{HELP}")


def test_nobody_who_did_not_ask_keeps_anything(installed: Site, context: BrowserContext) -> None:
    """C2: looking registers nothing, and stores nothing."""
    page = context.new_page()
    with installed.serve() as web:
        installed.wait(web)
        for path in ("", "keep/", "what-now/", "plan/"):
            page.goto(f"{installed.address}{HELP}{path}")
        assert page.evaluate("caches.keys()") == []
        assert page.evaluate("navigator.serviceWorker.getRegistrations().then((all) => all.length)") == 0
        assert page.evaluate("localStorage.length + sessionStorage.length") == 0
        assert context.cookies() == []


# ---------------------------------------------------------------- without a database


def test_the_help_page_is_served_without_a_database(installed: Site, context: BrowserContext) -> None:
    """C2, T3: the same page as before, three taps, and the page that says sorry leads there."""
    page = context.new_page()
    with installed.serve() as web:
        installed.wait(web)
        page.goto(f"{installed.address}{HELP}")
        before = page.content()
    with installed.serve(DATABASE_URL=f"sqlite:///{installed.folder}/no/such/folder.sqlite3") as web:
        installed.wait(web)
        page.goto(f"{installed.address}{HELP}")
        assert page.content() == before
        page.goto(f"{installed.address}/")
        page.get_by_role("link", name="Get help now").click()
        assert page.content() == before
        page.get_by_role("link", name="Find who fits").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Somebody answers now")
        expect(page.get_by_role("link", name="Call 13 11 14").first).to_be_visible()
        page.go_back()
        page.get_by_role("link", name="three short questions").click()
        page.get_by_role("link", name="Yes, or it may be soon").click()
        expect(page.get_by_role("link", name="Call 000")).to_be_visible()


# ---------------------------------------------------------------- the plan sheet


def test_a_plan_is_a_file_and_goes_nowhere(installed: Site, context: BrowserContext, tmp_path: Path) -> None:
    """Not one request carries what was typed; the file does."""
    page = context.new_page()
    with installed.serve() as web:
        installed.wait(web)
        page.goto(f"{installed.address}{HELP}plan/")
        page.wait_for_load_state("networkidle")  # the picture in the tab comes last
        asked: list[tuple[str, str | None]] = []
        context.on("request", lambda request: asked.append((request.url, request.post_data)))
        page.get_by_label("What I will say first").fill(SECRET)
        page.get_by_label("When I will ask again").fill("Friday")
        with page.expect_download() as saving:
            page.get_by_role("button", name="Save it as a file").click()
        assert saving.value.suggested_filename == "plan.txt"
        saving.value.save_as(tmp_path / "plan.txt")
    text = (tmp_path / "plan.txt").read_text(encoding="utf-8")
    assert f"What I will say first\n{SECRET}" in text
    assert "When I will ask again\nFriday" in text
    assert "13 11 14: Lifeline" in text
    mark = f"{installed.address}/static/app/mark.svg"
    sent = [one for one in asked if not one[0].startswith("blob:") and one[0] != mark]
    assert sent == [(f"{installed.address}/static/app/plan.js", None)]


def test_a_plan_without_javascript_is_a_page_to_print(installed: Site, chromium: Browser) -> None:
    plain = chromium.new_context(java_script_enabled=False)
    page = plain.new_page()
    with installed.serve() as web:
        installed.wait(web)
        page.goto(f"{installed.address}{HELP}plan/")
        expect(page.get_by_label("What I will say first")).to_be_visible()
        expect(page.get_by_role("button", name="Save it as a file")).to_have_count(0)
        expect(page.get_by_text("print this page")).to_be_visible()
    plain.close()


# ---------------------------------------------------------------- a number that changes


@pytest.mark.django_db(transaction=True)
def test_a_number_changed_once_shows_everywhere(
    visit: Callable[..., Visit], visit_as: Callable[..., Visit], town: Town
) -> None:
    """B25: in the module, on the help page, on the card, on the poster and in the three questions."""
    service = Service.objects.get(program=town.school.program, name="Lifeline")
    channels = (replace(service.facts.channels[0], value=NEW_NUMBER), *service.facts.channels[1:])
    facts = replace(service.facts, channels=channels)
    edit_service(by=town.school.staff, service=service, facts=facts, now=now(), checked=True)
    step = next(
        number
        for number, step in enumerate(town.version.steps, 1)
        if "crisis_line" in step.get("services", ())
    )
    go_through(town, town.people["clinical adviser"], step - 1)
    learner, phone = visit_as("clinical adviser"), visit(**PHONE)
    learner.go(f"/learn/modules/{town.version.module.uuid}/steps/{step}/")
    expect(learner.page.get_by_text(NEW_NUMBER).first).to_be_visible()
    site = town.school.site.uuid
    for path in ("", f"poster/{site}/", f"pocket/{site}/", "what-now/?a=b&b=a"):
        phone.go(f"{HELP}{path}")
        expect(phone.page.get_by_text(NEW_NUMBER).first).to_be_visible()
