"""Readings of sensors from a table: loggers that are read out by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from decimal import Decimal
from typing import Final

from errors import Invalid
from inventory.cold_chain import MOST_SAMPLES, Reading, Sample, sensors
from inventory.importing import cells
from inventory.importing.columns import READINGS, header_of, keys_of
from inventory.importing.faults import ImportFault, ImportReport, fault_of
from inventory.importing.importer import Importer
from inventory.queries import locations
from sheets import Sheet, SheetRow

_SensorKey = tuple[str, str]
_LONGEST: Final = 64
_NEEDED: Final = tuple(column.key for column in READINGS)


def import_readings(importer: Importer, sheet: Sheet, zone: tzinfo) -> ImportReport:
    """Import a table of measurements, one a row, for each sensor in order of time.

    What is not later than the sensor's last word is passed over, so that the same table again
    changes nothing.

    Args:
        importer: where to, and whether for real.
        sheet: the table, unread.
        zone: of times that name none.
    """
    keys = keys_of(sheet.header, READINGS)
    lacking = [column.zh for column in READINGS if column.key not in keys.values()]
    if lacking:
        importer.fault(ImportFault(1, name, "import-column-missing") for name in lacking)
        return importer.report
    with importer.database.read() as connection:
        places = {each.code for each in locations(connection, importer.ledger_id).values()}
        last = {
            (each.place.code, each.sensor): each.time
            for each in sensors(connection, importer.ledger_id)
        }
    _Readings(importer, keys, zone, places, last).run(sheet.rows)
    return importer.report


@dataclass(slots=True)
class _Readings:
    importer: Importer
    keys: Mapping[str, str]
    zone: tzinfo
    places: set[str]
    last: dict[_SensorKey, datetime]
    told: dict[_SensorKey, datetime] = field(default_factory=dict)
    waiting: dict[_SensorKey, list[tuple[int, Sample]]] = field(default_factory=dict)

    def run(self, rows: Iterable[SheetRow]) -> None:
        for row in rows:
            self.importer.report.read += 1
            self._take(row)
            self.importer.progress(1)
        for key in list(self.waiting):
            self._send(key)

    def _take(self, row: SheetRow) -> None:
        faults: list[ImportFault] = []
        found = self._read(row, faults)
        if found is None:
            self.importer.fault(faults)
            return
        key, sample = found
        if key in self.told and sample.time <= self.told[key]:
            header = header_of(self.keys, "time", READINGS)
            self.importer.fault([ImportFault(row.number, header, "samples-out-of-order")])
            return
        self.told[key] = sample.time
        if key in self.last and sample.time <= self.last[key]:
            self.importer.report.unchanged += 1
            return
        self.importer.report.new += 1
        self.waiting.setdefault(key, []).append((row.number, sample))
        if len(self.waiting[key]) == MOST_SAMPLES:
            self._send(key)

    def _read(self, row: SheetRow, faults: list[ImportFault]) -> tuple[_SensorKey, Sample] | None:
        told = {key: (name, row.cells[name]) for name, key in self.keys.items()}
        place, sensor = told["place"][1], told["sensor"][1]
        empty = [told[key][0] for key in _NEEDED if not told[key][1]]
        faults.extend(ImportFault(row.number, name, "required") for name in empty)
        if place and place not in self.places:
            values = {"location": place}
            faults.append(ImportFault(row.number, told["place"][0], "unknown-location", values))
        column = "sensor"
        try:
            cells.text(sensor, longest=_LONGEST)
            column = "time"
            time = cells.moment(told["time"][1], self.zone)
            column = "temperature"
            value = cells.temperature(told["temperature"][1]) or Decimal(0)
            sample = Sample(time, value, value)
        except Invalid as error:
            if told[column][1]:
                faults.append(fault_of(error, row.number, told[column][0]))
            return None
        return None if faults else ((place, sensor), sample)

    def _send(self, key: _SensorKey) -> None:
        rows = self.waiting.pop(key)
        reading = Reading(
            id=self.importer.new_id(),
            place=key[0],
            sensor=key[1],
            samples=tuple(sample for _, sample in rows),
            person=self.importer.person,
        )
        self.importer.put([(rows[0][0], reading)])
