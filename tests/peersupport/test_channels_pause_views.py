"""One click from a mail to no more of its kind: the page, its button, and what mail programs send."""

from datetime import time
from threading import Barrier

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse

from peersupport.actions.channels import pause_kind, resume_kind
from peersupport.errors import Refused
from peersupport.kinds import KINDS, Kind
from peersupport.models import NoticeChoices, User
from peersupport.pausing import SALT
from tests.races import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def news(monkeypatch: pytest.MonkeyPatch) -> Kind:
    """A kind that one may do without."""
    kind = Kind("peersupport.news", "News of the school", optional=True)
    monkeypatch.setitem(KINDS, kind.name, kind)
    return kind


def address(user: User, kind: str) -> str:
    token = signing.dumps({"user": str(user.uuid), "kind": kind}, salt=SALT)
    return reverse("notice-pause", args=[token])


def paused(user: User) -> list[str]:
    found = NoticeChoices.objects.filter(user=user).values_list("paused", flat=True)
    return list(next(iter(found), []))


def test_a_link_never_acts_by_being_opened(a_student: User, news: Kind) -> None:
    """University mail scanners open every link."""
    path = address(a_student, news.name)
    for answer in (Client().get(path), Client().head(path)):
        assert answer.status_code == 200
        assert "csrf" not in str(answer.cookies)
    page = Client().get(path).content.decode()
    assert "Pause them" in page
    assert "News of the school" in page
    assert a_student.email not in page
    assert paused(a_student) == []


@pytest.mark.parametrize("sent", [{}, {"List-Unsubscribe": "One-Click"}])
def test_a_post_pauses_without_cookie_or_sign_in(a_student: User, news: Kind, sent: dict[str, str]) -> None:
    """The button, and the one click of RFC 8058 that a mail provider makes for its reader."""
    client = Client(enforce_csrf_checks=True)
    path = address(a_student, news.name)
    for _ in range(2):
        answer = client.post(path, sent)
        assert answer.status_code == 200
        assert "No more of these" in answer.content.decode()
        assert not answer.cookies
    assert paused(a_student) == ["peersupport.news"]


def test_it_pauses_for_the_person_named_whoever_is_signed_in(
    a_student: User, another_student: User, news: Kind
) -> None:
    client = Client()
    client.force_login(another_student)
    client.post(address(a_student, news.name))
    assert (paused(a_student), paused(another_student)) == (["peersupport.news"], [])


@pytest.mark.parametrize("kind", ["peersupport.code", "peersupport.channel_off", "no.such.kind"])
def test_what_cannot_be_paused_has_no_such_page(a_student: User, kind: str) -> None:
    for answer in (Client().get(address(a_student, kind)), Client().post(address(a_student, kind))):
        assert answer.status_code == 404
    assert paused(a_student) == []


def test_a_token_of_another_making_is_refused(a_student: User, news: Kind) -> None:
    named = {"user": str(a_student.uuid), "kind": news.name}
    good = signing.dumps(named, salt=SALT)
    wrong = (
        signing.dumps(named, salt="another"),
        signing.dumps(named, key="another", salt=SALT),
        good[:-1] + ("a" if good[-1] != "a" else "b"),
        "x" + good,
        "a:b:c",
    )
    for token in wrong:
        assert Client().post(reverse("notice-pause", args=[token])).status_code == 404
    assert paused(a_student) == []
    assert Client().post(reverse("notice-pause", args=[good])).status_code == 200
    assert paused(a_student) == [news.name]


# ---------------------------------------------------------------- the actions


def test_pausing_keeps_what_else_was_chosen(a_student: User, news: Kind) -> None:
    NoticeChoices.objects.create(user=a_student, quiet_from=time(20), paused=["other.kind"])
    pause_kind(by=a_student, kind=news)
    assert paused(a_student) == ["other.kind", news.name]
    resume_kind(by=a_student, kind=news)
    assert paused(a_student) == ["other.kind"]
    assert NoticeChoices.objects.get(user=a_student).quiet_from == time(20)


def test_only_what_one_may_do_without_is_paused(a_student: User) -> None:
    with pytest.raises(Refused, match="cannot be paused"):
        pause_kind(by=a_student, kind=KINDS["peersupport.code"])
    assert paused(a_student) == []


@pytest.mark.django_db(transaction=True)
def test_kinds_paused_at_once_are_all_paused(a_student: User) -> None:
    more = [Kind(f"peersupport.news{number}", "News", optional=True) for number in range(6)]
    answers = at_once(*(lambda kind=kind: pause_kind(by=a_student, kind=kind) for kind in more))
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    assert sorted(paused(a_student)) == sorted(kind.name for kind in more)


@pytest.mark.django_db(transaction=True)
def test_control_without_the_lock_a_choice_would_be_lost(a_student: User) -> None:
    NoticeChoices.objects.create(user=a_student)
    both_have_read = Barrier(2, timeout=20)

    def pause_carelessly(name: str) -> None:
        choices = NoticeChoices.objects.get(user=a_student)
        both_have_read.wait()
        choices.paused = [*choices.paused, name]
        choices.save()

    at_once(lambda: pause_carelessly("one"), lambda: pause_carelessly("two"))
    assert len(paused(a_student)) == 1
