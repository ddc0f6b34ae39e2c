"""The finder over the demo school's directory as it stands in the database."""

from datetime import datetime
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from peersupport.clock import now
from referrals.actions.demo import make_demo_schools
from referrals.engines.finder import find, look
from referrals.engines.finder_questions import ABOUT, Question, Soon, Way
from referrals.models.finder import place_named
from referrals.models.services import Service

pytestmark = pytest.mark.django_db
MOMENTS = ("2026-11-25T10:00", "2026-11-25T20:30", "2026-11-26T02:30", "2027-04-04T02:30")


def test_most_combinations_have_an_answer_of_their_own(
    settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """C14: at least fifteen services on three sites; 60 % and more, each with a reason."""
    settings.DEMO = True
    program = make_demo_schools(now=now())
    own_entries = Service.objects.of_program(program).published().filter(pack_key="")
    assert own_entries.count() >= 15
    assert all(service.is_confirmed for service in own_entries)
    place = place_named(program.slug)
    assert place is not None
    assert set(place.sites.values()) == {"Kestrel Bay", "Marlow Base", "Tarrin Rural"}
    assert len({site for service in place.services for site in service.sites}) == 3
    shares = {}
    for moment in MOMENTS:
        at = datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo(place.zone))
        seen = look(place.services, at, place.zone, place.sites)
        own = total = 0
        for soon, about, way, avoid, site in product(Soon, ABOUT, Way, (False, True), ("", *place.sites)):
            best = find(seen, Question(soon, about, way, avoid, site))[0]
            total += 1
            own += best.is_own
            assert best.names
            assert best.open_now or soon not in {Soon.DANGER, Soon.NOW}
        shares[moment] = own / total
    with capsys.disabled():
        print("\nthe demo school: " + ", ".join(f"{at} {share:.0%}" for at, share in shares.items()))  # noqa: T201
    assert min(shares.values()) >= 0.6
