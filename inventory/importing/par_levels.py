"""Par levels from a table: what places want to have, row by row."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection

from errors import Invalid
from inventory.catalogue_pages import ParRow, par_level_page
from inventory.importing import cells
from inventory.importing.columns import PAR_LEVELS, header_of
from inventory.importing.faults import ImportFault, ImportReport, fault_of
from inventory.importing.importer import Importer, batches
from inventory.importing.rows import Readers, cells_of, columns_of
from inventory.par_levels import ParLevel
from inventory.queries import locations, products, products_by_code
from inventory.things import Location
from sheets import Sheet, SheetRow

_MOST: Final = 10**9
_STEP: Final = 1_000
_READERS: Final[Readers] = {
    "place": cells.code,
    "product": cells.code,
    "least": lambda cell: cells.whole(cell, _MOST),
    "target": lambda cell: cells.whole(cell, _MOST),
    "source": lambda cell: cells.text(cell) or None,
}
_NEEDED: Final = ("place", "product", "least", "target")

Levels = Mapping[tuple[int, int], ParRow]
"""What is wanted now, by place and product."""


def import_par_levels(
    importer: Importer, sheet: Sheet, may: Callable[[str], bool] = lambda _place: True
) -> ImportReport:
    """Import a table of par levels.

    Args:
        importer: where to, and whether for real.
        sheet: the table, unread.
        may: whether who imports may say so at the place of this code; a row of another is bad.
    """
    keys = columns_of(importer, sheet, PAR_LEVELS, _NEEDED)
    if keys is not None:
        with importer.database.read() as connection:
            places = locations(connection, importer.ledger_id)
            levels = levels_now(connection, importer.ledger_id)
        known = {place.code: place for place in places.values()}
        _ParLevels(importer, keys, may, known, levels).run(sheet.rows)
    return importer.report


def levels_now(connection: Connection, ledger_id: int, of: Collection[int] | None = None) -> Levels:
    """Every par level that is in force, of some places or of all."""
    found: dict[tuple[int, int], ParRow] = {}
    after = (0, 0)
    while rows := par_level_page(connection, ledger_id, locations=of, after=after, limit=_STEP):
        found |= {(row.location_id, row.product_id): row for row in rows}
        after = (rows[-1].location_id, rows[-1].product_id)
    return found


@dataclass(slots=True)
class _ParLevels:
    importer: Importer
    keys: Mapping[str, str]
    may: Callable[[str], bool]
    places: Mapping[str, Location]
    levels: Levels
    seen: dict[tuple[str, str], int] = field(default_factory=dict)

    def run(self, rows: Iterable[SheetRow]) -> None:
        for batch in batches(rows):
            self.importer.report.read += len(batch)
            told = [(row.number, *cells_of(row, self.keys, _READERS)) for row in batch]
            codes = {given["product"] for _, given, _ in told if "product" in given}
            with self.importer.database.read() as connection:
                known = products_by_code(connection, self.importer.ledger_id, codes)
            numbers = {code: product.product_id for code, product in known.items()}
            made = [self._level(*each, numbers) for each in told]
            self.importer.put([each for each in made if each is not None])
            self.importer.progress(len(batch))

    def _level(
        self,
        row: int,
        given: dict[str, Any],
        faults: list[ImportFault],
        numbers: Mapping[str, int],
    ) -> tuple[int, ParLevel] | None:
        """The level of a row; None: it is bad, and told, or is in force already."""
        faults += self._wrong(row, given, numbers)
        level = None
        if not faults:
            try:
                level = self._made(given)
            except Invalid as error:
                faults.append(fault_of(error, row, self._header(error.field or "")))
        if level is None:
            self.importer.fault(faults)
            return None
        number = (self.places[level.location].location_id, numbers[level.product])
        return (row, level) if self._differs(level, self.levels.get(number)) else None

    def _wrong(
        self, row: int, given: Mapping[str, Any], numbers: Mapping[str, int]
    ) -> Iterable[ImportFault]:
        for key in ("place", "source"):
            code = given.get(key)
            if code is not None and code not in self.places:
                values = {"location": code}
                yield ImportFault(row, self._header(key), "unknown-location", values)
        place, product = given.get("place"), given.get("product")
        if place is not None and place in self.places and not self.may(place):
            values = {"location": place}
            yield ImportFault(row, self._header("place"), "import-place-forbidden", values)
        if product is not None and product not in numbers:
            values = {"product": product}
            yield ImportFault(row, self._header("product"), "unknown-product", values)
        if place is not None and product is not None:
            first = self.seen.setdefault((place, product), row)
            if first != row:
                values = {"found": f"{place} {product}", "first": first}
                yield ImportFault(row, self._header("product"), "import-row-twice", values)

    def _made(self, given: Mapping[str, Any]) -> ParLevel:
        return ParLevel(
            id=self.importer.new_id(),
            time=self.importer.clock(),
            location=given["place"],
            product=given["product"],
            least=given["least"],
            target=given["target"],
            source=given.get("source"),
            person=self.importer.person,
        )

    def _differs(self, level: ParLevel, before: ParRow | None) -> bool:
        report = self.importer.report
        source = self.places[level.source].location_id if level.source else None
        if before is None and level.target > 0:
            report.new += 1
            return True
        now = (0, 0, None) if before is None else (before.least, before.target, before.source_id)
        differs = before is not None and now != (level.least, level.target, source)
        report.changed += differs
        report.unchanged += not differs
        return differs

    def _header(self, key: str) -> str:
        return header_of(self.keys, key, PAR_LEVELS)


def par_level_rows(
    connection: Connection, ledger_id: int, of: Collection[int] | None
) -> Iterable[Sequence[str]]:
    """The par levels of some places, or of all, as rows of the template, by place and product."""
    places = locations(connection, ledger_id)
    levels = levels_now(connection, ledger_id, of)
    known = products(connection, ledger_id, {number for _, number in levels})
    for (place, product), row in levels.items():
        source = places[row.source_id].code if row.source_id else ""
        yield (
            places[place].code,
            known[product].code,
            str(row.least),
            str(row.target),
            source,
        )
