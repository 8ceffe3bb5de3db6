"""Tables as files: CSV and XLSX, written while they are read, whatever their length."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from io import StringIO
from typing import IO, Final
from zoneinfo import ZoneInfo

import xlsxwriter
from flask import Response, stream_with_context

from sheets import harmless
from texts import Text
from web.desk import desk
from web.presentation import say
from web.view import Expiry
from web.view.table import Ask, Column, Row, Value

FILES: Final = ("csv", "xlsx")
"""The files that a table comes as."""

_MARK: Final = "\ufeff"
"""What tells a spreadsheet that a CSV file is UTF-8."""
_CHUNK: Final = 1 << 16
_TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_MOST_ROWS: Final = 1_048_575
"""What a sheet of XLSX can hold below its header (ECMA-376)."""

Plain = str | int | Decimal | date | datetime | None
Line = Sequence[Value]
"""The values of a row."""
Rows = Callable[[], Iterator[Row]]


def file_of(name: str, kind: str, columns: Sequence[Column], rows: Rows) -> Response:
    """The table as a download.

    Args:
        name: of the file, without its ending.
        kind: one of `FILES`.
        columns: of the table.
        rows: reads all rows anew.
    """
    write = _csv if kind == "csv" else _xlsx
    house = desk().hospital
    kept = [at for at, column in enumerate(columns) if column.kind != "ask"]
    lines = ([row.cells[at].value for at in kept] for row in rows())
    content = stream_with_context(write([columns[at] for at in kept], lines, house.zone))
    response = Response(content, content_type=_TYPES[kind])
    filename = f"{name}-{house.today():%Y%m%d}.{kind}"
    response.headers.set("Content-Disposition", "attachment", filename=filename)
    return response


def plain(value: Value, zone: ZoneInfo) -> Plain:
    """What a file holds of a cell: words in the reader's language, instants in the hospital's."""
    match value:
        case Expiry():
            return value.day
        case Enum() | Text():
            return say(value)
        case Ask():
            return None
        case datetime():
            return value.astimezone(zone).replace(tzinfo=None)
        case _:
            return value


def _csv(columns: Sequence[Column], rows: Iterable[Line], zone: ZoneInfo) -> Iterator[bytes]:
    text = StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    text.write(_MARK)
    writer.writerow([say(column.label) for column in columns])
    for row in rows:
        writer.writerow([_written(plain(value, zone)) for value in row])
        if text.tell() > _CHUNK:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode()


def _written(value: Plain) -> str:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, str):
        return harmless(value)
    return "" if value is None else str(value)


def _xlsx(columns: Sequence[Column], rows: Iterable[Line], zone: ZoneInfo) -> Iterator[bytes]:
    """Row after row goes to disk, so that memory stays the same; a text is never a formula."""
    with tempfile.TemporaryFile() as file:
        _write_book(file, columns, rows, zone)
        file.seek(0)
        while chunk := file.read(_CHUNK):
            yield chunk


def _write_book(
    file: IO[bytes], columns: Sequence[Column], rows: Iterable[Line], zone: ZoneInfo
) -> None:
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        sheet.freeze_panes(1, 0)
        for at, column in enumerate(columns):
            sheet.set_column(at, at, 14 if column.right else 22)
            sheet.write_string(0, at, say(column.label), bold)
        for number, row in enumerate(rows, 1):
            if number > _MOST_ROWS:
                break
            for at, value in enumerate(row):
                match plain(value, zone):
                    case None:
                        pass
                    case str() as text:
                        sheet.write_string(number, at, text)
                    case datetime() as instant:
                        sheet.write_datetime(number, at, instant, moment)
                    case date() as one:
                        sheet.write_datetime(number, at, one, day)
                    case figure:
                        sheet.write_number(number, at, figure)
