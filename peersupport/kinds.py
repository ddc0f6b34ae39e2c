"""What kinds of notices there are: how urgent, how private, and for how long each is of use.

Their words lie in `content/notices/<name>.txt`: the subject, an empty line, the text. What goes into the
words is asked for just before sending, of the function that STILL_WANTED in the settings names for the kind.
"""

from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from string import Template
from typing import Final

from django.conf import settings

from peersupport.models import Notification
from peersupport.models.outbox import CODE, DIGEST, NORMAL, PAGE, URGENT


@dataclass(frozen=True)
class Kind:
    """`about` is what the list of one's own notices calls it. `duty`: a hold does not stop it."""

    name: str
    about: str
    priority: int = NORMAL
    lives: timedelta = timedelta(days=1)
    private: bool = False
    optional: bool = False
    duty: bool = False

    @property
    def urgent(self) -> bool:
        return self.priority <= URGENT


@dataclass(frozen=True)
class Words:
    """The text of a kind, with $names for what is filled in."""

    subject: Template
    body: Template


KINDS: Final = {
    kind.name: kind
    for kind in (
        Kind("peersupport.code", "A code to sign in", priority=CODE, lives=timedelta(minutes=15), duty=True),
        # Stands in for calls to advisers until those exist.
        Kind(
            "peersupport.test_page",
            "A test of whether you can be reached",
            priority=PAGE,
            lives=timedelta(hours=1),
            duty=True,
        ),
        Kind("peersupport.channel_off", "Mail to you came back", private=True, lives=timedelta(days=90)),
        Kind("referrals.check_due", "Something to check", priority=DIGEST, lives=timedelta(days=3)),
        Kind("training.due", "Training that is due", priority=DIGEST, optional=True),
    )
}


def is_still_sent(notice: Notification) -> bool:
    """Whether its kind is still known: a notice may be left behind by an earlier version."""
    return notice.kind in KINDS


def about_for_staff(notice: Notification) -> str:
    """What staff read of somebody's notice: what a private one is about is not for them."""
    if notice.private:
        return "A private letter"
    known = KINDS.get(notice.kind)
    return known.about if known else "A message of an earlier version"


@lru_cache
def words_of(name: str) -> Words:
    """The words of a kind, read once."""
    text = (settings.CONTENT_DIR / "notices" / f"{name}.txt").read_text(encoding="utf-8")
    subject, _, body = text.partition("\n\n")
    return Words(Template(subject.strip()), Template(body))
