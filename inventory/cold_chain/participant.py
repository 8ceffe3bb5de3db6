"""The cold chain's part in recording: readings become the last word of a sensor, and excursions."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from sqlalchemy import Connection, Table, func, select

import bulk
from inventory import cold_models as models
from inventory.cold_chain.climate import Climate, cold_products_at, ranges_of
from inventory.cold_chain.reading import ExcursionDecision, Reading
from inventory.cold_chain.watch import Outside, follow, hundredths, millis
from inventory.storage import Temperatures
from ledger import encode
from trace import NO_CHANGE, NoChange, Reason, Recordable, Refused, Touch

_SENSORS = bulk.Lookup(models.sensor, ("location_id", "sensor", "at"), by="location_id")
_WATCHES = bulk.Lookup(
    models.sensor_watch,
    ("location_id", "sensor", "limits", "since", "lowest", "highest", "number"),
    by="location_id",
)
_EXCURSION_COLUMNS = (
    *("number", "location_id", "sensor", "limits", "of_place", "started", "until", "ended"),
    *("lowest", "highest", "first_seq", "last_seq", "person", "decided_seq"),
)
_EXCURSIONS = bulk.Lookup(models.excursion, _EXCURSION_COLUMNS, by="number")
_PUT_SENSORS = bulk.Insert(
    models.sensor,
    key=("ledger_id", "location_id", "sensor"),
    replace=("at", "lowest", "highest", "seq"),
)
_WATCH_KEY = ("ledger_id", "location_id", "sensor", "limits")
_PUT_WATCHES = bulk.Insert(
    models.sensor_watch, key=_WATCH_KEY, replace=("since", "lowest", "highest", "number")
)
_DROP_WATCHES = bulk.Delete(models.sensor_watch, key=_WATCH_KEY)
_PUT_READINGS = bulk.Insert(models.reading)
_PUT_EXCURSIONS = bulk.Insert(
    models.excursion, key=("ledger_id", "number"), replace=_EXCURSION_COLUMNS[1:]
)

SensorKey = tuple[int, str]
WatchKey = tuple[int, str, str]


@dataclass(frozen=True, slots=True)
class ExcursionRow:
    """An excursion as its row says it; times in ms since 1970, temperatures in 0.01 °C."""

    number: int
    location_id: int
    sensor: str
    limits: str
    of_place: int
    started: int
    until: int
    ended: int
    lowest: int
    highest: int
    first_seq: int
    last_seq: int
    person: str | None = None
    decided_seq: int | None = None


@dataclass(frozen=True, slots=True)
class _Watch:
    """What goes on at a sensor: a stretch outside of a range, and the excursion that it is."""

    outside: Outside
    number: int | None


@dataclass(frozen=True, slots=True)
class Measured:
    """The change: what a sensor says now, and what came of it."""

    sensor: SensorKey
    last: tuple[int, int, int] | None
    watches: Mapping[WatchKey, _Watch | None]
    excursions: tuple[ExcursionRow, ...]
    context: Mapping[str, Any]
    span: tuple[int, int, int, int]
    touch: Touch = field(default_factory=Touch)


@dataclass(frozen=True, slots=True)
class Judged:
    """The change: a person has decided an excursion."""

    excursion: ExcursionRow
    person: str
    touch: Touch = field(default_factory=Touch)
    context: Mapping[str, Any] = field(default_factory=dict)


class ColdState:
    """The working state of one batch: sensors, what goes on at them, and excursions."""

    def __init__(self, ledger_id: int, climate: Climate) -> None:
        self.ledger_id = ledger_id
        self.climate = climate
        self.ranges: dict[str, dict[str, tuple[Temperatures, bool]]] = {}
        self.last: dict[SensorKey, int] = {}
        self.watches: dict[WatchKey, _Watch] = {}
        self.excursions: dict[int, ExcursionRow] = {}
        self.next_number = 1
        self.sensor_rows: dict[SensorKey, bulk.Row] = {}
        self.reading_rows: list[bulk.Row] = []
        self.changed_watches: set[WatchKey] = set()
        self.changed_excursions: set[int] = set()


class ColdChain:
    """Participant: readings of sensors, and the excursions that follow from them."""

    tables: ClassVar[Sequence[Table]] = (
        models.sensor,
        models.sensor_watch,
        models.reading,
        models.excursion,
    )

    def forget(self) -> None:
        """Nothing is remembered between batches."""

    def load(
        self, connection: Connection, ledger_id: int, records: Sequence[Recordable]
    ) -> ColdState | None:
        """The sensors of the places named, what goes on there, and the ranges that count."""
        readings = [record for record in records if isinstance(record, Reading)]
        decisions = [record for record in records if isinstance(record, ExcursionDecision)]
        if not readings and not decisions:
            return None
        state = ColdState(ledger_id, Climate.read(connection, ledger_id))
        codes = {reading.place for reading in readings} & state.climate.places.keys()
        numbers = [state.climate.places[code].location_id for code in codes]
        for location_id, sensor, at in _SENSORS.fetch(connection, ledger_id, numbers):
            state.last[location_id, sensor] = at
        for location_id, sensor, limits, *rest in _WATCHES.fetch(connection, ledger_id, numbers):
            state.watches[location_id, sensor, limits] = _watch(*rest)
        for code in codes:
            state.ranges[code] = _ranges(connection, ledger_id, state.climate, code)
        wanted = [watch.number for watch in state.watches.values() if watch.number is not None]
        wanted += [decision.number for decision in decisions]
        for row in _EXCURSIONS.fetch(connection, ledger_id, wanted):
            state.excursions[row[0]] = ExcursionRow(*row)
        c = models.excursion.c
        highest = connection.execute(
            select(func.max(c.number)).where(c.ledger_id == ledger_id)
        ).scalar()
        state.next_number = (highest or 0) + 1
        return state

    def decide(
        self, state: ColdState | None, record: Recordable
    ) -> Measured | Judged | NoChange | Refused:
        """A sensor stands at a place that there is; an excursion is decided once."""
        if state is None:
            return NO_CHANGE
        match record:
            case Reading():
                if record.place not in state.climate.places:
                    return Refused(Reason.UNKNOWN_LOCATION, {"location": record.place})
                return _measure(state, record)
            case ExcursionDecision():
                found = state.excursions.get(record.number)
                if found is None or found.decided_seq is not None:
                    return Refused(Reason.UNKNOWN_EXCURSION, {"number": record.number})
                return Judged(found, record.person)
        return NO_CHANGE

    def accept(
        self, state: ColdState, _record: Recordable, change: Measured | Judged, seq: int
    ) -> None:
        """Fold a change in."""
        if isinstance(change, Judged):
            decided = replace(change.excursion, person=change.person, decided_seq=seq)
            _keep(state, decided)
            return
        place, sensor = change.sensor
        state.reading_rows.append((state.ledger_id, seq, sensor, place, *change.span))
        if change.last is not None:
            state.last[change.sensor] = change.last[0]
            state.sensor_rows[change.sensor] = (state.ledger_id, *change.sensor, *change.last, seq)
        for key, watch in change.watches.items():
            state.changed_watches.add(key)
            state.watches.pop(key, None)
            if watch is not None:
                state.watches[key] = watch
        for row in change.excursions:
            known = state.excursions.get(row.number)
            first = known.first_seq if known else seq
            state.next_number = max(state.next_number, row.number + 1)
            _keep(state, replace(row, first_seq=first, last_seq=seq))

    def apply(self, connection: Connection, state: ColdState | None) -> None:
        """Write the changed rows."""
        if state is None:
            return
        own = state.ledger_id
        _PUT_READINGS.run(connection, state.reading_rows)
        _PUT_SENSORS.run(connection, list(state.sensor_rows.values()))
        put, gone = [], []
        for key in sorted(state.changed_watches):
            watch = state.watches.get(key)
            if watch is None:
                gone.append((own, *key))
            else:
                out = watch.outside
                put.append((own, *key, out.since, out.lowest, out.highest, watch.number))
        _PUT_WATCHES.run(connection, put)
        _DROP_WATCHES.run(connection, gone)
        rows = [state.excursions[number] for number in sorted(state.changed_excursions)]
        _PUT_EXCURSIONS.run(
            connection,
            [(own, *(getattr(row, name) for name in _EXCURSION_COLUMNS)) for row in rows],
        )


def _keep(state: ColdState, row: ExcursionRow) -> None:
    state.excursions[row.number] = row
    state.changed_excursions.add(row.number)


def _watch(since: int, lowest: int, highest: int, number: int | None) -> _Watch:
    return _Watch(Outside(since, since, lowest, highest, lasting=number is not None), number)


def _ranges(
    connection: Connection, ledger_id: int, climate: Climate, code: str
) -> dict[str, tuple[Temperatures, bool]]:
    """The ranges that a reading at a place is held against: its own, and those of what lies there.

    Each by its JSON, and whether it is the place's own: that one speaks for all goods there.
    """
    sharing = [place.location_id for place in climate.sharing(code)]
    found = ranges_of(cold_products_at(connection, ledger_id, sharing))
    own = climate.places[code].temperatures
    ranges = {_text(limits): (limits, False) for limits in found}
    return ranges if own is None else ranges | {_text(own): (own, True)}


def _text(limits: Temperatures) -> str:
    return encode(limits.members()).decode()


def _measure(state: ColdState, reading: Reading) -> Measured:
    """Hold new samples against every range; samples from before the last one change nothing."""
    location_id = state.climate.places[reading.place].location_id
    key = (location_id, reading.sensor)
    after = state.last.get(key)
    samples = [each for each in reading.samples if after is None or millis(each.time) > after]
    if not samples:
        return Measured(key, None, {}, (), {}, _span(reading))
    watches: dict[WatchKey, _Watch | None] = {}
    excursions: list[ExcursionRow] = []
    number = state.next_number
    ranges = state.ranges[reading.place]
    for text, (limits, of_place) in sorted(ranges.items()):
        before = state.watches.get((*key, text))
        stretches = follow(limits, before.outside if before else None, samples)
        watches[*key, text] = None
        for stretch in stretches:
            known = before.number if before and stretch.since == before.outside.since else None
            if stretch.lasting:
                known, number = (number, number + 1) if known is None else (known, number)
                excursions.append(_row(state, known, key, text, stretch, of_place=of_place))
            if not stretch.ended:
                watches[*key, text] = _Watch(stretch, known)
    excursions += _left(state, key, ranges, millis(samples[-1].time), watches)
    last = samples[-1]
    values = (millis(last.time), hundredths(last.lowest), hundredths(last.highest))
    opened = [row.number for row in excursions if row.number not in state.excursions]
    context = {"excursions": opened} if opened else {}
    return Measured(key, values, watches, tuple(excursions), context, _span(reading))


def _span(reading: Reading) -> tuple[int, int, int, int]:
    """From when to when a reading measured, how cold and how warm it was."""
    samples = reading.samples
    lowest, highest = min(each.lowest for each in samples), max(each.highest for each in samples)
    ends = (millis(samples[0].time), millis(samples[-1].time))
    return *ends, hundredths(lowest), hundredths(highest)


def _left(
    state: ColdState,
    key: SensorKey,
    ranges: Mapping[str, object],
    at: int,
    watches: dict[WatchKey, _Watch | None],
) -> list[ExcursionRow]:
    """End what goes on against ranges that count no more: the goods are gone."""
    ended = []
    for watch_key, watch in state.watches.items():
        if watch_key[:2] == key and watch_key[2] not in ranges:
            watches[watch_key] = None
            if watch.number is not None:
                ended.append(replace(state.excursions[watch.number], until=at, ended=1))
    return ended


def _row(  # noqa: PLR0913 -- the parts of one row
    state: ColdState, number: int, key: SensorKey, limits: str, out: Outside, *, of_place: bool
) -> ExcursionRow:
    known = state.excursions.get(number)
    return ExcursionRow(
        number=number,
        location_id=key[0],
        sensor=key[1],
        limits=limits,
        of_place=int(of_place),
        started=out.since,
        until=out.until,
        ended=int(out.ended),
        lowest=out.lowest,
        highest=out.highest,
        first_seq=known.first_seq if known else 0,
        last_seq=known.last_seq if known else 0,
        person=known.person if known else None,
        decided_seq=known.decided_seq if known else None,
    )


def limits_of(text: str) -> Temperatures:
    """The range in a row's JSON."""
    return Temperatures.parse(json.loads(text))
