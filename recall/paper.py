"""Notices that come as files: PDF, spreadsheets, plain text, turned into the text they say."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pypdfium2

from errors import Invalid
from recall.notice import LONGEST_NOTICE
from sheets import read_sheet

_PAGES: Final = 200
_SHEETS: Final = frozenset({".csv", ".tsv", ".xlsx", ".xlsm", ".xls", ".ods"})


def text_of_file(path: Path) -> str:
    """What a notice's file says, as text.

    A table becomes a clause for each column: its heading and every value of it once.

    Args:
        path: of the file; its ending says what it is.

    Raises:
        Invalid: it can't be read: `notice-unknown`, `notice-unreadable`, `notice-pictures` (a PDF
            of pictures alone), or what `sheets.read_sheet` says of a table.
    """
    ending = path.suffix.lower()
    if ending in _SHEETS:
        return _text_of_table(path)
    if ending == ".pdf":
        return _text_of_pdf(path)
    if ending == ".txt":
        return _text_of_plain(path)
    raise Invalid("notice-unknown", field="file", found=ending[:10] or "–")


def _text_of_table(path: Path) -> str:
    sheet = read_sheet(path)
    columns: dict[str, dict[str, None]] = {name: {} for name in sheet.header}
    for row in sheet.rows:
        for name, cell in row.cells.items():
            if cell and name in columns:
                columns[name][cell] = None
    lines = [f"{name}：{'、'.join(values)}" for name, values in columns.items() if values]
    return "\n".join(lines)[: LONGEST_NOTICE + 1]


def _text_of_pdf(path: Path) -> str:
    try:
        with pypdfium2.PdfDocument(path) as document:
            count = min(len(document), _PAGES)
            pages = [document[number].get_textpage().get_text_bounded() for number in range(count)]
    except (pypdfium2.PdfiumError, OSError) as error:
        raise Invalid("notice-unreadable", field="file") from error
    text = "\n".join(page.replace("\r\n", "\n") for page in pages)
    if not text.strip():
        raise Invalid("notice-pictures", field="file")
    return text[: LONGEST_NOTICE + 1]


def _text_of_plain(path: Path) -> str:
    content = path.read_bytes()[: 4 * LONGEST_NOTICE]
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Invalid("notice-unreadable", field="file")
