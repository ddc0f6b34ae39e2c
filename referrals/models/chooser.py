"""The table behind “Worried about a friend?”, read once."""

from functools import lru_cache

from django.conf import settings

from referrals.engines.chooser import Chooser, read_chooser


@lru_cache
def the_chooser() -> Chooser:
    return read_chooser(settings.CONTENT_DIR / "chooser" / "worried-about-a-friend.yaml")
