"""What holds for every kind by every channel: nobody else is named, nobody is woken."""

import re
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings as django_settings
from django.urls import reverse

from peersupport.actions.channels import set_quiet_hours
from peersupport.actions.proofs import give_number, send_code
from peersupport.clock import database_now, now
from peersupport.engines.neutral import telling_word
from peersupport.kinds import KINDS, Kind, words_of
from peersupport.models import Notification, User
from peersupport.models.outbox import PAGE, ChannelKind, State
from peersupport.outbox import drain, queue
from peersupport.outbox.letters import WAITING
from programs.models import Role
from referrals.models import Service
from tests.people import School, sign_in
from training.models import Assignment, ModuleVersion

pytestmark = pytest.mark.django_db

CANARY = "Zilpzalp"
NOTICES = sorted(set(KINDS) - {"peersupport.code"})
ABOUT: dict[str, dict[str, bool]] = {"training.due": {"extra": True}}
# What a text may leave open. None of it can hold the name of a person.
OPEN_PLACES = {"app_name", "site", "heading", "lines", "minutes", "by"}
FOR_STAFF = {"referrals.check_due"}  # nobody else is ever asked


@pytest.fixture
def others(kestrel: School, harrow: School, short_walk: ModuleVersion) -> None:
    """Everybody else at both schools bears a name that must stand in no message; work is due."""
    for school in (kestrel, harrow):
        for role in Role:
            school.join(role, f"{CANARY}-{role}", family=CANARY)
    User.objects.update(given_name=CANARY, family_name=CANARY, preferred_name=CANARY)
    given = give_number(by=User.objects.filter(email__contains="supporter")[0], number="+61491570006")
    assert given.number
    soon = kestrel.today + timedelta(days=10)
    Assignment.objects.create(year=kestrel.year, module=short_walk.module, track="core", due_on=soon)
    long_ago = kestrel.today - timedelta(days=130)
    Service.objects.filter(program=kestrel.program).update(
        is_published=True, checked_on=long_ago, next_check_on=long_ago + timedelta(days=120)
    )


def awake(user: User) -> User:
    """Somebody without quiet hours: whatever the hour, mail goes out now."""
    set_quiet_hours(by=user, quiet_from=time(9), quiet_until=time(9))
    return user


# ---------------------------------------------------------------- R30


@pytest.mark.parametrize("name", [*NOTICES, WAITING])
def test_no_text_has_a_place_for_a_name(name: str) -> None:
    """R30, over all texts."""
    words = words_of(name)
    places = {*words.subject.get_identifiers(), *words.body.get_identifiers()}
    assert places <= OPEN_PLACES
    fixed = f"{words.subject.template} {words.body.template}"
    assert telling_word(re.sub(r"\$\w+", "", fixed)) == ""
    assert "http" not in fixed


@pytest.mark.parametrize("role", [Role.STUDENT, Role.SUPPORTER, Role.LEAD, Role.STAFF])
@pytest.mark.parametrize("kind", NOTICES)
def test_mail_reaches_one_person_and_names_nobody_else(
    kestrel: School, others: None, mailbox: Any, kind: str, role: Role
) -> None:
    """R30, by e-mail: every kind to each role."""
    to = awake(kestrel.join(Role.STUDENT, "Priya", family="Raman").user)
    if role != Role.STUDENT:
        kestrel.join(role, "Priya")
    queue(kind=kind, to=to, key=kind, about=ABOUT.get(kind), scope=kestrel.program.uuid)
    drain(urgent=False)
    if kind in FOR_STAFF and role != Role.STAFF:
        assert mailbox.envelopes == []
        return
    ((recipients, message),) = mailbox.envelopes
    text = message.get_content()
    assert recipients == [to.email]
    assert message.get_all("To") == [to.email]
    assert not message["Cc"]
    assert not message.is_multipart()
    assert CANARY.lower() not in f"{message}{text}".lower()
    assert telling_word(f"{message['Subject']} {message['From']} {text}") == ""
    links = re.findall(r"https?://\S+", text)
    assert all(link.startswith(django_settings.SITE_URL) and "?" not in link for link in links)
    if KINDS[kind].private:
        assert message["Subject"] == "You have an item waiting"
        assert KINDS[kind].about not in text


@pytest.mark.parametrize("kind", NOTICES)
def test_what_waits_on_this_site_names_nobody_else(kestrel: School, others: None, kind: str) -> None:
    """R30, in the list of one's own notices and in the letter."""
    to = kestrel.join(Role.STUDENT, "Priya", family="Raman").user
    if kind in FOR_STAFF:
        kestrel.join(Role.STAFF, "Priya")
    queue(kind=kind, to=to, key=kind, about=ABOUT.get(kind), scope=kestrel.program.uuid, channel="in_app")
    drain(urgent=True)
    drain(urgent=False)
    row = Notification.objects.get()
    assert row.state == State.DELIVERED
    client = sign_in(to)
    for path in (reverse("notice-list"), reverse("notice-show", args=[row.uuid])):
        text = client.get(path).content.decode()
        assert KINDS[kind].about in text or "<h1>" in text
        assert CANARY.lower() not in text.lower()
    assert "are not kept" not in text  # the words can be read here


def test_codes_name_nobody(kestrel: School, others: None, mailbox: Any) -> None:
    """R30, by the code lane."""
    to = kestrel.join(Role.STUDENT, "Priya", family="Raman").user
    send_code(by=to, now=now())
    ((recipients, message),) = mailbox.envelopes
    assert recipients == [to.email]
    assert CANARY.lower() not in f"{message}".lower()
    assert telling_word(f"{message['Subject']} {message.get_content()}") == ""


# ---------------------------------------------------------------- R18

HOURS = (
    (time(21), time(8)),
    (time(22, 30), time(6, 15)),
    (time(13), time(14)),
    (time(0), time(23)),
    (time(9), time(9)),
)


Sleeper: TypeAlias = tuple[ZoneInfo, time, time]


def asleep(at: datetime, sleeper: Sleeper) -> bool:
    """Worked out another way than the product does: minute by minute on a dial."""
    zone, starts, ends = sleeper
    minute, first, last = (
        clock.hour * 60 + clock.minute for clock in (at.astimezone(zone).time(), starts, ends)
    )
    return (minute - first) % 1440 < (last - first) % 1440


def wakes(at: datetime, sleeper: Sleeper) -> datetime:
    """The first minute from then on at which this person is awake."""
    return next(then for after in range(1440) if not asleep(then := at + timedelta(minutes=after), sleeper))


def sleepers(school: School) -> dict[int, Sleeper]:
    found = {}
    for number, (starts, ends) in enumerate(HOURS):
        user = school.join(Role.STUDENT, f"sleeper{number}").user
        set_quiet_hours(by=user, quiet_from=starts, quiet_until=ends)
        found[user.pk] = (school.program.zone, starts, ends)
    return found


def send_every_five_minutes(begin: datetime, hours: int) -> None:
    for minutes in range(0, hours * 60, 5):
        moment = begin + timedelta(minutes=minutes)
        drain(urgent=False, clock=partial(datetime.fromtimestamp, moment.timestamp(), UTC))


def test_what_can_wait_comes_outside_quiet_hours_and_right_after(
    kestrel: School, harrow: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R18: 0 inside, all at most five minutes after, each by the clock of the own school, over two days."""
    news = Kind("peersupport.test_page", "News", lives=timedelta(days=3))
    monkeypatch.setitem(KINDS, news.name, news)
    people = sleepers(kestrel) | sleepers(harrow)
    begin = datetime.combine(database_now().date() + timedelta(days=1), time(0), UTC)
    for person in User.objects.filter(pk__in=people):
        for hour in range(0, 48, 3):
            due = begin + timedelta(hours=hour, minutes=7)
            queue(kind=news.name, to=person, key=f"{person.pk} {hour}", due_at=due)
    send_every_five_minutes(begin, hours=72)
    ended = Notification.objects.filter(state=State.ACCEPTED).values_list("recipient", "due_at", "ended_at")
    sent = [(people[person], due, at) for person, due, at in ended if person and at]
    assert len(sent) == len(people) * 16
    assert [at for sleeper, _, at in sent if asleep(at, sleeper)] == []
    late = [at for sleeper, due, at in sent if at - wakes(due, sleeper) > timedelta(minutes=5)]
    assert late == []
    assert sum(at - due > timedelta(minutes=5) for _, due, at in sent) > 40  # else it would show nothing


def test_a_call_passes_quiet_hours(a_student: User, mailbox: Any) -> None:
    """R18, the urgent lane; whether somebody is on duty is asked once there are duties."""
    set_quiet_hours(by=a_student, quiet_from=time(0), quiet_until=time(23, 59))
    assert KINDS["peersupport.test_page"].priority == PAGE
    queue(kind="peersupport.test_page", to=a_student, key="now")
    assert len(mailbox.envelopes) == 1
    assert Notification.objects.get().channel == ChannelKind.EMAIL
