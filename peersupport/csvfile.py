"""Tables for a spreadsheet, in which no cell can come alive."""

import csv
from collections.abc import Iterable, Iterator, Sequence

from django.http import StreamingHttpResponse

LIVE = ("=", "+", "-", "@", "\t", "\r")


def quiet_cell(value: object) -> str:
    """The value as text; one that a spreadsheet would run as a formula gets an apostrophe in front."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(LIVE) else text


class _Echo:
    """A file that hands back what is written to it, so that rows can be sent one by one."""

    def write(self, line: str) -> str:
        return line


def csv_response(name: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> StreamingHttpResponse:
    """A download of UTF-8 CSV with a byte order mark, as spreadsheets expect; rows are sent as they come."""
    writer = csv.writer(_Echo())

    def lines() -> Iterator[str]:
        yield "\ufeff" + str(writer.writerow([quiet_cell(cell) for cell in head]))
        for row in rows:
            yield str(writer.writerow([quiet_cell(cell) for cell in row]))

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
