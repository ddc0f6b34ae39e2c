"""Files into rows: every encoding and delimiter, and nothing but our own error for anything else."""

import io
import string
import unicodedata
import zipfile
from datetime import date, datetime, time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from programs.engines import spreadsheets, tables
from programs.engines.spreadsheets import Unreadable
from programs.engines.tables import Row, Table, read_table
from tests.programs.school_lists import xlsx_of

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:openpyxl")

# Letters of names as people write them, in the part that every encoding under test can hold
NAME_LETTERS = string.ascii_letters + string.digits + " =+-@'’éèüñçøåæßÉÖ.,;\t\"/()&%#!?:*_"
names = st.text(NAME_LETTERS, max_size=20)
any_names = st.text(
    st.characters(exclude_categories=("Cc", "Cs", "Cn", "Co"), exclude_characters=tables.TURNING), max_size=20
)


def as_read(cell: str) -> str:
    return " ".join(unicodedata.normalize("NFC", cell.replace("\ufeff", "")).split())


def write_csv(rows: list[list[str]], delimiter: str, line_end: str) -> str:
    return line_end.join(delimiter.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows)


def rows_as_read(rows: list[list[str]]) -> list[tuple[str, ...]]:
    """The rows that are not blank, without blank cells at their ends."""
    kept = []
    for row in rows:
        cells = [as_read(cell) for cell in row]
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            kept.append(tuple(cells))
    return kept


@settings(deadline=None)
@given(
    rows=st.lists(st.lists(names, min_size=3, max_size=3), min_size=1, max_size=6),
    delimiter=st.sampled_from(",;\t"),
    encoding=st.sampled_from(
        ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-16-le-marked", "cp1252"]
    ),
    line_end=st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_every_encoding_and_delimiter_gives_the_rows_back(
    rows: list[list[str]], delimiter: str, encoding: str, line_end: str
) -> None:
    header = ["student_id", "email", "given_name"]
    text = write_csv([header, *rows], delimiter, line_end)
    mark = "\ufeff" if encoding.endswith("-marked") else ""
    content = (mark + text).encode(encoding.removesuffix("-marked"))
    wanted = rows_as_read(rows)
    if not wanted:
        with pytest.raises(Unreadable, match="no rows under it"):
            read_table(content)
        return
    table = read_table(content)
    assert table.headers == ("student_id", "email", "given_name")
    assert [row.cells for row in table.rows] == wanted


@settings(deadline=None)
@given(rows=st.lists(st.lists(any_names, min_size=2, max_size=2), min_size=1, max_size=5))
def test_any_script_survives_utf8_and_workbooks(rows: list[list[str]]) -> None:
    wanted = rows_as_read(rows)
    if not wanted:
        return
    csv_table = read_table(write_csv([["a", "b"], *rows], ",", "\n").encode())
    assert [row.cells for row in csv_table.rows] == wanted
    plain = [["a", "b"], *([f" {cell}" for cell in row] for row in rows)]  # the space keeps "=1" a text
    assert [row.cells for row in read_table(xlsx_of(plain)).rows] == wanted


@settings(deadline=None)
@given(st.binary(max_size=400))
@example(b"")
@example(b"\xff\xfe\x00")
@example(b"PK\x03\x04 not a zip")
@example(b'a,b\n"open')
@example(b"\x00" * 40)
def test_garbage_raises_our_own_error_and_nothing_else(content: bytes) -> None:
    assert_read_or_refused(content)


def assert_read_or_refused(content: bytes) -> None:
    """Whatever else is raised fails the test."""
    try:
        answer: Table | str = read_table(content)
    except Unreadable as no:
        answer = no.sentence
    assert answer.rows if isinstance(answer, Table) else answer.endswith(".")


WORKBOOK = xlsx_of([["student_id", "email"], ["1", "a@b.example"], [2, 3.5]])


@settings(max_examples=300, deadline=None)
@given(
    places=st.lists(st.integers(0, len(WORKBOOK) - 1), min_size=1, max_size=12),
    values=st.binary(min_size=12, max_size=12),
)
def test_a_damaged_workbook_raises_our_own_error_and_nothing_else(places: list[int], values: bytes) -> None:
    damaged = bytearray(WORKBOOK)
    for place, value in zip(places, values, strict=False):
        damaged[place] = value
    assert_read_or_refused(bytes(damaged))


def rebuilt(**parts: bytes) -> bytes:
    """The workbook with some parts replaced or added; "sheet" is the first sheet's own part."""
    names = {"sheet": "xl/worksheets/sheet1.xml", "book": "xl/workbook.xml", "shared": "xl/sharedStrings.xml"}
    changed = {names.get(name, name): content for name, content in parts.items()}
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(WORKBOOK)) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            if name not in changed:
                new.writestr(name, old.read(name))
        for name, content in changed.items():
            new.writestr(name, content)
    return target.getvalue()


SHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">%b</worksheet>'


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_a_workbook_with_a_broken_sheet_raises_our_own_error(inside: bytes) -> None:
    for sheet in (inside, SHEET % inside, SHEET % (b"<sheetData>" + inside + b"</sheetData>")):
        with pytest.raises(Unreadable):
            read_table(rebuilt(sheet=sheet))


BOMB = b"""<?xml version="1.0"?><!DOCTYPE worksheet [<!ENTITY a "aaaaaaaaaa">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>
<worksheet>&c;</worksheet>"""


@pytest.mark.parametrize(
    "parts",
    [
        {"sheet": SHEET % (b" " * spreadsheets.MAX_UNPACKED)},
        {"shared": b" " * (spreadsheets.MAX_SHARED_TEXT + 1)},
        {f"part{number}": b"" for number in range(spreadsheets.MAX_PARTS)},
        {"sheet": BOMB},
        {"sheet": BOMB.decode().encode("utf-16")},
        {"sheet": SHEET % b'<sheetData><row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData>'},
    ],
    ids=["large", "large texts", "many parts", "entities", "entities in UTF-16", "rows far down"],
)
def test_a_workbook_made_to_fill_the_memory_is_refused(parts: dict[str, bytes]) -> None:
    with pytest.raises(Unreadable, match="far larger inside"):
        read_table(rebuilt(**parts))


def test_a_sheet_that_lies_about_its_size_is_read_as_it_is() -> None:
    inside = (
        b'<dimension ref="A1:XFD1048576"/><sheetData><row r="1"><c r="A1" t="str"><v>a</v></c>'
        b'<c r="B1" t="str"><v>b</v></c></row><row r="2"><c r="A2"><v>1.0</v></c></row></sheetData>'
    )
    assert read_table(rebuilt(sheet=SHEET % inside)) == Table(("a", "b"), (Row(2, ("1",)),))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "empty"),
        (b" \r\n\t", "empty"),
        (b"\xef\xbb\xbf\n\n", "empty"),
        (b",,\n,,\n", "empty"),
        (b"student_id,email\n", "no rows under it"),
        (b"student_id,email\n,\n", "no rows under it"),
        (b"Dear all,\nplease find the list attached.\n", "not a table"),
        (b"just one column\nvalue\n", "not a table"),
        (b"<html><table><tr><td>a</td></tr></table></html>", "not a table"),
        (b'[{"email": "a@b.example"}]', "not a table"),
        (b"%PDF-1.7 a,b\n1,2\n", "not a table"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR,,", "not a table"),
        (b"a\x01,b\n1,2\n", "not a table"),
        (b"a,b\n\x00\x00,1\n", "not a table"),
        (b"\xff\xfea", "not a table"),
        (tables.OLD_EXCEL_MARK + b"rest", "old Excel file"),
        (b'a,b\n1,2\n"3,4\n5,6\n', "Line 3 cannot be read"),
        (b'sep=;\na;b\n1;2\n"3;4\n', "Line 4 cannot be read"),
        ("a,b\né,1\nü,2\n".encode() + b"\xe9,3\n", "Line 4 is not in the same encoding"),
        (b"a,b\n" + b"1,2\n" * (tables.MAX_ROWS + 1), "more than 50,000 rows"),
        (b"a,b\n" + b"x" * tables.MAX_BYTES, "larger than 10 MB"),
        (b"a," * 200 + b"b\n1,2\n", "more than 200 columns"),
        (xlsx_of([["a"] * 201, ["1"]]), "more than 200 columns"),
        (b"PK\x03\x04" + b"\0" * 200, "cannot be opened"),
    ],
)
def test_what_is_not_a_list_gets_a_clear_sentence(content: bytes, sentence: str) -> None:
    with pytest.raises(Unreadable, match=sentence):
        read_table(content)


def test_other_packed_files_and_empty_workbooks_get_a_clear_sentence() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("a.txt", "a,b")
    with pytest.raises(Unreadable, match="packed file, not a table"):
        read_table(target.getvalue())
    with pytest.raises(Unreadable, match="empty"):
        read_table(xlsx_of([]))
    book = Workbook()
    book.create_chartsheet()
    book.remove(book.worksheets[0])
    target = io.BytesIO()
    book.save(target)
    with pytest.raises(Unreadable, match="cannot be opened"):
        read_table(target.getvalue())


def test_excels_own_line_about_the_delimiter_is_no_header() -> None:
    assert read_table(b"sep=|\r\na|b\r\n1|2\r\n") == Table(("a", "b"), (Row(3, ("1", "2")),))


def test_line_numbers_are_those_a_person_sees() -> None:
    table = read_table(b'\na,b\n"two\nlines",1\n\n3,4\n')
    assert [row.line for row in table.rows] == [3, 6]
    assert table.rows[0].cells == ("two lines", "1")
    book = read_table(xlsx_of([["a", "b"], [], ["1", "2"], [None, None], ["3", "4"]]))
    assert [row.line for row in book.rows] == [3, 5]


def test_bytes_that_only_latin1_knows_are_read_too() -> None:
    assert read_table(b"a,b\n\x8d\xe9,1\n").rows[0].unreadable == ((0, tables.ODD_CHARACTER),)
    assert read_table("a,b\nJosé’s,1\n".encode("cp1252")).rows[0].cells == ("José’s", "1")


@pytest.mark.parametrize("letter", ["\x07", "\u202e", "\ue000"])
def test_a_letter_that_is_no_text_makes_its_cell_unreadable(letter: str) -> None:
    row = read_table(f"a,b\nAd{letter}a,1\n".encode()).rows[0]
    assert row == Row(2, ("", "1"), ((0, tables.ODD_CHARACTER),))


def test_unreadable_cells_move_with_the_columns_before_them() -> None:
    table = read_table(b"a,b,c,d\n1,2,x\x07,\n")
    assert table.without([1]).rows == (Row(2, ("1", ""), ((1, tables.ODD_CHARACTER),)),)
    assert table.without([2]).rows == (Row(2, ("1", "2")),)


def test_a_very_long_cell_is_unreadable_and_the_last_cell_stays_in_place() -> None:
    row = read_table(b"a,b\n1," + b"x" * 401 + b"\n").rows[0]
    assert row == Row(2, ("1", ""), ((1, tables.LONG_CELL),))


def test_cells_of_a_workbook_become_text_and_formulas_are_never_run() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["number", "float", "day", "moment", "clock", "yes", "half", "text"])
    sheet.append(
        [
            12345,
            2027.0,
            date(2027, 3, 15),
            datetime.fromisoformat("2027-03-15T09:30"),
            time(9, 30),
            True,
            3.5,
            "x",
        ]
    )
    sheet.append(["=1+1", "x", "x", "x", "x", "x", "x", "x"])
    sheet.append(["x", "x"])
    sheet["A4"].value, sheet["A4"].data_type = "=HYPERLINK()", "s"
    sheet["B4"].value, sheet["B4"].data_type = "#REF!", "e"
    target = io.BytesIO()
    book.save(target)
    rows = read_table(target.getvalue()).rows
    assert rows[0].cells == (
        "12345",
        "2027",
        "2027-03-15",
        "2027-03-15T09:30:00",
        "09:30:00",
        "True",
        "3.5",
        "x",
    )
    assert rows[1].unreadable == ((0, spreadsheets.FORMULA),)
    assert rows[2] == Row(4, ("=HYPERLINK()", ""), ((1, spreadsheets.ERROR),))


@settings(deadline=None)
@given(
    st.lists(
        st.builds(
            Row,
            st.integers(2, 99),
            st.lists(names, min_size=1, max_size=5).map(tuple),
            st.lists(st.tuples(st.just(0), names), max_size=2).map(tuple),
        ),
        min_size=1,
        max_size=5,
    ).map(lambda rows: Table(("a", "b", "c"), tuple(rows)))
)
def test_a_packed_table_comes_back_and_a_dropped_column_is_gone(table: Table) -> None:
    assert Table.unpack(table.pack()) == table
    smaller = table.without([1])
    assert smaller.headers == ("a", "c")
    assert [row.cells for row in smaller.rows] == [row.cells[:1] + row.cells[2:] for row in table.rows]
    assert [row.unreadable for row in smaller.rows] == [row.unreadable for row in table.rows]
    assert all(row.unreadable == () for row in table.without([0]).rows)
