"""What a page costs somebody on a hospital's guest network."""

from dataclasses import dataclass
from html.parser import HTMLParser
from http import HTTPStatus

import brotli  # type: ignore[import-untyped]
import pytest

from tests.house.pages import Sight, every_sight
from tests.house.test_structure import ROOT
from tests.house.town import Town

pytestmark = pytest.mark.django_db

KB = 1000
STUDENT, OFFICE = 25 * KB, 40 * KB  # a first visit
HTML, REQUESTS, ELEMENTS = 5 * KB, 4, 300


class Parts(HTMLParser):
    """How many elements a page has, and which files it asks for."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements, self.files = 0, set[str]()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements += 1
        found = dict(attrs)
        address = found.get("href") if tag == "link" else found.get("src")
        if address:
            self.files.add(address)


@dataclass(frozen=True)
class Weight:
    sight: Sight
    html: int
    cold: int
    requests: int
    elements: int


def squeezed(content: bytes) -> int:
    return len(brotli.compress(content, quality=11))


def weigh(sight: Sight, town: Town, files: dict[str, int]) -> Weight | None:
    answer = sight.see(town)
    if answer.status_code != HTTPStatus.OK:
        return None
    parts = Parts(answer.content.decode())
    for address in parts.files - files.keys():
        path = ROOT / address.removeprefix("/").partition("?")[0]
        files[address] = squeezed(path.read_bytes())
    html = squeezed(answer.content)
    cold = html + sum(files[address] for address in parts.files)
    return Weight(sight, html, cold, 1 + len(parts.files), parts.elements)


@pytest.fixture
def weights(standing_town: Town) -> list[Weight]:
    if not (ROOT / "static" / "app" / "app.css").exists():
        pytest.skip("The style sheet is not built: `make static/app/app.css`")
    files: dict[str, int] = {}
    return [found for sight in every_sight(standing_town) if (found := weigh(sight, standing_town, files))]


def test_a_first_visit_is_light(weights: list[Weight]) -> None:
    """Claim B22: student and public pages at most 25 KB in 4 requests, staff pages 40 KB."""
    heavy = [
        (str(weight.sight), weight.cold, weight.requests)
        for weight in weights
        if weight.cold > (OFFICE if weight.sight.is_for_staff else STUDENT) or weight.requests > REQUESTS
    ]
    assert heavy == []


# A whole module on one page: the one page of staff that is over, and by how much.
OVER = {
    "training:module-review": (6 * KB, ELEMENTS),
}


def test_pages_themselves_are_small(weights: list[Weight]) -> None:
    """Claim B22: at most 5 KB of HTML as compressed, at most 300 elements."""
    heavy = []
    for weight in weights:
        html, elements = (HTML, ELEMENTS)
        if weight.sight.is_for_staff:
            html, elements = OVER.get(weight.sight.name, (html, elements))
        if weight.html > html or weight.elements > elements:
            heavy.append((str(weight.sight), weight.html, weight.elements))
    assert heavy == []


def test_the_style_sheet_has_no_map_and_asks_for_nothing() -> None:
    css = ROOT / "static" / "app" / "app.css"
    if not css.exists():
        pytest.skip("The style sheet is not built: `make static/app/app.css`")
    text = css.read_text()
    assert "sourceMappingURL" not in text
    assert "@import" not in text
    assert "http:" not in text.replace("http://www.w3.org/2000/svg", "")
