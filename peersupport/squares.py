"""A QR code as a path to draw in a template: no picture, no inline markup."""

import qrcode


def squares(text: str) -> tuple[int, str]:
    """The side and the path of a QR code, its quiet border of two squares included."""
    code = qrcode.QRCode(border=2)
    code.add_data(text)
    rows = code.get_matrix()
    return len(rows), "".join(_runs(rows))


def _runs(rows: list[list[bool]]) -> list[str]:
    """Dark squares that touch in a row are one piece: a third of the letters."""
    pieces = []
    for y, row in enumerate(rows):
        start = 0
        for x, dark in enumerate([*row, False]):
            if not dark:
                if x > start:
                    pieces.append(f"M{start} {y}h{x - start}v1h-{x - start}z")
                start = x + 1
    return pieces
