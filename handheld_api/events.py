"""Recording what a handheld sends: checked as a whole, answered event by event."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from access import Action, Principal
from errors import Invalid
from handheld_api.reading import thing_of
from handheld_api.signatures import NarcoticProducts, sign_all
from hospital import Hospital
from ledger import Receipt
from trace import (
    AlreadyRecorded,
    Document,
    Dose,
    Event,
    EventKind,
    Outcome,
    Recorded,
    Refused,
    Thing,
)

PERMISSION = {
    EventKind.ARRIVED: Action.RECEIVE,
    EventKind.RECEIVED: Action.RECEIVE,
    EventKind.INSPECTED: Action.INSPECT,
    EventKind.REJECTED: Action.INSPECT,
    EventKind.MOVED: Action.MOVE,
    EventKind.SENT: Action.MOVE,
    EventKind.ACCEPTED: Action.MOVE,
    EventKind.RESERVED: Action.MOVE,
    EventKind.FREED: Action.MOVE,
    EventKind.PACKED: Action.PACK,
    EventKind.UNPACKED: Action.MOVE,
    EventKind.DISPENSED: Action.DISPENSE,
    EventKind.ADMINISTERED: Action.ADMINISTER,
    EventKind.SPLIT: Action.SPLIT,
    EventKind.COMPOUNDED: Action.COMPOUND,
    EventKind.WITHHELD: Action.WITHHOLD,
    EventKind.DECLINED: Action.WITHHOLD,
    EventKind.OPENED: Action.USE,
    EventKind.USED: Action.USE,
    EventKind.IMPLANTED: Action.IMPLANT,
    EventKind.EXPLANTED: Action.IMPLANT,
    EventKind.RETURNED: Action.RETURN,
    EventKind.BROUGHT: Action.KEEP_OWN,
    EventKind.HANDED_BACK: Action.KEEP_OWN,
    EventKind.QUARANTINED: Action.QUARANTINE,
    EventKind.RELEASED: Action.RELEASE,
    EventKind.LOST: Action.COUNT,
    EventKind.FOUND: Action.COUNT,
    EventKind.WASTED: Action.WASTE,
    EventKind.DESTROYED: Action.DESTROY,
}
"""Which permission each kind of event needs, at the location where it happens."""


def record_all(
    hospital: Hospital,
    narcotics: NarcoticProducts,
    person: Principal,
    sent: list[dict[str, Any]],
    address: str,
) -> list[dict[str, Any]]:
    """Record what a person at a device says has happened.

    Everything is read, every permission asked for and every signature checked before anything is
    recorded.

    Args:
        hospital: where.
        narcotics: knows which goods are narcotic.
        person: who, at which device.
        sent: the events, as `schemas.EventSchema` loads them.
        address: the network address.

    Raises:
        Invalid: a scan can't be read; the field names it.
        Forbidden: the person may not do one of them.
        Refused, Unauthenticated: one of them lacks a signature, or has a wrong one: see `sign_all`.
    """
    told = [event_of(person, each, f"events.{number}.") for number, each in enumerate(sent)]
    for event in told:
        hospital.access.require(person, PERMISSION[event.kind], event.location, address=address)
    acts = [(event, PERMISSION[event.kind]) for event in told]
    shown = [each["signatures"] for each in sent]
    events = sign_all(hospital, narcotics, person, acts, shown, address)
    outcomes = hospital.recorder.record(events)
    return [answer_to(event.id, outcome) for event, outcome in zip(events, outcomes, strict=True)]


def event_of(person: Principal, sent: dict[str, Any], at: str = "") -> Event:
    """The event that a person at a device tells.

    Args:
        person: who.
        sent: as `schemas.EventSchema` loads it.
        at: where it stands in the request, for messages.

    Raises:
        Invalid: a scan can't be read, or the event says too little or too much.
    """
    things, outputs = (
        tuple(thing_of(each, f"{at}{name}.{place}") for place, each in enumerate(sent[name]))
        for name in ("things", "outputs")
    )
    around = sent.get("parent")
    parent = thing_of(around, f"{at}parent").key if around else None
    try:
        return _told(person, sent, things, outputs, parent)
    except Invalid as error:
        error.field = f"{at}{error.field}"
        raise


def _told(
    person: Principal,
    sent: dict[str, Any],
    things: tuple[Thing, ...],
    outputs: tuple[Thing, ...],
    parent: str | None,
) -> Event:
    patient = sent.get("patient")
    if sent["kind"] in _OPERATIONS and not sent["after_the_fact"]:
        for name in ("site", "surgeon"):
            if name not in sent:
                raise Invalid("required", field=name)
    return Event(
        id=sent["id"],
        kind=sent["kind"],
        time=sent["time"],
        things=things,
        location=sent["location"],
        destination=sent.get("destination"),
        party=sent.get("party"),
        patient=UUID(patient) if patient else None,
        person=person.number,
        device=person.device,
        documents=tuple(Document(each["type"], each["id"]) for each in sent["documents"]),
        note=sent.get("note"),
        parent=parent,
        owner=sent.get("owner"),
        after_the_fact=sent["after_the_fact"],
        dose=Dose.of(**sent["dose"]) if "dose" in sent else None,
        route=sent.get("route"),
        wasted=Dose.of(**sent["wasted"]) if "wasted" in sent else None,
        cause=sent.get("cause"),
        site=sent.get("site"),
        surgeon=sent.get("surgeon"),
        outputs=outputs,
    )


_OPERATIONS = frozenset({EventKind.IMPLANTED, EventKind.EXPLANTED})
"""What an operation puts into or takes out of a body: its record says where, and who operated."""


def answer_to(event_id: UUID, outcome: Outcome) -> dict[str, Any]:
    """The answer to one record, as `schemas.OutcomeSchema` writes it."""
    answer: dict[str, Any] = {
        "id": event_id,
        "receipt": _receipt(outcome.receipt) if outcome.receipt else None,
        "reason": None,
        "text": None,
        "exceptions": [],
    }
    match outcome:
        case Recorded():
            return answer | {"outcome": "recorded", "exceptions": _broken(outcome.exceptions)}
        case AlreadyRecorded():
            broken = _broken(outcome.exceptions)
            return answer | {"outcome": "already-recorded", "exceptions": broken}
        case Refused():
            told = {"reason": outcome.reason, "text": outcome.text}
            return answer | {"outcome": "refused"} | told


def _broken(exceptions: Sequence[Refused]) -> list[dict[str, Any]]:
    """The rules that it broke, in the words of a refusal."""
    return [{"reason": each.reason, "text": each.text} for each in exceptions]


def _receipt(receipt: Receipt) -> dict[str, Any]:
    return {"seq": receipt.seq, "hash": receipt.hash.hex(), "recorded": receipt.recorded}
