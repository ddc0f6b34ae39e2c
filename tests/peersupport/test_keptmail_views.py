"""The demo's mail, on a page."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from peersupport.models import User
from peersupport.outbox import drain
from tests.peersupport.outboxes import make_test_pages
from tests.people import sign_in

PAGE = "/account/mail/"


@pytest.fixture
def demo(settings: Any, tmp_path: Path) -> None:
    settings.DEMO = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path / "mail"


def test_an_evaluator_signs_in_with_a_code_from_the_page(demo: None, client: Client, a_student: User) -> None:
    """Asked for on one page, read on another, typed on the first; nothing went over a wire."""
    assert "Nothing has been sent yet" in client.get(PAGE).content.decode()
    asked = client.post("/account/login/", {"email": a_student.email, "next": "/about/"})
    drain(urgent=True)
    text = Client().get(PAGE).content.decode()
    assert f"To {a_student.email}" in text
    code = next(
        line for line in text.replace("<p>", "\n").replace("</p>", "\n").split("\n") if line.isdigit()
    )
    signed_in = client.post(asked["Location"], {"code": code, "device": "own", "next": "/about/"})
    assert signed_in["Location"] == "/about/"


def test_newest_first_and_only_whole_ones(demo: None, a_student: User, settings: Any) -> None:
    make_test_pages(40, a_student)
    drain(urgent=True)
    folder = Path(settings.EMAIL_FILE_PATH)
    (folder / "99999999-half.log").write_bytes(b"Subject: half of it\n\nstill being wr")
    (folder / "99999998-last.log").write_bytes(
        b"Subject: The last\nTo: a@b.example\n\nWords.\n" + b"-" * 79 + b"\n"
    )
    text = sign_in(a_student).get(PAGE).content.decode()
    assert text.index("The last") < text.index("A test from")
    assert "half of it" not in text
    assert text.count("<article") == 30


def test_a_demo_that_sends_real_mail_has_no_such_page(demo: None, client: Client, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    assert client.get(PAGE).status_code == 404
