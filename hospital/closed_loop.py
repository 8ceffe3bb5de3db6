"""The closed-loop report (闭环完整率): the loops of a month, dose by dose and implant by implant.

It reads the orders and implants of the month, the entries of what was given, and the histories of
these things: work grows with the answer.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from hospital.assembly import Hospital
from hospital.lives import Life, lives_of
from hospital.loop import IMPLANT_HOPS, MEDICATION_HOPS, Hop, HopSeen, Loop, assessed
from inventory import implanted_between
from ledger import Entry, read_entries_at
from orders import Course, OrderStep, SettledDose, bounds_of, courses_in, milliseconds
from trace import Event, EventKind

_K = EventKind
_DISPENSES = frozenset({_K.DISPENSED, _K.SENT})
_REACHES_WARD = frozenset({_K.ACCEPTED, _K.MOVED, _K.RECEIVED})
_STORES = frozenset({_K.RECEIVED, _K.INSPECTED})
_RECEIVES = frozenset({_K.RECEIVED, _K.ARRIVED})
_ISSUES = frozenset({_K.DISPENSED, _K.SENT, _K.MOVED, _K.ACCEPTED})


@dataclass(frozen=True, slots=True)
class Report:
    """The loops of a month.

    Args:
        month: `2026-11`.
        medication: a loop for each dose.
        implants: a loop for each implant.
    """

    month: str
    medication: tuple[Loop, ...]
    implants: tuple[Loop, ...]


def closed_loops(hospital: Hospital, month: str, wards: Collection[str]) -> Report:
    """The loops of a month in some wards.

    Args:
        hospital: where.
        month: `2026-11`.
        wards: codes of locations; implants by the place where they were put in.

    Raises:
        Invalid: `month-malformed`.
    """
    with hospital.database.read() as connection:
        return read_loops(connection, hospital, month, wards)


def read_loops(
    connection: Connection, hospital: Hospital, month: str, wards: Collection[str]
) -> Report:
    """As `closed_loops`, in a transaction that is open already."""
    own, zone = hospital.ledger_id, hospital.settings.timezone
    begin, end = bounds_of(month, zone)
    until = min(end, milliseconds(hospital.clock()))
    courses = courses_in(connection, own, month, zone, wards)
    doses = [(course, dose) for course in courses for dose in course.doses]
    doses = [(course, dose) for course, dose in doses if begin <= dose.due <= end]
    given = {dose.seq for _, dose in doses if dose.kind == _K.ADMINISTERED}
    entries = _entries(connection, own, given)
    lives = _lives(connection, own, entries.values())
    medication = [_dose_loop(c, d, entries.get(d.seq), lives) for c, d in doses]
    medication += [loop for each in courses for loop in _missed(each, begin, until)]
    implants = _implants(connection, own, (begin, end), wards)
    medication.sort(key=lambda loop: (loop.due, loop.number))
    return Report(month, tuple(medication), tuple(implants))


def _entries(connection: Connection, ledger_id: int, seqs: Iterable[int]) -> dict[int, Entry]:
    found = read_entries_at(connection, ledger_id, sorted(seqs))
    return {entry.seq: entry for entry in found}


def _lives(connection: Connection, ledger_id: int, entries: Iterable[Entry]) -> Mapping[str, Life]:
    events = (Event.parse(entry.event) for entry in entries)
    keys = {thing.key for event in events for thing in event.things if thing.quantity is None}
    return lives_of(connection, ledger_id, sorted(keys))


def _missed(course: Course, begin: int, until: int) -> Iterator[Loop]:
    """The doses whose time is over and of which nobody has said anything."""
    schedule, ended = course.order.schedule, course.ended
    assert schedule is not None  # noqa: S101 -- `courses_in` gives no other
    last = until if ended is None else min(until, ended)
    settled = {dose.due for dose in course.doses} | set(schedule.around(last).open)
    for slot in schedule.slots(begin, last):
        if slot not in settled:
            yield Loop(
                course.order.name[1],
                course.order.destination or "",
                slot,
                assessed(
                    (_ordered(course), *(HopSeen(hop) for hop in MEDICATION_HOPS[1:])),
                    (Hop.DISPENSED, Hop.COMPOUNDED, Hop.ON_WARD),
                ),
            )


def _ordered(course: Course) -> HopSeen:
    placed = next((step for step in course.steps if step.kind == "placed"), None)
    return _seen(Hop.ORDERED, placed)


def _dose_loop(
    course: Course, dose: SettledDose, entry: Entry | None, lives: Mapping[str, Life]
) -> Loop:
    ward = course.order.destination or ""
    last = HopSeen(Hop.ADMINISTERED, dose.time, dose.seq)
    if entry is None:  # withheld or declined: nothing had to come
        hops = (_ordered(course), *(HopSeen(hop) for hop in MEDICATION_HOPS[1:-1]), last)
        return Loop(course.order.name[1], ward, dose.due, assessed(hops, MEDICATION_HOPS[1:-1]))
    event = Event.parse(entry.event)
    steps = _steps_before(event, course, dose, lives)
    compounded = _latest(steps, {"compounded"}, dose)
    hops = (
        _ordered(course),
        _seen(Hop.DISPENSED, _latest(steps, _DISPENSES, dose)),
        _seen(Hop.COMPOUNDED, compounded),
        _seen(Hop.ON_WARD, _latest(_at(steps, ward, event), _REACHES_WARD, dose)),
        last,
    )
    return Loop(course.order.name[1], ward, dose.due, assessed(hops, (Hop.COMPOUNDED,)))


def _steps_before(
    event: Event, course: Course, dose: SettledDose, lives: Mapping[str, Life]
) -> list[OrderStep]:
    """What happened to the things that were given; of amounts, what names the order."""
    steps = [s for s in course.steps if s.seq != dose.seq]
    for thing in event.things:
        steps += lives.get(thing.key, ())
    return steps


def _latest(
    steps: Iterable[OrderStep], kinds: Collection[str], dose: SettledDose
) -> OrderStep | None:
    """The last of these before the dose; where none is before, the first after it."""
    fitting = sorted((s for s in steps if s.kind in kinds), key=lambda step: (step.time, step.seq))
    before = [step for step in fitting if step.time <= dose.time]
    return before[-1] if before else next(iter(fitting), None)


def _at(steps: Iterable[OrderStep], ward: str, event: Event) -> list[OrderStep]:
    """Those that left things in the ward, or where they were given."""
    return [step for step in steps if step.place in {ward, event.location}]


def _seen(hop: Hop, step: OrderStep | None) -> HopSeen:
    return HopSeen(hop) if step is None else HopSeen(hop, step.time, step.seq)


def _implants(
    connection: Connection, ledger_id: int, span: tuple[int, int], wards: Collection[str]
) -> list[Loop]:
    entries = _entries(connection, ledger_id, implanted_between(connection, ledger_id, *span))
    here = [entry for entry in entries.values() if Event.parse(entry.event).location in wards]
    lives = _lives(connection, ledger_id, here)
    return [
        _implant_loop(thing.key, entry, event, lives.get(thing.key, ()))
        for entry in here
        for event in (Event.parse(entry.event),)
        for thing in event.things
    ]


def _implant_loop(key: str, entry: Entry, event: Event, life: Sequence[OrderStep]) -> Loop:
    time = milliseconds(event.time)
    steps = [step for step in life if step.seq != entry.seq]
    first = {
        Hop.RECEIVED: next((step for step in steps if step.kind in _RECEIVES), None),
        Hop.STORED: next((step for step in steps if step.kind in _STORES), None),
    }
    there = [step for step in steps if step.place == event.location and step.kind in _ISSUES]
    received = first[Hop.RECEIVED]
    hops = (
        _seen(Hop.RECEIVED, received),
        _seen(Hop.STORED, first[Hop.STORED]),
        _seen(Hop.ISSUED, there[-1] if there else None),
        HopSeen(Hop.IMPLANTED, time, entry.seq),
    )
    # What was delivered to the theatre itself need not be issued to it.
    at_hand = received is not None and received.place == event.location
    not_needed = (Hop.ISSUED,) if at_hand else ()
    return Loop(key, event.location, time, assessed(hops, not_needed))


HOPS = {"medication": MEDICATION_HOPS, "implants": IMPLANT_HOPS}
"""The hops of each part of a report."""
