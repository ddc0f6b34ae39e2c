"""A browser window that keeps count: what it asked for, of whom, and what went wrong; no test in here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request

CHROMIUM = Path("/usr/bin/chromium")
# Every other name leads nowhere: what is asked of it is recorded and gets no answer.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)
PHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 640},
    "is_mobile": True,
    "has_touch": True,
    "user_agent": "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36",
}
DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}
NARROW: dict[str, Any] = {"viewport": {"width": 320, "height": 640}}

LISTEN = """
document.addEventListener("securitypolicyviolation", (event) => {
  console.error("policy: " + event.violatedDirective + " " + event.blockedURI);
});
"""


@dataclass
class Visit:
    """One person at one device. `ours` is where the site is; nothing else may be asked for anything."""

    browser: Browser
    ours: str
    cookies: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=lambda: PHONE)
    asked: list[str] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.context: BrowserContext = self.browser.new_context(**self.options)
        self.attend(self.context)
        self.context.add_cookies(
            [{"name": name, "value": value, "url": self.ours} for name, value in self.cookies.items()]
        )
        self.page: Page = self.context.new_page()

    def attend(self, context: BrowserContext) -> None:
        context.set_default_timeout(10_000)
        context.add_init_script(LISTEN)
        context.on("request", self._note)
        context.on("console", self._hear)
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))

    def _note(self, request: Request) -> None:
        self.asked.append(request.url)
        self.sent.append(f"{request.url} {request.headers} {request.post_data or ''}")
        if not request.url.startswith((self.ours, "data:image/svg")):
            self.strangers.append(request.url)

    def _hear(self, message: ConsoleMessage) -> None:
        # The browser's own line about a page that is meant to answer 403 or 404.
        if message.type in {"error", "warning"} and not message.text.startswith("Failed to load resource"):
            self.complaints.append(message.text)

    def go(self, path: str) -> Page:
        self.page.goto(f"{self.ours}{path}")
        return self.page

    def path(self) -> str:
        return self.page.url.removeprefix(self.ours)

    def end(self) -> None:
        """Close the window. Of every page: no other host asked, nothing refused by the policy, no error."""
        self.context.close()
        assert self.strangers == []
        assert self.complaints == []
