"""What is wrong with many rows in the same way is said once."""

import pytest

from programs.engines.columns import Fault, quoted
from programs.engines.faults import FaultGroup, grouped, in_words


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([3], "Line 3"),
        ([2, 3, 4, 5, 6], "Lines 2 to 6"),
        ([2, 3, 9], "Lines 2 to 3 and 9"),
        ([2, 4, 6, 7], "Lines 2, 4 and 6 to 7"),
        (list(range(2, 40, 2)), "Lines 2, 4, 6, 8, 10, 12, 14, 16 and 11 more"),
    ],
)
def test_lines_are_drawn_together(lines: list[int], words: str) -> None:
    assert in_words(lines) == words


def test_the_same_fault_is_one_group_and_another_value_another() -> None:
    faults = [Fault(line, "site", "is odd", "x", f"Ada {line}") for line in (2, 3, 4)]
    faults += [Fault(5, "site", "is odd", "y", "Bo"), Fault(3, "email", "is empty", name="Ada 3")]
    assert grouped(faults) == [
        FaultGroup("Lines 2 to 4", "site", "“x” is odd", ""),
        FaultGroup("Line 3", "email", "is empty", "Ada 3"),
        FaultGroup("Line 5", "site", "“y” is odd", "Bo"),
    ]


def test_many_values_of_one_fault_share_a_group() -> None:
    faults = [Fault(line, "email", "is not an e-mail address", f"v{line}") for line in range(2, 9)]
    assert grouped(faults) == [
        FaultGroup("Lines 2 to 8", "email", "“v2”, “v3”, “v4” and 4 more: each is not an e-mail address", "")
    ]


def test_a_long_value_is_cut() -> None:
    assert quoted("a" * 61) == f"“{'a' * 60}…”"
    assert Fault(2, "site", "is too long", "a" * 61).said == f"“{'a' * 60}…” is too long"
