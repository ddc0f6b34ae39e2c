"""Talks loaded, reviewed and talked through: what is kept, and what is not."""

from pathlib import Path

import pytest
from django.db import connection

from peersupport.clock import now
from peersupport.errors import Refused
from peersupport.models import AuditEntry, User
from tests.people import School
from tests.races import at_once
from tests.training.talks import RULES, SMALL_TALK, changed, load_reviewed_talk, load_talk
from training.actions.practice import finish_talking, load_practices, review_practice, say, take_again
from training.engines.practicechecks import check_practice
from training.models import PracticeReview, PracticeVersion, Talking

pytestmark = pytest.mark.django_db


def talk_on(by: User, version: PracticeVersion, school: School, letters: str) -> Talking:
    begun = Talking.objects.filter(user=by, practice=version.practice).first()
    at = len(begun.path) if begun else 0
    for place, letter in enumerate(letters, at):
        begun = say(by=by, version=version, place=place, letter=letter, today=school.today)
    assert begun
    return begun


# ---------------------------------------------------------------- loading and reviewing


def test_the_same_words_are_loaded_once(tmp_path: Path) -> None:
    first = load_talk()
    assert load_practices(files=[changed(tmp_path)], now=now()) == []
    newer = load_practices(
        files=[changed(tmp_path, ("version: 1", "version: 2"), ("Long day?", "Hi."))], now=now()
    )
    assert [version.number for version in newer] == [2]
    assert first.talk == newer[0].talk
    assert AuditEntry.objects.filter(verb="load practice version").count() == 2


def test_words_changed_under_a_version_that_is_there_are_refused(tmp_path: Path) -> None:
    load_talk()
    with pytest.raises(Refused, match="write version: 2"):
        load_practices(files=[changed(tmp_path, ("Long day?", "Hi."))], now=now())


def test_what_is_stored_is_the_talk_that_was_checked(tmp_path: Path) -> None:
    """Claim B10: through the database and back, and still nothing wrong with it."""
    file = changed(tmp_path)
    assert check_practice(file, RULES) == []
    assert load_talk().talk == file.talk


def test_a_school_reviews_a_version_once(kestrel: School, harrow: School) -> None:
    version = load_reviewed_talk(kestrel)
    with pytest.raises(Refused, match="reviewed already"):
        review_practice(by=kestrel.staff, version=version, program=kestrel.program, now=now())
    assert list(PracticeVersion.objects.visible_in(kestrel.program)) == [version]
    assert list(PracticeVersion.objects.visible_in(harrow.program)) == []
    assert PracticeReview.objects.count() == 1


# ---------------------------------------------------------------- talking


def test_a_talk_is_kept_line_by_line_and_done_at_a_safe_ending(kestrel: School, a_student: User) -> None:
    """Claim B13: done once a safe ending has been reached; it stays done."""
    version = load_reviewed_talk(kestrel)
    talking = talk_on(a_student, version, kestrel, "bb")
    assert (talking.path, talking.done_on) == ("bb", None)
    assert talk_on(a_student, version, kestrel, "a").done_on == kestrel.today
    again = take_again(by=a_student, version=version, place=1)
    assert (again.path, again.done_on) == ("b", kestrel.today)
    talk_on(a_student, version, kestrel, "c")
    over = finish_talking(by=a_student, version=version)
    assert (over.path, over.done_on) == ("", kestrel.today)


def test_an_open_or_an_unsafe_ending_is_not_done(kestrel: School, a_student: User) -> None:
    version = load_reviewed_talk(kestrel)
    assert talk_on(a_student, version, kestrel, "ac").done_on is None


def test_one_tap_that_arrives_twice_counts_once(kestrel: School, a_student: User) -> None:
    """Claim B1, for talks."""
    version = load_reviewed_talk(kestrel)
    for _ in range(2):
        talking = say(by=a_student, version=version, place=0, letter="a", today=kestrel.today)
    assert talking.path == "a"
    late = say(by=a_student, version=version, place=5, letter="a", today=kestrel.today)
    assert late.path == "a"


@pytest.mark.django_db(transaction=True)
def test_taps_at_the_same_moment_say_one_line(kestrel: School, a_student: User) -> None:
    version = load_reviewed_talk(kestrel)
    taps = [
        lambda letter=letter: (
            say(by=a_student, version=version, place=0, letter=letter, today=kestrel.today).path
        )
        for letter in "abcabc"
    ]
    answers = set(at_once(*taps))
    assert len(answers) == 1
    assert Talking.objects.get().path in {"a", "b", "c"}


@pytest.mark.parametrize("letter", ["e", "ä", "A", "?"])
def test_a_line_that_is_not_on_offer_is_refused_and_nothing_is_lost(
    kestrel: School, a_student: User, letter: str
) -> None:
    version = load_reviewed_talk(kestrel)
    talk_on(a_student, version, kestrel, "c")
    with pytest.raises(Refused, match="not on this page any more"):
        say(by=a_student, version=version, place=1, letter=letter, today=kestrel.today)
    assert Talking.objects.get().path == "c"


def test_whoever_is_in_the_middle_stays_with_their_version(
    kestrel: School, a_student: User, tmp_path: Path
) -> None:
    """Claim B9: a version published meanwhile changes nothing for a talk under way; the next one has it."""
    version = load_reviewed_talk(kestrel)
    talk_on(a_student, version, kestrel, "aa")
    newer = load_practices(
        files=[changed(tmp_path, ("version: 1", "version: 2"), ("slow today", "tired"))], now=now()
    )[0]
    review_practice(by=kestrel.staff, version=newer, program=kestrel.program, now=now())
    assert say(by=a_student, version=newer, place=2, letter="a", today=kestrel.today).version == version
    finish_talking(by=a_student, version=newer)
    assert say(by=a_student, version=newer, place=0, letter="a", today=kestrel.today).version == newer


def test_what_was_said_cannot_be_read_in_the_database(kestrel: School, a_student: User) -> None:
    """Claim B18: the column is of no use without the key, and there is no time beside it."""
    version = load_reviewed_talk(kestrel)
    talk_on(a_student, version, kestrel, "bab")
    with connection.cursor() as cursor:
        cursor.execute("SELECT path FROM training_talking")
        stored = str(cursor.fetchone()[0])
    assert "bab" not in stored
    assert len(stored) > 80
    assert SMALL_TALK.stem == version.practice.slug
    assert not AuditEntry.objects.filter(by=a_student).exists()
