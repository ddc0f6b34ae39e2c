"""Messages in a browser: a dead one sent again, and the mail of a demo read on its page."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from peersupport.models import Notification
from peersupport.models.outbox import State
from peersupport.outbox import drain
from tests.house.town import SIGNED_OUT, STAFF, Town
from tests.journeys.browser import DESK, Visit
from tests.peersupport.mailbox import Mailbox

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_dead_letter_is_sent_again(visit_as: Callable[..., Visit], town: Town, mailbox: Mailbox) -> None:
    """R24: staff see on their first page that one did not go out, and one press later it has."""
    Notification.objects.open().delete()
    dead = Notification.objects.get(uuid=town.things["dead notice"]["own"])
    page = visit_as(STAFF, **DESK).go("/")
    page.get_by_role("link", name="See which").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("One message needs you")
    expect(page.locator("main")).to_contain_text("The mail server does not know this address.")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("status")).to_contain_text("It goes out again within a minute")
    assert [to for to, _ in mailbox.envelopes] == [[dead.recipient and dead.recipient.email]]
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Every message has gone out")
    dead.refresh_from_db()
    assert dead.state == State.ACCEPTED


def test_an_evaluator_reads_the_code_on_the_demos_own_page(
    visit_as: Callable[..., Visit], town: Town, settings: Any, tmp_path: Path
) -> None:
    """Nothing leaves a demo: the code is asked for, read in another window, typed, and lets in."""
    settings.DEMO = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    window = visit_as(SIGNED_OUT)
    page = window.go("/account/login/")
    page.get_by_label("E-mail").fill(town.people["student"].email)
    page.get_by_role("button", name="Send me a code").click()
    drain(urgent=True)
    with window.context.expect_page() as opened:
        page.get_by_role("link", name="Mail of the demo").click()
    letter = opened.value.locator("article").first
    expect(letter).to_contain_text(town.people["student"].email)
    code = next(word for word in letter.inner_text().split() if word.isdigit() and len(word) == 6)
    page.get_by_label("code", exact=False).first.fill(code)
    page.get_by_text("My own").first.click()
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("left")
