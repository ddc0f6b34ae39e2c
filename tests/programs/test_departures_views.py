"""After a death: the page that asks for the name, undoing, and no page that still names the person."""

from typing import Any

import pytest
from django.urls import reverse

from peersupport.clock import now
from peersupport.kept import kept_for
from peersupport.models import Channel, User
from peersupport.models.outbox import ChannelKind
from programs.actions.cohorts import give_leave
from programs.actions.departures import end_quietly
from programs.actions.holds import hold_notices, lift_hold
from programs.models import Departure, Hold, Membership, Role
from referrals.actions.services import own_service
from referrals.models import Service
from tests.costs import cost
from tests.doors import NOBODY, assert_door_holds, knock
from tests.house.policy import POLICY, addresses
from tests.house.test_url_matrix import body
from tests.house.town import COLLEAGUE, STAFF, Town, build_town
from tests.people import School, sign_in
from training.actions.modules import review_version

HOLDS = "/roster/holds/"


def text(response: Any) -> str:
    return str(response.content.decode())


def page_of(user: User) -> str:
    return reverse("programs:person-died", args=[user.uuid])


@pytest.fixture
def departure(kestrel: School, another_student: User) -> Departure:
    return end_quietly(by=kestrel.staff, program=kestrel.program, person=another_student, now=now())


def undo(departure: Departure) -> str:
    return reverse("programs:person-died-undo", args=[departure.uuid])


def test_the_doors(
    departure: Departure,
    a_student: User,
    a_supporter: User,
    a_student_lead: User,
    clinical_adviser: User,
    an_assessor: User,
    an_evaluator: User,
    wellbeing_staff: User,
    staff_of_another_school: User,
    staff_whose_role_has_ended: User,
    somebody_on_no_list: User,
) -> None:
    members = [a_student, a_supporter, a_student_lead, clinical_adviser, an_assessor, an_evaluator]
    strangers = [staff_whose_role_has_ended, somebody_on_no_list, staff_of_another_school]
    for url, method, also in (
        (page_of(a_student), "get", ["post"]),
        (page_of(a_student), "post", ["get"]),
        (undo(departure), "post", []),
    ):
        assert_door_holds(
            url,
            method=method,
            inside=wellbeing_staff,
            forbidden=members,
            strangers=strangers,
            also_allows=also,
        )
    assert Departure.objects.filter(undone_at=None).count() == 1


def test_what_is_not_there(wellbeing_staff: User, departure: Departure) -> None:
    """Whoever's name is out has no page any more."""
    for name in ("person-show", "person-died"):
        for uuid in (NOBODY, departure.user.uuid):
            assert knock(wellbeing_staff, reverse(f"programs:{name}", args=[uuid])).status_code == 404
    for name in ("person-hold", "person-died"):
        page = reverse(f"programs:{name}", args=[departure.user.uuid])
        assert knock(wellbeing_staff, page, "post").status_code == 404
    assert (
        knock(wellbeing_staff, reverse("programs:person-died-undo", args=[NOBODY]), "post").status_code == 404
    )
    ended = Membership.objects.get(user=departure.user)
    for name in ("membership-reopen", "membership-end", "leave-give"):
        page = reverse(f"programs:{name}", args=[ended.uuid])
        assert knock(wellbeing_staff, page, "post").status_code == 404


@pytest.mark.parametrize("typed", ["", "Priya", "Priya Ramen", "priya@kestrel.example"])
def test_the_name_has_to_be_typed(wellbeing_staff: User, a_student: User, typed: str) -> None:
    answer = knock(wellbeing_staff, page_of(a_student), "post", {"name": typed})
    assert "Type the name as it stands above" in text(answer)
    assert not Departure.objects.exists()


def test_the_page_says_for_how_many_days_it_can_be_undone(
    wellbeing_staff: User, a_student: User, settings: Any
) -> None:
    assert "For 30 days it can be undone" in text(knock(wellbeing_staff, page_of(a_student)))
    settings.KEPT = kept_for("undo=10=Privacy office, minute 4")
    assert "For 10 days it can be undone" in text(knock(wellbeing_staff, page_of(a_student)))


def test_from_the_person_s_page_and_back_again(wellbeing_staff: User, a_student: User) -> None:
    client = sign_in(wellbeing_staff)
    person = reverse("programs:person-show", args=[a_student.uuid])
    assert page_of(a_student) in text(client.get(person))
    assert "<title>Take a name out –" in text(client.get(page_of(a_student)))
    done = text(client.post(page_of(a_student), {"name": " priya  RAMAN "}, follow=True))
    assert "The name is out of all lists" in done
    assert "Priya Raman" in done  # here alone, where it can be undone
    back = client.post(undo(Departure.objects.get()), follow=True)
    assert back.redirect_chain == [(person, 302)]
    assert "In force until" in text(back)
    assert "After a death" not in text(client.get(HOLDS))


def test_another_school_cannot_undo(departure: Departure, staff_of_another_school: User) -> None:
    assert knock(staff_of_another_school, undo(departure), "post").status_code == 404
    assert "After a death" not in text(knock(staff_of_another_school, HOLDS))


def test_the_page_costs_little(wellbeing_staff: User, departure: Departure, a_student: User) -> None:
    client = sign_in(wellbeing_staff)
    assert cost(client, page_of(a_student)) <= 10
    assert cost(client, HOLDS) <= 10


NAME = "Verrinder"


def somebody_known_everywhere(town: Town) -> User:
    """A student, lead and member of staff who stands in every list that there is."""
    school, at = town.school, now()
    membership = school.join(Role.STUDENT, "ottoline", family=NAME)
    Membership.objects.filter(pk=membership.pk).update(student_id="K-7171")
    for role in (Role.LEAD, Role.STAFF):
        school.join(role, "ottoline")
    person = membership.user
    give_leave(by=school.staff, membership=membership, starts_on=school.today, ends_on=school.today)
    hold = hold_notices(by=person, program=school.program, reach=Hold.Reach.PERSON, user=person, now=at)
    lift_hold(by=person, hold=hold, now=at)
    hold_notices(by=person, program=school.program, reach=Hold.Reach.SITE, site=school.site, now=at)
    own_service(by=person, service=Service.objects.get(uuid=town.things["service"]["own"]), now=at)
    review_version(by=person, version=town.version_elsewhere, program=school.program, now=at)
    # Waits for somebody of the staff to ring.
    Channel.objects.create(user=person, kind=ChannelKind.RINGING, number="+61491570006", code="1234")
    return person


def test_no_page_list_or_file_of_the_school_names_the_person_afterwards(db: None) -> None:
    """Every address, as staff open it; and the lists that can be narrowed to a name."""
    town = build_town()
    person = somebody_known_everywhere(town)
    lists = [
        f"{reverse(name)}{query}"
        for name in ("programs:person-list", "training:completion-people", "training:completion-csv")
        for query in ("", "?q=verrind", "?q=K-7171", "?state=ended&q=verrind")
    ]
    pages = [
        (name, path)
        for name, line in POLICY.items()
        if line.get
        for _, path in addresses(name, line, town)
        if name != "programs:hold-list"
    ]

    def named() -> set[str]:
        client = town.client(STAFF)
        seen = [(name, body(client.get(path))) for name, path in [*pages, *zip(lists, lists, strict=True)]]
        return {name for name, words in seen if NAME in words or person.email in words}

    before = named()
    assert {"training:module-review", "directory:service-show", f"{lists[1]}", f"{lists[9]}"} <= before
    end_quietly(by=town.people[COLLEAGUE], program=town.school.program, person=person, now=now())
    assert named() == set()
