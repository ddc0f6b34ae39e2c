"""What leads propose and staff decide, and a directory out of a file."""

import csv
import io
from dataclasses import replace

import pytest

from peersupport.clock import now
from peersupport.errors import Refused
from peersupport.models import User
from referrals.actions.proposals import decline_proposal, propose_service, take_proposal
from referrals.actions.service_files import import_services, read_services, text_of
from referrals.engines.servicefile import COLUMNS, row_of
from referrals.engines.services import Channel
from referrals.models import Proposal, Service
from tests.people import School
from tests.referrals.test_services_actions import CORNER, from_pack

pytestmark = pytest.mark.django_db


def propose(school: School, lead: User, service: Service | None, **changes: object) -> Proposal:
    facts = replace(service.facts if service else CORNER, **changes)  # type: ignore[arg-type]
    return propose_service(by=lead, program=school.program, service=service, facts=facts, now=now())


def test_a_proposal_changes_nothing_until_it_is_taken(kestrel: School, a_student_lead: User) -> None:
    service = from_pack(kestrel, "au-qlife")
    proposal = propose(kestrel, a_student_lead, service, cost="nothing")
    service.refresh_from_db()
    assert (service.cost, proposal.columns) == ("free", {"cost": "nothing"})
    taken = take_proposal(by=kestrel.staff, proposal=proposal, now=now())
    assert (taken.cost, taken.changes.first().by) == ("nothing", kestrel.staff)  # type: ignore[union-attr]
    with pytest.raises(Refused, match="decided on this already"):
        decline_proposal(by=kestrel.staff, proposal=proposal)


def test_a_proposed_new_service_and_one_that_is_declined(kestrel: School, a_student_lead: User) -> None:
    proposal = propose(kestrel, a_student_lead, None)
    service = take_proposal(by=kestrel.staff, proposal=proposal, now=now())
    assert (service.name, service.is_published, service.is_confirmed) == ("Corner House", True, False)
    declined = decline_proposal(
        by=kestrel.staff, proposal=propose(kestrel, a_student_lead, service, cost="much")
    )
    service.refresh_from_db()
    assert (declined.state, service.cost) == ("declined", "")


def test_what_cannot_be_proposed(kestrel: School, a_student_lead: User) -> None:
    service = from_pack(kestrel, "au-qlife")
    with pytest.raises(Refused, match="Nothing is different"):
        propose(kestrel, a_student_lead, service)
    with pytest.raises(Refused, match="can be dialled in AU"):
        propose(kestrel, a_student_lead, service, channels=(Channel("phone", "12"),))
    propose(kestrel, a_student_lead, service, cost="nothing")
    with pytest.raises(Refused, match="waiting already"):
        propose(kestrel, a_student_lead, service, cost="little")
    assert Proposal.objects.count() == 1


# ---------------------------------------------------------------- files

HEAD = ",".join(COLUMNS)


def as_file(school: School, *names: str) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    sites = {str(site.uuid): site.name for site in school.program.sites.all()}
    for row in Service.objects.of_program(school.program).in_order():
        if not names or row.name in names:
            writer.writerow(row_of(row.facts, sites))
    return out.getvalue()


def test_our_own_file_put_in_again_changes_nothing(kestrel: School) -> None:
    rows = read_services(program=kestrel.program, text=as_file(kestrel))
    assert {row.does for row in rows} == {"same"}
    assert import_services(by=kestrel.staff, program=kestrel.program, text=as_file(kestrel), now=now()) == 0


def test_a_file_adds_and_changes(kestrel: School) -> None:
    text = as_file(kestrel, "QLife").replace("free", "nothing at all") + (
        "Corner House,Corner,To sit with.,,feeling,phone: 1300 659 467 | ask for Jo,every day 20:00-24:00,"
        ",,,,,,no,yes,no,East Kestrel,,,\r\n"
    )
    assert import_services(by=kestrel.staff, program=kestrel.program, text=text, now=now()) == 2
    corner = Service.objects.get(name="Corner House")
    assert (corner.is_published, corner.sites) == (False, [str(kestrel.site.uuid)])
    assert corner.channels[0]["note"] == "ask for Jo"
    assert from_pack(kestrel, "au-qlife").cost == "nothing at all"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("Corner,C,x,,feeling,phone: 12,day and night,,,,,,,,,,,,,", "cannot|dialled"),
        ("Corner,C,x,,feeling,pigeon: 12,day and night,,,,,,,,,,,,,", "no way to reach"),
        ("Corner,C,x,,feeling,phone: 000 | a | b | c,day and night,,,,,,,,,,,,,", "no way to reach"),
        ("Corner,C,x,,feeling,phone: 13 11 14,late,,,,,,,,,,,,,", "no opening time"),
        ("Corner,C,x,,feeling,phone: 13 11 14,day and night,,,,,,,perhaps,,,,,,", "Write yes or no"),
        ("Corner,C,x,,feeling,phone: 13 11 14,day and night,,,,,,,,,perhaps,,,,", "yes, no or unknown"),
        ("Corner,C,x,,feeling,phone: 13 11 14,day and night,,,,,,,,,,Nowhere,,,", "not a site"),
        ("QLife,C,x,,feeling,phone: 13 11 14,day and night,,,,,,,,,,,,,", "twice"),
    ],
)
def test_one_bad_row_is_named_and_nothing_is_put_in(kestrel: School, line: str, words: str) -> None:
    before = list(Service.objects.values())
    text = as_file(kestrel, "QLife").replace("free", "changed") + line + "\r\n"
    with pytest.raises(Refused, match=f"Nothing is put in. Line .*({words})"):
        import_services(by=kestrel.staff, program=kestrel.program, text=text, now=now())
    assert list(Service.objects.values()) == before


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name,short\nx,y\n", "has no column"),
        (HEAD + ",colour\n", "do not know the column colour"),
        (HEAD + "\n", "nothing in this file"),
        (HEAD + "\n" + "x,\n" * 501, "more than 500"),
    ],
)
def test_a_file_that_is_no_directory_is_refused(kestrel: School, text: str, words: str) -> None:
    with pytest.raises(Refused, match=words):
        read_services(program=kestrel.program, text=text)


def test_the_emergency_number_stays_one_when_it_comes_from_a_file(kestrel: School) -> None:
    name = "Emergency services (ambulance, police, fire)"
    text = as_file(kestrel, name).replace("free", "nothing")
    import_services(by=kestrel.staff, program=kestrel.program, text=text, now=now())
    row = Service.objects.get(program=kestrel.program, emergency=True)
    assert (row.cost, row.is_published) == ("nothing", True)


def test_a_cell_that_a_spreadsheet_would_run_comes_back_as_it_was(kestrel: School) -> None:
    text = HEAD + "\nCorner,C,'+ more,,feeling,phone: 13 11 14,day and night,,,,,,,,,,,,,\n"
    (row,) = read_services(program=kestrel.program, text=text)
    assert row.facts
    assert row.facts.what_for == "+ more"


def test_a_file_is_read_whatever_wrote_it() -> None:
    assert text_of("a,ü".encode("utf-8-sig")).endswith("a,ü")
    with pytest.raises(Refused, match="larger"):
        text_of(b"x" * 1_000_001)
