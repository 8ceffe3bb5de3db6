"""Suppliers from a table: each row is compared with what is known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from errors import Invalid
from inventory.importing import cells
from inventory.importing.columns import SUPPLIERS, header_of
from inventory.importing.faults import ImportFault, ImportReport, fault_of
from inventory.importing.importer import Importer, batches
from inventory.importing.rows import Readers, cells_of, columns_of
from inventory.suppliers import Supplier, suppliers_coded
from sheets import Sheet, SheetRow

_READERS: Final[Readers] = {
    "code": cells.code,
    "name": cells.required,
    "credit_code": cells.upper,
    "licence": cells.text,
    "licence_until": cells.day,
    "gln": cells.text,
    "phone": cells.text,
}


def import_suppliers(importer: Importer, sheet: Sheet) -> ImportReport:
    """Import a table of suppliers; a column that it doesn't have leaves what is known as it is.

    Args:
        importer: where to, and whether for real.
        sheet: the table, unread.
    """
    keys = columns_of(importer, sheet, SUPPLIERS, ("code",))
    if keys is not None:
        _Suppliers(importer, keys).run(sheet.rows)
    return importer.report


@dataclass(slots=True)
class _Suppliers:
    importer: Importer
    keys: Mapping[str, str]
    seen: dict[str, int] = field(default_factory=dict)

    def run(self, rows: Iterable[SheetRow]) -> None:
        for batch in batches(rows):
            self.importer.report.read += len(batch)
            told = [(row.number, given) for row in batch if (given := self._read(row)) is not None]
            self._take(told)
            self.importer.progress(len(batch))

    def _read(self, row: SheetRow) -> dict[str, Any] | None:
        given, faults = cells_of(row, self.keys, _READERS)
        code = given.get("code", "")
        first = self.seen.setdefault(code, row.number) if code else row.number
        if first != row.number:
            values = {"found": code, "first": first}
            faults.append(ImportFault(row.number, self._header("code"), "import-row-twice", values))
        if faults:
            self.importer.fault(faults)
        return None if faults else given

    def _take(self, told: Sequence[tuple[int, dict[str, Any]]]) -> None:
        codes = [given["code"] for _, given in told]
        with self.importer.database.read() as connection:
            present = suppliers_coded(connection, self.importer.ledger_id, codes)
        made = [(row, self._supplier(row, given, present)) for row, given in told]
        self.importer.define(
            [
                (row, supplier)
                for row, supplier in made
                if supplier is not None and self._differs(supplier, present.get(supplier.code))
            ]
        )

    def _supplier(
        self, row: int, given: dict[str, Any], present: Mapping[str, Supplier]
    ) -> Supplier | None:
        before = present.get(given["code"])
        if before is None and "name" not in given:
            self.importer.fault([ImportFault(row, self._header("name"), "required")])
            return None
        known = {} if before is None else {key: getattr(before, key) for key in _READERS}
        try:
            return Supplier(**{**known, **given})
        except Invalid as error:
            self.importer.fault([fault_of(error, row, self._header(error.field or ""))])
            return None

    def _differs(self, supplier: Supplier, before: Supplier | None) -> bool:
        report = self.importer.report
        if before is None:
            report.new += 1
        elif before == supplier:
            report.unchanged += 1
        else:
            report.changed += 1
        return before != supplier

    def _header(self, key: str) -> str:
        return header_of(self.keys, key, SUPPLIERS)


def supplier_cells(supplier: Supplier) -> Sequence[str]:
    """A supplier as a row of the template."""
    until = supplier.licence_until
    return (
        supplier.code,
        supplier.name,
        supplier.credit_code,
        supplier.licence,
        "" if until is None else until.isoformat(),
        supplier.gln,
        supplier.phone,
    )
