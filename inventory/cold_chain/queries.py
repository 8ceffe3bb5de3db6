"""The work-list of excursions, and the last word of every sensor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Connection, select

from inventory import cold_models as models
from inventory.cold_chain.participant import ExcursionRow, limits_of
from inventory.cold_chain.watch import degrees, moment_of
from inventory.queries import locations
from inventory.storage import Temperatures
from inventory.things import Location

_EXCURSION = models.excursion.c
_SENSOR = models.sensor.c
_COLUMNS = [column for column in models.excursion.columns if column.name != "ledger_id"]


@dataclass(frozen=True, slots=True)
class Excursion:
    """A range that was left for longer than it allows.

    Args:
        number: its number.
        place: where.
        sensor: which.
        limits: the range.
        of_place: whether it is the place's own; else that of products that lay there.
        started: the first sample outside.
        until: the last sample outside, or the first one inside again.
        ended: whether it is over.
        lowest: the lowest temperature outside, °C.
        highest: the highest.
        first_seq: the entry of the reading that made it an excursion.
        last_seq: the entry that last changed it.
        person: who decided; None: nobody yet.
    """

    number: int
    place: Location
    sensor: str
    limits: Temperatures
    of_place: bool
    started: datetime
    until: datetime
    ended: bool
    lowest: Decimal
    highest: Decimal
    first_seq: int
    last_seq: int
    person: str | None


@dataclass(frozen=True, slots=True)
class SensorState:
    """The last word of a sensor."""

    place: Location
    sensor: str
    time: datetime
    lowest: Decimal
    highest: Decimal
    seq: int


def open_excursions(connection: Connection, ledger_id: int) -> list[Excursion]:
    """The excursions that nobody has decided yet, the newest first."""
    query = select(*_COLUMNS).where(
        _EXCURSION.ledger_id == ledger_id, _EXCURSION.decided_seq.is_(None)
    )
    rows = [ExcursionRow(*row) for row in connection.execute(query)]
    found = excursions_of_rows(connection, ledger_id, rows)
    return sorted(found, key=lambda each: -each.number)


def excursions_of_rows(
    connection: Connection, ledger_id: int, rows: Sequence[ExcursionRow]
) -> list[Excursion]:
    """Excursions as their rows say them, with their places."""
    places = locations(connection, ledger_id, {row.location_id for row in rows})
    return [_excursion(row, places[row.location_id]) for row in rows]


def find_excursion(connection: Connection, ledger_id: int, number: int) -> Excursion | None:
    """One excursion, decided or not."""
    query = select(*_COLUMNS).where(_EXCURSION.ledger_id == ledger_id, _EXCURSION.number == number)
    found = connection.execute(query).first()
    if found is None:
        return None
    row = ExcursionRow(*found)
    return _excursion(row, locations(connection, ledger_id, [row.location_id])[row.location_id])


def sensors(connection: Connection, ledger_id: int) -> list[SensorState]:
    """Every sensor with its last word, the one that has been silent longest first."""
    rows = connection.execute(
        select(
            _SENSOR.location_id,
            _SENSOR.sensor,
            _SENSOR.at,
            _SENSOR.lowest,
            _SENSOR.highest,
            _SENSOR.seq,
        )
        .where(_SENSOR.ledger_id == ledger_id)
        .order_by(_SENSOR.at, _SENSOR.location_id, _SENSOR.sensor)
    ).all()
    places = locations(connection, ledger_id, {row.location_id for row in rows})
    return [
        SensorState(
            places[row.location_id],
            row.sensor,
            moment_of(row.at),
            degrees(row.lowest),
            degrees(row.highest),
            row.seq,
        )
        for row in rows
    ]


def _excursion(row: ExcursionRow, place: Location) -> Excursion:
    return Excursion(
        number=row.number,
        place=place,
        sensor=row.sensor,
        limits=limits_of(row.limits),
        of_place=bool(row.of_place),
        started=moment_of(row.started),
        until=moment_of(row.until),
        ended=bool(row.ended),
        lowest=degrees(row.lowest),
        highest=degrees(row.highest),
        first_seq=row.first_seq,
        last_seq=row.last_seq,
        person=row.person,
    )
