"""The directory's pages: what is on them, for whom, and what pressing does."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from peersupport.clock import now
from peersupport.models import User
from programs.models import Role
from programs.permissions import rights_of
from referrals.actions.proposals import propose_service
from referrals.actions.services import add_service, own_service
from referrals.answers import this_week
from referrals.engines.firstrun import FIRST_RUN
from referrals.engines.services import Channel
from referrals.models import Proposal, Service
from tests.costs import cost
from tests.people import School, sign_in
from tests.referrals.test_proposals_actions import as_file
from tests.referrals.test_services_actions import CORNER, from_pack
from tests.training.walking import words

pytestmark = pytest.mark.django_db

TYPED = {
    "name": "Corner House",
    "short": "Corner House",
    "what_for": "Somebody to sit with.",
    "about": ["feeling", "studying"],
    "way_0_type": "phone",
    "way_0_value": "1300 659 467",
    "way_1_type": "place",
    "way_1_value": "22 River Street",
    "week": "Mon-Fri 09:00-17:00\nSat 22:00-04:00",
    "exceptions": "2027-12-25 closed",
    "zone": "Australia/Sydney",
    "holidays": "AU-NSW",
    "languages": "English, Mandarin",
    "tells_school": "no",
}


def at(name: str, *args: object) -> str:
    return reverse(f"directory:{name}", args=args)


def test_a_student_reads_what_is_published_and_nothing_else(kestrel: School, a_student: User) -> None:
    assert "1800RESPECT" not in words(sign_in(a_student).get(at("service-list") + "?q=respect"))
    page = words(sign_in(a_student).get(at("service-list")))
    assert "Lifeline" in page
    assert "Add a service" not in page
    hidden = from_pack(kestrel, "au-1800respect")
    assert sign_in(a_student).get(at("service-show", hidden.uuid)).status_code == 404
    shown = words(sign_in(a_student).get(at("service-show", from_pack(kestrel, "au-lifeline").uuid)))
    assert "13 11 14" in shown
    assert "History" not in shown


@pytest.mark.parametrize(
    ("query", "there", "not_there"),
    [
        ("state=draft", "1800RESPECT", "Lifeline"),
        ("state=own", "No service fits", "Lifeline"),
        ("state=due", "No service fits", "Lifeline"),
        ("state=stale", "No service fits", "Lifeline"),
        ("q=13+11+14", "Lifeline", "QLife"),
        ("state=nonsense", "Lifeline", "No service fits"),
    ],
)
def test_staff_narrow_the_list(kestrel: School, query: str, there: str, not_there: str) -> None:
    page = words(sign_in(kestrel.staff).get(f"{at('service-list')}?{query}"))
    main = page.partition("Show ")[2]
    assert there in main
    assert not_there not in main


def test_an_entry_is_typed_and_comes_back_as_it_was(kestrel: School) -> None:
    browser = sign_in(kestrel.staff)
    answer = browser.post(at("service-add"), TYPED | {"checked": "on"}, follow=True)
    assert "Everybody sees it from now on" in words(answer)
    row = Service.objects.get(name="Corner House")
    assert (row.is_published, row.is_confirmed, row.languages) == (True, True, ["English", "Mandarin"])
    form = browser.get(at("service-edit", row.uuid)).context["form"]
    before = row.facts
    sent = {
        name: value
        for name in form.fields
        if (value := form.get_initial_for_field(form.fields[name], name)) not in (None, False)
    }
    browser.post(at("service-edit", row.uuid), sent)
    row.refresh_from_db()
    assert row.facts == before


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"way_0_value": "13 11 1"}, "“13 11 1” is not a number that can be dialled in AU"),
        ({"way_0_type": ""}, "Say what this is"),
        (
            {"way_0_type": "", "way_0_value": "", "way_1_type": "", "way_1_value": ""},
            "no way to reach it yet",
        ),
        ({"week": "Mon 09:00-17:00\nMon 16:00-18:00"}, "overlap"),
        ({"zone": "Australia/Sidney"}, "no time zone"),
        ({"zone": ""}, "This field is required"),
        ({"name": "Lifeline"}, "called “Lifeline” already"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_typed_is_lost(
    kestrel: School, changes: dict[str, str], said: str
) -> None:
    answer = sign_in(kestrel.staff).post(at("service-add"), TYPED | changes)
    assert said in words(answer)
    assert "22 River Street" in answer.content.decode() or "way_1_value" in changes
    assert not Service.objects.filter(name="Corner House").exists()


def test_a_number_is_changed_by_its_form(kestrel: School) -> None:
    row = from_pack(kestrel, "au-lifeline")
    browser = sign_in(kestrel.staff)
    answer = browser.post(at("service-edit", row.uuid), TYPED | {"name": "Lifeline"}, follow=True)
    assert "It is changed everywhere at once" in words(answer)
    assert "13 11 14, 0477 13 11 14" in words(answer)
    taken = browser.post(at("service-edit", row.uuid), TYPED | {"name": "QLife"})
    assert "called “QLife” already" in words(taken)


def test_the_verbs_of_an_entry(kestrel: School) -> None:
    browser = sign_in(kestrel.staff)
    row = from_pack(kestrel, "au-qlife")
    for verb, said in (
        ("service-unpublish", "out of sight"),
        ("service-publish", "is shown from now on"),
        ("service-own", "You look after"),
        ("service-confirm", "right as of today"),
        ("service-no-answer", "stays on the list"),
    ):
        assert said in words(browser.post(at(verb, row.uuid), follow=True)), verb
    emergency = Service.objects.get(program=kestrel.program, emergency=True)
    here = at("service-show", emergency.uuid)
    refused = browser.post(
        at("service-unpublish", emergency.uuid), headers={"referer": f"http://testserver{here}"}, follow=True
    )
    assert "cannot be taken out" in words(refused)


def age(service: Service, days: int) -> None:
    Service.objects.filter(pk=service.pk).update(
        checked_on=service.program.today(now()) - timedelta(days=days),
        next_check_on=service.program.today(now()) - timedelta(days=days - 120),
    )


@pytest.mark.parametrize(("days", "state"), [(119, "Confirmed"), (120, "Check again"), (180, "180 days")])
def test_the_state_of_an_entry_in_words(kestrel: School, days: int, state: str) -> None:
    row = from_pack(kestrel, "au-qlife")
    age(row, days)
    assert state in words(sign_in(kestrel.staff).get(at("service-show", row.uuid)))


def test_the_check_list_holds_what_is_due_and_one_tap_is_enough(kestrel: School) -> None:
    """T1: number, hours, last result, and a button."""
    browser = sign_in(kestrel.staff)
    assert "Nothing is due" in words(browser.get(at("check-list")))
    row = from_pack(kestrel, "au-qlife")
    age(row, 130)
    page = words(browser.get(at("check-list")))
    for part in ("One service to check", "1800 184 527", "3 pm to midnight", "still right"):
        assert part in page
    after = browser.post(at("service-confirm", row.uuid), {"from": "check"}, follow=True)
    assert "Nothing is due" in words(after)


def test_a_lead_proposes_and_staff_publish(kestrel: School, a_student_lead: User) -> None:
    row = from_pack(kestrel, "au-qlife")
    lead, staff = sign_in(a_student_lead), sign_in(kestrel.staff)
    assert "propose a change" in words(lead.get(at("service-show", row.uuid)))
    answer = lead.post(at("service-propose", row.uuid), TYPED | {"name": "QLife"}, follow=True)
    assert "nothing is changed before" in words(answer)
    again = lead.post(at("service-propose", row.uuid), TYPED | {"name": "QLife"})
    assert "waiting already" in words(again)
    lead.post(at("proposal-add"), TYPED)
    assert "2 proposals wait for you" in words(staff.get(at("service-list")))
    page = words(staff.get(at("proposal-list")))
    assert "1300 659 467" in page
    assert "(new)" in page
    change, new = Proposal.objects.order_by("pk")
    assert "is changed" in words(staff.post(at("proposal-take", change.uuid), follow=True))
    assert "Left as it is" in words(staff.post(at("proposal-decline", new.uuid), follow=True))
    row.refresh_from_db()
    assert row.channels[0]["value"] == "1300 659 467"
    assert not Service.objects.filter(name="Corner House").exists()


def test_a_file_is_looked_at_before_it_is_put_in(kestrel: School) -> None:
    browser = sign_in(kestrel.staff)
    out = b"".join(browser.get(at("service-csv"))).decode()
    assert "13 11 14" in out
    text = as_file(kestrel, "QLife").replace("free", "nothing")
    page = browser.post(at("service-import"), {"file": SimpleUploadedFile("s.csv", text.encode())})
    assert "Changes: cost" in words(page)
    assert from_pack(kestrel, "au-qlife").cost == "free"
    browser.post(at("service-import"), {"text": page.context["text"]})
    assert from_pack(kestrel, "au-qlife").cost == "nothing"
    bad = text.replace("1800 184 527", "1800 184")
    page = browser.post(at("service-import"), {"file": SimpleUploadedFile("s.csv", bad.encode())})
    assert "Nothing can be put in yet" in words(page)
    assert "Put all of it in" not in words(page)
    page = browser.post(at("service-import"), {"file": SimpleUploadedFile("s.csv", b"a,b\n1,2\n")})
    assert "has no column" in words(page)
    assert "Look at it first" in words(browser.get(at("service-import")))


# ---------------------------------------------------------------- this week


def tasks(user: User) -> list[str]:
    return [task.sentence for task in this_week(rights_of(user, now()), now())]


def test_what_only_the_school_can_know_is_named(kestrel: School) -> None:
    (sentence,) = tasks(kestrel.staff)
    for kind, part in FIRST_RUN.items():
        assert (part in sentence) is (kind != "doctors_line")
    assert "the emergency number inside East Kestrel" in sentence
    facts = replace(
        CORNER,
        about=frozenset(FIRST_RUN) | {"hospital_emergency"},
        serves_sites=frozenset({str(kestrel.site.uuid), str(kestrel.other_site.uuid)}),
    )
    service = add_service(by=kestrel.staff, program=kestrel.program, facts=facts, now=now())
    assert tasks(kestrel.staff) == ["1 service is not confirmed by your school yet."]
    Service.objects.filter(pk=service.pk).update(serves_sites=[str(kestrel.site.uuid)])
    assert "Your directory still needs the emergency number inside West Kestrel." in tasks(kestrel.staff)


def test_a_check_is_asked_of_its_owner(kestrel: School, a_student_lead: User) -> None:
    """T1: after 120 days the one who looks after it is told."""
    colleague = kestrel.join(Role.STAFF, "Ruth").user
    row = own_service(by=colleague, service=from_pack(kestrel, "au-qlife"), now=now())
    age(row, 120)
    assert "1 has not been checked for a while." in tasks(colleague)
    assert "1 has not been checked for a while." not in tasks(kestrel.staff)
    assert tasks(a_student_lead) == []
    facts = replace(row.facts, cost="nothing")
    propose_service(by=a_student_lead, program=kestrel.program, service=row, facts=facts, now=now())
    assert "One proposal for the directory waits for you." in tasks(colleague)
    propose_service(by=a_student_lead, program=kestrel.program, service=None, facts=CORNER, now=now())
    assert "2 proposals for the directory wait for you." in tasks(colleague)


# ---------------------------------------------------------------- what it costs


@pytest.mark.parametrize("name", ["service-list", "check-list", "proposal-list", "service-import"])
def test_a_page_costs_the_same_with_many_services(kestrel: School, a_student_lead: User, name: str) -> None:
    browser = sign_in(kestrel.staff)
    browser.get(at(name))

    def more(numbers: range) -> None:
        for number in numbers:
            facts = replace(CORNER, name=f"House {number}", channels=(Channel("phone", "13 11 14"),))
            service = add_service(by=kestrel.staff, program=kestrel.program, facts=facts, now=now())
            changed = replace(facts, cost="much")
            propose_service(
                by=a_student_lead, program=kestrel.program, service=service, facts=changed, now=now()
            )

    more(range(1))
    one = cost(browser, at(name))
    more(range(1, 50))
    assert cost(browser, at(name)) == one <= 10


def test_a_students_pages_ask_six_times_at_most(kestrel: School, a_student: User) -> None:
    browser = sign_in(a_student)
    browser.get(at("service-list"))
    assert cost(browser, at("service-list")) <= 6
    assert cost(browser, at("service-show", from_pack(kestrel, "au-lifeline").uuid)) <= 6
