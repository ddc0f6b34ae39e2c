"""“Worried about a friend?” and paper, as pages: one letter for each answer, and nothing kept."""

from html import unescape
from uuid import uuid4

import pytest
from django.test import Client

from peersupport.clock import now
from referrals.actions.chooser import review_chooser
from referrals.actions.helppages import stop_url
from referrals.models import ChooserReview
from referrals.models.chooser import the_chooser
from tests.people import School

pytestmark = pytest.mark.django_db


def review(school: School) -> None:
    digest = the_chooser().digest
    review_chooser(by=school.staff, program=school.program, digest=digest, now=now())


def words(client: Client, path: str) -> str:
    return unescape(client.get(path).content.decode())


@pytest.mark.parametrize("where", ["kestrel", "au", "gb", "us"])
def test_every_way_comes_to_its_card_by_links_alone(client: Client, kestrel: School, where: str) -> None:
    """C9: at most three taps; each card has a number that dials, and the emergency number."""
    for way in the_chooser().every_way():
        given: dict[str, str] = {}
        path = stop_url(where, given)
        while the_chooser().end_of(given) is None:
            question = the_chooser().next_question(given)
            given[question.code] = way[question.code]
            page = words(client, path)
            path = stop_url(where, given)
            assert f'href="{path}"' in page
        card = the_chooser().cards[str(the_chooser().card_for(way))]
        page = words(client, path)
        assert f"<h1>{card.title}</h1>" in page
        assert 'class="urgent"' in page
        assert page.count('href="tel:') >= (1 if card.is_emergency else 2)


def test_an_emergency_card_begins_with_the_number(client: Client, kestrel: School) -> None:
    """T3: the number stands above the words."""
    page = words(client, "/help/kestrel/what-now/?a=a")
    assert page.index('href="tel:000"') < page.index('class="thread')


@pytest.mark.parametrize("query", ["?a=z", "?b=a", "?a=b&c=a", "?a="])
def test_answers_that_nobody_can_give_begin_anew(client: Client, kestrel: School, query: str) -> None:
    answer = client.get(f"/help/kestrel/what-now/{query}")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/help/kestrel/what-now/"


def test_what_is_not_ours_in_the_address_changes_nothing(client: Client, kestrel: School) -> None:
    assert (
        client.get("/help/kestrel/what-now/?a=b&utm=x").content
        == client.get("/help/kestrel/what-now/?a=b").content
    )


def test_it_says_who_has_read_it(client: Client, kestrel: School) -> None:
    for path in ("/help/kestrel/what-now/", "/help/kestrel/what-now/?a=a"):
        day = f"{kestrel.today.day} {kestrel.today:%B %Y}"
        assert f"Read and approved by {kestrel.program.name}, {day}." in words(client, path)
        ChooserReview.objects.all().delete()
        assert "Your school has not reviewed these words yet." in words(client, path)
        review(kestrel)
    assert "No school has approved them" in words(client, "/help/au/what-now/?a=a")


@pytest.mark.parametrize("where", ["kestrel", "au", "gb"])
def test_get_help_now_leads_to_the_numbers_of_the_same_place(
    client: Client, kestrel: School, where: str
) -> None:
    """T3: from questions, cards, plan, and paper; one press, and not by way of a list of places."""
    for path in ("what-now/", "what-now/?a=b", "what-now/?a=a", "plan/", "keep/", "poster/", "pocket/"):
        page = words(client, f"/help/{where}/{path}")
        assert f'href="/help/{where}/"' in page[: page.index("<main")], path


def test_an_answer_can_be_changed(client: Client, kestrel: School) -> None:
    page = words(client, "/help/kestrel/what-now/?a=b&b=d")
    assert "Not in danger that I can see. Low or worn out." in page
    assert 'href="/help/kestrel/what-now/?a=b"' in page


# ---------------------------------------------------------------- the plan sheet


def test_the_plan_has_no_field_that_could_be_sent(client: Client) -> None:
    page = words(client, "/help/au/plan/")
    assert page.count("<textarea") == 6
    main = page[page.index("<main") : page.index("</main>")]
    assert "<form" not in main
    assert " name=" not in main
    assert main.count('autocomplete="off"') == 6


# ---------------------------------------------------------------- paper


def test_each_site_has_its_own_sheets(client: Client, kestrel: School) -> None:
    keep = words(client, "/help/kestrel/keep/")
    for site in (kestrel.site, kestrel.other_site):
        for kind in ("poster", "pocket"):
            path = f"/help/kestrel/{kind}/{site.uuid}/"
            assert f'href="{path}"' in keep
            assert site.name in words(client, path)
            assert "testserver/help/kestrel/" in words(client, path)


def test_a_site_of_nobody_has_no_sheet(client: Client, kestrel: School, harrow: School) -> None:
    for uuid in (uuid4(), harrow.site.uuid):
        for kind in ("poster", "pocket"):
            assert client.get(f"/help/kestrel/{kind}/{uuid}/").status_code == 404
    assert client.get("/help/nowhere/poster/").status_code == 404


def test_a_site_without_a_number_leaves_a_gap_to_write_in(client: Client, kestrel: School) -> None:
    assert "sheet-gap" in words(client, f"/help/kestrel/poster/{kestrel.site.uuid}/")
    assert "sheet-gap" not in words(client, "/help/au/poster/")


def test_the_outside_of_the_card_tells_nothing(client: Client) -> None:
    page = words(client, "/help/au/pocket/")
    outside = page[page.index("pocket-out") : page.index("pocket-in")]
    assert "Numbers to keep" in outside
    assert "000" not in outside
