"""No cell of a file comes alive in a spreadsheet."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peersupport.csvfile import csv_response, quiet_cell


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+61 2", "'+61 2"),
        ("-7", "'-7"),
        (-7, "'-7"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("O’Brien, Siobhán", "O’Brien, Siobhán"),
        ("a=b", "a=b"),
        ("", ""),
        (None, ""),
        (0, "0"),
    ],
)
def test_a_cell(value: object, cell: str) -> None:
    assert quiet_cell(value) == cell


@given(st.lists(st.lists(st.text(st.characters(codec="utf-8")), min_size=2, max_size=2), max_size=5))
def test_a_file_reads_back_as_it_was_and_no_cell_is_live(rows: list[list[str]]) -> None:
    response = csv_response("x.csv", ["=a", "b"], rows)
    text = response.getvalue().decode()
    assert text.startswith("\ufeff")
    head, *found = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    assert head == ["'=a", "b"]
    assert found == [[quiet_cell(cell) for cell in row] for row in rows]
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for row in found for cell in row)
