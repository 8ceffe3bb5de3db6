"""What every table of a fixed set of columns shares: finding its columns, reading a row's cells."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from errors import Invalid
from inventory.importing.columns import Column, header_of, keys_of
from inventory.importing.faults import ImportFault, fault_of
from inventory.importing.importer import Importer
from sheets import Sheet, SheetRow

Readers = Mapping[str, Callable[[str], Any]]
"""How a cell is read, by the key of its column."""


def columns_of(
    importer: Importer, sheet: Sheet, columns: Sequence[Column], needed: Sequence[str]
) -> Mapping[str, str] | None:
    """Each known header with the key of its column; None: a needed column is missing, and told.

    Args:
        importer: is told of columns that there are not, and of those that are missing.
        sheet: the table.
        columns: of the template.
        needed: the keys that every table must have.
    """
    keys = keys_of(sheet.header, columns)
    for name in sheet.header:
        if name not in keys:
            importer.tell(ImportFault(1, name, "import-column-unknown", blocking=False))
    lacking = [key for key in needed if key not in keys.values()]
    importer.fault(
        ImportFault(1, header_of(keys, key, columns), "import-column-missing") for key in lacking
    )
    return None if lacking else keys


def cells_of(
    row: SheetRow, keys: Mapping[str, str], readers: Readers
) -> tuple[dict[str, Any], list[ImportFault]]:
    """The values of a row by key, and a fault for each cell that could not be read."""
    given: dict[str, Any] = {}
    faults = []
    for name, key in keys.items():
        try:
            given[key] = readers[key](row.cells[name])
        except Invalid as error:
            faults.append(fault_of(error, row.number, name))
    return given, faults
