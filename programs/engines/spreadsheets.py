"""Excel workbooks, read row by row, with a guard against files made to fill the memory."""

import io
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import TypeAlias
from xml.parsers import expat

from openpyxl import load_workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.cell.read_only import EMPTY_CELL
from openpyxl.utils.exceptions import InvalidFileException

MAX_UNPACKED = 120 * 1024 * 1024
MAX_SHARED_TEXT = 24 * 1024 * 1024
MAX_PARTS = 500
MAX_COLUMNS = 200
MAX_SCANNED_ROWS = 100_000

BROKEN = "This workbook cannot be opened. Open it in Excel, save it again as .xlsx and try once more."
NO_WORKBOOK = (
    "This is a packed file, not a table. Save the list as CSV or as a workbook (.xlsx) and try again."
)
TOO_LARGE_INSIDE = "This workbook is far larger inside than a list of students. Copy the list into a new one."
FORMULA = "holds a formula. Paste it as a value"
ERROR = "holds an error"

# What a broken or hostile workbook makes openpyxl, zipfile and expat raise.
TROUBLE = (
    ArithmeticError,
    AttributeError,
    EOFError,
    InvalidFileException,
    LookupError,
    NotImplementedError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    expat.ExpatError,
    zipfile.BadZipFile,
    zlib.error,
)

BLANK = {id(EMPTY_CELL)}

# line number, cells, (place, reason) of cells that cannot be read
RawRow: TypeAlias = tuple[int, list[str], list[tuple[int, str]]]


class Unreadable(Exception):
    """The file as a whole cannot be used; carries the sentence that says why."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class _BeginningRead(Exception):
    """The first element has begun: no document type can follow."""


def rows_of(content: bytes) -> Iterator[RawRow]:
    """The rows of the first sheet. Raises `Unreadable` and nothing else."""
    try:
        _refuse_bombs(content)
        yield from _rows(content)
    except TROUBLE as trouble:
        raise Unreadable(BROKEN) from trouble


def _refuse_bombs(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
        names = {part.filename for part in parts}
        if "[Content_Types].xml" not in names:
            raise Unreadable(NO_WORKBOOK)
        shared = sum(part.file_size for part in parts if part.filename.lower().endswith("sharedstrings.xml"))
        # zipfile never unpacks more than the size a part declares, so the declared sum is a true limit.
        if (
            len(parts) > MAX_PARTS
            or sum(part.file_size for part in parts) > MAX_UNPACKED
            or shared > MAX_SHARED_TEXT
            or any(_declares_entities(archive, part) for part in parts if _is_markup(part))
        ):
            raise Unreadable(TOO_LARGE_INSIDE)


def _is_markup(part: zipfile.ZipInfo) -> bool:
    return part.filename.lower().endswith((".xml", ".rels"))


def _declares_entities(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    """Whether an XML part has a document type; no honest workbook does, and entities grow without end."""
    found = False

    def note_document_type(*_: object) -> None:
        nonlocal found
        found = True
        raise _BeginningRead

    def stop(*_: object) -> None:
        raise _BeginningRead

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = note_document_type
    parser.StartElementHandler = stop
    with archive.open(part) as source:
        try:
            while chunk := source.read(8192):
                parser.Parse(chunk)
        except _BeginningRead:
            pass
    return found


def _rows(content: bytes) -> Iterator[RawRow]:
    book = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
    sheet = book.worksheets[0]
    sheet.reset_dimensions()  # the size a sheet declares may be a lie, and rows would be padded to it
    for number, cells in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS + 1), start=1):
        if number > MAX_SCANNED_ROWS:
            raise Unreadable(TOO_LARGE_INSIDE)
        # One row far down brings every row above it as a blank one. By identity, for `==` on cells breaks.
        if set(map(id, cells)) != BLANK:
            yield _raw_row(number, cells)


def _raw_row(line: int, cells: tuple[Cell | MergedCell, ...]) -> RawRow:
    texts: list[str] = []
    unreadable: list[tuple[int, str]] = []
    for place, cell in enumerate(cells):
        if cell.data_type in {"f", "e"} and cell.value is not None:
            unreadable.append((place, FORMULA if cell.data_type == "f" else ERROR))
            texts.append("")
        else:
            texts.append(_text(cell.value))
    return line, texts, unreadable


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime) and value.time() == time.min:
        return value.date().isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)
