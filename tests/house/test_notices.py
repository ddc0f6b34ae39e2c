"""Every notice, rendered for everybody: neutral words, one reader, nothing from elsewhere (R30)."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.template.loader import render_to_string

from peersupport.channels.letter import Letter
from peersupport.clock import database_now
from peersupport.kinds import KINDS
from peersupport.models import Notification
from peersupport.outbox import queue
from peersupport.outbox.letters import letter_for
from referrals.models import Service
from tests.house.town import OUR_NAME, ROLES, THEIR_NAME, Town

pytestmark = pytest.mark.django_db

# Beginnings of words that never stand in a notice, whoever reads along.
CLOSED = re.compile(
    r"\b(support|wellbeing|mental|peer|counsel|crisis|referral|suicid|distress|depress|anxi|harm)",
    re.IGNORECASE,
)
WORDED_ELSEWHERE = {"peersupport.code"}  # by templates/account/email
ABOUT: dict[str, dict[str, bool]] = {"training.due": {"extra": True}}
LONGEST_SUBJECT = 70
LINK = re.compile(r"[a-z]+://[^\s>]+")


def letters(town: Town) -> Iterator[tuple[str, str, Letter]]:
    """Each kind to somebody of each role: what is due, and for the rest nothing particular."""
    at = database_now()
    long_ago = town.school.today - timedelta(days=130)
    Service.objects.filter(uuid=town.things["service"]["own"]).update(
        checked_on=long_ago, next_check_on=long_ago + timedelta(days=120), owner=None
    )
    for kind in sorted(KINDS.keys() - WORDED_ELSEWHERE):
        for role in ROLES:
            key, user = f"lint {kind} {role}", town.people[role]
            queue(kind=kind, to=user, key=key, scope=town.school.program.uuid, about=ABOUT.get(kind))
            letter = letter_for(Notification.objects.get(key=key), at)
            if letter:
                yield kind, role, letter


def test_every_notice_for_everybody(standing_town: Town) -> None:
    """R30: no telling word, no name of anybody else, one recipient, no link but to this site."""
    seen = set()
    for kind, role, letter in letters(standing_town):
        seen.add(kind)
        text = "\n".join([letter.subject, letter.body, letter.sender, *letter.headers.values()])
        assert not CLOSED.search(text), (kind, role, CLOSED.search(text))
        assert letter.address == standing_town.people[role].email
        assert OUR_NAME not in text, (kind, role)
        assert THEIR_NAME not in text, (kind, role)
        assert "@" not in text.replace(letter.address, ""), (kind, role)
        assert "<" not in letter.body, (kind, role)
        assert len(letter.subject) <= LONGEST_SUBJECT, (kind, role)
        assert letter.sender == standing_town.school.program.app_name
        links = LINK.findall(text)
        assert {f"{urlsplit(link).scheme}://{urlsplit(link).netloc}" for link in links} <= {settings.SITE_URL}
        assert not any(urlsplit(link).query for link in links), (kind, role)
    assert seen == KINDS.keys() - WORDED_ELSEWHERE


def test_a_private_notice_does_not_say_what_it_is_about(standing_town: Town) -> None:
    """R30: by mail it says that something waits; the letter itself is read after signing in."""
    for kind, role, letter in letters(standing_town):
        if KINDS[kind].private:
            assert letter.subject == "You have an item waiting", (kind, role)


def test_the_mails_of_signing_in() -> None:
    """R30: the same for those that are worded before they wait."""
    files = sorted(Path(settings.BASE_DIR / "templates" / "account" / "email").glob("*.txt"))
    assert len(files) == 8
    for file in files:
        words = {"app_name": "Alongside", "code": "123456"}
        text = render_to_string(f"account/email/{file.name}", words)
        assert not CLOSED.search(text), file.name
        assert not LINK.search(text), file.name
        assert "<" not in text, file.name
