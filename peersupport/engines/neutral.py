"""Words that must not show where somebody reads over a shoulder: names of senders, subjects, addresses."""

import re
from typing import Final

_TELLING: Final = re.compile(
    r"\b(?:support|wellbeing|mental|peer|counsel|crisis|referral|suicid|distress|depress|anxi|harm)\w*",
    re.IGNORECASE,
)


def telling_word(text: str) -> str:
    """The first word that says what this site is about, or nothing."""
    found = _TELLING.search(text.replace("_", " "))
    return found[0] if found else ""
