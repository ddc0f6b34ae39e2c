"""Showing that mail reaches somebody, and that somebody answers a number."""

from datetime import timedelta
from typing import Any

import pytest

from peersupport.actions.proofs import (
    CODE_HOLDS,
    TRIES,
    ask_for_call,
    forget_proofs_of_address,
    give_number,
    prove_email,
    prove_number,
    remove_number,
    send_code,
)
from peersupport.clock import now
from peersupport.errors import Refused
from peersupport.models import AuditEntry, Channel, Notification, User
from peersupport.models.channels import PROVEN_FOR
from peersupport.models.outbox import ChannelKind
from peersupport.outbox.refusals import switch_off
from tests.races import at_once

pytestmark = pytest.mark.django_db
NUMBER, ANOTHER = "+61491570006", "+61491570156"


def channel(user: User) -> Channel:
    return Channel.objects.get(user=user)


def wrong(code: str) -> str:
    return str((int(code) + 1) % 10 ** len(code)).zfill(len(code))


def verbs() -> list[str]:
    return list(AuditEntry.objects.filter(on_kind="peersupport.channel").values_list("verb", flat=True))


# ---------------------------------------------------------------- e-mail


def test_a_code_that_came_by_mail_proves_the_address(a_student: User, mailbox: Any) -> None:
    """R17: by the code lane, to one address, for 180 days."""
    send_code(by=a_student, now=now())
    (recipients, message) = mailbox.envelopes[-1]
    assert recipients == [a_student.email]
    assert a_student.full_name not in str(message)
    code = mailbox.code()
    assert not channel(a_student).counts_until(now())
    assert prove_email(by=a_student, code=f" {code[:3]} {code[3:]}", now=now())
    proven = channel(a_student)
    assert proven in Channel.objects.proven(now())
    assert proven not in Channel.objects.proven(now() + PROVEN_FOR)
    assert proven.counts_until(now() + PROVEN_FOR - timedelta(minutes=1))
    assert not proven.counts_until(now() + PROVEN_FOR)
    assert (proven.code, proven.code_until, proven.proven_by) == ("", None, None)
    assert verbs() == ["address proven"]
    with pytest.raises(Refused, match="holds no more"):  # it counts once
        prove_email(by=a_student, code=code, now=now())


def test_a_code_switches_an_address_on_again(a_student: User) -> None:
    """R26."""
    switch_off(user=a_student, because=Channel.Off.BOUNCED, at=now())
    code = send_code(by=a_student, now=now()).code
    assert channel(a_student).off_at
    assert prove_email(by=a_student, code=code, now=now())
    assert (channel(a_student).off_at, channel(a_student).off_because) == (None, "")


def test_five_wrong_tries_are_the_end_of_a_code(a_student: User) -> None:
    code = send_code(by=a_student, now=now()).code
    assert len(code) == 6
    for typed in (wrong(code), "", "ⅣⅣ", code[:5], code + "0"):
        assert not prove_email(by=a_student, code=typed, now=now())
    assert (channel(a_student).code, channel(a_student).code_tries) == ("", TRIES)
    with pytest.raises(Refused, match="holds no more"):
        prove_email(by=a_student, code=code, now=now())
    assert not channel(a_student).proven_at


def test_a_code_holds_a_quarter_of_an_hour_and_only_for_its_owner(
    a_student: User, another_student: User
) -> None:
    at = now()
    code = send_code(by=a_student, now=at).code
    with pytest.raises(Refused, match="holds no more"):
        prove_email(by=another_student, code=code, now=at)
    with pytest.raises(Refused, match="holds no more"):
        prove_email(by=a_student, code=code, now=at + CODE_HOLDS)
    assert prove_email(by=a_student, code=code, now=at + CODE_HOLDS - timedelta(seconds=1))


def test_codes_are_not_sent_on_top_of_each_other(a_student: User) -> None:
    at = now()
    first = send_code(by=a_student, now=at).code
    with pytest.raises(Refused, match="Wait a minute"):
        send_code(by=a_student, now=at + timedelta(seconds=59))
    assert Notification.objects.count() == 1
    second = send_code(by=a_student, now=at + timedelta(seconds=60)).code
    assert not prove_email(by=a_student, code=first, now=at + timedelta(seconds=60)) or first == second
    assert prove_email(by=a_student, code=second, now=at + timedelta(seconds=60))


@pytest.mark.django_db(transaction=True)
def test_many_asked_for_at_once_are_one(a_student: User) -> None:
    at = now()
    answers = at_once(*[lambda: send_code(by=a_student, now=at)] * 5)
    assert sum(isinstance(answer, Refused) for answer in answers) == 4
    assert Notification.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_tries_at_once_are_all_counted(a_student: User) -> None:
    code = send_code(by=a_student, now=now()).code
    at_once(*[lambda: prove_email(by=a_student, code=wrong(code), now=now())] * 8)
    with pytest.raises(Refused):
        prove_email(by=a_student, code=code, now=now())


def test_another_address_begins_anew(a_student: User, another_student: User) -> None:
    """Neither proof nor a bounce of the old one says anything; what went off for good stays off."""
    send_code(by=a_student, now=now())
    switch_off(user=another_student, because=Channel.Off.BOUNCED, at=now())
    give_number(by=another_student, number=NUMBER)
    forget_proofs_of_address([a_student.pk, another_student.pk, None])
    assert [row.kind for row in Channel.objects.all()] == [ChannelKind.RINGING]
    switch_off(user=a_student, because=Channel.Off.LEFT, at=now())
    forget_proofs_of_address([a_student.pk])
    assert channel(a_student).off_because == Channel.Off.LEFT


# ---------------------------------------------------------------- a number


def test_a_number_counts_once_somebody_has_rung_it(a_supporter: User, wellbeing_staff: User) -> None:
    """Who rang and when is kept; valid for 180 days."""
    given = give_number(by=a_supporter, number=NUMBER)
    assert (given.number, len(given.code), given.wakes) == (NUMBER, 4, True)
    assert given in Channel.objects.to_ring()
    assert not Channel.objects.proven(now()).exists()
    at = now() + timedelta(days=3)  # the owner may be on a ward when first rung
    assert prove_number(by=wellbeing_staff, channel=given, digits=" ".join(given.code), now=at)
    proven = channel(a_supporter)
    assert (proven.proven_by, proven.proven_at, proven.code) == (wellbeing_staff, at, "")
    assert proven in Channel.objects.proven(at + PROVEN_FOR - timedelta(seconds=1))
    assert proven not in Channel.objects.proven(at + PROVEN_FOR)
    assert proven not in Channel.objects.to_ring()
    assert verbs() == ["number given", "number proven"]


def test_another_number_has_to_be_rung_again(a_supporter: User, wellbeing_staff: User) -> None:
    first = give_number(by=a_supporter, number=NUMBER)
    prove_number(by=wellbeing_staff, channel=first, digits=first.code, now=now())
    with pytest.raises(Refused, match="the number we have"):
        give_number(by=a_supporter, number=NUMBER)
    assert Channel.objects.proven(now()).exists()
    second = give_number(by=a_supporter, number=ANOTHER)
    assert (second.number, second.proven_at, second.proven_by) == (ANOTHER, None, None)
    assert not Channel.objects.proven(now()).exists()


def test_nobody_rings_themselves(wellbeing_staff: User) -> None:
    given = give_number(by=wellbeing_staff, number=NUMBER)
    with pytest.raises(Refused, match="Somebody else"):
        prove_number(by=wellbeing_staff, channel=given, digits=given.code, now=now())


def test_four_digits_cannot_be_guessed(a_supporter: User, wellbeing_staff: User) -> None:
    given = give_number(by=a_supporter, number=NUMBER)
    for _ in range(TRIES):
        assert not prove_number(by=wellbeing_staff, channel=given, digits=wrong(given.code), now=now())
    with pytest.raises(Refused, match="hold no more"):
        prove_number(by=wellbeing_staff, channel=given, digits=given.code, now=now())
    anew = ask_for_call(by=a_supporter)
    assert prove_number(by=wellbeing_staff, channel=given, digits=anew.code, now=now())


def test_a_call_is_asked_for_a_number(a_supporter: User) -> None:
    with pytest.raises(Refused, match="no number"):
        ask_for_call(by=a_supporter)


def test_a_number_is_removed_with_all_that_was_known_of_it(a_supporter: User) -> None:
    give_number(by=a_supporter, number=NUMBER)
    for _ in range(2):
        remove_number(by=a_supporter)
    assert not Channel.objects.exists()
    assert verbs() == ["number given", "number removed"]
    assert not [line for line in AuditEntry.objects.values() if "570006" in str(line)]
