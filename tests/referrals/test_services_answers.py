"""What modules are told about local services: from the school's own directory, at the learner's site."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from peersupport.clock import now
from peersupport.errors import Refused
from peersupport.models import User
from peersupport.named_lists import Local, asked
from programs.models import Site
from referrals.actions.services import add_service, confirm_service, edit_service, unpublish_service
from referrals.engines.services import VARIABLES, Channel
from referrals.models import Service
from tests.people import SHIPPED_MODULE, School, load, load_reviewed, sign_in
from tests.training.walking import send, url
from training.actions.modules import faults_for, review_version
from training.models import ModuleVersion, Review

pytestmark = pytest.mark.django_db


def told(school: School, site: Site | None = None, at: datetime | None = None) -> dict[str, Local]:
    (answer,) = asked("LOCAL")
    found: dict[str, Local] = answer(school.program, site, at or now())
    return found


def lifeline(school: School) -> Service:
    return Service.objects.get(program=school.program, pack_key="au-lifeline")


def unchecked(service: Service) -> None:
    Service.objects.filter(pk=service.pk).update(checked_on=None, next_check_on=None)


def test_every_variable_is_answered(kestrel: School) -> None:
    local = told(kestrel)
    assert tuple(local) == tuple(VARIABLES)
    for variable in ("emergency", "crisis_line", "crisis_text", "doctors_line"):
        assert local[variable].fault == ""
        assert local[variable].open_now is True
        assert local[variable].href.startswith(("tel:", "sms:"))


def test_a_line_as_words_with_its_number(kestrel: School) -> None:
    assert told(kestrel)["crisis_line"] == Local(
        name="Lifeline",
        text="Lifeline on 13 11 14",
        href="tel:131114",
        number="13 11 14",
        about="For anyone in distress, or worried about someone else.",
        open_now=True,
        checked_on=kestrel.today,
        fault="",
    )


def test_it_is_the_learners_site_that_counts(kestrel: School) -> None:
    """B25: who and how depend on where somebody is."""
    line = lifeline(kestrel).facts
    at_east = replace(
        line,
        name="East line",
        short="East line",
        channels=(Channel("phone", "02 5550 1234"),),
        serves_sites=frozenset({str(kestrel.site.uuid)}),
    )
    add_service(by=kestrel.staff, program=kestrel.program, facts=at_east, now=now())
    assert told(kestrel, kestrel.site)["crisis_line"].number == "02 5550 1234"
    assert told(kestrel, kestrel.other_site)["crisis_line"].number == "13 11 14"
    assert told(kestrel)["crisis_line"].number == "13 11 14"


def test_another_schools_directory_does_not_count(kestrel: School, harrow: School) -> None:
    line = lifeline(harrow)
    facts = replace(line.facts, channels=(Channel("phone", "1300 659 467"),))
    edit_service(by=harrow.staff, service=line, facts=facts, now=now())
    assert told(kestrel)["crisis_line"].number == "13 11 14"
    assert told(harrow)["crisis_line"].number == "1300 659 467"


def test_hours_are_said_where_a_line_sleeps(kestrel: School) -> None:
    line = Service.objects.get(program=kestrel.program, pack_key="au-qlife")
    facts = replace(line.facts, about=frozenset({"students_line"}))
    edit_service(by=kestrel.staff, service=line, facts=facts, now=now())
    at_four_am = datetime(2027, 3, 8, 18, tzinfo=UTC)
    told_then = told(kestrel, at=at_four_am)["students_line"]
    assert told_then.open_now is False
    assert told_then.about.endswith("Every day 3 pm to midnight.")


def test_what_is_missing_is_a_fault_that_a_person_can_read(kestrel: School) -> None:
    """B25: a module with a variable that nothing fills is not published."""
    missing = told(kestrel)["complaints"]
    assert missing.fault == (
        "Your directory has nothing for “complaints” yet. Add it under Services and publish it."
    )
    assert missing.text == missing.href == ""


def test_an_unconfirmed_service_blocks_publishing(kestrel: School) -> None:
    """B25: what the school has not rung is not published in a module."""
    version = load(SHIPPED_MODULE)
    assert faults_for(version, kestrel.program, now()) == []
    unchecked(lifeline(kestrel))
    with pytest.raises(Refused, match="has not confirmed “Lifeline” yet"):
        review_version(by=kestrel.staff, version=version, program=kestrel.program, now=now())
    assert not Review.objects.exists()
    confirm_service(by=kestrel.staff, service=lifeline(kestrel), now=now())
    review_version(by=kestrel.staff, version=version, program=kestrel.program, now=now())
    assert Review.objects.exists()


@pytest.mark.parametrize(("days", "blocks"), [(179, False), (180, True)])
def test_a_stale_service_blocks_publishing(kestrel: School, days: int, blocks: bool) -> None:
    """T1: after 180 days a number has to be checked again before a module may name it."""
    version = load(SHIPPED_MODULE)
    then = now() + timedelta(days=days)
    faults = faults_for(version, kestrel.program, then)
    assert bool(faults) is blocks
    assert any("more than 180 days ago" in fault for fault in faults) is blocks


def test_the_emergency_number_never_stands_in_the_way(kestrel: School) -> None:
    emergency = Service.objects.get(program=kestrel.program, emergency=True)
    unchecked(emergency)
    assert told(kestrel)["emergency"].fault == ""
    assert told(kestrel, at=now() + timedelta(days=400))["emergency"].fault == ""


def test_a_learner_still_sees_a_number_that_has_grown_old(
    kestrel: School, short_walk: ModuleVersion, a_student: User
) -> None:
    unchecked(lifeline(kestrel))
    assert "13 11 14" in pages_of(sign_in(a_student), short_walk)


def pages_of(browser: Client, version: ModuleVersion) -> str:
    """All steps of a module as this browser sees them, going through it once more."""
    texts = []
    for number in range(1, len(version.steps) + 1):
        texts.append(browser.get(url("step-show", version, number)).content.decode())
        send(browser, version, number)
    return "".join(texts)


def test_a_number_changed_once_changes_in_every_module(kestrel: School, a_student: User) -> None:
    """B25: changed in one place, seen in all."""
    versions = [load_reviewed(kestrel), load_reviewed(kestrel, SHIPPED_MODULE)]
    browser = sign_in(a_student)
    before = [pages_of(browser, version) for version in versions]
    assert all("13 11 14" in text for text in before)
    line = lifeline(kestrel)
    facts = replace(line.facts, channels=(Channel("phone", "1300 555 788"), *line.facts.channels[1:]))
    edit_service(by=kestrel.staff, service=line, facts=facts, now=now(), checked=True)
    for text in (pages_of(browser, version) for version in versions):
        assert "1300 555 788" in text
        assert ">13 11 14" not in text


def test_what_is_taken_out_is_named_no_more(kestrel: School) -> None:
    unpublish_service(by=kestrel.staff, service=lifeline(kestrel), now=now())
    assert told(kestrel)["crisis_line"].name != "Lifeline"


def test_a_number_changed_once_changes_on_help_page_card_and_paper(kestrel: School) -> None:
    """B25: the same number, wherever it stands."""
    here = f"/help/{kestrel.program.slug}/"
    places = [here, f"{here}card.vcf", f"{here}poster/", f"{here}pocket/", f"{here}services.json"]
    reader = Client()
    line = lifeline(kestrel)
    before = [reader.get(place, follow=True).content.decode() for place in places]
    assert [("13 11 14" in text or "131114" in text) for text in before] == [True] * len(places)
    facts = replace(line.facts, channels=(Channel("phone", "1300 555 788"), *line.facts.channels[1:]))
    edit_service(by=kestrel.staff, service=line, facts=facts, now=now(), checked=True)
    after = [reader.get(place, follow=True).content.decode() for place in places]
    assert [("1300 555 788" in text or "1300555788" in text) for text in after] == [True] * len(places)
