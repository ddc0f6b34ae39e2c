"""A school reads the questions about a friend, approves them, and is asked again when they change."""

from dataclasses import replace
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from peersupport.clock import now
from peersupport.errors import Refused
from peersupport.models import AuditEntry, User
from programs.models import Role
from programs.permissions import rights_of
from referrals.actions.chooser import review_chooser
from referrals.actions.helppages import copied_page
from referrals.answers import this_week
from referrals.engines.chooser import Chooser
from referrals.models import ChooserReview
from referrals.models.chooser import the_chooser
from tests.people import School, sign_in

pytestmark = pytest.mark.django_db
ASKS = "The questions about a friend are waiting to be read by your school."
PAGE, APPROVE = "directory:chooser-review", "directory:chooser-approve"


@pytest.fixture
def unread(kestrel: School) -> School:
    ChooserReview.objects.filter(program=kestrel.program).delete()
    return kestrel


def asks(user: User) -> bool:
    return ASKS in [task.sentence for task in this_week(rights_of(user, now()), now())]


def review(school: School, digest: str | None = None) -> ChooserReview:
    digest = digest or the_chooser().digest
    return review_chooser(by=school.staff, program=school.program, digest=digest, now=now())


def changed() -> Chooser:
    """The same table with one word more."""
    chooser = the_chooser()
    card = replace(chooser.cards["friend"], lead="You noticed.")
    return replace(chooser, cards={**chooser.cards, "friend": card})


# ---------------------------------------------------------------- the action


def test_a_school_approves_once_for_itself_and_it_is_written_down(unread: School, harrow: School) -> None:
    """C9: the table is reviewed by the school."""
    row = review(unread)
    assert (row.version, row.on, row.by) == (the_chooser().version, unread.today, unread.staff)
    with pytest.raises(Refused, match="already"):
        review(unread)
    assert ChooserReview.objects.filter(program=unread.program).count() == 1
    lines = AuditEntry.objects.filter(verb="review chooser", scope=unread.program.uuid, by=unread.staff)
    assert lines.count() == 2  # the first when the school began


def test_words_that_have_changed_meanwhile_are_not_approved_unread(unread: School) -> None:
    with pytest.raises(Refused, match="changed since you opened"):
        review(unread, changed().digest)
    assert not ChooserReview.objects.filter(program=unread.program).exists()


def test_the_copies_say_so_at_once(unread: School, django_capture_on_commit_callbacks: object) -> None:
    """T3: what is shown while the database is away, too."""
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        review(unread)
    page = str(copied_page("kestrel", "/help/kestrel/what-now/"))
    assert f"Read and approved by {unread.program.name}" in unescape(page)


# ---------------------------------------------------------------- asked again


def test_this_week_asks_until_it_is_read_and_again_once_a_word_changes(
    unread: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C9: no school stands by words that it has not read."""
    assert asks(unread.staff)
    review(unread)
    assert not asks(unread.staff)
    other = changed()
    monkeypatch.setattr("referrals.models.chooser.the_chooser", lambda: other)
    assert asks(unread.staff)
    assert "has not reviewed these words yet" in Client().get("/help/kestrel/what-now/").content.decode()


def test_only_a_change_of_words_makes_another_digest() -> None:
    assert changed().digest != the_chooser().digest
    assert replace(the_chooser()).digest == the_chooser().digest


# ---------------------------------------------------------------- the page


def test_staff_read_every_way_and_every_word_and_approve(unread: School) -> None:
    """C9: every combination of answers stands beside the card that it leads to."""
    browser, chooser = sign_in(unread.staff), the_chooser()
    page = unescape(browser.get(reverse(PAGE)).content.decode())
    for name, card in chooser.cards.items():
        for part in (card.title, card.lead, card.why, *(step.say or step.text for step in card.steps)):
            assert part in page
        for way in chooser.ways_to(name):
            assert f"<li>{', then '.join(way)}</li>" in page
    for question in chooser.questions:
        assert all(answer.says in page for answer in question.answers)
    answer = browser.post(reverse(APPROVE), {"digest": chooser.digest}, follow=True)
    page = unescape(answer.content.decode())
    assert "Reviewed for your school" in page
    assert f"Version {chooser.version}: Anjali Whitlock" in page
    assert "Reviewed for our school" not in page


def test_every_way_is_named_on_exactly_one_card() -> None:
    chooser = the_chooser()
    named = [way for name in chooser.cards for way in chooser.ways_to(name)]
    stops = [answers for answers in chooser.every_stop() if chooser.end_of(answers)]
    assert sorted(named) == sorted(chooser.echoes(answers) for answers in stops)


def test_an_approval_of_earlier_words_says_so(unread: School) -> None:
    by, on = unread.staff, unread.today
    ChooserReview.objects.create(program=unread.program, digest="0" * 64, version=1, by=by, on=on)
    page = sign_in(unread.staff).get(reverse(PAGE)).content.decode()
    assert "Version 1 (changed since): Anjali Whitlock" in page
    assert "Reviewed for our school" in page


def test_others_do_not_get_in(kestrel: School, a_student: User) -> None:
    lead = kestrel.join(Role.LEAD, "Lee").user
    for user in (a_student, lead):
        assert sign_in(user).get(reverse(PAGE)).status_code == 403
        assert sign_in(user).post(reverse(APPROVE), {}).status_code == 403
    assert sign_in(kestrel.staff).get(reverse(APPROVE)).status_code == 405
