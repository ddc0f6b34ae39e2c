"""Going through a module: nothing is lost, nothing is done twice, and what is done stays done."""

from datetime import date
from threading import Barrier

import pytest
from django.db import IntegrityError

from peersupport.errors import Refused
from peersupport.models import AuditEntry, User
from tests.people import School, load_reviewed, start_school
from tests.races import at_once
from training.actions.progress import pass_step
from training.engines.steps import right_choices
from training.models import ModuleVersion, Progress

TODAY = date(2026, 3, 2)
LATER = date(2026, 3, 9)


def go_through(user: User, version: ModuleVersion, *numbers: int, today: date = TODAY) -> Progress:
    for number in numbers:
        choices = sorted(right_choices(version.steps[number - 1]))
        passed = pass_step(by=user, version=version, number=number, choices=choices, today=today)
    return passed.progress


def test_the_first_step_begins_the_way_and_the_place_moves_on(
    a_student: User, short_walk: ModuleVersion
) -> None:
    passed = pass_step(by=a_student, version=short_walk, number=1, choices=[], today=TODAY)
    assert (passed.right, passed.finished) == (None, False)
    way = Progress.objects.get()
    assert (way.user, way.version, way.place, way.started_on) == (a_student, short_walk, 2, TODAY)
    assert way.states == {"the-door": {"choices": [], "done": True}}


def test_a_wrong_answer_is_kept_and_holds_the_place(a_student: User, short_walk: ModuleVersion) -> None:
    go_through(a_student, short_walk, 1)
    passed = pass_step(by=a_student, version=short_walk, number=2, choices=[0], today=TODAY)
    assert passed.right is False
    assert (passed.progress.place, passed.progress.choices("check-the-words")) == (2, [0])
    assert "check-the-words" not in passed.progress.done


def test_a_wrong_answer_after_the_right_one_takes_nothing_away(
    a_student: User, short_walk: ModuleVersion
) -> None:
    go_through(a_student, short_walk, 1, 2)
    again = pass_step(by=a_student, version=short_walk, number=2, choices=[2], today=TODAY)
    assert again.right is False
    assert (again.progress.place, again.progress.choices("check-the-words")) == (3, [2])
    assert "check-the-words" in again.progress.done


@pytest.mark.parametrize(
    ("choices", "right"), [([0, 2], True), ([2, 0], True), ([0], False), ([0, 1, 2], False), ([1], False)]
)
def test_of_several_answers_exactly_the_right_ones_count(
    a_student: User, short_walk: ModuleVersion, choices: list[int], right: bool
) -> None:
    passed = pass_step(by=a_student, version=short_walk, number=5, choices=choices, today=TODAY)
    assert passed.right is right
    assert passed.progress.choices("check-the-signs") == sorted(choices)


@pytest.mark.parametrize(
    ("choices", "words"), [([], "Choose an answer first"), ([3], "not on this page"), ([0, 9], "not on")]
)
def test_an_answer_that_cannot_be_is_refused_and_changes_nothing(
    a_student: User, short_walk: ModuleVersion, choices: list[int], words: str
) -> None:
    with pytest.raises(Refused, match=words):
        pass_step(by=a_student, version=short_walk, number=2, choices=choices, today=TODAY)
    assert not Progress.objects.exists()


def test_a_negative_answer_is_refused(a_student: User, short_walk: ModuleVersion) -> None:
    with pytest.raises(Refused):
        pass_step(by=a_student, version=short_walk, number=2, choices=[-1], today=TODAY)


def test_sending_a_step_twice_changes_nothing_more(a_student: User, short_walk: ModuleVersion) -> None:
    first = go_through(a_student, short_walk, 1, 2)
    second = go_through(a_student, short_walk, 2)
    assert (first.pk, first.states, first.place) == (second.pk, second.states, second.place)


def test_the_last_step_that_was_missing_finishes_the_module(
    a_student: User, short_walk: ModuleVersion
) -> None:
    go_through(a_student, short_walk, 1, 2, 3, 4, 6)
    assert Progress.objects.get().completed_on is None
    passed = pass_step(by=a_student, version=short_walk, number=5, choices=[0, 2], today=LATER)
    assert passed.finished
    assert Progress.objects.get().completed_on == LATER


def test_reading_again_never_un_completes_and_keeps_the_day(
    a_student: User, short_walk: ModuleVersion
) -> None:
    """Claim B3: done is monotone, whatever is sent afterwards."""
    go_through(a_student, short_walk, 1, 2, 3, 4, 5, 6)
    for number, choices in ((2, [0]), (5, [1]), (1, []), (6, [])):
        passed = pass_step(by=a_student, version=short_walk, number=number, choices=choices, today=LATER)
        assert passed.finished
    way = Progress.objects.get()
    assert (way.completed_on, len(way.done), way.place) == (TODAY, 6, 6)


def test_progress_never_shrinks_on_any_way_through(a_student: User, short_walk: ModuleVersion) -> None:
    """Claim B3: after each of many steps, in any order and right or wrong, no less is done than before."""
    done: set[str] = set()
    place = 1
    for number, choices in (
        (4, []),
        (2, [0]),
        (2, [1]),
        (1, []),
        (2, [2]),
        (5, [1]),
        (6, []),
        (3, []),
        (5, [0, 2]),
    ):
        way = pass_step(
            by=a_student, version=short_walk, number=number, choices=choices, today=TODAY
        ).progress
        assert done <= way.done
        assert place <= way.place
        done, place = way.done, way.place
    assert len(done) == 6


def test_a_learners_steps_are_not_audited(a_student: User, short_walk: ModuleVersion) -> None:
    before = AuditEntry.objects.count()
    go_through(a_student, short_walk, 1, 2, 3, 4, 5, 6)
    assert AuditEntry.objects.count() == before


def test_two_people_have_two_ways(a_student: User, another_student: User, short_walk: ModuleVersion) -> None:
    go_through(a_student, short_walk, 1, 2, 3)
    go_through(another_student, short_walk, 1)
    assert {way.user: way.place for way in Progress.objects.all()} == {a_student: 4, another_student: 2}


# ---------------------------------------------------------------- races


@pytest.fixture
def school_for_races(transactional_db: None) -> School:
    return start_school("kestrel", "Kestrel Bay School of Medicine")


@pytest.fixture
def version(school_for_races: School) -> ModuleVersion:
    return load_reviewed(school_for_races)


@pytest.mark.parametrize("begun", [True, False])
def test_a_double_tap_on_the_first_step_begins_one_way(
    school_for_races: School, version: ModuleVersion, begun: bool
) -> None:
    user = school_for_races.staff

    def tap() -> int | None:
        passed = pass_step(by=user, version=version, number=1, choices=[], today=TODAY, begun=begun)
        return passed.progress.pk

    keys = at_once(*[tap] * 6)
    assert set(keys) == {Progress.objects.get().pk}


def test_whoever_saw_no_way_finds_the_one_begun_meanwhile(a_student: User, short_walk: ModuleVersion) -> None:
    """The page was opened before another device began: nothing that was done there is lost."""
    go_through(a_student, short_walk, 1, 2, 3)
    passed = pass_step(by=a_student, version=short_walk, number=1, choices=[], today=LATER, begun=False)
    assert (passed.progress.place, passed.progress.started_on) == (4, TODAY)
    assert len(Progress.objects.get().done) == 3


def test_control_without_the_lock_a_double_tap_would_begin_two_ways(
    school_for_races: School, version: ModuleVersion
) -> None:
    both_looked = Barrier(2, timeout=20)

    def tap() -> Progress:
        assert not Progress.objects.filter(user=school_for_races.staff).exists()
        both_looked.wait()
        return Progress.objects.create(
            user=school_for_races.staff, module=version.module, version=version, started_on=TODAY
        )

    answers = at_once(tap, tap)
    assert sorted(type(answer).__name__ for answer in answers) == ["IntegrityError", "Progress"]


def test_the_constraint_lets_nobody_be_on_two_open_ways(a_student: User, short_walk: ModuleVersion) -> None:
    def begin(completed_on: date | None) -> Progress:
        return Progress.objects.create(
            user=a_student,
            module=short_walk.module,
            version=short_walk,
            started_on=TODAY,
            completed_on=completed_on,
        )

    begin(TODAY)
    begin(None)
    with pytest.raises(IntegrityError):
        begin(None)


def test_two_tabs_lose_no_answer(school_for_races: School, version: ModuleVersion) -> None:
    """Claim B1: each tab sends another step at the same moment, and both are kept."""
    user = school_for_races.staff
    go_through(user, version, 1)
    answers = at_once(
        *(lambda number=number: go_through(user, version, number) for number in (2, 3, 4, 5, 6))
    )
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    way = Progress.objects.get()
    assert (len(way.done), way.place, way.completed_on) == (6, 6, TODAY)


def test_control_without_the_lock_two_tabs_lose_an_answer(
    school_for_races: School, version: ModuleVersion
) -> None:
    go_through(school_for_races.staff, version, 1)
    both_read = Barrier(2, timeout=20)

    def send(step: str) -> None:
        way = Progress.objects.get()
        both_read.wait()
        way.states[step] = {"choices": [], "done": True}
        way.save(update_fields=["states"])

    at_once(lambda: send("own-words"), lambda: send("who-to-call"))
    assert len(Progress.objects.get().done) == 2
