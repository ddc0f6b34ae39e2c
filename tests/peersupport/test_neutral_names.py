"""What stands in inboxes, histories and address bars says nothing of what the site is about."""

from typing import Any

import pytest

from peersupport.checks import neutral_names
from peersupport.engines.neutral import telling_word


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Alongside <no-reply@alongside.example.edu>", ""),
        ("https://peers.example.edu", "peers"),
        ("Student Wellbeing", "Wellbeing"),
        ("peer-support", "peer"),
        ("med_counselling", "counselling"),
        ("Insupportable pharmacy", ""),
        ("experimental", ""),
    ],
)
def test_words_are_known_by_how_they_begin(text: str, word: str) -> None:
    assert telling_word(text) == word


def test_settings_that_tell_are_named_before_a_site_goes_live(settings: Any) -> None:
    """Claim R30: the sender's name and the links of every notice."""
    settings.SITE_URL, settings.DEFAULT_FROM_EMAIL = "https://a.example.edu", "A <a@example.edu>"
    assert neutral_names(None) == []
    settings.SITE_URL, settings.DEFAULT_FROM_EMAIL = "https://peers.example.edu", "Support <a@example.edu>"
    settings.APP_NAME = "Crisis Line"
    found = [str(warning.msg) for warning in neutral_names(None)]
    assert [text.partition(" ")[0] for text in found] == ["SITE_URL", "FROM_EMAIL", "APP_NAME"]
