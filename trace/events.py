"""The event: what happened to which things, when, where, why and by whom.

An event is an EPCIS 2.0 ObjectEvent, or an AggregationEvent where a container is packed or
unpacked, in canonical JSON (RFC 8785), so an outside auditor reads a published standard.
What EPCIS has no word for stands under names that begin with `medtrace:`.
No name or number of a patient, only a random pseudonym (docs/architecture.md, "Privacy").
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, ClassVar
from uuid import UUID

from errors import Invalid
from ledger import encode
from trace.moments import checked_offset
from trace.vocabulary import AGGREGATIONS, SPELLINGS, EventKind


@dataclass(frozen=True, slots=True)
class Thing:
    """One physical thing, or an amount of one lot, as the scan named it.

    Args:
        key: the canonical key (docs/architecture.md, "Things and their names").
        quantity: how many base units of a lot; None: the key names one serialised thing.
        lot: the lot that the label said, or None where it said nothing.
        expiry: the expiry date that the label said, or None.
    """

    key: str
    quantity: int | None = None
    lot: str | None = None
    expiry: date | None = None

    def __post_init__(self) -> None:
        """Hold what no caller may break.

        Raises:
            Invalid: the quantity is not a positive number.
        """
        if self.quantity is not None and self.quantity < 1:
            raise Invalid("quantity-not-positive", field="quantity", found=self.quantity)


@dataclass(frozen=True, slots=True)
class Document:
    """A business document that an event belongs to (EPCIS business transaction).

    Args:
        type: `po`, `desadv`, `prescription` …, a CBV 2.0 §7.3 word where there is one.
        id: its number.
    """

    type: str
    id: str


@dataclass(frozen=True, slots=True)
class Signature:
    """That a person showed who they are for this event, at the moment of the act.

    Args:
        person: their staff number.
        method: by what: `pin`, `totp`, `password` …
        time: when, aware of its zone; milliseconds are kept.
    """

    person: str
    method: str
    time: datetime

    def __post_init__(self) -> None:
        """Hold what no caller may break: from the start it is what its entry will say.

        Raises:
            Invalid: the time has no zone or lies beyond what EPCIS can write.
        """
        checked_offset(self.time, "signatures")
        moment = self.time.astimezone(UTC)
        whole = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
        object.__setattr__(self, "time", whole)


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
        signatures: of those who had to show who they are for it.
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

    def __post_init__(self) -> None:
        """Hold what no caller may break.

        The event is from the start what its entry will say: whole milliseconds, an offset in whole
        minutes, a destination only where it is another place.

        Raises:
            Invalid: the time has no zone or lies beyond what EPCIS can write, there is no thing,
                or a container is named where none is packed, or none where one is.
        """
        offset = checked_offset(self.time, "time")
        if self.time.microsecond % 1000 or offset % _MINUTE:
            object.__setattr__(self, "time", _as_written(self.time, offset))
        if not self.things:
            raise Invalid("required", field="things")
        if (self.parent is not None) != (self.kind in AGGREGATIONS):
            raise Invalid("required" if self.parent is None else "not-wanted", field="parent")
        if any(thing.key == self.parent for thing in self.things) and not self._empties:
            raise Invalid("not-wanted", field="things")
        if self.destination is not None and self.destination in ("", self.location):
            object.__setattr__(self, "destination", None)
        if len(self.things) > 1:
            ordered = sorted(self.things, key=lambda thing: thing.quantity is not None)
            object.__setattr__(self, "things", tuple(ordered))

    @property
    def _empties(self) -> bool:
        """Whether it takes everything out of its container."""
        only = len(self.things) == 1 and self.things[0] == Thing(self.parent or "")
        return only and self.kind is EventKind.UNPACKED

    @property
    def whereabouts(self) -> str:
        """The code of the location where the things are when it has happened."""
        return self.destination or self.location

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
            time=_time(members["eventTime"], members["eventTimeZoneOffset"]),
            things=_things(members),
            location=location,
            destination=None if destination == location else destination,
            party=members.get("medtrace:party"),
            patient=UUID(patient) if patient else None,
            person=members.get("medtrace:person"),
            second_person=members.get("medtrace:secondPerson"),
            device=members.get("medtrace:device"),
            documents=_documents(members),
            note=members.get("medtrace:note"),
            parent=members.get("parentID"),
            owner=members.get("medtrace:owner"),
            after_the_fact=members.get("medtrace:afterTheFact", False),
            signatures=_signatures(members),
        )


EVENT_TYPES = frozenset({"ObjectEvent", "AggregationEvent"})
"""The types of EPCIS 2.0 that `Event.parse` reads."""

LOCATION = "urn:medtrace:loc:"
"""What the code of a location is prefixed with to be an EPCIS location."""

_DOCUMENT = "urn:medtrace:doc:"
_DOCUMENT_TYPE = "urn:medtrace:btt:"
_STANDARD_DOCUMENTS = frozenset(
    {"bol", "cert", "desadv", "inv", "pedigree", "po", "poc", "prodorder", "recadv", "rma"}
    | {"testprd", "testres", "upevt"}
)
"""The business transaction types of CBV 2.0 §7.3; any other is written as a URN of our own."""

_MINUTE = timedelta(minutes=1)
_OWN_FIELDS = (
    ("medtrace:party", "party"),
    ("medtrace:person", "person"),
    ("medtrace:secondPerson", "second_person"),
    ("medtrace:device", "device"),
    ("medtrace:note", "note"),
    ("medtrace:owner", "owner"),
    ("parentID", "parent"),
)


def _members(event: Event) -> dict[str, Any]:
    spelling = SPELLINGS[event.kind]
    time, offset = _time_texts(event.time)
    members: dict[str, Any] = {
        "type": "AggregationEvent" if event.kind in AGGREGATIONS else "ObjectEvent",
        "action": spelling.action,
        "bizStep": spelling.biz_step,
        "disposition": spelling.disposition,
        "eventID": f"urn:uuid:{event.id}",
        "eventTime": time,
        "eventTimeZoneOffset": offset,
        "readPoint": {"id": LOCATION + event.location},
        "bizLocation": {"id": LOCATION + event.whereabouts},
        "medtrace:kind": event.kind.value,
    }
    _add_things(members, event)
    for name, attribute in _OWN_FIELDS:
        value = getattr(event, attribute)
        if value is not None:
            members[name] = value
    if event.after_the_fact:
        members["medtrace:afterTheFact"] = True
    if event.patient is not None:
        members["medtrace:patient"] = f"urn:uuid:{event.patient}"
    if event.documents:
        members["bizTransactionList"] = [
            {"type": _document_type(document), "bizTransaction": _DOCUMENT + document.id}
            for document in event.documents
        ]
    if event.signatures:
        members["medtrace:signatures"] = [
            {"person": each.person, "method": each.method, "time": _instant(each.time)}
            for each in event.signatures
        ]
    return members


def _add_things(members: dict[str, Any], event: Event) -> None:
    """Things stand in EPCIS's lists; what their labels said, where they did, stands beside."""
    things, inside = event.things, event.kind in AGGREGATIONS
    # EPCIS 2.0 §7.4.2: an AggregationEvent without children is about all of them.
    units = [thing.key for thing in things if thing.quantity is None and thing.key != event.parent]
    lots = [
        {"epcClass": thing.key, "quantity": thing.quantity}
        for thing in things
        if thing.quantity is not None
    ]
    labels = [_label(thing) for thing in things]
    if units:
        members["childEPCs" if inside else "epcList"] = units
    if lots:
        members["childQuantityList" if inside else "quantityList"] = lots
    if any(labels):
        members["medtrace:labels"] = labels


def _label(thing: Thing) -> dict[str, str]:
    label = {}
    if thing.lot is not None:
        label["lot"] = thing.lot
    if thing.expiry is not None:
        label["expiry"] = thing.expiry.isoformat()
    return label


def _things(members: dict[str, Any]) -> tuple[Thing, ...]:
    units = members.get("epcList") or members.get("childEPCs") or ()
    lots = members.get("quantityList") or members.get("childQuantityList") or ()
    named: list[tuple[str, int | None]] = [(key, None) for key in units]
    named += [(lot["epcClass"], lot["quantity"]) for lot in lots]
    if not named:
        named = [(members["parentID"], None)]
    labels = members.get("medtrace:labels") or [{}] * len(named)
    return tuple(
        Thing(
            key=key,
            quantity=quantity,
            lot=label.get("lot"),
            expiry=date.fromisoformat(label["expiry"]) if "expiry" in label else None,
        )
        for (key, quantity), label in zip(named, labels, strict=True)
    )


def _documents(members: dict[str, Any]) -> tuple[Document, ...]:
    return tuple(
        Document(
            item["type"].removeprefix(_DOCUMENT_TYPE),
            item["bizTransaction"].removeprefix(_DOCUMENT),
        )
        for item in members.get("bizTransactionList", ())
    )


def _signatures(members: dict[str, Any]) -> tuple[Signature, ...]:
    return tuple(
        Signature(each["person"], each["method"], datetime.fromisoformat(each["time"]))
        for each in members.get("medtrace:signatures", ())
    )


def _document_type(document: Document) -> str:
    standard = document.type in _STANDARD_DOCUMENTS
    return document.type if standard else _DOCUMENT_TYPE + document.type


def _as_written(time: datetime, offset: timedelta) -> datetime:
    minutes = timezone(offset // _MINUTE * _MINUTE)
    return time.astimezone(minutes).replace(microsecond=time.microsecond // 1000 * 1000)


def _time_texts(time: datetime) -> tuple[str, str]:
    """EPCIS 2.0 §7.3.3: the instant in UTC with milliseconds, and the offset where it happened."""
    return _instant(time), _offset_text(time)


def _instant(time: datetime) -> str:
    return time.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def _offset_text(time: datetime) -> str:
    minutes = (time.utcoffset() or timedelta()) // _MINUTE
    sign = "-" if minutes < 0 else "+"
    hours, minutes = divmod(abs(minutes), 60)
    return f"{sign}{hours:02}:{minutes:02}"


def _time(time: str, offset: str) -> datetime:
    hours, minutes = int(offset[1:3]), int(offset[4:6])
    distance = timedelta(hours=hours, minutes=minutes)
    zone = timezone(-distance if offset[0] == "-" else distance)
    return datetime.fromisoformat(time).astimezone(zone)
