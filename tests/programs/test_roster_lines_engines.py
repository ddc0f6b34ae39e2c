"""Small things the roster holds to: one idea of an address, and reports that stay short."""

from peersupport.models import people
from programs.engines import roster
from programs.engines.columns import other_lines


def test_the_roster_takes_the_addresses_that_sign_in_takes() -> None:
    assert roster.EMAIL.pattern == people.EMAIL.pattern


def test_a_value_on_every_row_names_five_other_lines_and_how_many_more() -> None:
    """A slip in a large list must not make a report that grows with the square of its rows."""
    assert other_lines([2, 3], 3) == "2"
    assert other_lines([2, 3, 4], 2) == "3, 4"
    assert other_lines(range(2, 5002), 7) == "2, 3, 4, 5, 6 and 4994 more"
    assert other_lines(range(2, 5002), 2) == "3, 4, 5, 6, 7 and 4994 more"
