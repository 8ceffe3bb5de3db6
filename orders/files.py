"""Opening a file of orders: a table (CSV, XLSX and others), or JSON, as its ending says."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from errors import Invalid
from orders.sheets import COLUMNS
from sheets import LARGEST_FILE, Sheet, SheetRow, cell_text, read_sheet, sheet_of

MOST: Final = 200_000
"""The most rows of a file."""


def sheet_of_file(path: Path) -> Sheet:
    """The rows of a file of orders, to be read once.

    JSON is a list of orders as the API takes them (`{"orders": [{…, "lines": [{…}]}]}`), or a list
    of rows, each an object with the columns' names.

    Raises:
        Invalid: `sheet-unreadable` for JSON that is none or something else, what
            `sheets.read_sheet` says of a table; `too-large` while rows are taken.
    """
    sheet = _json(path) if path.suffix.lower() == ".json" else read_sheet(path)
    return Sheet(sheet.header, _few(sheet.rows))


def _few(rows: Iterator[SheetRow]) -> Iterator[SheetRow]:
    for count, row in enumerate(rows):
        if count >= MOST:
            raise Invalid("too-large", field="file", limit=MOST)
        yield row


def _json(path: Path) -> Sheet:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise Invalid("table-too-large", field=path.name, limit=LARGEST_FILE)
        rows = list(_rows_of_json(json.loads(path.read_bytes())))
    except (OSError, ValueError, RecursionError):
        raise Invalid("sheet-unreadable", field="file") from None
    return sheet_of(path.name, enumerate([list(COLUMNS), *rows], 1))


def _rows_of_json(told: Any) -> Iterator[list[str]]:  # noqa: ANN401 -- whatever JSON says
    orders = told.get("orders") if isinstance(told, dict) else told
    if not isinstance(orders, list):
        raise ValueError  # noqa: TRY004 -- the file is wrong, not the program
    for order in orders:
        for row in _flat(order):
            yield [cell_text(_said(row.get(name))) for name in COLUMNS]


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
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict) and value.keys() == {"amount", "unit"}:  # a dose
        return f"{value['amount']} {value['unit']}"
    if isinstance(value, list | dict):
        raise ValueError  # noqa: TRY004 -- the same
    return str(value)
