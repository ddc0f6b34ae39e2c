"""The learner's screens: one tap in, one step at a time, back to the same place from anywhere."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from peersupport.clock import now
from peersupport.models import User
from programs.actions.cohorts import end_membership
from programs.models import Membership, Role
from tests.costs import cost
from tests.doors import NOBODY, assert_door_holds
from tests.people import SHIPPED_MODULE, SMALL_MODULE, School, load_reviewed, sign_in, sign_up
from training.engines.modulefile import read_folder
from training.engines.steps import right_choices
from training.models import Assignment, Module, ModuleVersion, Progress, Review

TAG = re.compile(r"<[^>]+>")


def url(name: str, version: ModuleVersion, *more: int) -> str:
    return reverse(f"training:{name}", args=[version.module.uuid, *more])


def words(response: Any) -> str:
    """What stands on the page between <main> and </main>, without tags."""
    page = response.content.decode()
    return " ".join(unescape(TAG.sub(" ", page[page.index("<main") : page.index("</main")])).split())


def right_answer(version: ModuleVersion, number: int) -> dict[str, list[int]]:
    return {"choice": sorted(right_choices(version.steps[number - 1]))}


def send(client: Client, version: ModuleVersion, number: int, choices: list[int] | None = None) -> Any:
    data = right_answer(version, number) if choices is None else {"choice": choices}
    return client.post(url("step-pass", version, number), data)


@pytest.fixture
def newer_version(tmp_path: Path) -> Callable[..., Path]:
    """The small module's folder with other words and the next version number."""

    def make(number: int = 2) -> Path:
        folder = tmp_path / SMALL_MODULE.name
        folder.mkdir(exist_ok=True)
        for file in SMALL_MODULE.iterdir():
            text = file.read_text().replace("version: 1", f"version: {number}")
            (folder / file.name).write_text(text.replace("She looks worn out.", "She looks tired."))
        return folder

    return make


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
    assert words(response).startswith("Step 1 of 6, about 3 minutes left")
    assert not Progress.objects.exists()


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
        page = client.get(url("step-show", short_walk, number)).content.decode()
        links = set(re.findall(r'href="([^"]*/steps/\d+/)"', page))
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
    assert 'href="/help/au/card.vcf"' in page.content.decode()
    assert client.get(url("module-open", short_walk))["Location"] == url("module-done", short_walk)


def test_whoever_is_done_reads_any_step_again(a_student: User, short_walk: ModuleVersion) -> None:
    client = sign_in(a_student)
    for number in range(1, 7):
        send(client, short_walk, number)
    for number in range(1, 7):
        assert f"Step {number} of 6" in words(client.get(url("step-show", short_walk, number)))


# ---------------------------------------------------------------- claims


def test_resume_after_every_step_of_the_shipped_module(kestrel: School, a_student: User) -> None:
    """Claim B1: after each step a new session comes back to the same step and anchor; no answer is lost."""
    version = load_reviewed(kestrel, SHIPPED_MODULE)
    sent: dict[str, list[int]] = {}
    for number, step in enumerate(version.steps, start=1):
        tries = [[0], sorted(right_choices(step))] if step["kind"] == "check" else [[]]
        for choices in tries:
            response = send(sign_in(a_student), version, number, choices)
            sent[step["key"]] = choices
            back = sign_in(a_student).get(url("module-open", version))
            way = Progress.objects.get()
            assert {key: way.choices(key) for key in way.states} == sent
            if number == len(version.steps):
                assert back["Location"] == response["Location"] == url("module-done", version)
            elif step["kind"] != "check":
                assert back["Location"] == response["Location"]
            elif set(choices) != right_choices(step):
                assert (
                    back["Location"]
                    == response["Location"]
                    == url("step-show", version, number) + "#feedback"
                )
            else:
                assert back["Location"] == url("step-show", version, number + 1)
            shown = sign_in(a_student).get(url("step-show", version, number)).content.decode()
            checked = [int(found) for found in re.findall(r'name="choice" value="(\d+)" checked', shown)]
            assert checked == choices
    assert Progress.objects.get().completed_on == kestrel.today


def test_a_learner_stays_on_the_version_they_began(
    kestrel: School,
    a_student: User,
    another_student: User,
    short_walk: ModuleVersion,
    newer_version: Callable[..., Path],
) -> None:
    """Claim B9: a new version is for those who begin after it was reviewed."""
    begun, fresh = sign_in(a_student), sign_in(another_student)
    send(begun, short_walk, 1)
    newer = load_reviewed(kestrel, newer_version())
    assert newer.number == 2
    assert "She looks worn out." in words(begun.get(url("step-show", short_walk, 1)))
    assert "She looks tired." in words(fresh.get(url("step-show", short_walk, 1)))
    for number in (2, 3, 4, 5, 6):
        send(begun, short_walk, number)
    way = Progress.objects.get(user=a_student)
    assert (way.version, way.completed_on) == (short_walk, kestrel.today)


def test_publishing_a_new_version_never_un_completes(
    kestrel: School, a_student: User, short_walk: ModuleVersion, newer_version: Callable[..., Path]
) -> None:
    """Claim B3: done stays done, on the learner's pages and on the staff's."""
    client = sign_in(a_student)
    for number in range(1, 7):
        send(client, short_walk, number)
    load_reviewed(kestrel, newer_version())
    assert client.get(url("module-open", short_walk))["Location"] == url("module-done", short_walk)
    assert "You are done." in words(client.get(url("module-done", short_walk)))
    assert "Nothing left to do" in words(client.get("/"))
    send(client, short_walk, 2, [0])
    assert Progress.objects.get().completed_on == kestrel.today


def every_text_in_the_database() -> str:
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        rows = []
        for table in tables:
            cursor.execute(f'SELECT * FROM "{table}"')
            rows += cursor.fetchall()
    return repr(rows)


def test_own_words_are_never_kept(
    a_student: User, short_walk: ModuleVersion, capfd: pytest.CaptureFixture[str]
) -> None:
    """Claim B15: the field has no name, and what is sent anyway is stored and logged nowhere."""
    canary = "canary-own-words-7f3a"
    client = sign_in(a_student)
    send(client, short_walk, 1)
    send(client, short_walk, 2)
    page = client.get(url("step-show", short_walk, 3)).content.decode()
    fields = re.findall(r"<textarea[^>]*>", page)
    assert len(fields) == 1
    assert " name=" not in fields[0]
    assert " form=" not in fields[0]
    assert "never sent" in page
    data = {"own-words": canary, "choice": [], "reflection": canary, "text": canary}
    response = client.post(url("step-pass", short_walk, 3), data, follow=True)
    assert canary not in response.content.decode()
    assert Progress.objects.get().states["own-words"] == {"choices": [], "done": True}
    assert canary not in every_text_in_the_database()
    assert canary not in "".join(capfd.readouterr())


def test_a_choice_sent_with_a_step_without_options_is_not_kept(
    a_student: User, short_walk: ModuleVersion
) -> None:
    client = sign_in(a_student)
    client.post(url("step-pass", short_walk, 1), {"choice": ["4121"]})
    assert Progress.objects.get().choices("the-door") == []
    assert "4121" not in every_text_in_the_database()


# ---------------------------------------------------------------- what it costs


def test_a_students_pages_ask_the_database_six_times_at_most(
    a_student: User, short_walk: ModuleVersion
) -> None:
    client = sign_in(a_student)
    costs = {}
    for number in range(1, 7):
        costs[f"send and show {number}"] = cost(
            client, url("step-pass", short_walk, number), "post", right_answer(short_walk, number)
        ) + cost(client, url("step-show", short_walk, min(number + 1, 6)))
        costs[f"step {number}"] = cost(client, url("step-show", short_walk, number))
    costs["start"] = cost(client, "/")
    costs["end"] = cost(client, url("module-done", short_walk))
    costs["open"] = cost(client, url("module-open", short_walk))
    assert {name: cost for name, cost in costs.items() if cost > (10 if "send" in name else 6)} == {}


@pytest.mark.parametrize("state", ["nothing", "left", "done"])
def test_the_start_page_costs_the_same_with_many_modules(
    kestrel: School, a_student: User, tmp_path: Path, state: str
) -> None:
    client = sign_in(a_student)
    client.get("/")
    make_modules(kestrel, a_student, tmp_path, range(1), state)
    one = cost(client, "/"), cost(client, reverse("training:module-list"))
    make_modules(kestrel, a_student, tmp_path, range(1, 50), state)
    assert (cost(client, "/"), cost(client, reverse("training:module-list"))) == one
    assert max(one) <= 6


def make_modules(school: School, user: User, folder: Path, numbers: range, state: str) -> None:
    """As many modules as there are numbers: nothing asked, left to do, or done by this person."""
    for number in numbers:
        module = Module.objects.create(slug=f"module-{number}")
        content = {**load_content(), "slug": module.slug}
        version = ModuleVersion.objects.create(
            module=module,
            number=1,
            digest="0",
            title=f"Module {number}",
            track="core",
            row=1,
            minutes=2,
            content=content,
            loaded_on=school.today,
        )
        Review.objects.create(version=version, program=school.program, by=school.staff, on=school.today)
        if state != "nothing":
            Assignment.objects.create(year=school.year, module=module, track="core", due_on=school.today)
        if state == "done":
            Progress.objects.create(
                user=user, module=module, version=version, started_on=school.today, completed_on=school.today
            )


def load_content() -> dict[str, Any]:
    return read_folder(SMALL_MODULE).as_json()


# ---------------------------------------------------------------- the start page


def test_a_learners_start_page_in_the_order_of_days(
    kestrel: School, a_student: User, short_walk: ModuleVersion, tmp_path: Path
) -> None:
    make_modules(kestrel, a_student, tmp_path, range(2), "left")
    Assignment.objects.create(
        year=kestrel.year, module=short_walk.module, track="core", due_on=kestrel.today - timedelta(days=3)
    )
    page = words(sign_in(a_student).get("/"))
    assert "3 things left, 9 minutes" in page
    assert "It is still open, and it still helps." in page
    assert page.index("A short walk") < page.index("Module 0")


def test_the_start_page_says_where_one_was(
    kestrel: School, a_student: User, short_walk: ModuleVersion
) -> None:
    Assignment.objects.create(year=kestrel.year, module=short_walk.module, track="core", due_on=kestrel.today)
    client = sign_in(a_student)
    assert "One thing left, 3 minutes" in words(client.get("/"))
    assert "Begin" in words(client.get("/"))
    send(client, short_walk, 1)
    page = words(client.get("/"))
    assert "Carry on from step 2" in page
    assert "You are at step 2 of 6." in page


def test_a_module_nobody_asks_for_is_open_to_students_when_it_is_core(
    kestrel: School, a_student: User, short_walk: ModuleVersion
) -> None:
    assert "Open to you A short walk" in words(sign_in(a_student).get("/"))
    ModuleVersion.objects.update(track="supporter")
    assert "A short walk" not in words(sign_in(a_student).get("/"))


def test_whoever_is_on_no_list_is_told_whom_to_ask(somebody_on_no_list: User) -> None:
    page = words(sign_in(somebody_on_no_list).get("/"))
    assert "Ask staff@kestrel.example at Kestrel Bay School of Medicine to add you." in page


def test_an_address_of_no_school_is_told_so(kestrel: School) -> None:
    user = User.objects.create_user("somebody@elsewhere.example")
    page = words(sign_in(user).get("/"))
    assert "to add somebody@elsewhere.example" in page
    assert "Kestrel" not in page


def test_signed_out_the_start_page_is_the_sign_in(db: None) -> None:
    assert Client().get("/")["Location"] == f"{reverse('account_login')}?next=/"


def test_staff_see_their_week_and_seven_lines_at_most(
    kestrel: School, wellbeing_staff: User, tmp_path: Path
) -> None:
    client = sign_in(wellbeing_staff)
    assert "Nothing needs you this week" in words(client.get("/"))
    for number in range(9):
        module = Module.objects.create(slug=f"waiting-{number}")
        ModuleVersion.objects.create(
            module=module,
            number=1,
            title=f"Waiting {number}",
            track="core",
            row=1,
            minutes=2,
            content=load_content(),
            loaded_on=kestrel.today,
        )
    page = client.get("/").content.decode()
    assert page.count("Read and review") == 7
    assert "7 things need you this week" in page


def test_the_week_costs_the_same_with_many_lines(
    kestrel: School, wellbeing_staff: User, tmp_path: Path
) -> None:
    client = sign_in(wellbeing_staff)
    make_modules(kestrel, wellbeing_staff, tmp_path, range(1), "nothing")
    sign_up("new0@kestrel.example")
    one = cost(client, "/")
    make_modules(kestrel, wellbeing_staff, tmp_path, range(1, 50), "nothing")
    for number in range(1, 50):
        sign_up(f"new{number}@kestrel.example")
    assert cost(client, "/") == one <= 10
