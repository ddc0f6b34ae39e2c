"""Questions about the stored steps of a module."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.people import SMALL_MODULE
from training.engines.modulefile import read_folder
from training.engines.steps import is_right, minutes_left, right_choices, still_missing

CONTENT: dict[str, Any] = read_folder(SMALL_MODULE).as_json()
STEPS = CONTENT["steps"]
KEYS = [step["key"] for step in STEPS]
CHECKS = {step["key"] for step in STEPS if step["kind"] == "check"}


def test_right_choices() -> None:
    assert [right_choices(step) for step in STEPS] == [set(), {1}, set(), set(), {0, 2}, set()]
    assert is_right(STEPS[4], [2, 0])
    assert not is_right(STEPS[4], [0])
    assert not is_right(STEPS[4], [])


def test_minutes_left_are_whole_and_never_none() -> None:
    assert [minutes_left(STEPS, number) for number in range(1, 7)] == [3, 2, 2, 1, 1, 1]
    assert minutes_left(STEPS, 7) == 1


@pytest.mark.parametrize(
    ("checks", "missing"),
    [
        ("right", [("check-the-words", "not right"), ("today", "not seen")]),
        ("answered", [("today", "not seen")]),
    ],
)
def test_a_wrong_answer_counts_where_answering_is_enough(checks: str, missing: list[tuple[str, str]]) -> None:
    content = {**CONTENT, "done_when": {"steps": "all", "checks": checks}}
    seen = set(KEYS) - {"today"}
    found = still_missing(content, seen, seen - {"check-the-words"})
    assert [(item.step_key, item.reason) for item in found] == missing


@given(st.sets(st.sampled_from(KEYS)), st.sets(st.sampled_from(sorted(CHECKS))), st.sampled_from(KEYS))
def test_one_step_more_never_makes_more_missing(seen: set[str], wrong: set[str], more: str) -> None:
    """Claim B3: monotone with what is stored."""
    before = still_missing(CONTENT, seen, seen - wrong)
    after = still_missing(CONTENT, seen | {more}, (seen - wrong) | {more})
    assert {item.step_key for item in after} <= {item.step_key for item in before}
