"""How warm it was where a thing stood: the readings and excursions of a place between two moments.

The table of readings says of each one how long it spans and how far it went; only of a reading that
a stay begins or ends in the middle of, the samples are read from its entry.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import ColumnElement, Connection, func, or_, select

from inventory import cold_models as models
from inventory.cold_chain.participant import ExcursionRow
from inventory.cold_chain.queries import Excursion, excursions_of_rows
from inventory.cold_chain.reading import READING_TYPE, Reading
from inventory.cold_chain.watch import degrees, hundredths, millis
from ledger import read_entries_at

_READING = models.reading.c
_EXCURSION = models.excursion.c
_COLUMNS = [column for column in models.excursion.columns if column.name != "ledger_id"]


@dataclass(frozen=True, slots=True)
class Span:
    """Some places between two moments.

    Args:
        places: the surrogates of the places: where a thing stood, and those around it.
        since: the first moment.
        until: the last one.
    """

    places: Collection[int]
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Warmth:
    """What one sensor measured in a span.

    Args:
        location_id: where it stands.
        sensor: its number there.
        lowest: °C.
        highest: °C.
        readings: how many readings it came in.
        seq: the entry of the last of them.
    """

    location_id: int
    sensor: str
    lowest: Decimal
    highest: Decimal
    readings: int
    seq: int


def watched_places(connection: Connection, ledger_id: int) -> frozenset[int]:
    """The places where a sensor ever measured."""
    c = models.sensor.c
    query = select(c.location_id).where(c.ledger_id == ledger_id).distinct()
    return frozenset(connection.execute(query).scalars())


def warmth_in(connection: Connection, ledger_id: int, span: Span) -> list[Warmth]:
    """What every sensor of some places measured between two moments, by place and sensor."""
    found: dict[tuple[int, str], tuple[int, int, int, int]] = {}
    rows = (*_whole(connection, ledger_id, span), *_at_the_ends(connection, ledger_id, span))
    for place, sensor, low, high, count, seq in rows:
        lowest, highest, counted, last = found.get((place, sensor), (low, high, 0, seq))
        sums = (min(lowest, low), max(highest, high), counted + count, max(last, seq))
        found[place, sensor] = sums
    return [
        Warmth(place, sensor, degrees(low), degrees(high), count, seq)
        for (place, sensor), (low, high, count, seq) in sorted(found.items())
    ]


_Row = tuple[int, str, int, int, int, int]


def _here(ledger_id: int, span: Span) -> tuple[ColumnElement[bool], ...]:
    return (
        _READING.ledger_id == ledger_id,
        _READING.location_id.in_(span.places),
        _READING.last_at >= millis(span.since),
        _READING.first_at <= millis(span.until),
    )


def _is_whole(span: Span) -> ColumnElement[bool]:
    return (_READING.first_at >= millis(span.since)) & (_READING.last_at <= millis(span.until))


def _whole(connection: Connection, ledger_id: int, span: Span) -> Iterator[_Row]:
    """The readings that lie in the span from end to end, added up for each sensor."""
    query = select(
        _READING.location_id,
        _READING.sensor,
        func.min(_READING.lowest),
        func.max(_READING.highest),
        func.count(),
        func.max(_READING.seq),
    ).where(*_here(ledger_id, span), _is_whole(span))
    for row in connection.execute(query.group_by(_READING.location_id, _READING.sensor)):
        place, sensor, low, high, count, seq = row
        yield place, sensor, int(low), int(high), count, seq


def _at_the_ends(connection: Connection, ledger_id: int, span: Span) -> Iterator[_Row]:
    """The samples in the span of the readings that it begins or ends in."""
    query = select(_READING.seq, _READING.location_id).where(
        *_here(ledger_id, span), ~_is_whole(span)
    )
    places = {row.seq: row.location_id for row in connection.execute(query)}
    for entry in read_entries_at(connection, ledger_id, sorted(places)):
        assert entry.event["type"] == READING_TYPE  # noqa: S101 -- the index names no other entry
        reading = Reading.parse(entry.event)
        inside = [each for each in reading.samples if span.since <= each.time <= span.until]
        if inside:
            low = hundredths(min(each.lowest for each in inside))
            high = hundredths(max(each.highest for each in inside))
            yield places[entry.seq], reading.sensor, low, high, 1, entry.seq


def excursions_in(connection: Connection, ledger_id: int, span: Span) -> list[Excursion]:
    """The excursions of some places that went on at some moment of a span, decided or not."""
    query = select(*_COLUMNS).where(
        _EXCURSION.ledger_id == ledger_id,
        _EXCURSION.location_id.in_(span.places),
        _EXCURSION.started <= millis(span.until),
        or_(_EXCURSION.ended == 0, _EXCURSION.until >= millis(span.since)),
    )
    rows = [ExcursionRow(*row) for row in connection.execute(query.order_by(_EXCURSION.number))]
    return excursions_of_rows(connection, ledger_id, rows)
