"""The finder over every combination for every country that we have services for."""

from collections.abc import Iterator
from datetime import datetime
from itertools import product
from zoneinfo import ZoneInfo

import pytest

from referrals.engines.finder import find, fits, look
from referrals.engines.finder_questions import ABOUT, Question, Soon, Way
from referrals.models.packs import country_packs

MOMENTS = ("2026-11-25T10:00", "2026-11-26T02:30", "2026-11-28T19:00", "2027-03-28T02:30")


def every_question() -> Iterator[Question]:
    for soon, about, way, avoid in product(Soon, ABOUT, Way, (False, True)):
        yield Question(soon, about, way, avoid)


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("country", ["AU", "CA", "GB", "IE", "NZ", "US"])
def test_every_combination_in_every_country(country: str, moment: str) -> None:
    """C14, T1: never empty, never a closed one first while an open one fits, always a person to ring."""
    pack = country_packs()[country]
    seen = look(pack.services, datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo(pack.zone)), pack.zone)
    for question in every_question():
        answers = find(seen, question)
        best = answers[0]
        assert any(answer.service.emergency for answer in answers)
        assert any(way.type == "phone" for answer in answers for way in answer.service.channels)
        assert all(answer.names for answer in answers)
        if question.soon in {Soon.DANGER, Soon.NOW}:
            assert best.open_now, question
        if question.soon is Soon.DANGER:
            assert best.service.emergency
        if not best.open_now:
            assert not [one for one in seen.everybody if one.open_now and fits(one, question, seen.at)]


def test_all_countries_are_walked() -> None:
    assert set(country_packs()) == {"AU", "CA", "GB", "IE", "NZ", "US"}
