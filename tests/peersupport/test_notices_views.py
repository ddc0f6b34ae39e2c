"""My notices: what was sent to me, what waits here, what I chose, how I can be reached."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from peersupport import kinds
from peersupport.actions.channels import put_away
from peersupport.clock import database_now, now
from peersupport.errors import Refused
from peersupport.models import AuditEntry, Channel, NoticeChoices, Notification, User
from peersupport.models.outbox import ChannelKind, State
from peersupport.outbox import drain, queue
from peersupport.outbox.refusals import switch_off
from programs.models import Role
from tests.costs import cost
from tests.people import School, sign_in

pytestmark = pytest.mark.django_db
LIST = reverse("notice-list")


def page(user: User, path: str = LIST) -> str:
    return sign_in(user).get(path).content.decode()


def sent(
    to: User, state: str = State.ACCEPTED, *, days_ago: float = 0, key: str = "", **more: Any
) -> Notification:
    """A notice as it looks after the sender has been."""
    key = key or f"{state} {to.pk} {Notification.objects.count()}"
    kind = more.pop("kind", "peersupport.test_page")
    queue(kind=kind, to=to, key=key, due_at=database_now() - timedelta(days=days_ago, seconds=1), **more)
    row = Notification.objects.get(key=key)
    row.state = state
    row.ended_at = None if state in ("pending", "failed_temp") else row.due_at
    row.save()
    return row


@pytest.fixture
def news(monkeypatch: pytest.MonkeyPatch) -> kinds.Kind:
    kind = kinds.Kind("peersupport.news", "News of the school", optional=True)
    monkeypatch.setitem(kinds.KINDS, kind.name, kind)
    return kind


# ---------------------------------------------------------------- the list


def test_the_list_says_what_was_sent_when_and_what_became_of_it(
    a_student: User, another_student: User
) -> None:
    for state in (State.ACCEPTED, State.DEAD, State.FAILED):
        sent(a_student, state)
    sent(a_student, State.DELIVERED, kind="peersupport.channel_off", channel="in_app")
    sent(another_student, kind="peersupport.channel_off")
    text = page(a_student)
    for words in ("Sent by e-mail", "Did not arrive", "On its way", "On this site"):
        assert text.count(words) >= 1, words
    assert text.count("A test of whether you can be reached") == 3
    assert text.count("Mail to you came back") == 2  # on top, and in the list
    assert "Nothing was sent" not in text


@pytest.mark.parametrize("state", [State.CANCELLED, State.EXPIRED])
def test_what_was_never_sent_is_not_listed(a_student: User, state: str) -> None:
    sent(a_student, state)
    queue(kind="peersupport.test_page", to=a_student, key="to come", due_at=now() + timedelta(days=1))
    text = page(a_student)
    assert "whether you can be reached" not in text
    assert "Nothing was sent to you in the last 90 days" in text


def test_the_list_goes_back_ninety_days(a_student: User) -> None:
    sent(a_student, days_ago=89.9, kind="peersupport.channel_off")
    sent(a_student, days_ago=90.1)
    text = page(a_student)
    assert "Mail to you came back" in text
    assert "whether you can be reached" not in text


def test_a_long_list_has_pages_and_costs_no_more(a_student: User) -> None:
    """At most six questions to the database for a student, however long the list."""
    client = sign_in(a_student)
    sent(a_student)
    one = cost(client, LIST)
    for number in range(49):
        sent(a_student, days_ago=number)
    Channel.objects.create(user=a_student, kind=ChannelKind.EMAIL, proven_at=now())
    assert cost(client, LIST) == one <= 6
    assert cost(client, LIST + "?page=5") == one
    first, last = page(a_student), page(a_student, LIST + "?page=5")
    assert "Page 1 of 5" in first
    assert (first.count('scope="row"'), last.count('scope="row"')) == (10, 10)
    assert cost(sign_in(a_student), reverse("notice-show", args=[Notification.objects.all()[0].uuid])) <= 6


def test_days_are_those_of_the_school(a_student: User, kestrel: School) -> None:
    """Late in the evening in London it is tomorrow in Sydney."""
    row = sent(a_student)
    row.due_at = datetime.combine(kestrel.today - timedelta(days=2), time(0, 30), kestrel.program.zone)
    row.save()
    day = kestrel.today - timedelta(days=2)
    assert f"{day:%a} {day.day} {day:%b}" in page(a_student)


def test_everybody_with_an_account_has_the_page(somebody_on_no_list: User) -> None:
    text = page(somebody_on_no_list)
    assert "My notices" in text
    assert "A number to ring" not in text
    assert Client().get(LIST)["Location"] == f"/account/login/?next={LIST}"


# ---------------------------------------------------------------- letters


def test_a_letter_opens_for_its_owner_alone(
    a_student: User, another_student: User, wellbeing_staff: User
) -> None:
    row = sent(a_student, State.DELIVERED, kind="peersupport.channel_off", channel="in_app")
    path = reverse("notice-show", args=[row.uuid])
    assert "could not be delivered, so no more mail is sent there" in page(a_student, path)
    for other in (another_student, wellbeing_staff):
        assert sign_in(other).get(path).status_code == 404


def test_a_letter_that_is_over_says_so(a_student: User, settings: Any) -> None:
    row = sent(a_student, about={"unwanted": True})
    settings.STILL_WANTED = {"peersupport.test_page": "tests.peersupport.outboxes.words_or_poison"}
    assert "words of a message are not kept" in page(a_student, reverse("notice-show", args=[row.uuid]))


def test_a_letter_of_a_kind_that_is_no_more_says_so(a_student: User) -> None:
    row = sent(a_student)
    Notification.objects.update(kind="referrals.long_gone")
    assert "A notice" in page(a_student)
    assert "words of a message are not kept" in page(a_student, reverse("notice-show", args=[row.uuid]))


def test_what_is_private_says_by_mail_only_that_it_waits(
    a_student: User, mailbox: Any, settings: Any
) -> None:
    """The words are read after signing in."""
    NoticeChoices.objects.create(user=a_student, quiet_from=time(1), quiet_until=time(1))
    queue(kind="peersupport.channel_off", to=a_student, key="private")
    drain(urgent=False)
    message = mailbox.last()
    assert message["Subject"] == "You have an item waiting"
    text = message.get_content()
    assert f"{settings.SITE_URL}{LIST}" in text
    assert "could not be delivered" not in text
    path = reverse("notice-show", args=[Notification.objects.get().uuid])
    assert "could not be delivered" in page(a_student, path)


# ---------------------------------------------------------------- waiting here


def test_mail_that_came_back_is_told_at_the_next_sign_in_and_put_right_by_a_code(
    a_student: User, mailbox: Any, sign_in_by_code: Callable[..., Any], fresh_limits: None
) -> None:
    """R26, from end to end: off, told by another way, shown to arrive, on."""
    client = Client()
    sign_in_by_code(client, a_student.email)
    assert "Something waits" not in client.get("/about/").content.decode()
    client.post("/account/logout/")
    switch_off(user=a_student, because=Channel.Off.BOUNCED, at=now())
    drain(urgent=False)
    sign_in_by_code(client, a_student.email)
    assert "Something waits for you under “My notices”" in client.get("/about/").content.decode()
    text = client.get(LIST).content.decode()
    assert "Waiting for you here" in text
    assert "mail came back. Is the address right?" in text
    asked = client.post(reverse("email-send-code"))
    assert asked["Location"] == reverse("email-prove")
    code = mailbox.code()
    refused = client.post(reverse("email-prove"), {"code": "12"}).content.decode()
    assert "That is not the code" in refused
    assert client.post(reverse("email-prove"), {"code": code})["Location"] == LIST
    text = client.get(LIST).content.decode()
    assert "Reaches you" in text
    assert "Send me a code" not in text
    assert not Channel.objects.off().exists()
    queue(kind="peersupport.test_page", to=a_student, key="after")
    assert mailbox.last()["To"] == a_student.email


def test_what_waits_stands_on_top_until_it_is_put_away(a_student: User) -> None:
    """Not until it has been seen: whether somebody has read it is nobody's business."""
    old, new = (
        sent(a_student, State.DELIVERED, days_ago=days, kind="peersupport.channel_off", channel="in_app")
        for days in (2, 1)
    )
    client = sign_in(a_student)
    for _ in range(2):
        assert client.get(LIST).content.decode().count("Mail to you came back") == 4
        client.get(reverse("notice-show", args=[new.uuid]))
    client.post(reverse("notice-put-away", args=[old.uuid]))
    assert client.get(LIST).content.decode().count("Mail to you came back") == 3
    client.post(reverse("notice-put-away", args=[new.uuid]))
    client.post(reverse("notice-put-away", args=[old.uuid]))  # does not bring the other back
    text = client.get(LIST).content.decode()
    assert "Waiting for you here" not in text
    assert text.count("Mail to you came back") == 2
    assert "Put it away" not in client.get(reverse("notice-show", args=[old.uuid])).content.decode()
    assert NoticeChoices.objects.get().put_away_until == new.ended_at  # and not the time of reading


def test_what_went_by_mail_cannot_be_put_away(a_student: User) -> None:
    with pytest.raises(Refused, match="not waiting"):
        put_away(by=a_student, notice=sent(a_student))


# ---------------------------------------------------------------- choices


def test_a_kind_is_paused_and_taken_up_again(a_student: User, news: kinds.Kind) -> None:
    client = sign_in(a_student)
    assert "Pause these" in client.get(LIST).content.decode()
    client.post(reverse("kind-pause"), {"kind": news.name})
    assert NoticeChoices.objects.get(user=a_student).paused == [news.name]
    text = client.get(LIST).content.decode()
    assert "Paused: News of the school. Nobody is told." in text
    assert "Send me these again" in text
    client.post(reverse("kind-resume"), {"kind": news.name})
    assert NoticeChoices.objects.get(user=a_student).paused == []
    assert not AuditEntry.objects.filter(by=a_student).exists()


@pytest.mark.parametrize("kind", ["peersupport.code", "no.such.kind", ""])
def test_only_what_one_may_do_without_has_a_button(a_student: User, news: kinds.Kind, kind: str) -> None:
    for name in ("kind-pause", "kind-resume"):
        assert sign_in(a_student).post(reverse(name), {"kind": kind}).status_code == 404
    assert not NoticeChoices.objects.exists()


def test_quiet_hours_are_chosen(a_student: User) -> None:
    assert "From 21:00 until 08:00" in page(a_student)
    client, path = sign_in(a_student), reverse("quiet-set")
    assert 'value="21:00"' in client.get(path).content.decode()
    assert client.post(path, {"quiet_from": "22:15", "quiet_until": "06:30"})["Location"] == LIST
    assert "From 22:15 until 06:30" in page(a_student)
    client.post(path, {"quiet_from": "09:00", "quiet_until": "09:00"})
    assert "You have none" in page(a_student)


def test_quiet_hours_that_cannot_be_read_say_how_to_write_them(a_student: User) -> None:
    answer = sign_in(a_student).post(reverse("quiet-set"), {"quiet_from": "late", "quiet_until": ""})
    text = answer.content.decode()
    assert "Write hours and minutes, such as 21:30." in text
    assert "Say when quiet hours are over." in text
    assert 'value="late"' in text
    assert not NoticeChoices.objects.exists()


# ---------------------------------------------------------------- a number


def with_proof(user: User) -> Client:
    """As if the person had typed a code from their mailbox just now."""
    client = sign_in(user)
    session = client.session
    session["account_authentication_methods"] = [{"method": "code", "at": now().timestamp()}]
    session.save()
    return client


def test_a_number_is_given_shown_back_and_removed(a_supporter: User) -> None:
    client = with_proof(a_supporter)
    assert client.post(reverse("number-give"), {"number": "0491 570 006"})["Location"] == LIST
    text, kept = client.get(LIST).content.decode(), Channel.objects.get(user=a_supporter)
    assert "+61 491 570 006" in text
    assert kept.code in text
    assert "Waits for a call" in text
    client.post(reverse("number-ask"))
    assert Channel.objects.get(user=a_supporter).pk == kept.pk
    Channel.objects.update(code="", proven_at=now() - timedelta(days=181))
    assert "Ask to be rung" in client.get(LIST).content.decode()
    client.post(reverse("number-remove"))
    assert not Channel.objects.exists()
    assert "Give a number" in client.get(LIST).content.decode()


def test_a_number_needs_fresh_proof_of_who_gives_it(a_supporter: User) -> None:
    """An unlocked telephone in other hands must not send calls for help elsewhere."""
    client = sign_in(a_supporter, second_step=False)
    for answer in (
        client.get(reverse("number-give")),
        client.post(reverse("number-give"), {"number": "0491 570 006"}),
    ):
        assert "Before you give a number" in answer.content.decode()
    assert not Channel.objects.exists()


def test_a_number_that_nobody_can_ring_is_refused_with_how_to_write_it(a_supporter: User) -> None:
    for typed in ("12", "000", "x" * 41):
        text = with_proof(a_supporter).post(reverse("number-give"), {"number": typed}).content.decode()
        assert "Write it as you would dial it" in text
        assert typed in text
    assert not Channel.objects.exists()


def test_nobody_is_asked_for_a_number_who_is_never_on_duty(kestrel: School, a_student: User) -> None:
    client = with_proof(a_student)
    assert "A number to ring" not in client.get(LIST).content.decode()
    for name in ("number-give", "number-ask"):
        assert client.post(reverse(name), {"number": "0491 570 006"}).status_code == 403
    kestrel.join(Role.SUPPORTER, "Priya")
    assert "A number to ring" in client.get(LIST).content.decode()
