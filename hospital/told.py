"""What a device told of a record, and what the record says: both in a form that can be compared."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from inventory import COUNT_LINES_TYPE, COUNT_TYPE, Count, CountLines
from recall import TASK_STEP_TYPE, TaskStep
from scanning import Granularity, read
from trace import CORRECTION_TYPE, EVENT_TYPES, Correction, Event, EventKind

Told = Mapping[str, Any]
"""A record as its device told it, in JSON."""

Essence = tuple[object, ...]
"""What a record and its told form must agree on."""

_ONE_PIECE: Final = frozenset({Granularity.SERIAL, Granularity.LOGISTIC_UNIT})


class _Unsaid:
    """What a device leaves to the server: any value of its kind will do.

    Args:
        kinds: the kinds.
    """

    def __init__(self, *kinds: type) -> None:
        self._kinds = kinds

    def __eq__(self, said: object) -> bool:
        return isinstance(said, self._kinds)

    def __hash__(self) -> int:
        return hash(self._kinds)


_STATION: Final = _Unsaid(str)
"""Where the device stands, which the entries don't tell."""

_SOMEBODY: Final = _Unsaid(UUID, type(None))
"""Whose wristband it was, as far as the server knew."""

_SEALED: Final = "band_sha256"


@dataclass(frozen=True, slots=True)
class Said:
    """What an entry says of a record that a device may have told.

    Args:
        id: of the record.
        what: `event`, `count`, `count_lines`, `correction` or `task_step`.
        device: the id of its device; None: it names none.
        essence: what it says.
    """

    id: UUID
    what: str
    device: str | None
    essence: Essence


def said_in(members: Mapping[str, Any]) -> Said | None:
    """What an entry's record says; None: it is none that a handheld tells.

    Args:
        members: the entry's event, of a refusal too.
    """
    reading = _SAID.get(members.get("type", ""))
    return None if reading is None else reading(dict(members))


def parts_of(body: Mapping[str, Any]) -> Iterator[tuple[str, Told]]:
    """What a signed batch tells, each with its kind; what can be no record is left out."""
    for event in body.get("events", ()):
        yield "event", event
    for upload in body.get("uploads", ()):
        for what in _TOLD:
            told = upload.get(what, {})
            with suppress(ValueError, TypeError, AttributeError):
                if UUID(told.get("id")):
                    yield what, told | {_SEALED: _SEALED in upload}


def essence_of(what: str, told: Told) -> Essence:
    """What a device told of a record.

    Raises:
        KeyError, ValueError, TypeError: it can be no such record.
    """
    return _TOLD[what](told)


def _event(members: dict[str, Any]) -> Said:
    event = Event.parse(members)
    essence = (
        event.kind.value,
        event.time,
        event.location,
        event.whereabouts,
        event.party,
        event.patient,
        event.note,
        event.cause,
        sorted(
            (thing.key, thing.quantity or 1, _part(event.kind, thing.part))
            for thing in event.things
        ),
        sorted((thing.key, thing.part or 1) for thing in event.outputs),
        sorted((document.type, document.id) for document in event.documents),
    )
    return Said(event.id, "event", event.device, essence)


def _told_event(told: Told) -> Essence:
    return (
        told["kind"],
        _moment(told),
        told["location"],
        told.get("destination") or told["location"],
        told.get("party"),
        _SOMEBODY if told.get(_SEALED) else _uuid(told.get("patient")),
        told.get("note"),
        told.get("cause"),
        sorted((*_thing(each), _part(told["kind"], each.get("part"))) for each in told["things"]),
        sorted((_thing(each)[0], each.get("part") or 1) for each in told.get("outputs", ())),
        sorted((each["type"], each["id"]) for each in told.get("documents", ())),
    )


def _part(kind: str, part: int | None) -> int:
    """How much of a pack; a split says it by what comes out, too."""
    return 0 if part is None or kind == EventKind.SPLIT else part


def _thing(told: Told) -> tuple[str, int]:
    scan = read(told["scan"])
    amount = 1 if scan.granularity in _ONE_PIECE else scan.quantity or 1
    return scan.key or "", told.get("quantity") or amount


def _count(members: dict[str, Any]) -> Said:
    count = Count.parse(members)
    return Said(count.id, "count", None, (count.time, count.location, sorted(count.products)))


def _told_count(told: Told) -> Essence:
    return (_moment(told), told.get("location") or _STATION, sorted(told.get("products", ())))


def _count_lines(members: dict[str, Any]) -> Said:
    counted = CountLines.parse(members)
    lines = sorted(
        (line.key, 1 if line.quantity is None else line.quantity, line.again)
        for line in counted.lines
    )
    return Said(counted.id, "count_lines", counted.device, (counted.time, counted.count, lines))


def _told_count_lines(told: Told) -> Essence:
    lines = sorted((*_counted(each), bool(each.get("again"))) for each in told["lines"])
    return (_moment(told), UUID(told["count"]), lines)


def _counted(told: Told) -> tuple[str, int]:
    key, amount = _thing(told)
    return key, 0 if told.get("quantity") == 0 else amount


def _correction(members: dict[str, Any]) -> Said:
    correction = Correction.parse(members)
    essence = (
        correction.time,
        correction.corrects,
        correction.error.value,
        correction.note,
        correction.corrective,
    )
    return Said(correction.id, "correction", None, essence)


def _told_correction(told: Told) -> Essence:
    instead = tuple(UUID(each) for each in told.get("corrective", ()))
    return (_moment(told), UUID(told["corrects"]), told["error"], told["note"], instead)


def _task_step(members: dict[str, Any]) -> Said:
    step = TaskStep.parse(members)
    essence = (
        step.time,
        step.case_id,
        step.work.value,
        step.place,
        step.patient,
        step.step.value,
        step.owner,
        step.count,
        step.note,
    )
    return Said(step.id, "task_step", None, essence)


def _told_task_step(told: Told) -> Essence:
    return (
        _moment(told),
        told["case"],
        told["work"],
        told.get("place") or _STATION,
        _uuid(told.get("patient")),
        told["step"],
        told.get("owner"),
        told.get("count"),
        told.get("note", ""),
    )


def _moment(told: Told) -> datetime:
    """When, to the millisecond that entries are written with."""
    moment = datetime.fromisoformat(told["time"])
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def _uuid(text: str | None) -> UUID | None:
    return UUID(text) if text else None


_SAID: Final[Mapping[str, Callable[[dict[str, Any]], Said]]] = MappingProxyType(
    {
        **dict.fromkeys(EVENT_TYPES, _event),
        COUNT_TYPE: _count,
        COUNT_LINES_TYPE: _count_lines,
        CORRECTION_TYPE: _correction,
        TASK_STEP_TYPE: _task_step,
    }
)

_TOLD: Final[Mapping[str, Callable[[Told], Essence]]] = MappingProxyType(
    {
        "event": _told_event,
        "count": _told_count,
        "count_lines": _told_count_lines,
        "correction": _told_correction,
        "task_step": _told_task_step,
    }
)
