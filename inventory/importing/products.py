"""Products from a table: each row is compared with what is there, and recorded where it differs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from errors import Invalid
from inventory.importing.columns import PRODUCTS, header_of, keys_of
from inventory.importing.drafts import Draft, draft_of, product_of
from inventory.importing.faults import ImportFault, ImportReport, fault_of
from inventory.importing.importer import Importer, batches
from inventory.importing.present import Present, Standing
from inventory.things import Product
from sheets import Sheet, SheetRow


def import_products(importer: Importer, sheet: Sheet) -> ImportReport:
    """Import a table of products.

    A column that the table doesn't have leaves what is there as it is; the same table again
    changes nothing.

    Args:
        importer: where to, and whether for real.
        sheet: the table, unread.
    """
    _Products(importer, keys_of(sheet.header, PRODUCTS)).run(sheet)
    return importer.report


@dataclass(slots=True)
class _Products:
    importer: Importer
    keys: Mapping[str, str]
    rows_of_codes: dict[str, int] = field(default_factory=dict)
    named: dict[str, str] = field(default_factory=dict)

    def run(self, sheet: Sheet) -> None:
        for name in sheet.header:
            if name not in self.keys:
                self.importer.tell(ImportFault(1, name, "import-column-unknown", blocking=False))
        if "code" not in self.keys.values():
            self.importer.fault([ImportFault(1, PRODUCTS[0].zh, "import-column-missing")])
            return
        for batch in batches(self._drafts(sheet.rows)):
            self._take([draft for draft in batch if self._is_sound(draft)])
            self.importer.progress(len(batch))

    def _drafts(self, rows: Iterator[SheetRow]) -> Iterator[Draft]:
        for row in rows:
            values = {key: (name, row.cells[name]) for name, key in self.keys.items()}
            yield draft_of(row.number, values)

    def _is_sound(self, draft: Draft) -> bool:
        self.importer.report.read += 1
        first = self.rows_of_codes.setdefault(draft.code, draft.row) if draft.code else draft.row
        if first != draft.row:
            values = {"found": draft.code, "first": first}
            draft.faults.append(
                ImportFault(draft.row, self._header("code"), "import-row-twice", values)
            )
        if draft.faults:
            self.importer.fault(draft.faults)
        return not draft.faults

    def _take(self, drafts: Sequence[Draft]) -> None:
        with self.importer.database.read() as connection:
            present = Present(connection, self.importer.ledger_id)
            standing = present.by_code([draft.code for draft in drafts])
            made = [
                (draft, product)
                for draft in drafts
                if (product := self._product(draft, standing.get(draft.code)))
            ]
            names = [name for _, product in made for name in product.identifiers]
            owners = present.owners(names)
        differing = [
            (draft.row, product)
            for draft, product in made
            if self._differs(product, standing.get(draft.code))
        ]
        for draft, product in made:
            self._note_contests(draft, product, owners)
        self.importer.define(differing)

    def _product(self, draft: Draft, standing: Standing | None) -> Product | None:
        try:
            return product_of(draft, standing)
        except Invalid as error:
            header = self._header(error.field or "")
            self.importer.fault([fault_of(error, draft.row, header)])
            return None

    def _header(self, key: str) -> str:
        return header_of(self.keys, key, PRODUCTS)

    def _differs(self, product: Product, standing: Standing | None) -> bool:
        report = self.importer.report
        if standing is None:
            report.new += 1
            return True
        names = frozenset(product.identifiers)
        present = standing.product
        as_it_was = replace(product, identifiers=present.identifiers) == present
        if as_it_was and names <= standing.names and standing.claims <= names:
            report.unchanged += 1
            return False
        report.changed += 1
        return True

    def _note_contests(
        self, draft: Draft, product: Product, owners: Mapping[str, Standing]
    ) -> None:
        """Say which codes another product has: that stops nothing, and a person decides."""
        notices = []
        for name in product.identifiers:
            owner = owners[name].product.code if name in owners else product.code
            owner = self.named.setdefault(name, owner)
            if owner != product.code:
                values = {"identifier": name, "owner": owner}
                notices.append(
                    ImportFault(draft.row, "", "import-contested", values, blocking=False)
                )
        self.importer.fault(notices)
