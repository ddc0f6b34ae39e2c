"""A QR code as a path: what is drawn is what the code says, square for square."""

import re

import pytest
import qrcode

from peersupport.squares import squares


def drawn(path: str, side: int) -> list[list[bool]]:
    """The path filled in, one square at a time."""
    rows = [[False] * side for _ in range(side)]
    for x, y, width, back in re.findall(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z", path):
        assert width == back
        for column in range(int(x), int(x) + int(width)):
            assert not rows[int(y)][column]
            rows[int(y)][column] = True
    return rows


@pytest.mark.parametrize(
    "text", ["x", "https://peers.example.edu/help/kestrel-bay/", "otpauth://totp/" + "A" * 90]
)
def test_the_path_draws_the_code(text: str) -> None:
    code = qrcode.QRCode(border=2)
    code.add_data(text)
    rows = code.get_matrix()
    side, path = squares(text)
    assert drawn(path, side) == rows
    assert re.fullmatch(r"(M\d+ \d+h\d+v1h-\d+z)+", path)
    assert len(path) < 14 * sum(map(sum, rows)) * 0.7  # one piece for each run, not for each square
