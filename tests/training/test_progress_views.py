"""The learner's screens: one tap in, one step at a time, back to the same place from anywhere."""

import re
from urllib.parse import urljoin
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from peersupport.clock import now
from peersupport.models import User
from programs.actions.cohorts import end_membership
from programs.models import Membership, Role
from tests.doors import NOBODY, assert_door_holds
from tests.people import School, load_reviewed, sign_in
from tests.training.walking import make_modules, send, url, words
from training.models import ModuleVersion, Progress

# ---------------------------------------------------------------- who gets in


def test_the_door_of_a_module(
    kestrel: School,
    short_walk: ModuleVersion,
    a_student: User,
    an_evaluator: User,
    staff_of_another_school: User,
    student_of_another_school: User,
    staff_whose_role_has_ended: User,
    somebody_on_no_list: User,
) -> None:
    strangers = (
        staff_of_another_school,
        student_of_another_school,
        staff_whose_role_has_ended,
        somebody_on_no_list,
    )
    for name, numbers, method in (
        ("module-open", (), "get"),
        ("step-show", (1,), "get"),
        ("step-pass", (1,), "post"),
        ("module-done", (), "get"),
    ):
        page = url(name, short_walk, *numbers)
        assert_door_holds(
            page, method=method, inside=a_student, forbidden=[an_evaluator], strangers=strangers
        )
    assert not Progress.objects.exists()


@pytest.mark.parametrize("role", [role for role in Role if role != Role.EVALUATOR])
def test_everybody_of_the_school_but_the_evaluator_has_their_own_training(
    kestrel: School, short_walk: ModuleVersion, role: Role
) -> None:
    client = sign_in(kestrel.join(role, "Somebody").user)
    assert "You see a friend by the door" in words(client.get(url("step-show", short_walk, 1)))


@pytest.mark.parametrize(("name", "numbers"), [("module-open", []), ("step-show", [1]), ("module-done", [])])
def test_a_module_that_is_not_there(a_student: User, name: str, numbers: list[int]) -> None:
    address: list[UUID | int] = [NOBODY, *numbers]
    assert sign_in(a_student).get(reverse(f"training:{name}", args=address)).status_code == 404


@pytest.mark.parametrize("number", [0, 7, 99999999])
def test_a_step_that_is_not_there(a_student: User, short_walk: ModuleVersion, number: int) -> None:
    client = sign_in(a_student)
    assert client.get(url("step-show", short_walk, number)).status_code == 404
    assert client.post(url("step-pass", short_walk, number)).status_code == 404
    assert not Progress.objects.exists()


def test_a_module_that_the_school_has_not_reviewed_is_not_there(
    harrow: School, student_of_another_school: User, short_walk: ModuleVersion
) -> None:
    client = sign_in(student_of_another_school)
    assert client.get(url("module-open", short_walk)).status_code == 404
    assert send(client, short_walk, 1).status_code == 404
    load_reviewed(harrow)
    assert client.get(url("module-open", short_walk)).status_code == 302


def test_the_end_of_a_membership_counts_on_the_next_request(
    kestrel: School, a_student: User, short_walk: ModuleVersion, wellbeing_staff: User
) -> None:
    client = sign_in(a_student)
    assert send(client, short_walk, 1).status_code == 302
    membership = Membership.objects.get(user=a_student)
    end_membership(by=wellbeing_staff, membership=membership, now=now())
    assert client.get(url("step-show", short_walk, 2)).status_code == 404
    assert send(client, short_walk, 2).status_code == 404
    assert "not on the list" in words(client.get("/"))
    assert Progress.objects.get().place == 2


# ---------------------------------------------------------------- the way through


def test_the_address_sent_round_leads_straight_to_the_first_step(
    a_student: User, short_walk: ModuleVersion
) -> None:
    response = sign_in(a_student).get(url("module-open", short_walk), follow=True)
    assert response.redirect_chain == [(url("step-show", short_walk, 1), 302)]
    assert words(response).startswith("Step 1 of 6, about 2 minutes left")
    assert not Progress.objects.exists()


def test_of_several_modules_the_one_that_was_asked_for_opens(
    kestrel: School, a_student: User, short_walk: ModuleVersion
) -> None:
    make_modules(kestrel, a_student, range(2), "nothing")
    for version in ModuleVersion.objects.all():
        page = sign_in(a_student).get(url("step-show", version, 1)).content.decode()
        assert url("step-pass", version, 1) in page


def test_signing_in_leads_back_to_the_module(a_student: User, short_walk: ModuleVersion) -> None:
    response = Client().get(url("module-open", short_walk))
    assert response["Location"] == f"{reverse('account_login')}?next={url('module-open', short_walk)}"


def test_a_reading_goes_on_to_the_next_step(a_student: User, short_walk: ModuleVersion) -> None:
    client = sign_in(a_student)
    assert send(client, short_walk, 1)["Location"] == url("step-show", short_walk, 2)
    assert "What do you say first?" in words(client.get(url("step-show", short_walk, 2)))


def test_a_check_says_why_and_can_be_tried_again(a_student: User, short_walk: ModuleVersion) -> None:
    client = sign_in(a_student)
    send(client, short_walk, 1)
    wrong = send(client, short_walk, 2, [0])
    assert wrong["Location"] == url("step-show", short_walk, 2) + "#feedback"
    page = words(client.get(url("step-show", short_walk, 2)))
    assert "Not quite It points at her." in page
    assert "Think of what you would like to hear there." in page
    assert "Try again" in page
    send(client, short_walk, 2, [1])
    page = words(client.get(url("step-show", short_walk, 2)))
    assert "Yes It is short, it is kind, and she can say no." in page
    assert "Try again" not in page


def test_several_answers_say_when_more_fit(a_student: User, short_walk: ModuleVersion) -> None:
    client = sign_in(a_student)
    for number in (1, 2, 3, 4):
        send(client, short_walk, number)
    send(client, short_walk, 5, [0])
    assert "There is more that fits." in words(client.get(url("step-show", short_walk, 5)))
    send(client, short_walk, 5, [0, 1, 2])
    page = words(client.get(url("step-show", short_walk, 5)))
    assert "Not quite" in page
    assert "There is more that fits." not in page


@pytest.mark.parametrize(
    ("choice", "sentence"),
    [
        ("", "Choose an answer first"),
        ("seven", "not on this page"),
        ("-1", "not on this page"),
        ("9" * 6000, "not on"),
    ],
)
def test_an_answer_that_cannot_be_is_said_kindly_where_one_was(
    a_student: User, short_walk: ModuleVersion, choice: str, sentence: str
) -> None:
    client = sign_in(a_student)
    send(client, short_walk, 1)
    here = url("step-show", short_walk, 2)
    data = {"choice": choice} if choice else {}
    response = client.post(
        url("step-pass", short_walk, 2), data, headers={"referer": f"http://testserver{here}"}, follow=True
    )
    assert response.redirect_chain == [(f"http://testserver{here}", 302)]
    assert sentence in response.content.decode()
    assert Progress.objects.get().choices("check-the-words") == []


def test_nobody_runs_ahead_by_typing_an_address(a_student: User, short_walk: ModuleVersion) -> None:
    client = sign_in(a_student)
    assert client.get(url("step-show", short_walk, 4))["Location"] == url("step-show", short_walk, 1)
    send(client, short_walk, 1)
    assert client.get(url("step-show", short_walk, 4))["Location"] == url("step-show", short_walk, 2)


def test_back_and_forward_among_the_steps_reached(a_student: User, short_walk: ModuleVersion) -> None:
    client = sign_in(a_student)
    for number in (1, 2, 3):
        send(client, short_walk, number)
    for number in (1, 2, 3, 4):
        here = url("step-show", short_walk, number)
        page = client.get(here).content.decode()
        links = {urljoin(here, link) for link in re.findall(r'href="([^"#]*/)"', page)}
        assert {
            url("step-show", short_walk, reached) for reached in (1, 2, 3, 4) if reached != number
        } <= links
        assert url("step-show", short_walk, 5) not in links


def test_local_words_and_numbers_are_the_countrys(a_student: User, short_walk: ModuleVersion) -> None:
    client = sign_in(a_student)
    for number in (1, 2, 3):
        send(client, short_walk, number)
    page = client.get(url("step-show", short_walk, 4)).content.decode()
    assert "{{" not in page
    assert 'href="tel:000"' in page
    assert re.search(r'<a class="dial" href="tel:131114">.*13 11 14</a>', page, re.DOTALL)


def test_the_end_says_what_is_still_missing(a_student: User, short_walk: ModuleVersion) -> None:
    client = sign_in(a_student)
    for number, choices in ((1, []), (2, [0]), (4, []), (6, [])):
        send(client, short_walk, number, choices)
    page = words(client.get(url("module-done", short_walk)))
    assert "3 steps still to do" in page
    assert "Step 3: Your own words Not seen yet" in page
    assert "Step 5: What to look out for Not answered yet" in page
    assert "You are done" not in page


def test_an_answer_that_was_not_right_is_called_that_at_the_end(
    a_student: User, short_walk: ModuleVersion
) -> None:
    client = sign_in(a_student)
    for number, choices in ((1, []), (2, [0]), (3, []), (4, []), (5, [0, 2]), (6, [])):
        send(client, short_walk, number, choices)
    page = words(client.get(url("module-done", short_walk)))
    assert "1 step still to do" in page
    assert "Step 2: The first words Another look at the answer" in page


def test_the_end_of_a_module_not_begun_is_its_beginning(a_student: User, short_walk: ModuleVersion) -> None:
    response = sign_in(a_student).get(url("module-done", short_walk))
    assert response["Location"] == url("step-show", short_walk, 1)


def test_the_end_has_a_sentence_to_send_and_numbers_to_keep(
    a_student: User, short_walk: ModuleVersion
) -> None:
    client = sign_in(a_student)
    for number in range(1, 7):
        response = send(client, short_walk, number)
    assert response["Location"] == url("module-done", short_walk)
    page = client.get(response["Location"])
    assert "You are done." in words(page)
    assert "I am going for a walk at one. Come along if you like." in words(page)
    assert "Nothing else is asked of you now" in words(page)
    assert 'href="/help/kestrel/card.vcf"' in page.content.decode()
    assert client.get(url("module-open", short_walk))["Location"] == url("module-done", short_walk)


def test_whoever_is_done_reads_any_step_again(a_student: User, short_walk: ModuleVersion) -> None:
    client = sign_in(a_student)
    for number in range(1, 7):
        send(client, short_walk, number)
    for number in range(1, 7):
        assert f"Step {number} of 6" in words(client.get(url("step-show", short_walk, number)))
