"""What lower apps ask of upper ones, by name."""

import inspect
from typing import Any

import pytest

from peersupport.clock import now
from peersupport.models import User
from peersupport.named_lists import WeekTask, asked
from programs.permissions import Rights, rights_of
from tests.people import School, fill_directory

NAMES = {"LOCAL": ["program", "site", "at"], "THIS_WEEK": ["rights", "at"], "SIGN_UP_ALLOWED": ["email"]}


@pytest.mark.parametrize("name", NAMES)
def test_every_name_resolves_to_a_function_of_the_agreed_shape(name: str, settings: Any) -> None:
    found = asked(name)
    written = getattr(settings, name)
    written = [written] if isinstance(written, str) else written
    assert [f"{function.__module__}.{function.__name__}" for function in found] == list(written)
    for function in found:
        assert list(inspect.signature(function).parameters) == NAMES[name]


def test_a_name_that_is_not_there_is_loud(settings: Any) -> None:
    settings.THIS_WEEK = ["training.answers.no_such_thing"]
    with pytest.raises(ImportError):
        asked("THIS_WEEK")


def test_this_week_answers_staff_only(
    kestrel: School, a_student: User, wellbeing_staff: User, somebody_on_no_list: User
) -> None:
    fill_directory(kestrel)
    for function in asked("THIS_WEEK"):
        for nobody in (Rights(), rights_of(a_student, now()), rights_of(somebody_on_no_list, now())):
            assert function(nobody, now()) == []
    tasks = [
        task for function in asked("THIS_WEEK") for task in function(rights_of(wellbeing_staff, now()), now())
    ]
    assert tasks == [
        WeekTask("One person has signed in and is not on the roster.", "See who", "/roster/people/waiting/")
    ]


def test_sign_up_is_for_the_domains_of_a_school(kestrel: School, harrow: School) -> None:
    (may_sign_up,) = asked("SIGN_UP_ALLOWED")
    for email, fine in (
        ("a@kestrel.example", True),
        (" A@HARROW.example ", True),
        ("a@not-kestrel.example", False),
        ("a@sub.kestrel.example", False),
        ("a@kestrel.example.evil.example", False),
        ("kestrel.example", True),
        ("", False),
    ):
        assert may_sign_up(email) is fine, email
