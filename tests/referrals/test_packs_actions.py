"""Filling a school's directory from its country's pack."""

from dataclasses import replace

import pytest
from django.core.management import call_command

from peersupport.clock import now
from peersupport.models import AuditEntry
from programs.models import Program
from referrals.actions.packs import fill_directory
from referrals.actions.services import edit_service
from referrals.engines.services import Channel
from referrals.models import Service
from referrals.models.packs import country_packs
from tests.people import School

pytestmark = pytest.mark.django_db


@pytest.fixture
def bare() -> Program:
    """A program whose directory nobody has filled."""
    return Program.objects.create(slug="fern", name="Fern", country="AU", time_zone="Australia/Brisbane")


def test_a_new_school_has_its_countrys_services(kestrel: School) -> None:
    rows = Service.objects.of_program(kestrel.program)
    assert rows.count() == len(country_packs()["AU"].entries)
    assert rows.get(emergency=True).channels[0]["value"] == "000"


def test_drafts_are_hidden_and_so_is_what_answers_elsewhere(bare: Program) -> None:
    fill_directory(program=bare, now=now())
    rows = Service.objects.of_program(bare)
    published = {row.pack_key for row in rows.published()}
    assert "au-lifeline" in published
    assert not published & {"au-1800respect", "au-dh-qld", "au-mh-qld", "au-mh-nsw"}
    assert {service.confirmed for service in rows.published().as_services()} == {False}


def test_a_number_from_memory_is_hidden_beside_a_sure_one(bare: Program) -> None:
    fill_directory(program=bare, now=now())
    row = Service.objects.get(program=bare, emergency=True)
    assert [channel.value for channel in row.as_service.channels] == ["000"]
    assert [one["value"] for one in row.hidden_channels] == ["112", "106"]


def test_to_repeat_it_changes_nothing(bare: Program) -> None:
    assert fill_directory(program=bare, now=now()) > 30
    before = list(Service.objects.of_program(bare).values())
    assert fill_directory(program=bare, now=now()) == 0
    assert list(Service.objects.of_program(bare).values()) == before
    assert AuditEntry.objects.filter(verb="fill directory").count() == 1


def test_what_the_school_edited_stays_and_what_nobody_touched_follows(kestrel: School, bare: Program) -> None:
    fill_directory(program=bare, now=now())
    touched = Service.objects.get(program=bare, pack_key="au-lifeline")
    facts = replace(touched.facts, channels=(Channel("phone", "1300 555 788"),))
    edit_service(by=kestrel.staff, service=touched, facts=facts, now=now())
    Service.objects.filter(program=bare, pack_key="au-qlife").update(cost="much")
    assert fill_directory(program=bare, now=now()) == 1
    touched.refresh_from_db()
    assert [one["value"] for one in touched.channels] == ["1300 555 788"]
    assert Service.objects.get(program=bare, pack_key="au-qlife").cost == "free"


def test_an_own_entry_of_the_same_name_stays_the_only_one(bare: Program) -> None:
    columns = Service.objects.model(program=bare, name="Lifeline", short="L", what_for="x", hours={})
    columns.save()
    fill_directory(program=bare, now=now())
    assert Service.objects.get(program=bare, name="Lifeline").pack_key == ""


def test_a_country_without_a_pack_stays_empty() -> None:
    there = Program.objects.create(slug="lyon", name="Lyon", country="FR", time_zone="Europe/Paris")
    assert fill_directory(program=there, now=now()) == 0


def test_the_command_fills_programs_there_already(bare: Program, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("load_services")
    assert Service.objects.of_program(bare).exists()
    call_command("load_services")
    assert capsys.readouterr().out.endswith("Every directory is up to date\n")
