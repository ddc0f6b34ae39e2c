"""The directory for other programs: what is published, in the field names of HSDS 3.0."""

import json
from datetime import date
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client

from peersupport.clock import now
from referrals.actions.services import add_service
from referrals.engines.demo_services import DEMO_SERVICES
from referrals.engines.hours import DayException, Hours, Span
from referrals.engines.hsds import listing
from referrals.engines.services import Channel, Service
from referrals.models.answering import ask
from tests.people import School

pytestmark = pytest.mark.django_db
SERVICE = Service(
    key="one",
    name="Night desk",
    short="Desk",
    what_for="To talk.",
    for_whom="For students.",
    about=frozenset({"feeling"}),
    channels=(
        Channel("phone", "02 5550 0101"),
        Channel("text", "0491 570 156", keyword="HELLO"),
        Channel("web", "https://desk.example/"),
        Channel("email", "desk@desk.example"),
        Channel("place", "14 Harbour Street"),
    ),
    hours=Hours(
        "Australia/Sydney",
        spans=(Span(0, 540, 1440), Span(4, 1200, 1560)),
        exceptions=(DayException(date(2026, 12, 25)), DayException(date(2026, 12, 24), ((540, 720),))),
        holidays="AU-NSW",
    ),
    cost="free",
    languages=("English", "Auslan"),
    checked_on=date(2026, 11, 1),
)


def read(path: str) -> dict[str, Any]:
    answer = Client().get(path)
    assert answer["Content-Type"] == "application/json"
    found: dict[str, Any] = json.loads(answer.content)
    return found


def test_field_names_and_values() -> None:
    found = listing([SERVICE], school="Kestrel")
    [service] = found["contents"]
    assert (found["total_items"], found["empty"], found["last_page"]) == (1, False, True)
    assert service["organization"]["name"] == "Kestrel"
    assert service["url"] == "https://desk.example/"
    assert service["email"] == "desk@desk.example"
    assert service["fees_description"] == "free"
    assert service["assured_date"] == "2026-11-01"
    assert [(one["number"], one["type"]) for one in service["phones"]] == [
        ("02 5550 0101", "voice"),
        ("0491 570 156", "sms"),
    ]
    assert service["phones"][1]["description"] == "Send the word HELLO"
    assert service["service_at_locations"][0]["location"]["name"] == "14 Harbour Street"
    assert [one["name"] for one in service["languages"]] == ["English", "Auslan"]
    times = [
        (one.get("byday"), one.get("valid_from"), one["opens_at"], one["closes_at"])
        for one in service["schedules"]
    ]
    assert times == [
        ("MO", None, "09:00", "24:00"),
        ("FR", None, "20:00", "02:00"),
        (None, "2026-12-25", None, None),
        (None, "2026-12-24", "09:00", "12:00"),
    ]
    assert "on the day after" in service["schedules"][1]["notes"]
    assert "AU-NSW" in service["schedules"][0]["notes"]
    ids = [one["id"] for key in ("phones", "schedules", "languages") for one in service[key]]
    assert len(ids) == len(set(ids))
    assert listing([SERVICE], school="Kestrel") == found


def test_only_what_is_published(kestrel: School) -> None:
    """Drafts stay out; nothing says who keeps an entry."""
    for published, facts in ((True, DEMO_SERVICES[0]), (False, DEMO_SERVICES[5])):
        add_service(
            by=kestrel.staff,
            program=kestrel.program,
            facts=Service(**{**facts.__dict__, "sites": frozenset()}),
            now=now(),
            published=published,
        )
    found = read("/help/kestrel/services.json")
    names = [one["name"] for one in found["contents"]]
    assert DEMO_SERVICES[0].name in names
    assert DEMO_SERVICES[5].name not in names
    assert kestrel.staff.email not in json.dumps(found)
    always = next(one for one in found["contents"] if "000" in [phone["number"] for phone in one["phones"]])
    assert always["schedules"][0]["byday"] == "MO,TU,WE,TH,FR,SA,SU"


def test_a_country_and_no_such_place(kestrel: School) -> None:
    assert read("/help/gb/services.json")["total_items"] > 3
    for where in ("nowhere", "zz"):
        assert Client().get(f"/help/{where}/services.json").status_code == 404


def test_without_its_database_it_says_so(kestrel: School) -> None:
    def away(execute: object, *args: object) -> object:
        raise OperationalError("the database is away")

    ask.again()
    with connection.execute_wrapper(away):
        answer = Client().get("/help/kestrel/services.json")
    ask.again()
    assert answer.status_code == 503
    assert "cannot be read" in json.loads(answer.content)["message"]
