"""The start page, and what the learner's pages cost."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from peersupport.models import User
from tests.costs import cost
from tests.people import School, fill_directory, sign_in, sign_up
from tests.training.walking import load_content, make_modules, right_answer, send, url, words
from training.models import Assignment, Module, ModuleVersion


def test_a_learners_start_page_in_the_order_of_days(
    kestrel: School, a_student: User, short_walk: ModuleVersion
) -> None:
    make_modules(kestrel, a_student, range(2), "left")
    Assignment.objects.create(
        year=kestrel.year, module=short_walk.module, track="core", due_on=kestrel.today - timedelta(days=3)
    )
    page = words(sign_in(a_student).get("/"))
    assert "3 things left, 6 minutes" in page
    assert "It is still open." in page
    assert page.index("A short walk") < page.index("Module 0")


def test_the_start_page_says_where_one_was(
    kestrel: School, a_student: User, short_walk: ModuleVersion
) -> None:
    Assignment.objects.create(year=kestrel.year, module=short_walk.module, track="core", due_on=kestrel.today)
    client = sign_in(a_student)
    assert "One thing left, 2 minutes" in words(client.get("/"))
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


def test_staff_see_their_week_and_seven_lines_at_most(kestrel: School, wellbeing_staff: User) -> None:
    fill_directory(kestrel)
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


def test_the_week_costs_the_same_with_many_lines(kestrel: School, wellbeing_staff: User) -> None:
    client = sign_in(wellbeing_staff)
    make_modules(kestrel, wellbeing_staff, range(1), "nothing")
    sign_up("new0@kestrel.example")
    one = cost(client, "/")
    make_modules(kestrel, wellbeing_staff, range(1, 50), "nothing")
    for number in range(1, 50):
        sign_up(f"new{number}@kestrel.example")
    assert cost(client, "/") == one <= 10


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
    # A tap and the page after it: 6 and 4, and one more where the step names services of the school.
    sent = {name: cost for name, cost in costs.items() if "send" in name and cost > 10}
    assert sent == {"send and show 3": 11}
    assert {name: cost for name, cost in costs.items() if "send" not in name and cost > 6} == {}


@pytest.mark.parametrize("state", ["nothing", "left", "done"])
def test_the_start_page_costs_the_same_with_many_modules(
    kestrel: School, a_student: User, state: str
) -> None:
    client = sign_in(a_student)
    client.get("/")
    make_modules(kestrel, a_student, range(1), state)
    one = cost(client, "/"), cost(client, reverse("training:module-list"))
    make_modules(kestrel, a_student, range(1, 50), state)
    assert (cost(client, "/"), cost(client, reverse("training:module-list"))) == one
    assert max(one) <= 6
