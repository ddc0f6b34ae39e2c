"""Numbers to ring: staff see them, each look is written down, and four digits make a number count."""

import pytest
from django.urls import reverse

from peersupport.actions.proofs import TRIES, give_number
from peersupport.clock import now
from peersupport.models import AuditEntry, Channel, User
from programs.actions.cohorts import end_membership
from programs.models import Membership, Role
from tests.costs import cost
from tests.people import School, sign_in

pytestmark = pytest.mark.django_db
LIST = reverse("programs:number-list")
SHOWN = "+61 491 570 006"


@pytest.fixture
def number(a_supporter: User) -> Channel:
    return give_number(by=a_supporter, number="+61491570006")


def prove(by: User, number: Channel, digits: str) -> str:
    """What staff read after typing the digits."""
    path = reverse("programs:number-prove", args=[number.uuid])
    return str(sign_in(by).post(path, {"digits": digits}, follow=True).content.decode())


def looks() -> list[tuple[int | None, int | None]]:
    return list(AuditEntry.objects.filter(verb="numbers read").values_list("by", "count"))


def test_a_number_is_rung_and_the_digits_make_it_count(
    number: Channel, a_supporter: User, wellbeing_staff: User
) -> None:
    """Kept: who rang and when."""
    page = sign_in(wellbeing_staff).get(LIST).content.decode()
    assert "Tom Ellery" in page
    assert SHOWN in page
    assert 'href="tel:+61491570006"' in page
    assert number.code not in page
    text = prove(wellbeing_staff, number, number.code)
    assert "Tom Ellery can be rung. The number counts for 180 days." in text
    assert SHOWN not in text
    number.refresh_from_db()
    assert number.proven_by == wellbeing_staff
    owner = sign_in(a_supporter).get(reverse("notice-list")).content.decode()
    assert "Rung by Anjali" in owner
    User.objects.filter(pk=wellbeing_staff.pk).update(is_active=False)  # has left, or died
    owner = sign_in(a_supporter).get(reverse("notice-list")).content.decode()
    assert "Rung by Somebody no longer here" in owner
    assert "Anjali" not in owner


def test_each_look_is_written_down_with_how_many_and_without_numbers(
    number: Channel, wellbeing_staff: User
) -> None:
    sign_in(wellbeing_staff).get(LIST)
    assert looks() == [(wellbeing_staff.pk, 1)]
    assert "570006" not in str(list(AuditEntry.objects.values()))


def test_wrong_digits_say_so_and_end_after_five(number: Channel, wellbeing_staff: User) -> None:
    wrong = str((int(number.code) + 1) % 10_000).zfill(4)
    for _ in range(TRIES):
        assert "Those are not the digits" in prove(wellbeing_staff, number, wrong)
    path = reverse("programs:number-prove", args=[number.uuid])
    assert sign_in(wellbeing_staff).post(path, {"digits": number.code}).status_code == 404
    assert not Channel.objects.proven(now()).exists()


@pytest.mark.parametrize(
    ("typed", "says"), [("", "Type the four digits."), ("1" * 21, "There are four digits.")]
)
def test_nothing_typed_counts_no_try(number: Channel, wellbeing_staff: User, typed: str, says: str) -> None:
    assert says in prove(wellbeing_staff, number, typed)
    number.refresh_from_db()
    assert number.code_tries == 0


def test_one_s_own_number_is_for_a_colleague(kestrel: School, wellbeing_staff: User) -> None:
    mine = give_number(by=wellbeing_staff, number="+61491570006")
    assert "A colleague has to ring it" in sign_in(wellbeing_staff).get(LIST).content.decode()
    assert "Somebody else has to ring" in prove(wellbeing_staff, mine, mine.code)
    colleague = kestrel.join(Role.STAFF, "Ruth").user
    assert "can be rung" in prove(colleague, mine, mine.code)


def test_nobody_else_sees_a_number(
    number: Channel,
    another_student: User,
    a_student_lead: User,
    clinical_adviser: User,
    staff_of_another_school: User,
) -> None:
    path = reverse("programs:number-prove", args=[number.uuid])
    for other in (another_student, a_student_lead, clinical_adviser):
        client = sign_in(other)
        assert client.get(LIST).status_code == client.post(path, {"digits": number.code}).status_code == 403
    elsewhere = sign_in(staff_of_another_school)
    assert SHOWN not in elsewhere.get(LIST).content.decode()
    assert elsewhere.post(path, {"digits": number.code}).status_code == 404
    assert not Channel.objects.proven(now()).exists()


def test_whoever_has_left_is_not_rung(kestrel: School, number: Channel, wellbeing_staff: User) -> None:
    for membership in Membership.objects.filter(user=number.user):
        end_membership(by=kestrel.staff, membership=membership, now=now())
    assert SHOWN not in sign_in(wellbeing_staff).get(LIST).content.decode()


def test_this_week_says_how_many_wait(kestrel: School, number: Channel, wellbeing_staff: User) -> None:
    assert "One person waits for a test call." in sign_in(wellbeing_staff).get("/").content.decode()
    give_number(by=kestrel.join(Role.SUPPORTER, "Kit").user, number="+61491570156")
    page = sign_in(wellbeing_staff).get("/").content.decode()
    assert "2 people wait for a test call." in page
    assert LIST in page


def test_the_list_costs_no_more_when_it_is_long(
    kestrel: School, number: Channel, wellbeing_staff: User
) -> None:
    client = sign_in(wellbeing_staff)
    one = cost(client, LIST)
    for place in range(20):
        give_number(by=kestrel.join(Role.SUPPORTER, f"Kit{place}").user, number=f"+614915701{place:02}")
    assert cost(client, LIST) == one <= 10
