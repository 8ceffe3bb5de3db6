"""Places from a table: in whatever order the rows stand, the places around others come first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from errors import Invalid
from inventory.importing import cells
from inventory.importing.columns import PLACES, header_of
from inventory.importing.drafts import temperatures_of
from inventory.importing.faults import ImportFault, ImportReport, fault_of
from inventory.importing.importer import Importer, batches
from inventory.importing.rows import Readers, cells_of, columns_of
from inventory.kinds import KINDS
from inventory.queries import locations
from inventory.things import Location
from sheets import Sheet, SheetRow

_READERS: Final[Readers] = {
    "code": cells.code,
    "name": cells.required,
    "kind": lambda cell: cells.choice(cell, KINDS, "cell-kind").value,
    "parent": lambda cell: cells.text(cell) or None,
    "gln": lambda cell: cells.text(cell) or None,
    "lowest": cells.temperature,
    "highest": cells.temperature,
    "allowance": cells.minutes,
}
_NEEDED: Final = ("code", "name", "kind")


def import_places(importer: Importer, sheet: Sheet) -> ImportReport:
    """Import a table of places.

    Args:
        importer: where to, and whether for real.
        sheet: the table, unread.
    """
    keys = columns_of(importer, sheet, PLACES, ("code",))
    if keys is not None:
        _Places(importer, keys).run(sheet.rows)
    return importer.report


@dataclass(slots=True)
class _Places:
    importer: Importer
    keys: Mapping[str, str]
    rows: dict[str, int] = field(default_factory=dict)
    places: dict[str, Location] = field(default_factory=dict)
    present: dict[str, Location] = field(default_factory=dict)

    def run(self, rows: Iterable[SheetRow]) -> None:
        with self.importer.database.read() as connection:
            known = locations(connection, self.importer.ledger_id)
        self.present = {place.code: place for place in known.values()}
        for row in rows:
            self.importer.report.read += 1
            self._read(row)
        ordered = self._in_order()
        for batch in batches(ordered):
            self.importer.define([each for each in batch if self._differs(each[1])])
        self.importer.progress(self.importer.report.read)

    def _read(self, row: SheetRow) -> None:
        given, faults = cells_of(row, self.keys, _READERS)
        code = given.get("code", "")
        if code in self.rows:
            values = {"found": code, "first": self.rows[code]}
            faults.append(ImportFault(row.number, self._header("code"), "import-row-twice", values))
        place = None if faults else self._place(row.number, given, faults)
        if place is None:
            self.importer.fault(faults)
            return
        self.rows[code], self.places[code] = row.number, place

    def _place(self, row: int, given: dict[str, Any], faults: list[ImportFault]) -> Location | None:
        before = self.present.get(given["code"])
        if before is None:
            lacking = [key for key in _NEEDED if key not in given]
            faults.extend(ImportFault(row, self._header(key), "required") for key in lacking)
        if faults:
            return None
        try:
            return Location(
                code=given["code"],
                name=given.get("name", before.name if before else ""),
                kind=given.get("kind", before.kind if before else ""),
                parent=given.get("parent", before.parent if before else None),
                location_id=before.location_id if before else 0,
                gln=given.get("gln", before.gln if before else None),
                temperatures=temperatures_of(given, before.temperatures if before else None),
            )
        except Invalid as error:
            faults.append(fault_of(error, row, self._header(error.field or "")))
            return None

    def _in_order(self) -> list[tuple[int, Location]]:
        """Sound places, those around others first; what leads nowhere or back is told."""
        depths: dict[str, int] = {}
        for place in self.places.values():
            problem = self._follow(place, depths)
            if problem is not None:
                self.importer.fault([problem])
        sound = sorted(depths, key=lambda code: (depths[code], self.rows[code]))
        return [(self.rows[code], self.places[code]) for code in sound]

    def _follow(self, place: Location, depths: dict[str, int]) -> ImportFault | None:
        """Walk to the top; a place that was there may lie in one of the table."""
        passed = [place.code]
        around = place.parent
        while around is not None:
            if around in passed:
                circle = {"found": " → ".join((*passed, around))}
                return self._misplaced(place, "import-place-circle", circle)
            following = self.places.get(around) or self.present.get(around)
            if following is None:
                missing = {"location": around}
                return self._misplaced(place, "unknown-location", missing)
            passed.append(around)
            around = following.parent
        depths[place.code] = len(passed)
        return None

    def _misplaced(self, place: Location, code: str, values: Mapping[str, object]) -> ImportFault:
        return ImportFault(self.rows[place.code], self._header("parent"), code, values)

    def _header(self, key: str) -> str:
        return header_of(self.keys, key, PLACES)

    def _differs(self, place: Location) -> bool:
        report = self.importer.report
        before = self.present.get(place.code)
        if before is None:
            report.new += 1
        elif before == place:
            report.unchanged += 1
        else:
            report.changed += 1
        return before != place


def place_cells(place: Location) -> Sequence[str]:
    """A place as a row of the template."""
    limits = place.temperatures
    return (
        place.code,
        place.name,
        place.kind,
        place.parent or "",
        place.gln or "",
        "" if limits is None or limits.lowest is None else str(limits.lowest),
        "" if limits is None or limits.highest is None else str(limits.highest),
        "" if limits is None or not limits.allowance else str(limits.members()["allowance"]),
    )
