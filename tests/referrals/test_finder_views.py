"""Three taps to somebody: public, small, without cookie or script, and up while the database is away."""

import re
from datetime import UTC, datetime
from html import unescape
from html.parser import HTMLParser

import brotli  # type: ignore[import-untyped]
import pytest
from django.conf import LazySettings
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from referrals.actions.helppages import write_copies
from referrals.engines.finder_pages import sign_of
from referrals.models.answering import ask
from referrals.models.packs import country_packs
from tests.people import School, fill_directory

pytestmark = pytest.mark.django_db
TELLING = re.compile(
    r"\b(?:support|wellbeing|mental|peer|counsel|crisis|referral|suicid|distress|depress|anxi|harm)",
    re.IGNORECASE,
)


class Page(HTMLParser):
    """The links of a page, and its words."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.picks: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "a" and found.get("href"):
            self.links.append(str(found["href"]))
            if (found.get("class") or "").startswith(("pick", "btn btn-quiet")):
                self.picks.append(str(found["href"]))


def page(path: str) -> Page:
    answer = Client().get(path)
    assert answer.status_code == 200
    return Page(answer.content.decode())


@pytest.fixture(autouse=True)
def asked_afresh() -> None:
    ask.again()


@pytest.mark.parametrize("where", ["au", "gb", "nz", "ie", "us", "ca", "kestrel"])
def test_three_taps_then_an_answer_whatever_is_tapped(kestrel: School, where: str) -> None:
    """C9: at most three taps to a number that dials, along every way through the questions."""
    address = f"/help/{where}/find/"
    ends = 0
    waiting = [("", 0)]
    while waiting:
        query, taps = waiting.pop()
        seen = page(address + query)
        if "Question" in Client().get(address + query).content.decode():
            assert taps < 3
            assert seen.picks
            waiting += [(pick, taps + 1) for pick in seen.picks]
        else:
            ends += 1
            assert any(link.startswith(("tel:", "sms:")) for link in seen.links), query
    assert ends == 1 + 3 * 8 * (6 if where == "kestrel" else 4)


def test_danger_is_one_tap(kestrel: School) -> None:
    """C9: no more questions, and the number is the first thing that can be pressed."""
    html = Client().get("/help/kestrel/find/?a=a").content.decode()
    assert 'class="urgent"' in html
    assert 'href="tel:000"' in html


def test_nothing_tells_what_was_tapped(kestrel: School) -> None:
    """C2: no cookie, a neutral title, one sign for each answer in the address, nothing kept anywhere."""
    client = Client()
    for query in ("", "?a=b", "?a=b&b=f", "?a=b&b=f&c=a", "?a=c&b=a&c=d&d=y"):
        answer = client.get(f"/help/kestrel/find/{query}")
        html = answer.content.decode()
        title = re.search("<title>(.*?)</title>", html)
        assert title is not None
        assert title[1] == "Choices – Kestrel Bay School of Medicine"
        assert not client.cookies
        assert answer["Cache-Control"] == "no-store"
        assert answer["Referrer-Policy"] == "no-referrer"
        for link in Page(html).links:
            if link.startswith(("?", "/")):
                assert not TELLING.search(link)
        assert "<form" not in html


def test_answers_can_be_changed_and_nonsense_is_asked_again(kestrel: School) -> None:
    first = page("/help/kestrel/find/?a=b&b=c&c=a")
    assert {"?b=c&c=a", "?a=b&c=a", "?a=b&b=c"} <= set(first.links)
    for nonsense in ("?a=x", "?a=", "?b=x", "?a=b&b=zz", "?a=b&b=a&c=%00"):
        assert "Question" in Client().get(f"/help/kestrel/find/{nonsense}").content.decode()


def test_a_site_and_not_where_i_train_are_two_more_taps(kestrel: School) -> None:
    """C14"""
    sign = sign_of(str(kestrel.site.uuid))
    seen = page("/help/kestrel/find/?a=b&b=a&c=d")
    assert f"?a=b&b=a&c=d&s={sign}" in seen.links
    assert "?a=b&b=a&c=d&d=y" in seen.links
    away = Client().get(f"/help/kestrel/find/?a=b&b=a&c=d&d=y&s={sign}").content.decode()
    assert f"away from {kestrel.site.name}" in away


def test_the_page_asks_the_database_twice_at_most(
    kestrel: School, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for query in ("", "?a=b", "?a=b&b=a", "?a=b&b=a&c=d"):
        with django_assert_max_num_queries(2):
            Client().get(f"/help/kestrel/find/{query}")


def test_pages_are_small(kestrel: School) -> None:
    """B22: at most 5 KB of HTML as compressed."""
    for where in ("kestrel", "us", "gb"):
        for query in ("", "?a=a", "?a=b", "?a=b&b=a", "?a=b&b=a&c=d", "?a=b&b=d&c=b&d=y"):
            html = Client().get(f"/help/{where}/find/{query}").content
            assert len(brotli.compress(html, quality=5)) <= 5000


def test_no_such_place_and_no_such_method(kestrel: School) -> None:
    for where in ("nowhere", "zz", "AU"):
        assert Client().get(f"/help/{where}/find/").status_code == 404
    assert Client().post("/help/kestrel/find/").status_code == 405


def away(execute: object, *args: object) -> object:
    raise OperationalError("the database is away")


def test_without_its_database_the_country_answers(kestrel: School, settings: LazySettings) -> None:
    """T1: never empty. With no country in the settings, the numbers of all countries."""
    settings.COUNTRY = "AU"
    with connection.execute_wrapper(away):
        html = Client().get("/help/kestrel/find/?a=b&b=a&c=a").content.decode()
        assert 'href="tel:' in html
        ask.again()
        settings.COUNTRY = ""
        answer = Client().get("/help/kestrel/find/?a=b&b=a&c=a")
        assert answer["Location"] == "/help/"
    ask.again()


def test_without_its_database_the_schools_own_numbers_stand_there(
    kestrel: School, settings: LazySettings
) -> None:
    """T1, T3: from the school's copy, before the country's numbers; it says why nobody was chosen."""
    fill_directory(kestrel)
    write_copies()
    settings.COUNTRY = "NZ"
    with connection.execute_wrapper(away):
        for query in ("", "?a=a", "?a=b&b=a&c=a"):
            answer = Client().get(f"/help/kestrel/find/{query}")
            html = unescape(answer.content.decode())
            assert answer.status_code == 200
            assert "We cannot look up who fits best at this moment." in html
            assert html.index('href="tel:000"') < html.index('href="tel:131114"')
            assert "1300 659 467" in html  # the school's own office
            assert 'href="tel:111"' not in html
            assert 'href="/help/kestrel/"' in html
            assert answer["Referrer-Policy"] == "no-referrer"
            assert not answer.cookies
    ask.again()


def test_get_help_now_leads_to_the_help_page_of_the_same_place(kestrel: School) -> None:
    """T3: from every question and answer, for a school and for a country."""
    for where in ("kestrel", "au", "gb"):
        for query in ("", "?a=b", "?a=b&b=a", "?a=b&b=a&c=a", "?a=a"):
            html = Client().get(f"/help/{where}/find/{query}").content.decode()
            assert f'href="/help/{where}/"' in html[: html.index("<main")]


def test_a_country_does_not_ask_the_database() -> None:
    with connection.execute_wrapper(away):
        for country in country_packs():
            assert Client().get(f"/help/{country.lower()}/find/?a=b&b=a&c=d").status_code == 200


def test_it_says_as_of_when(kestrel: School, monkeypatch: pytest.MonkeyPatch) -> None:
    """C9: half past two on the night when clocks go back, both times."""
    for hour in (15, 16):
        at = datetime(2027, 4, 3, hour, 30, tzinfo=UTC)
        monkeypatch.setattr(timezone, "now", lambda at=at: at)
        html = Client().get("/help/kestrel/find/?a=b&b=a&c=a").content.decode()
        assert "Hours as they stand at 2:30 am on Sunday." in html
