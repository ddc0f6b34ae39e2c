"""Get help now: for anybody, about nobody, in words that a tired person can read."""

import gzip
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import brotli  # type: ignore[import-untyped]
import pytest
from django.conf import LazySettings
from django.contrib.staticfiles import finders
from django.db import OperationalError, connection
from django.test import Client

from peersupport.models import User
from referrals.engines.helppages import HelpPage
from referrals.models.answering import ask
from referrals.models.helppages import help_page
from tests.people import School, start_school
from training.engines.readability import grade
from training.engines.wording import Prose, read_rules, unsafe

COUNTRIES = ("au", "ca", "gb", "ie", "nz", "us")
PAGES = ("/help/", *(f"/help/{country}/" for country in COUNTRIES))
TELLING = re.compile(
    r"\b(?:support|wellbeing|mental|peer|counsel|crisis|referral|suicid|distress|depress|anxi|harm)",
    re.IGNORECASE,
)
WITHOUT_WORDS = {"script", "style", "svg", "title"}
BLOCKS = {"h1", "h2", "h3", "h4", "p", "li"}


class Page(HTMLParser):
    """What a page says: its title, the words and links inside `main`, and how many elements it has."""

    def __init__(self, html: bytes) -> None:
        super().__init__()
        self.blocks: list[str] = []
        self.links: list[str] = []
        self.title = ""
        self.elements = 0
        self._open: list[str] = []
        self.feed(html.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements += 1
        if tag not in {"meta", "link", "path", "br", "input"}:
            self._open.append(tag)
        if "main" in self._open:
            self.links += [value for name, value in attrs if name == "href" and value]
            if tag in BLOCKS:
                self.blocks.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            while self._open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if "title" in self._open:
            self.title += data
        if "main" in self._open and BLOCKS & set(self._open) and not WITHOUT_WORDS & set(self._open):
            self.blocks[-1] += data

    @property
    def prose(self) -> list[str]:
        return [" ".join(block.split()) for block in self.blocks if block.strip()]


@pytest.fixture(autouse=True)
def _asked_anew() -> None:
    ask.again()


def here(where: str) -> HelpPage:
    page = help_page(where)
    assert page
    return page


def away(execute: Callable[..., Any], *args: object) -> object:
    raise OperationalError("the database is away")


# ---------------------------------------------------------------- who is asked, and who asks


@pytest.mark.parametrize("country", COUNTRIES)
def test_a_country_page_asks_no_database_and_no_cookie(client: Client, country: str) -> None:
    """Claim C2. No `django_db` mark: a single query would fail this test."""
    client.cookies["sessionid"] = "a-session-that-may-exist"
    for path in (f"/help/{country}/", f"/help/{country}/card.vcf"):
        response = client.get(path)
        assert response.status_code == 200
        assert not response.cookies
        assert "Cookie" not in response.headers.get("Vary", "")
        assert response.headers["Cache-Control"] == "no-store"
        assert not hasattr(response.wsgi_request, "user")


def test_no_page_says_where_one_came_from(client: Client) -> None:
    assert client.get("/help/au/").headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.django_db
def test_signed_in_or_not_the_page_is_the_same(client: Client, django_assert_num_queries: Any) -> None:
    """Claim C2: nothing about a visit is tied to a person."""
    stranger = client.get("/help/au/").content
    client.force_login(User.objects.create(email="ada@school.example", given_name="Ada"))
    with django_assert_num_queries(0):
        response = client.get("/help/au/")
    assert response.content == stranger
    assert not response.cookies


@pytest.mark.parametrize("country", COUNTRIES)
def test_exactly_one_emergency_number_to_press(client: Client, country: str) -> None:
    html = client.get(f"/help/{country}/").content.decode()
    urgent = html[html.index('class="urgent"') : html.index("</section>")]
    number = here(country).emergency.dial
    assert number
    assert re.findall(r'<a class="btn" href="([^"]+)"', urgent) == [number.href]
    assert f"Call {number.shown}</a>" in urgent
    assert html.count('class="urgent"') == 1


@pytest.mark.parametrize("country", COUNTRIES)
def test_every_way_to_reach_somebody_is_a_link(client: Client, country: str) -> None:
    page = Page(client.get(f"/help/{country}/").content)
    there = here(country)
    lines = [there.emergency, *there.day_and_night, *there.at_school]
    ways = {channel.href for line in lines for channel in line.service.channels if channel.href}
    assert {href for href in page.links if not href.startswith("/")} == ways


# ---------------------------------------------------------------- which country


@pytest.mark.django_db
def test_the_only_school_is_what_bare_help_shows(client: Client, kestrel: School) -> None:
    assert client.get("/help/").content == client.get("/help/kestrel/").content


@pytest.mark.django_db
@pytest.mark.parametrize("schools", [(), ("kestrel", "harrow")])
def test_several_or_none_and_one_may_choose(client: Client, schools: tuple[str, ...]) -> None:
    for slug in schools:
        start_school(slug, f"{slug.title()} School")
    page = Page(client.get("/help/").content)
    assert {f"/help/{slug}/" for slug in schools} <= set(page.links)
    assert page.links.count("/help/kestrel/") == len(schools) / 2
    for country in COUNTRIES:
        assert f"/help/{country}/" in page.links
    assert [href for href in page.links if href.startswith("tel:")] == [
        "tel:000",
        "tel:911",
        "tel:999",
        "tel:111",
        "tel:999",
        "tel:911",
    ]


@pytest.mark.django_db
def test_a_site_may_be_told_its_country(client: Client, settings: LazySettings) -> None:
    """While it has no school, and while the database is away."""
    settings.COUNTRY = "NZ"
    assert 'href="tel:111"' in client.get("/help/").content.decode()
    with connection.execute_wrapper(away):
        assert 'href="tel:111"' in client.get("/help/").content.decode()


@pytest.mark.django_db
def test_somewhere_else_today(client: Client, kestrel: School) -> None:
    """A school's page leads to the list of places, also where it is the only school."""
    assert "/help/?elsewhere" in Page(client.get("/help/").content).links
    assert "/help/gb/" in Page(client.get("/help/?elsewhere").content).links


# ---------------------------------------------------------------- wrong ways in


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/help/AU/", "/help/france/", "/help/xx/card.vcf", "/help/AU/card.vcf"])
def test_an_unknown_place_is_not_found_in_our_look(client: Client, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 404
    assert 'class="btn btn-help" href="/help/"' in response.content.decode()
    assert not response.cookies


@pytest.mark.django_db
def test_a_country_without_numbers_leads_to_those_that_have_some(client: Client) -> None:
    response = client.get("/help/xx/")
    assert response.status_code == 200
    assert 'href="tel:000"' in response.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["", "au/", "au/card.vcf", "au/kept.json", "au/worker.js", "au/what-now/", "au/plan/"]
)
def test_looking_is_all_one_can_do(client: Client, path: str) -> None:
    assert client.post(f"/help/{path}").status_code == 405
    head = client.head(f"/help/{path}")
    assert (head.status_code, head.content) == (200, b"")


# ---------------------------------------------------------------- the contact card


def test_the_card_is_a_file_with_a_quiet_name(client: Client) -> None:
    response = client.get("/help/gb/card.vcf")
    assert response.headers["Content-Type"] == "text/vcard; charset=utf-8"
    assert response.headers["Content-Disposition"] == 'attachment; filename="numbers.vcf"'
    assert b"FN:Numbers to keep\r\n" in response.content


# ---------------------------------------------------------------- how it reads, and what it gives away


@pytest.mark.django_db
@pytest.mark.parametrize("path", PAGES)
def test_title_and_addresses_give_nothing_away(client: Client, path: str) -> None:
    page = Page(client.get(path).content)
    assert page.title.startswith("Resources – ")
    own = [page.title, path, *(href for href in page.links if href.startswith("/"))]
    assert not [words for words in own if TELLING.search(words)]


@pytest.mark.django_db
@pytest.mark.parametrize("path", PAGES)
def test_the_words_are_plain(client: Client, path: str) -> None:
    """Grade 8 at most, counted over whole sentences: headings and bare numbers would flatter it."""
    names = {word.lower() for country in COUNTRIES for word in re.findall(r"\w+", names_of(country))}
    sentences = [block for block in Page(client.get(path).content).prose if block.endswith((".", "?", "”"))]
    assert 0 < grade(sentences, names) <= 8


def names_of(country: str) -> str:
    there = here(country)
    return " ".join([there.name, *(service.name for service in there.services)])


@pytest.mark.django_db
@pytest.mark.parametrize("path", PAGES)
def test_the_words_are_safe(client: Client, settings: LazySettings, path: str) -> None:
    rules = read_rules(Path(settings.CONTENT_DIR) / "safe_words.json")
    blocks = Page(client.get(path).content).prose
    assert len(blocks) > 8
    # Once as our own words, once as words that somebody may say to a friend.
    for tag in (None, "good"):
        assert unsafe([Prose(path, 1, block, block, tag) for block in blocks], rules) == []


def test_it_says_that_the_school_has_not_checked_yet(client: Client) -> None:
    words = " ".join(Page(client.get("/help/au/").content).prose)
    assert "Checked against public sources in November 2026. Your school has not confirmed them yet." in words


# ---------------------------------------------------------------- weight


@pytest.mark.django_db
@pytest.mark.parametrize("path", PAGES)
def test_the_page_is_light(client: Client, path: str) -> None:
    """Claim B22: at most 25 KB cold with style and script, 5 KB of it the page, and few elements."""
    response = client.get(path, headers={"accept-encoding": "gzip"})
    assert response.headers["Content-Encoding"] == "gzip"
    assert len(response.content) <= 5_000
    assert Page(gzip.decompress(response.content)).elements <= 300
    css, leave, mark = (
        Path(str(finders.find(f"app/{name}"))) for name in ("app.css", "leave.js", "mark.svg")
    )
    files = sum(len(brotli.compress(path.read_bytes())) for path in (css, leave, mark))
    assert len(response.content) + files <= 25_000
