"""Reading the rows of a file of orders: CSV, XLSX or JSON, told apart by what they begin with."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from errors import Invalid
from orders.sheets import COLUMNS, Cell

MOST = 200_000
"""The most rows of a file."""

_ZIP = b"PK\x03\x04"
_ENCODINGS = ("utf-8-sig", "gb18030")
"""What spreadsheets in Chinese hospitals save CSV as."""


def rows_of_file(content: bytes) -> list[Sequence[Cell]]:
    """The rows of a file, the heads of its columns first.

    JSON is a list of orders as the API takes them (`{"orders": [{…, "lines": [{…}]}]}`), or a list
    of rows, each an object with the columns' names.

    Raises:
        Invalid: `sheet-unreadable`, or `too-large`.
    """
    try:
        rows = _rows(content)
    except (CalamineError, UnicodeDecodeError, csv.Error, ValueError, RecursionError):
        raise Invalid("sheet-unreadable", field="file") from None
    if len(rows) > MOST:
        raise Invalid("too-large", field="file", limit=MOST)
    return rows


def _rows(content: bytes) -> list[Sequence[Cell]]:
    if content.startswith(_ZIP):
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheet = workbook.get_sheet_by_index(0)
        return [tuple(map(_cell, row)) for row in sheet.to_python(skip_empty_area=False)]
    if content.lstrip()[:1] in {b"[", b"{"}:
        return _rows_of_json(json.loads(content))
    for encoding in _ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            if encoding == _ENCODINGS[-1]:
                raise
        else:
            break
    return [tuple(row) for row in csv.reader(io.StringIO(text, newline=""), strict=True)]


def _cell(value: Any) -> Cell:  # noqa: ANN401 -- whatever a sheet holds
    """What the sheet's cell holds; times of day and spans are no business of ours."""
    return value if isinstance(value, str | float | int) or value is None else str(value)[:10]


def _rows_of_json(told: Any) -> list[Sequence[Cell]]:  # noqa: ANN401 -- whatever JSON says
    orders = told.get("orders") if isinstance(told, dict) else told
    if not isinstance(orders, list):
        raise ValueError  # noqa: TRY004 -- the file is wrong, not the program
    rows: list[Sequence[Cell]] = [tuple(COLUMNS)]
    for order in orders:
        rows += [tuple(_said(row.get(name)) for name in COLUMNS) for row in _flat(order)]
    return rows


def _flat(order: Any) -> Iterable[Mapping[str, Any]]:  # noqa: ANN401 -- the same
    if not isinstance(order, dict):
        raise ValueError  # noqa: TRY004 -- the same
    inside = [*order.get("lines", ()), *order.get("packages", ())]
    if not all(isinstance(each, dict) for each in inside):
        raise ValueError
    heads = {name: value for name, value in order.items() if name not in {"lines", "packages"}}
    references = heads.pop("references", None) or [None]
    for number, each in enumerate(inside or [{}]):
        reference = references[number] if number < len(references) else None
        yield {"reference": reference, **heads, **each}


def _said(value: Any) -> str | None:  # noqa: ANN401 -- the same
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool | list | dict):
        raise ValueError  # noqa: TRY004 -- the same
    return str(value)
