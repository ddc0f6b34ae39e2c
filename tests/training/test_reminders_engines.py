"""Days of reminders, and what is planned, without a database."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.engines.reminders import PlannedDay, Standing, Task, planned, reminds, words

DAY = date(2026, 3, 14)


def after(number: int) -> date:
    return DAY + timedelta(days=number)


def days_of(standing: Standing, first: int = -40, last: int = 60) -> list[int]:
    ahead = [after(number) for number in range(first, last)]
    return [(row.day - DAY).days for row in planned([standing], ahead)]


def test_one_module_is_named_14_and_3_days_before_on_the_day_and_four_weeks_after() -> None:
    """B5."""
    assert days_of(Standing(left=((1, DAY),))) == [-14, -3, 0, 7, 14, 21, 28]


@pytest.mark.parametrize(
    ("first", "expected"),
    [(-13, [-13, -3]), (-12, [-12, -3]), (-11, [-3]), (-2, [])],
)
def test_whoever_comes_back_within_two_days_is_told_then(first: int, expected: list[int]) -> None:
    """B5: after a leave there are 14 days to catch up, so the first day back is the 13th before."""
    assert days_of(Standing(left=((1, DAY),)), first, 0) == expected


def test_two_days_that_lie_close_share_their_messages() -> None:
    """B5: once both have been named, the later one is not named a day after each again."""
    assert days_of(Standing(left=((1, DAY), (2, after(1)))), last=9) == [-14, -11, -3, 0, 7]


def test_a_first_word_is_said_three_days_after_another_message_at_the_latest() -> None:
    """The second is first named 12 days before its day: 14 before lies one day after a message."""
    assert days_of(Standing(left=((1, after(-28)), (2, after(15)))), first=-1, last=4) == [0, 3]


def test_days_away_and_the_last_message_count() -> None:
    standing = Standing(left=((1, DAY),), told_on=after(-6), away=((after(0), after(6)),))
    assert days_of(standing, first=-4) == [-3, 7, 14, 21, 28]
    assert days_of(Standing(left=((1, DAY),), told_on=after(-4)), first=-3, last=1) == [0]


def test_people_and_modules_are_counted_by_day() -> None:
    soon = Standing(left=((1, DAY), (2, after(14))))
    alone = Standing(left=((3, DAY),))
    assert planned([soon, soon, alone], [DAY]) == [PlannedDay(DAY, people=3, modules=3)]
    assert planned([], [DAY]) == []


@given(
    left=st.lists(st.tuples(st.integers(1, 5), st.dates(after(-60), after(60))), max_size=6).map(tuple),
    told=st.none() | st.dates(after(-5), after(-1)),
)
def test_never_two_within_three_days_and_never_without_a_reason(
    left: tuple[tuple[int, date], ...], told: date | None
) -> None:
    """B5."""
    found = [after(number) for number in days_of(Standing(left=left, told_on=told), first=0)]
    for earlier, later in zip([told, *found], found, strict=False):
        assert earlier is None or (later - earlier).days >= 3
    assert all(any(reminds(due_on, day) for _, due_on in left) for day in found)


def test_words_name_number_minutes_and_day_and_no_more() -> None:
    tasks = [Task(1, 6, 12, after(-1)), Task(2, 6, 10, DAY)]
    assert words(tasks, DAY) == {
        "heading": "2 modules to do",
        "lines": "Module 1 of 6, 12 minutes, was due on Friday 13 March, still open\n"
        "Module 2 of 6, 10 minutes, by Saturday 14 March",
    }
    assert words(tasks[:1], DAY)["heading"] == "one module to do"
