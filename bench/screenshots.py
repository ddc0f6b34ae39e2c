"""Pictures of the demo: `python -m bench.screenshots [FOLDER [ADDRESS]]`.

Without FOLDER, the pictures of the README, as large as the screen, into docs/pictures/. With it every page,
whole, on a phone (360 × 640) and a desk (1280 × 800), light and dark; with ADDRESS of a demo that is running.
"""

import sys
from pathlib import Path

from playwright.sync_api import Browser, FilePayload, Page, sync_playwright

from bench.demo_server import ROOT, demo_server

PASSWORD = "peer-support-demo"
SIZES = {"phone": {"width": 360, "height": 640}, "desk": {"width": 1280, "height": 800}}
SCHEMES = ("light", "dark")
README_FOLDER = ROOT / "docs" / "pictures"
README_PICTURES = {
    "home-phone-light",
    "step-phone-light",
    "feedback-phone-dark",
    "talk-phone-light",
    "finder-phone-dark",
    "help-phone-light",
    "week-desk-light",
    "completion-desk-light",
}


def sign_in(page: Page, base: str, who: str) -> None:
    page.goto(f"{base}/account/login/password/")
    page.fill("input[name=login]", f"{who}@demo.example")
    page.fill("input[name=password]", PASSWORD)
    page.check("input[name=device][value=own]")
    page.click("main button[type=submit]")
    page.wait_for_url(f"{base}/")


def keep(page: Page, folder: Path, name: str) -> None:
    if folder != README_FOLDER:
        page.screenshot(path=folder / f"{name}.png", full_page=True)
    elif name in README_PICTURES:
        page.screenshot(path=folder / f"{name}.png")


def student_pages(page: Page, base: str, folder: Path, kind: str) -> None:
    page.goto(f"{base}/account/login/")
    keep(page, folder, f"sign-in-{kind}")
    sign_in(page, base, "student")
    keep(page, folder, f"home-{kind}")
    page.click(".act a.btn-primary")
    keep(page, folder, f"step-{kind}")
    page.click(".act .btn-primary")
    page.click(".act .btn-primary")
    keep(page, folder, f"check-{kind}")
    page.locator("input[name=choice]").first.check()
    page.click(".act .btn-primary")
    keep(page, folder, f"feedback-{kind}")
    page.goto(f"{base}/learn/modules/")
    keep(page, folder, f"learn-{kind}")
    talk_pages(page, base, folder, kind)
    for name, path in {
        "help": "",
        "question": "what-now/",
        "danger": "what-now/?a=a",
        "link": "what-now/?a=b&b=d&c=a",
        "finder": "find/?a=b&b=a&c=d",
        "plan": "plan/",
        "keep": "keep/",
        "poster": "poster/",
        "pocket": "pocket/",
    }.items():
        page.goto(f"{base}/help/kestrel-bay/{path}")
        keep(page, folder, f"{name}-{kind}")


def talk_pages(page: Page, base: str, folder: Path, kind: str) -> None:
    """A few exchanges of one talk; whatever another visitor said in it is taken back first."""
    page.goto(f"{base}/learn/practices/")
    keep(page, folder, f"talks-{kind}")
    page.click("text=You and Mei, on the 6.40")
    for number in (0, 0):
        page.locator("button.pick").nth(number).click()
    keep(page, folder, f"talk-{kind}")
    while page.locator("button.pick").count():
        page.locator("button.pick").first.click()
    keep(page, folder, f"debrief-{kind}")
    page.click("button[form=finish]")


def staff_pages(page: Page, base: str, folder: Path, kind: str) -> None:
    sign_in(page, base, "staff")
    keep(page, folder, f"week-{kind}")
    for name, path in {
        "completion": "/learn/completion/",
        "by-name": "/learn/completion/people/?done=late",
        "modules": "/learn/modules/",
        "assignments": "/learn/assignments/",
        "assign": "/learn/assignments/add/",
        "reminders": "/learn/reminders/",
        "talks-staff": "/learn/practices/",
        "people": "/roster/people/",
        "holds": "/roster/holds/",
        "messages": "/roster/notices/",
        "erased": "/year/erasure/",
        "add-person": "/roster/people/add/",
    }.items():
        page.goto(base + path)
        keep(page, folder, f"{name}-{kind}")
    page.goto(f"{base}/learn/modules/")
    page.click(".thread h3 a")
    keep(page, folder, f"review-{kind}")
    page.goto(f"{base}/roster/people/?q=Raman")
    page.click("tbody a")
    keep(page, folder, f"person-{kind}")


ROSTER = (
    "student_id;email;given_name;family_name;preferred_name;year_level;site;graduation_year\n"
    "S500001;ana.souza@kestrel-bay.example;Ana;Souza;;1;Kestrel Bay;2031\n"
    "S500002;not-an-address;Ben;Okoro;;1;Kestrel Bay;2031\n"
    "S500003;cara.lind@kestrel-bay.example;Cara;Lind;;first;Lower Ward;2031\n"
)


def roster_pages(page: Page, base: str, folder: Path, kind: str) -> None:
    """A list with two faulty rows, as far as its preview; it is cancelled again."""
    sign_in(page, base, "staff")
    page.goto(f"{base}/roster/import/")
    keep(page, folder, f"roster-{kind}")
    file: FilePayload = {"name": "students.csv", "mimeType": "text/csv", "buffer": ROSTER.encode()}
    page.set_input_files("input[type=file]", files=[file])
    page.click("main button[type=submit]")
    keep(page, folder, f"roster-preview-{kind}")


def shoot(browser: Browser, base: str, folder: Path) -> None:
    """Every picture; a fresh visitor for each kind of page."""
    folder.mkdir(parents=True, exist_ok=True)
    for size, viewport in SIZES.items():
        for scheme in SCHEMES:
            for pages in (student_pages, staff_pages, roster_pages):
                visitor = browser.new_context(viewport=viewport, color_scheme=scheme, device_scale_factor=1.5)  # type: ignore[arg-type]
                pages(visitor.new_page(), base, folder, f"{size}-{scheme}")
                visitor.close()


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else README_FOLDER
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium",
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        if len(sys.argv) > 2:
            shoot(browser, sys.argv[2], folder)
        else:
            with demo_server() as (base, _):
                shoot(browser, base, folder)
        browser.close()


if __name__ == "__main__":
    main()
