"""In the operating theatre: implants, what was used with them, and what was not needed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from demo.care import admit
from demo.script import Doing
from demo.stage import Stage
from demo.supply import store_of
from trace import Document, EventKind, Reason, Thing


@dataclass(frozen=True, slots=True)
class Operation:
    """A kind of operation.

    Args:
        room: where.
        ward: where the patient lies.
        implants: what stays in the patient.
        used: what is used up: (product, how many).
        spare: brought along in another size, and goes back.
    """

    room: str
    ward: str
    implants: tuple[str, ...]
    used: tuple[tuple[str, int], ...] = ()
    spare: tuple[str, ...] = ()


_OPERATIONS = (
    Operation("CATH1", "XN2", ("M001",), (("C014", 1), ("C015", 1)), ("M002",)),
    Operation("CATH1", "XN2", ("M001", "M002"), (("C014", 1), ("C015", 1))),
    Operation("CATH2", "XN2", ("M003", "M004"), (), ()),
    Operation("OR-GK2", "GK1", ("M005", "M006", "M007"), (("C011", 4),)),
    Operation("OR-GK1", "GK1", ("M009", "M010", "M010"), (("C011", 3),)),
    Operation("OR-YK3", "YK1", ("M008",)),
    Operation("OR-PW1", "PW5", ("M011",), (("C012", 1), ("C011", 2)), ()),
    Operation("OR-PW1", "PW5", (), (("C012", 1), ("C016", 2))),
)


def theatre_day(stage: Stage, day: int) -> None:
    """Three operations: goods come the afternoon before, are used, and the rest goes back."""
    for number, operation in enumerate(stage.rng.sample(_OPERATIONS, 3)):
        _operate(stage, day, operation, 8.5 + number * 2.2)


def _operate(stage: Stage, day: int, operation: Operation, hour: float) -> None:
    implants = _bring(stage, day, operation, operation.implants)
    spare = _bring(stage, day, operation, operation.spare)
    serialised = [(code, count) for code, count in operation.used if stage.items[code].serialised]
    used = _bring(stage, day, operation, [code for code, n in serialised for _ in range(n)])
    (patient,) = admit(stage, day, operation.ward, 1)
    doing = Doing("3105", "3301", patient=patient)
    time = stage.at(day, hour, 0.5)
    for _, thing in implants:
        time += timedelta(seconds=stage.rng.randint(40, 200))
        stage.script.happen(EventKind.IMPLANTED, time, [thing], operation.room, None, doing)
    counted = [
        thing
        for code, count in operation.used
        if not stage.items[code].serialised
        for thing in stage.shelves.take("OR", stage.items[code], count)
    ]
    after = time + timedelta(minutes=stage.rng.randint(8, 40))
    things = [thing for _, thing in used]
    if things:
        stage.script.happen(EventKind.ADMINISTERED, after, things, operation.room, None, doing)
    if counted:
        stage.script.happen(EventKind.ADMINISTERED, after, counted, "OR", None, doing)
    _send_back(stage, day, operation, spare)
    if implants and stage.rng.random() < 0.12:  # noqa: PLR2004 -- about one in eight
        again, box = after + timedelta(minutes=2), [implants[0][1]]
        room, why = operation.room, Reason.ALREADY_USED
        stage.script.happen(EventKind.IMPLANTED, again, box, room, None, doing, why)


def _bring(
    stage: Stage, day: int, operation: Operation, codes: list[str] | tuple[str, ...]
) -> list[tuple[str, Thing]]:
    """Goods come to the room early in the morning; what the store lacks is left out."""
    brought: list[tuple[str, Thing]] = []
    for code in codes:
        item = stage.items[code]
        things = stage.shelves.take(store_of(item), item, 1)
        if things:
            transfer = (Document("urn:medtrace:btt:transfer", stage.number("DB", day)),)
            time = stage.at(day, 6.8, 0.7)
            doing = Doing("0422", documents=transfer)
            source = store_of(item)
            stage.script.happen(EventKind.MOVED, time, things, source, operation.room, doing)
            brought.append((code, things[0]))
    return brought


def _send_back(
    stage: Stage, day: int, operation: Operation, spare: list[tuple[str, Thing]]
) -> None:
    for code, thing in spare:
        item = stage.items[code]
        target, doing = store_of(item), Doing("3105", note="未用，退回")
        time = stage.at(day, 17.2, 0.6)
        stage.script.happen(EventKind.MOVED, time, [thing], operation.room, target, doing)
        stage.later[day + 1].append(partial(stage.shelves.put, target, item, [thing]))
