"""Numbers as people type them."""

import pytest

from peersupport.engines.telephone import read_number, shown_number


@pytest.mark.parametrize(
    ("typed", "country", "kept"),
    [
        ("0491 570 006", "AU", "+61491570006"),
        ("(02) 5550 1234", "AU", "+61255501234"),
        ("+61 491 570 006", "", "+61491570006"),
        ("+44 7700 900123", "AU", ""),  # set aside for stories: nobody has it
        ("+44 7911 123456", "AU", "+447911123456"),
        ("0011 44 7911 123456", "AU", "+447911123456"),
        ("0491 570 006", "", ""),  # whose country would that be
        ("12", "AU", ""),
        ("000", "AU", ""),
        ("1900 123 456", "AU", ""),  # dear to ring
        ("0491 570 006 ext. 5", "AU", ""),
        ("ring me", "AU", ""),
        ("", "AU", ""),
    ],
)
def test_a_number_is_read_as_people_dial_it(typed: str, country: str, kept: str) -> None:
    assert read_number(typed, country) == kept


def test_a_number_is_shown_in_groups() -> None:
    assert shown_number("+61491570006") == "+61 491 570 006"
