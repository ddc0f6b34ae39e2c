"""One idea of an address, held twice: engines may not know the ground floor."""

from peersupport.models import people
from programs.engines import roster


def test_the_roster_takes_the_addresses_that_sign_in_takes() -> None:
    assert roster.EMAIL.pattern == people.EMAIL.pattern
