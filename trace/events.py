"""The event: what happened to which things, when, where, why and by whom.

An event is an EPCIS 2.0 ObjectEvent, an AggregationEvent where a container is packed or unpacked,
or a TransformationEvent where something new is made of things, in canonical JSON (RFC 8785), so an
outside auditor reads a published standard.
What EPCIS has no word for stands under names that begin with `medtrace:`.
No name or number of a patient, only a random pseudonym (docs/architecture.md, "Privacy").
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from typing import Any, ClassVar
from uuid import UUID

from errors import Invalid
from ledger import encode
from trace.dose import Dose
from trace.epcis import (
    LOCATION,
    add_things,
    document_members,
    documents_in,
    outputs_in,
    signature_members,
    signatures_in,
    things_in,
    time_of,
    time_texts,
    type_of,
)
from trace.moments import checked_offset
from trace.things import Document, Signature, Thing
from trace.vocabulary import (
    AGGREGATIONS,
    CAUSE_REQUIRED,
    CAUSES,
    DIVIDING,
    SPELLINGS,
    TRANSFORMATIONS,
    Cause,
    EventKind,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened.

    Args:
        id: made where the scan was made (UUIDv7); the same id is the same event.
        kind: what happened.
        time: when, aware of its zone; milliseconds are kept.
        things: to what; serialised things stand before quantities of lots.
        location: the code of the location where it happened (EPCIS read point).
        destination: the code of the location where the things are afterwards; None: the same.
        party: the code of the other company: who delivered, or who took it back.
        patient: the pseudonym of the patient it was for.
        person: the staff number of who did it.
        second_person: the staff number of who checked it.
        device: the id of the device it was done with.
        documents: what it was done on the ground of.
        note: why, in the words of who did it.
        parent: the key of the container that things were put into or taken out of; the container
            itself as the only thing: everything that was in it.
        owner: the code of the company that goods which arrive go on belonging to (consignment).
        after_the_fact: it has happened already, out of the recorder's reach, and can't be refused:
            what breaks a rule becomes an exception.
        on_record: it stands in the ledger and is read back: nobody is asked again whether it may
            happen. No part of what the event says.
        signatures: of those who had to show who they are for it.
        dose: how much of the drug the patient got.
        wasted: how much of the same dose was left and thrown away before a witness.
        route: how it got there: a code of the hospital's list (`iv`, `po` …).
        cause: why, from the closed list of its kind (`CAUSES`).
        site: where in the body: a code or words of whom it concerns (`左髋`).
        surgeon: the staff number of who operated.
        outputs: what was made of the things: doses with labels of their own, each with the base
            units it holds as its part, or one bag.
    """

    ledger_kind: ClassVar[str] = "trace"

    id: UUID
    kind: EventKind
    time: datetime
    things: tuple[Thing, ...]
    location: str
    destination: str | None = None
    party: str | None = None
    patient: UUID | None = None
    person: str | None = None
    second_person: str | None = None
    device: str | None = None
    documents: tuple[Document, ...] = ()
    note: str | None = None
    parent: str | None = None
    owner: str | None = None
    after_the_fact: bool = False
    signatures: tuple[Signature, ...] = ()
    dose: Dose | None = None
    route: str | None = None
    wasted: Dose | None = None
    cause: Cause | None = None
    site: str | None = None
    surgeon: str | None = None
    outputs: tuple[Thing, ...] = ()
    on_record: bool = field(default=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Hold what no caller may break.

        The event is from the start what its entry will say: whole milliseconds, an offset in whole
        minutes, a destination only where it is another place, the part that doses are made of.

        Raises:
            Invalid: the time has no zone or lies beyond what EPCIS can write, there is no thing, or
                a field is there that its kind has no use for, or one that it needs is not.
        """
        offset = checked_offset(self.time, "time")
        if self.time.microsecond % 1000 or offset % _MINUTE:
            object.__setattr__(self, "time", _as_written(self.time, offset))
        if not self.things and self.kind not in CAUSE_REQUIRED:
            raise Invalid("required", field="things")
        if self.kind in TRANSFORMATIONS or self.outputs:
            self._check_outputs()
        self._check_care()
        if (self.parent is not None) != (self.kind in AGGREGATIONS):
            raise Invalid("required" if self.parent is None else "not-wanted", field="parent")
        if self.parent is not None and self._holds_itself:
            raise Invalid("not-wanted", field="things")
        if self.destination is not None and self.destination in ("", self.location):
            object.__setattr__(self, "destination", None)
        if len(self.things) > 1:
            ordered = sorted(self.things, key=lambda thing: thing.quantity is not None)
            object.__setattr__(self, "things", tuple(ordered))

    def _check_outputs(self) -> None:
        if self.kind not in TRANSFORMATIONS:
            raise Invalid("not-wanted", field="outputs")
        keys = {thing.key for thing in self.outputs}
        if not keys or len(keys) < len(self.outputs):
            raise Invalid("required", field="outputs")
        if any(thing.quantity is not None for thing in self.outputs):
            raise Invalid("not-wanted", field="outputs")
        if self.kind is EventKind.COMPOUNDED:
            if len(self.outputs) > 1 or self.outputs[0].part is not None:
                raise Invalid("not-wanted", field="outputs")
            return
        if len(self.things) > 1 or self.things[0].quantity is not None:
            raise Invalid("not-wanted", field="things")
        total = sum(thing.part or 1 for thing in self.outputs)
        if self.things[0].part not in (None, total):
            raise Invalid("parts-differ", field="part", expected=total, found=self.things[0].part)
        object.__setattr__(self, "things", (replace(self.things[0], part=total),))

    def _check_care(self) -> None:
        if self.kind not in DIVIDING and any(thing.part is not None for thing in self.things):
            raise Invalid("not-wanted", field="part")
        if self.wasted is not None and self.dose is None:
            raise Invalid("required", field="dose")
        if self.cause is None:
            if self.kind in CAUSE_REQUIRED:
                raise Invalid("required", field="cause")
            return
        known = CAUSES.get(self.kind)
        if known is None or self.cause not in known:
            raise Invalid("cause-of-other-kind", field="cause", found=self.cause.value)
        if self.cause is Cause.OTHER and not (self.note or "").strip():
            raise Invalid("required", field="note")

    @property
    def _holds_itself(self) -> bool:
        named = any(thing.key == self.parent for thing in self.things)
        return named and not self._empties

    @property
    def _empties(self) -> bool:
        """Whether it takes everything out of its container."""
        only = len(self.things) == 1 and self.things[0] == Thing(self.parent or "")
        return only and self.kind is EventKind.UNPACKED

    @property
    def whereabouts(self) -> str:
        """The code of the location where the things are when it has happened."""
        return self.destination or self.location

    @property
    def has_happened(self) -> bool:
        """Whether it is too late to refuse it."""
        return self.after_the_fact or self.on_record

    def standing(self) -> Event:
        """The same event as the ledger holds it: what the rules of today say is no objection."""
        return replace(self, on_record=True)

    def encode(self) -> bytes:
        """The event as canonical EPCIS 2.0 JSON."""
        return encode(_members(self))

    @classmethod
    def parse(cls, members: dict[str, Any]) -> Event:
        """The event that `encode` wrote, from its parsed JSON."""
        location = members["readPoint"]["id"].removeprefix(LOCATION)
        destination = members["bizLocation"]["id"].removeprefix(LOCATION)
        patient = members.get("medtrace:patient")
        return cls(
            id=UUID(members["eventID"]),
            kind=EventKind(members["medtrace:kind"]),
            time=time_of(members["eventTime"], members["eventTimeZoneOffset"]),
            things=things_in(members),
            location=location,
            destination=None if destination == location else destination,
            party=members.get("medtrace:party"),
            patient=UUID(patient) if patient else None,
            person=members.get("medtrace:person"),
            second_person=members.get("medtrace:secondPerson"),
            device=members.get("medtrace:device"),
            documents=documents_in(members),
            note=members.get("medtrace:note"),
            parent=members.get("parentID"),
            owner=members.get("medtrace:owner"),
            after_the_fact=members.get("medtrace:afterTheFact", False),
            signatures=signatures_in(members),
            dose=Dose.parse(members["medtrace:dose"]) if "medtrace:dose" in members else None,
            route=members.get("medtrace:route"),
            wasted=Dose.parse(members["medtrace:wasted"]) if "medtrace:wasted" in members else None,
            cause=Cause(members["medtrace:cause"]) if "medtrace:cause" in members else None,
            site=members.get("medtrace:site"),
            surgeon=members.get("medtrace:surgeon"),
            outputs=outputs_in(members),
        )


_MINUTE = timedelta(minutes=1)
_OWN_FIELDS = (
    ("medtrace:party", "party"),
    ("medtrace:person", "person"),
    ("medtrace:secondPerson", "second_person"),
    ("medtrace:device", "device"),
    ("medtrace:note", "note"),
    ("medtrace:owner", "owner"),
    ("medtrace:route", "route"),
    ("medtrace:site", "site"),
    ("medtrace:surgeon", "surgeon"),
    ("parentID", "parent"),
)


def _members(event: Event) -> dict[str, Any]:
    spelling = SPELLINGS[event.kind]
    time, offset = time_texts(event.time)
    members: dict[str, Any] = {
        "type": type_of(event.kind),
        "bizStep": spelling.biz_step,
        "disposition": spelling.disposition,
        "eventID": f"urn:uuid:{event.id}",
        "eventTime": time,
        "eventTimeZoneOffset": offset,
        "readPoint": {"id": LOCATION + event.location},
        "bizLocation": {"id": LOCATION + event.whereabouts},
        "medtrace:kind": event.kind.value,
    }
    if spelling.action is not None:
        members["action"] = spelling.action
    add_things(members, event.things, event.parent, event.outputs)
    for name, attribute in _OWN_FIELDS:
        value = getattr(event, attribute)
        if value is not None:
            members[name] = value
    if event.after_the_fact:
        members["medtrace:afterTheFact"] = True
    _add_care(members, event)
    if event.patient is not None:
        members["medtrace:patient"] = f"urn:uuid:{event.patient}"
    if event.documents:
        members["bizTransactionList"] = document_members(event.documents)
    if event.signatures:
        members["medtrace:signatures"] = signature_members(event.signatures)
    return members


def _add_care(members: dict[str, Any], event: Event) -> None:
    if event.dose is not None:
        members["medtrace:dose"] = event.dose.members()
    if event.wasted is not None:
        members["medtrace:wasted"] = event.wasted.members()
    if event.cause is not None:
        members["medtrace:cause"] = event.cause.value


def _as_written(time: datetime, offset: timedelta) -> datetime:
    minutes = timezone(offset // _MINUTE * _MINUTE)
    return time.astimezone(minutes).replace(microsecond=time.microsecond // 1000 * 1000)
