"""Copies of the help pages: the same as the pages, always whole, gone with their school."""

import json
import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.db import OperationalError, connection
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks

from peersupport.clock import now
from programs.models import Site
from referrals.actions.helppages import (
    copied,
    copied_page,
    copies,
    every_page,
    kept_pages,
    stop_url,
    write_copies,
    write_copy,
    write_copy_of,
)
from referrals.actions.services import add_service, edit_service
from referrals.engines.helppages import HelpPage
from referrals.engines.hours import Hours
from referrals.engines.services import Channel
from referrals.engines.services import Service as Facts
from referrals.models.answering import ask
from referrals.models.chooser import the_chooser
from referrals.models.helppages import help_page
from referrals.models.services import Service
from referrals.tasks import write_help_copies
from tests.people import School, start_school

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _asked_anew() -> None:
    ask.again()


def here(where: str = "kestrel") -> HelpPage:
    page = help_page(where)
    assert page
    return page


def away(*_: object) -> object:
    raise OperationalError("the database is away")


def inside(site: Site, number: str) -> Facts:
    """The emergency number of one hospital."""
    return Facts(
        key="",
        name=f"Inside {site.name}",
        short=f"{site.name[:20]} inside",
        what_for="An emergency inside the hospital",
        for_whom="For anyone there.",
        about=frozenset({"hospital_emergency"}),
        channels=(Channel("phone", number),),
        hours=Hours("Australia/Sydney", always=True),
        serves_sites=frozenset({str(site.uuid)}),
    )


# ---------------------------------------------------------------- what is copied


def test_every_page_of_the_copy_is_the_page_itself(kestrel: School, client: Client) -> None:
    """C9 and B22: help page, every question and every card, letter for letter."""
    pages = every_page(here())
    assert len(pages) == 3 + len(list(the_chooser().every_stop()))
    for address, html in pages.items():
        parts = urlsplit(address)
        assert client.get(parts.path, dict(parse_qsl(parts.query))).content.decode() == html, address


def test_every_question_leads_to_pages_that_are_copied_too(kestrel: School) -> None:
    """C9: whoever taps through without internet never falls out of what was kept."""
    pages = every_page(here())
    for answers in the_chooser().every_stop():
        html = pages[stop_url("kestrel", answers)]
        if the_chooser().end_of(answers) is None:
            question = the_chooser().next_question(answers)
            for answer in question.answers:
                link = stop_url("kestrel", {**answers, question.code: answer.code})
                assert link in pages
                assert f'href="{link.replace("&", "&amp;")}"' in html
        else:
            assert 'href="tel:' in html


def test_what_a_phone_keeps_is_light(kestrel: School) -> None:
    """B22: all of it is one file; its pages resemble each other, so that it squeezes well."""
    response = Client().get("/help/kestrel/kept.json", headers={"accept-encoding": "gzip"})
    assert response.headers["Content-Encoding"] == "gzip"
    assert len(response.content) <= 25_000
    kept = json.loads(kept_pages(here()))
    assert kept["pages"] == every_page(here())
    assert kept["files"] == [
        f"/static/app/{name}" for name in ("app.css", "mark.svg", "leave.js", "keep.js", "plan.js")
    ]


# ---------------------------------------------------------------- writing


def test_copies_are_written_for_every_school_and_dropped_with_it(kestrel: School, harrow: School) -> None:
    assert write_copies() == 2
    assert {path.name for path in copies().iterdir()} == {"kestrel", "harrow", "index.html"}
    assert copied("kestrel") == every_page(here())["/help/kestrel/"]
    assert "/help/harrow/" in str(copied(""))
    harrow.program.services.all().delete()
    write_help_copies()
    assert {path.name for path in copies().iterdir()} == {"kestrel", "index.html"}


def test_the_only_school_is_the_copy_of_bare_help(kestrel: School) -> None:
    write_copies()
    assert copied("") == copied("kestrel")


def test_a_copy_is_put_in_place_whole_and_only_when_it_differs(kestrel: School) -> None:
    write_copy(here())
    file = copies() / "kestrel" / "index.html"
    os.utime(file, (1, 1))
    write_copy(here())
    assert file.stat().st_mtime == 1
    file.write_text("half a pa")
    before = file.stat().st_ino
    write_copy(here())
    assert file.read_text() == every_page(here())["/help/kestrel/"]
    assert file.stat().st_ino != before  # another file took its place: nobody reads half of one
    assert file.stat().st_mode & 0o777 == 0o644  # a proxy may serve it
    assert {path.name for path in file.parent.iterdir()} == {
        "index.html",
        "find.html",
        "card.vcf",
        "kept.json",
    }


def test_a_place_that_is_not_there_has_no_copy(kestrel: School) -> None:
    write_copy_of("nowhere")
    assert not copies().exists()
    assert copied("nowhere") is None
    assert copied_page("nowhere", "/help/nowhere/") is None
    write_copy_of("kestrel")
    assert copied_page("kestrel", "/help/kestrel/elsewhere/") is None


# ---------------------------------------------------------------- a number changes


def test_a_number_changed_once_is_changed_everywhere(
    kestrel: School, client: Client, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    """B25 and T3: help page, three questions, contact, poster, card and copy, at once."""
    with django_capture_on_commit_callbacks(execute=True):
        service = add_service(
            by=kestrel.staff, program=kestrel.program, facts=inside(kestrel.site, "02 5550 1111"), now=now()
        )
    shown = [
        "",
        "card.vcf",
        "what-now/?a=a",
        f"poster/{kestrel.site.uuid}/",
        f"pocket/{kestrel.site.uuid}/",
        "kept.json",
    ]
    for path in shown:
        assert "5550 1111" in client.get(f"/help/kestrel/{path}").content.decode(), path
    with django_capture_on_commit_callbacks(execute=True):
        edit_service(by=kestrel.staff, service=service, facts=inside(kestrel.site, "02 5550 2222"), now=now())
    for path in shown:
        text = client.get(f"/help/kestrel/{path}").content.decode()
        assert "5550 2222" in text, path
        assert "5550 1111" not in text, path
    assert "5550 2222" in str(copied("kestrel"))
    assert "5550 2222" in str(copied("kestrel", "card.vcf"))
    assert Service.objects.filter(name__startswith="Inside").count() == 1


def test_a_copy_that_cannot_be_written_stops_no_change(
    kestrel: School,
    settings: Any,
    tmp_path: Path,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    settings.DATA_DIR = tmp_path / "a file"
    settings.DATA_DIR.write_text("in the way")
    with django_capture_on_commit_callbacks(execute=True):
        add_service(by=kestrel.staff, program=kestrel.program, facts=inside(kestrel.site, "2222"), now=now())
    assert Service.objects.filter(name__startswith="Inside").exists()


# ---------------------------------------------------------------- the database is away


def test_without_a_database_the_copies_are_shown(kestrel: School, client: Client) -> None:
    """C2 and T3: every page and file of the school, the same as before."""
    write_copies()
    files = {path: client.get(f"/help/kestrel/{path}").content for path in ("card.vcf", "kept.json")}
    pages = every_page(here())
    with connection.execute_wrapper(away):
        for address, html in pages.items():
            assert client.get(address).content.decode() == html, address
        for path, content in files.items():
            assert client.get(f"/help/kestrel/{path}").content == content
        for path in (f"poster/{kestrel.site.uuid}/", f"pocket/{kestrel.site.uuid}/"):
            assert client.get(f"/help/kestrel/{path}").content.decode() == pages["/help/kestrel/"]
        assert client.get("/help/").content.decode() == pages["/help/kestrel/"]


def test_without_database_and_copy_there_are_numbers_all_the_same(
    kestrel: School, client: Client, settings: Any
) -> None:
    with connection.execute_wrapper(away):
        for path in ("", "kestrel/", "kestrel/what-now/?a=b", f"kestrel/poster/{kestrel.site.uuid}/"):
            assert 'href="tel:111"' in client.get(f"/help/{path}").content.decode(), path
        assert client.get("/help/kestrel/card.vcf").status_code == 404
        settings.COUNTRY = "NZ"
        assert 'href="/help/nz/what-now/"' in client.get("/help/kestrel/").content.decode()


def test_a_second_school_does_not_see_the_first(kestrel: School) -> None:
    """The list names schools, and nothing else of them."""
    start_school("harrow", "Harrow Fell Medical School")
    add_service(by=kestrel.staff, program=kestrel.program, facts=inside(kestrel.site, "2222"), now=now())
    assert "2222" not in every_page(here("harrow"))["/help/harrow/"]
