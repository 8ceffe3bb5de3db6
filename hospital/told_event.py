"""An event: as it stands in the ledger and as its device told it, in a form to compare."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from hospital.told_parts import Essence, Said, Told, Unsaid, moment_in, thing_in, uuid_of
from trace import Event, EventKind

SEALED: Final = "band_sha256"
"""Where a batch says that the server finds out whom an event is for."""

_SOMEBODY: Final = Unsaid(UUID, type(None))
"""Whose wristband it was, as far as the server knew."""

_ORDERS: Final = Unsaid(list)
"""The order, where it was an order's number that the device sealed."""


def said_event(members: dict[str, Any]) -> Said:
    """What an entry says of an event."""
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


def told_event(told: Told) -> Essence:
    """What its device said of it."""
    return (
        told["kind"],
        moment_in(told),
        told["location"],
        told.get("destination") or told["location"],
        told.get("party"),
        _SOMEBODY if told.get(SEALED) else uuid_of(told.get("patient")),
        told.get("note"),
        told.get("cause"),
        sorted((*thing_in(each), _part(told["kind"], each.get("part"))) for each in told["things"]),
        sorted((thing_in(each)[0], each.get("part") or 1) for each in told.get("outputs", ())),
        _ORDERS
        if told.get(SEALED)
        else sorted((each["type"], each["id"]) for each in told.get("documents", ())),
    )


def _part(kind: str, part: int | None) -> int:
    """How much of a pack; a split says it by what comes out, too."""
    return 0 if part is None or kind == EventKind.SPLIT else part
