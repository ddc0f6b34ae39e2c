"""The learner's screens of a talk, as somebody meets them."""

import pytest
from django.test import Client
from django.urls import reverse

from peersupport.clock import now
from peersupport.models import User
from programs.actions.cohorts import end_membership
from programs.models import Membership, Role
from tests.costs import cost
from tests.people import School, sign_in
from tests.training.talks import TRAIN_HOME, load_reviewed_talk, load_talk
from training.actions.practice import say
from training.models import PracticeVersion, Talking

pytestmark = pytest.mark.django_db


@pytest.fixture
def talk(kestrel: School) -> PracticeVersion:
    return load_reviewed_talk(kestrel, TRAIN_HOME)


def show(client: Client, talk: PracticeVersion) -> str:
    return client.get(reverse("training:practice-show", args=[talk.practice.uuid])).content.decode()


def answer(client: Client, talk: PracticeVersion, place: int, letter: str) -> str:
    page = reverse("training:practice-say", args=[talk.practice.uuid])
    return client.post(page, {"place": str(place), "say": letter}, follow=True).content.decode()


def test_a_talk_from_the_first_line_to_a_safe_ending(a_student: User, talk: PracticeVersion) -> None:
    """Claims B12, B13: each answer has its word, they answer by what was said, and it is looked back on."""
    client = sign_in(a_student)
    assert "You and Mei, on the 6.40" in client.get(reverse("training:practice-list")).content.decode()
    first = show(client, talk)
    assert "Third week of surgery" in first
    assert "What you type stays in this browser window" in first
    after = answer(client, talk, 0, "c")
    assert "it makes the thing smaller than it is" in after
    assert "She puts both earphones in" in after
    answer(client, talk, 1, "a")
    answer(client, talk, 2, "a")
    answer(client, talk, 3, "a")
    end = answer(client, talk, 4, "b")
    assert "Mei is not alone with it tonight" in end
    assert "Take it again from here" in end
    assert "Asked about suicide directly" in end
    assert "Made it smaller" in end
    assert Talking.objects.get().done_on is not None


def test_an_unsafe_ending_says_what_to_do_and_leads_back(a_student: User, talk: PracticeVersion) -> None:
    """Claim B12: put right before it is over."""
    client = sign_in(a_student)
    for place, letter in enumerate("acbb"):
        page = answer(client, talk, place, letter)
    assert "If this were real, ring her now" in page
    assert "Begin again" in page
    again = reverse("training:practice-again", args=[talk.practice.uuid])
    assert "What do you say?" in client.post(again, {"place": "2"}, follow=True).content.decode()
    assert Talking.objects.get().path == "ac"


def test_pause_and_come_back_from_another_browser(a_student: User, talk: PracticeVersion) -> None:
    """Claim B1, for talks."""
    answer(sign_in(a_student), talk, 0, "b")
    other = sign_in(a_student)
    assert "You are in the middle of it" in other.get(reverse("training:practice-list")).content.decode()
    page = show(other, talk)
    assert "exchange 2" in page
    assert "She wipes her eyes" in page


def test_finishing_forgets_what_was_said(a_student: User, talk: PracticeVersion) -> None:
    client = sign_in(a_student)
    for place, letter in enumerate("aaaa"):
        answer(client, talk, place, letter)
    finish = reverse("training:practice-finish", args=[talk.practice.uuid])
    said = client.post(finish, follow=True).content.decode()
    assert "What you said in it is forgotten" in said
    assert "Done." in said
    assert Talking.objects.get().path == ""


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({}, "Choose one of the lines first"),
        ({"place": "0"}, "Choose one of the lines first"),
        ({"place": "0", "say": "abc"}, "Choose one of the lines first"),
        ({"place": "-1", "say": "a"}, "Choose one of the lines first"),
        ({"place": "9" * 5000, "say": "a"}, "Choose one of the lines first"),
        ({"place": "0", "say": "z"}, "not on this page any more"),
    ],
)
def test_bad_answers_get_a_sentence(
    a_student: User, talk: PracticeVersion, data: dict[str, str], words: str
) -> None:
    client = sign_in(a_student)
    page = reverse("training:practice-say", args=[talk.practice.uuid])
    assert words in client.post(page, data, follow=True).content.decode()
    assert words or not Talking.objects.exists()


def test_what_one_writes_oneself_has_no_name_and_stands_in_no_form(
    a_student: User, talk: PracticeVersion
) -> None:
    """Claim B14: a browser sends fields with a name, and only those of a form."""
    client = sign_in(a_student)
    for page in (show(client, talk), answer(client, talk, 0, "a")):
        field = page[page.index("<textarea") : page.index("</textarea>")]
        assert "name=" not in field
        before = page[: page.index("<textarea")]
        assert before.count("<form") == before.count("</form")


def test_a_supporters_talk_is_for_supporters(
    kestrel: School, a_student: User, a_supporter: User, talk: PracticeVersion
) -> None:
    PracticeVersion.objects.update(track="supporter")
    for user, status in ((a_student, 404), (a_supporter, 200), (kestrel.staff, 200)):
        page = reverse("training:practice-show", args=[talk.practice.uuid])
        assert sign_in(user).get(page).status_code == status
        listed = sign_in(user).get(reverse("training:practice-list")).content.decode()
        assert ("You and Mei" in listed) == (status == 200)


def test_a_supporters_talk_ends_with_the_role(
    kestrel: School, a_supporter: User, talk: PracticeVersion
) -> None:
    """Also one that is under way: the next request finds nothing."""
    PracticeVersion.objects.update(track="supporter")
    client = sign_in(a_supporter)
    answer(client, talk, 0, "a")
    membership = Membership.objects.get(user=a_supporter, role=Role.SUPPORTER)
    end_membership(by=kestrel.staff, membership=membership, now=now())
    page = reverse("training:practice-show", args=[talk.practice.uuid])
    assert client.get(page).status_code == 404
    say_page = reverse("training:practice-say", args=[talk.practice.uuid])
    assert client.post(say_page, {"place": "1", "say": "a"}).status_code == 404


def test_a_talk_of_another_school_does_not_move_with_somebody(
    kestrel: School, harrow: School, a_student: User, talk: PracticeVersion
) -> None:
    answer(sign_in(a_student), talk, 0, "a")
    Membership.objects.filter(user=a_student).update(year=harrow.year, site=harrow.site)
    page = reverse("training:practice-show", args=[talk.practice.uuid])
    assert sign_in(a_student).get(page).status_code == 404


def test_staff_read_everything_before_students_see_it(kestrel: School, a_student: User) -> None:
    version = load_talk(TRAIN_HOME)
    staff, student = sign_in(kestrel.staff), sign_in(a_student)
    nothing = student.get(reverse("training:practice-list")).content.decode()
    assert "Nothing is open yet" in nothing
    assert "is waiting to be read" in staff.get("/").content.decode()
    text = staff.get(reverse("training:practice-review", args=[version.practice.uuid])).content.decode()
    for node in version.talk.nodes.values():
        for line in node.lines:
            assert line.text in text
            assert line.feedback in text
    staff.post(reverse("training:practice-publish", args=[version.practice.uuid]))
    assert "You and Mei" in student.get(reverse("training:practice-list")).content.decode()
    assert "is waiting to be read" not in staff.get("/").content.decode()


def test_nobody_else_reads_what_was_said_or_that_somebody_practised(
    kestrel: School, a_student: User, talk: PracticeVersion
) -> None:
    """Claim B18: wellbeing staff see their own talks only."""
    say(by=a_student, version=talk, place=0, letter="a", today=kestrel.today)
    staff = sign_in(kestrel.staff)
    assert "in the middle" not in staff.get(reverse("training:practice-list")).content.decode()
    person = staff.get(reverse("programs:person-show", args=[a_student.uuid])).content.decode()
    assert talk.title not in person
    assert talk.short not in person


def test_what_a_talk_costs(kestrel: School, a_student: User, talk: PracticeVersion) -> None:
    """Goal S2: six questions at most, and ten for saying a line and seeing the answer."""
    client = sign_in(a_student)
    page = reverse("training:practice-show", args=[talk.practice.uuid])
    assert cost(client, page) <= 6
    assert cost(client, reverse("training:practice-list")) <= 6
    saying = cost(
        client,
        reverse("training:practice-say", args=[talk.practice.uuid]),
        "post",
        {"place": "0", "say": "a"},
    )
    assert saying + cost(client, page) <= 16
