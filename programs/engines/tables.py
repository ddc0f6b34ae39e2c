"""The bytes of a CSV file or a spreadsheet into rows of text, or one clear sentence why not."""

import codecs
import csv
import io
import json
import re
import unicodedata
import zlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice

from programs.engines import spreadsheets
from programs.engines.headers import plain
from programs.engines.spreadsheets import RawRow, Unreadable

MAX_BYTES = 10 * 1024 * 1024
MAX_ROWS = 50_000
MAX_CELL = 400
# Titles and dates of a print stand above the header of many lists.
HEADER_AMONG = 10

NOT_A_TABLE = "This is not a table. Save the list as CSV or as an Excel workbook (.xlsx) and try again."
NO_TABLE = (
    "This is not a table. Row {line} holds {text}. Save the list as CSV or as an Excel workbook (.xlsx), "
    "with a row that names its columns, and try again."
)
NO_HEADER = (
    "No row names the columns. Row {line} holds {text}. Put a row with names such as student_id, email and "
    "site above the list, save it and try again."
)
TOO_LARGE = "This file is larger than 10 MB. A list of 20,000 students is about 2 MB. Is it the right file?"
EMPTY = "This file is empty."
HEADER_ONLY = "This file has a header and no rows under it."
TOO_MANY_ROWS = f"This file has more than {MAX_ROWS:,} rows. Is it the right file? If so, cut it in two."
TOO_WIDE = (
    f"This file has more than {spreadsheets.MAX_COLUMNS} columns. Copy the columns you need into a new file."
)
OLD_EXCEL = (
    "This is an old Excel file, or one with a password. Save it as .xlsx without a password and try again."
)
MIXED = "Line {line} is not in the same encoding as the lines before. Save the file as UTF-8 and try again."
BAD_QUOTES = "Line {line} cannot be read. Check that every quotation mark on it is closed."
ODD_CHARACTER = "holds a character that is not text"
LONG_CELL = f"is longer than {MAX_CELL} letters"

ZIP_MARK, OLD_EXCEL_MARK = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
DATUM = re.compile(r"[0-9][-0-9./: ]*|.*@.*")
# Characters that turn the reading direction round make one name look like another.
TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the file: its number as people see it, its cells, and why some of them are unreadable."""

    line: int
    cells: tuple[str, ...]
    unreadable: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    headers: tuple[str, ...]
    rows: tuple[Row, ...]

    def without(self, places: Iterable[int]) -> "Table":
        """The same table with these columns gone."""
        gone = set(places)
        # Rows that are longer than the header stay so: it is a fault to be told.
        widest = max([len(self.headers), *(len(row.cells) for row in self.rows)])
        kept = [place for place in range(widest) if place not in gone]
        moved = {place: number for number, place in enumerate(kept)}
        return Table(
            tuple(header for place, header in enumerate(self.headers) if place not in gone),
            tuple(
                Row(
                    row.line,
                    tuple(row.cells[place] for place in kept if place < len(row.cells)),
                    tuple((moved[place], reason) for place, reason in row.unreadable if place in moved),
                )
                for row in self.rows
            ),
        )

    def with_named_columns_only(self) -> "Table":
        """Without what stands under no header; a row that is too long stays so, its surplus blank."""
        table = self.without(place for place, header in enumerate(self.headers) if not header)
        width = len(table.headers)
        rows = (
            replace(row, cells=row.cells[:width] + ("",) * (len(row.cells) - width)) for row in table.rows
        )
        return Table(table.headers, tuple(rows))

    def pack(self) -> bytes:
        """Small bytes that `unpack` turns into an equal table."""
        rows = [(row.line, row.cells, row.unreadable) for row in self.rows]
        return zlib.compress(json.dumps([self.headers, rows], ensure_ascii=False).encode())

    @staticmethod
    def unpack(packed: bytes | memoryview) -> "Table":
        headers, rows = json.loads(zlib.decompress(packed))
        return Table(
            tuple(headers),
            tuple(
                Row(line, tuple(cells), tuple((place, reason) for place, reason in unreadable))
                for line, cells, unreadable in rows
            ),
        )


def read_table(content: bytes, known: Collection[str] = ()) -> Table:
    """Read a whole file; `known` are the headers that may stand in it, in the spelling of `plain`.

    Raises `Unreadable`, and nothing else, whatever the bytes are. Blank rows are left out. The header is, of
    the first ten rows, the one with most known names, else the first with three cells that look like names;
    what stands above it is dropped. Cells come without outer space, with single spaces inside, in form NFC.
    """
    if len(content) > MAX_BYTES:
        raise Unreadable(TOO_LARGE)
    if not content.strip():
        raise Unreadable(EMPTY)
    if content.startswith(OLD_EXCEL_MARK):
        raise Unreadable(OLD_EXCEL)
    is_book = content.startswith(ZIP_MARK)
    raw = spreadsheets.rows_of(content) if is_book else _rows_of_text(decode(content), known)
    return _table((_clean(row) for row in raw), known, is_book)


def _table(rows: Iterator[Row], known: Collection[str], is_book: bool) -> Table:
    filled = (row for row in rows if row.unreadable or any(row.cells))
    top = list(islice(filled, HEADER_AMONG))
    if not top:
        raise Unreadable(EMPTY)
    place = _header_among(top, known)
    if place is None:
        raise Unreadable(_without_header(top, is_book))
    header = top[place]
    if len(header.cells) > spreadsheets.MAX_COLUMNS:
        raise Unreadable(TOO_WIDE)
    kept: list[Row] = []
    for row in chain(top[place + 1 :], filled):
        if len(kept) == MAX_ROWS:
            raise Unreadable(TOO_MANY_ROWS)
        kept.append(row)
    if not kept:
        raise Unreadable(HEADER_ONLY)
    return Table(header.cells, tuple(kept))


def _header_among(top: Sequence[Row], known: Collection[str]) -> int | None:
    candidates: dict[int, tuple[int, bool]] = {}
    for place, row in enumerate(top):
        filled = [cell for cell in row.cells if cell]
        names = _known_names(filled, known)
        odd = ODD_CHARACTER in {reason for _, reason in row.unreadable}
        if len(filled) > 1 and not odd and (names or not any(map(DATUM.fullmatch, filled))):
            candidates[place] = names, len(filled) > 2
    return max(candidates, key=candidates.__getitem__, default=None)


def _known_names(cells: Iterable[str], known: Collection[str]) -> int:
    return sum(1 for cell in cells if plain(cell) in known)


def _without_header(top: Sequence[Row], is_book: bool) -> str:
    if any(reason == ODD_CHARACTER for _, reason in top[0].unreadable) and not is_book:
        return NOT_A_TABLE
    texts = [cell for cell in top[0].cells if cell][:3]
    text = ", ".join(f"“{cell[:60]}”" for cell in texts) or "nothing that can be read"
    is_table = is_book or any(len(row.cells) > 1 and row.cells[1] for row in top)
    return (NO_HEADER if is_table else NO_TABLE).format(line=top[0].line, text=text)


def _clean(raw: RawRow) -> Row:
    line, cells, unreadable = raw
    faults = list(unreadable)
    cleaned = []
    for place, cell in enumerate(cells):
        text = cell if cell.isascii() else unicodedata.normalize("NFC", cell.replace("\ufeff", ""))
        text = " ".join(text.split())
        if len(text) > MAX_CELL:
            faults.append((place, LONG_CELL))
            text = ""
        elif not text.isprintable() and any(_is_odd(letter) for letter in text):
            faults.append((place, ODD_CHARACTER))
            text = ""
        cleaned.append(text)
    last_needed = max((place for place, _ in faults), default=-1)
    while len(cleaned) - 1 > last_needed and not cleaned[-1]:
        cleaned.pop()
    return Row(line, tuple(cleaned), tuple(faults))


def _is_odd(letter: str) -> bool:
    return letter in TURNING or unicodedata.category(letter) in {"Cc", "Cs", "Cn", "Co"}


# ---------------------------------------------------------------- text


def decode(content: bytes) -> str:
    """The text of these bytes: UTF-16 or UTF-8, with or without a mark, else Latin-1 as Windows writes it."""
    wide = _wide_encoding(content)
    try:
        text = content.decode(wide or "utf-8-sig")
    except UnicodeDecodeError as trouble:
        if wide:
            raise Unreadable(NOT_A_TABLE) from trouble
        text = _decode_one_byte(content)
    if "\0" in text or text.lstrip()[:1] in {"<", "{", "[", "%"}:
        raise Unreadable(NOT_A_TABLE)
    return text


def _wide_encoding(content: bytes) -> str | None:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    even, odd = content[0:4096:2].count(0), content[1:4096:2].count(0)
    # Latin letters in UTF-16 are every second byte zero; which second byte tells the order.
    if max(even, odd) * 4 < len(content[:4096]):
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _decode_one_byte(content: bytes) -> str:
    loose = content.decode("utf-8-sig", errors="surrogateescape")
    broken = sum(1 for letter in loose if "\udc80" <= letter <= "\udcff")
    whole = sum(1 for letter in loose if letter > "\x7f") - broken
    if whole > broken:
        # Mostly UTF-8: read as one-byte text, every accent in the file would turn into two wrong letters.
        first = next(place for place, letter in enumerate(loose) if "\udc80" <= letter <= "\udcff")
        raise Unreadable(MIXED.format(line=loose.count("\n", 0, first) + 1))
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _rows_of_text(text: str, known: Collection[str]) -> Iterator[RawRow]:
    offset, delimiter = 0, ""
    first_line = text.partition("\n")[0].strip()
    if first_line.lower().startswith("sep=") and len(first_line) == 5:
        # Excel's own way of naming the delimiter
        offset, delimiter = 1, first_line[4]
        text = text.partition("\n")[2]
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=delimiter or _delimiter(text, known), strict=True
    )
    line = 1
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as trouble:
            raise Unreadable(BAD_QUOTES.format(line=line + offset)) from trouble
        if cells is None:
            return
        yield line + offset, cells, []
        line = reader.line_num + 1


def _delimiter(text: str, known: Collection[str]) -> str:
    """Comma, semicolon or tab: whichever finds most known names, else cuts the first row into most cells."""
    top = text.lstrip("\r\n;, \t")[:20_000]
    return max(",;\t", key=lambda candidate: _worth(top, candidate, known))


def _worth(top: str, delimiter: str, known: Collection[str]) -> tuple[int, int, int]:
    rows = list(islice(csv.reader(io.StringIO(top, newline=""), delimiter=delimiter), HEADER_AMONG))
    names = max((_known_names(row, known) for row in rows), default=0)
    return names, len(rows[0]) if rows else 0, max(map(len, rows), default=0)
