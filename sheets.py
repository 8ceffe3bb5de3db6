"""Tables that people send: CSV in whatever encoding, XLSX, XLS and ODS, read row by row.

Cells come as text, trimmed; headers in the one form that compares. Rows have the numbers that a
spreadsheet shows: the header of most files is row 1.
"""

from __future__ import annotations

import codecs
import csv
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import StringIO
from pathlib import Path
from typing import Final
from unicodedata import normalize

from python_calamine import CalamineError, CalamineWorkbook

from errors import Invalid

LARGEST_FILE: Final = 200_000_000
"""Bytes of a file that is still read; spreadsheets unpacked as well."""
_EXACT: Final = 10**15
"""A spreadsheet keeps fifteen figures of a number and makes the others 0."""
_CHUNK: Final = 1 << 20
_SPREADSHEETS: Final = frozenset({".xlsx", ".xlsm", ".xls", ".ods"})
_TEXTS: Final = frozenset({".csv", ".tsv", ".txt"})
_DELIMITERS: Final = ",\t;"
_UNSEEN: Final = re.compile("[\u200b\u200c\u200d\u2060\ufeff]")
_QUOTED: Final = re.compile(r"'+[=+@\-]")
_BREAKS: Final = re.compile(r"[\r\n\t]+")
_FORMULA: Final = re.compile(r"'*[=+@\-]")
_ROUNDED: Final = re.compile(r"-?[0-9](\.[0-9]+)?[eE]\+[0-9]+")
_NUMBER: Final = re.compile(r"-[0-9]+(\.[0-9]+)?")


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row below the header.

    Args:
        number: as a spreadsheet shows it.
        cells: the text of each cell by its header; a cell that the row doesn't reach is empty.
    """

    number: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: its header, normalised, and its rows, to be read once."""

    header: tuple[str, ...]
    rows: Iterator[SheetRow]


def harmless(cell: str) -> str:
    """What a spreadsheet would run as a formula gets an apostrophe; reading it takes that off."""
    runs = _FORMULA.match(cell) and not _NUMBER.fullmatch(cell)
    return f"'{cell}" if runs else cell


def csv_of(lines: Iterable[Sequence[str]]) -> bytes:
    """Some lines as a CSV file that spreadsheets open right: UTF-8 with its mark, no formula."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    for line in lines:
        writer.writerow([harmless(cell) for cell in line])
    return codecs.BOM_UTF8 + text.getvalue().encode()


def read_sheet(path: Path) -> Sheet:
    """Open a table; rows that are empty throughout are passed over.

    Args:
        path: of the file; its ending says what it is.

    Raises:
        Invalid: it can't be read as a table (`table-unknown`, `table-unreadable`,
            `table-encoding`, `table-too-large`), has no header (`table-empty`), or two columns of
            one name (`table-column-twice`). A row that breaks the format raises while rows are
            taken (`table-malformed`).
    """
    ending = path.suffix.lower()
    if ending not in _SPREADSHEETS | _TEXTS:
        raise Invalid("table-unknown", field=path.name, found=ending)
    try:
        size = path.stat().st_size
    except OSError as error:
        raise Invalid("table-unreadable", field=path.name) from error
    if size > LARGEST_FILE:
        raise Invalid("table-too-large", field=path.name, limit=LARGEST_FILE)
    lines = _spreadsheet(path) if ending in _SPREADSHEETS else _separated(path)
    return sheet_of(path.name, lines)


def sheet_of(name: str, lines: Iterator[tuple[int, Sequence[str]]]) -> Sheet:
    """The table in some numbered lines, the first that says anything its header.

    Args:
        name: of the file, for errors.
        lines: each with its number and its cells, as `cell_text` gives them.

    Raises:
        Invalid: it has no header (`table-empty`), or two columns of one name
            (`table-column-twice`).
    """
    for _, cells in lines:
        if any(cells):
            header = tuple(heading(cell) for cell in cells)
            break
    else:
        raise Invalid("table-empty", field=name)
    named = [name for name in header if name]
    for column in named:
        if named.count(column) > 1:
            raise Invalid("table-column-twice", field=name, column=column)
    return Sheet(tuple(named), _rows(header, lines))


def _rows(header: Sequence[str], lines: Iterator[tuple[int, Sequence[str]]]) -> Iterator[SheetRow]:
    for number, cells in lines:
        if any(cells):
            filled = (*cells, *[""] * (len(header) - len(cells)))
            pairs = zip(header, filled, strict=False)
            yield SheetRow(number, {name: cell for name, cell in pairs if name})


def heading(text: str) -> str:
    """A header in the one form that compares: width, case and blanks don't matter."""
    return "".join(normalize("NFKC", text).casefold().split())


def _separated(path: Path) -> Iterator[tuple[int, Sequence[str]]]:
    encoding = _encoding_of(path)
    try:
        with path.open(encoding=encoding, newline="") as file:
            delimiter = _delimiter_of(file.readline())
            file.seek(0)
            reader = csv.reader(file, delimiter=delimiter, strict=True)
            number = 0
            while True:
                number += 1
                try:
                    cells = next(reader)
                except StopIteration:
                    return
                except csv.Error as error:
                    raise Invalid("table-malformed", field=path.name, row=number) from error
                yield number, [_clean(cell) for cell in cells]
    except (OSError, UnicodeError) as error:
        raise Invalid("table-unreadable", field=path.name) from error


def _encoding_of(path: Path) -> str:
    """UTF-8 or UTF-16 by their marks, UTF-8 or GB 18030 by whether all of the file is one.

    Raises:
        Invalid: it is none of them.
    """
    with path.open("rb") as file:
        mark = file.read(3)
    if mark.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    for encoding in ("utf-8-sig", "gb18030"):
        if _decodes(path, encoding):
            return encoding
    raise Invalid("table-encoding", field=path.name)


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _delimiter_of(line: str) -> str:
    """The one that stands in the first line most often; a comma where none does."""
    return max(_DELIMITERS, key=line.count)


def _spreadsheet(path: Path) -> Iterator[tuple[int, Sequence[str]]]:
    _check_unpacked(path)
    try:
        with CalamineWorkbook.from_path(path) as book:
            sheet = book.get_sheet_by_index(0)
            for number, cells in enumerate(sheet.iter_rows(), 1):
                yield number, [cell_text(cell) for cell in cells]
    except Invalid:
        raise
    except (CalamineError, OSError, ValueError) as error:
        raise Invalid("table-unreadable", field=path.name) from error
    except BaseException as error:
        # A panic inside the library comes as an exception of its own, outside of Exception.
        if type(error).__name__ == "PanicException":
            raise Invalid("table-unreadable", field=path.name) from error
        raise


def _check_unpacked(path: Path) -> None:
    """Refuse an archive that claims to hold more than memory should (a bomb)."""
    if not zipfile.is_zipfile(path):
        return
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise Invalid("table-unreadable", field=path.name) from error
    if size > LARGEST_FILE:
        raise Invalid("table-too-large", field=path.name, limit=LARGEST_FILE)


def is_rounded(text: str) -> bool:
    """Whether a cell is a long number that a spreadsheet has cut: `8.32712E+19`, whoever saved it.

    >>> is_rounded("8.32712E+19"), is_rounded("83271160045839207715"), is_rounded("1E5")
    (True, False, False)
    """
    return _ROUNDED.fullmatch(text) is not None


def cell_text(cell: object) -> str:
    """A cell as text: whole numbers without a point, days without a time, nothing as nothing.

    A number of more than fifteen figures lost some in the spreadsheet already; it stays in the
    exponent form that no code has (`is_rounded`), so that it is found and not believed.
    """
    if cell is None:
        return ""
    if isinstance(cell, int | float) and not isinstance(cell, bool) and cell == cell // 1:
        return str(int(cell)) if abs(cell) < _EXACT else f"{cell:e}"
    if isinstance(cell, datetime) and (cell.hour, cell.minute, cell.second) == (0, 0, 0):
        return cell.date().isoformat()
    if isinstance(cell, date | datetime):
        return cell.isoformat()
    return _clean(str(cell))


def _clean(cell: str) -> str:
    """Without what nobody sees: marks of no width, breaks inside of a cell, blanks around it.

    An apostrophe before what a spreadsheet would run as a formula belongs to the file alone.
    """
    plain = _BREAKS.sub(" ", _UNSEEN.sub("", cell)).strip()
    return plain[1:] if _QUOTED.match(plain) else plain
