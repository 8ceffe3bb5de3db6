"""The lists of an EPCIS 2.0 event and its times, written and read.

What EPCIS has no word for stands under names that begin with `medtrace:`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from trace.things import Document, Signature, Thing
from trace.vocabulary import AGGREGATIONS, TRANSFORMATIONS, EventKind

LOCATION = "urn:medtrace:loc:"
"""What the code of a location is prefixed with to be an EPCIS location."""

_DOCUMENT = "urn:medtrace:doc:"
_DOCUMENT_TYPE = "urn:medtrace:btt:"
_STANDARD_DOCUMENTS = frozenset(
    {"bol", "cert", "desadv", "inv", "pedigree", "po", "poc", "prodorder", "recadv", "rma"}
    | {"testprd", "testres", "upevt"}
)
"""The business transaction types of CBV 2.0 §7.3; any other is written as a URN of our own."""

_OBJECTS = ("epcList", "quantityList")
_CHILDREN = ("childEPCs", "childQuantityList")
_INPUTS = ("inputEPCList", "inputQuantityList")
_LISTS = {
    "ObjectEvent": _OBJECTS,
    "AggregationEvent": _CHILDREN,
    "TransformationEvent": _INPUTS,
}
_OUTPUTS = "outputEPCList"
_LABELS = "medtrace:labels"
_OUTPUT_LABELS = "medtrace:outputLabels"

EVENT_TYPES = frozenset(_LISTS)
"""The types of EPCIS 2.0 that `Event.parse` reads."""


def type_of(kind: EventKind) -> str:
    """Which type of event a kind is (EPCIS 2.0 §7.4)."""
    if kind in AGGREGATIONS:
        return "AggregationEvent"
    return "TransformationEvent" if kind in TRANSFORMATIONS else "ObjectEvent"


def add_things(
    members: dict[str, Any],
    things: Sequence[Thing],
    parent: str | None,
    outputs: Sequence[Thing],
) -> None:
    """Things stand in EPCIS's lists; what their labels said, where they did, stands beside."""
    singles, amounts = _LISTS[members["type"]]
    # EPCIS 2.0 §7.4.2: an AggregationEvent without children is about all of them.
    units = [thing.key for thing in things if thing.quantity is None and thing.key != parent]
    lots = [
        {"epcClass": thing.key, "quantity": thing.quantity}
        for thing in things
        if thing.quantity is not None
    ]
    labels = [_label(thing) for thing in things]
    if units:
        members[singles] = units
    if lots:
        members[amounts] = lots
    if any(labels):
        members[_LABELS] = labels
    if outputs:
        members[_OUTPUTS] = [thing.key for thing in outputs]
        labels = [_label(thing) for thing in outputs]
        if any(labels):
            members[_OUTPUT_LABELS] = labels


def _label(thing: Thing) -> dict[str, Any]:
    """What a thing's label said; and of a part, how many base units it is."""
    label: dict[str, Any] = {}
    if thing.lot is not None:
        label["lot"] = thing.lot
    if thing.expiry is not None:
        label["expiry"] = thing.expiry.isoformat()
    if thing.produced is not None:
        label["produced"] = thing.produced.isoformat()
    if thing.part is not None:
        label["part"] = thing.part
    return label


def things_in(members: dict[str, Any]) -> tuple[Thing, ...]:
    """The things that an event is about; of a transformation, what goes in."""
    singles, amounts = _LISTS[members["type"]]
    named: list[tuple[str, int | None]] = [(key, None) for key in members.get(singles, ())]
    named += [(lot["epcClass"], lot["quantity"]) for lot in members.get(amounts, ())]
    if not named and "parentID" in members:
        named = [(members["parentID"], None)]
    return _labelled(named, members.get(_LABELS))


def outputs_in(members: dict[str, Any]) -> tuple[Thing, ...]:
    """What comes out of a transformation."""
    named = [(key, None) for key in members.get(_OUTPUTS, ())]
    return _labelled(named, members.get(_OUTPUT_LABELS))


def _labelled(
    named: Sequence[tuple[str, int | None]], labels: Sequence[dict[str, Any]] | None
) -> tuple[Thing, ...]:
    return tuple(
        Thing(
            key=key,
            quantity=quantity,
            lot=label.get("lot"),
            expiry=date.fromisoformat(label["expiry"]) if "expiry" in label else None,
            produced=date.fromisoformat(label["produced"]) if "produced" in label else None,
            part=label.get("part"),
        )
        for (key, quantity), label in zip(named, labels or [{}] * len(named), strict=True)
    )


def document_members(documents: Sequence[Document]) -> list[dict[str, str]]:
    """Business documents as EPCIS lists them."""
    return [
        {"type": _document_type(document), "bizTransaction": _DOCUMENT + document.id}
        for document in documents
    ]


def documents_in(members: dict[str, Any]) -> tuple[Document, ...]:
    """The documents that `document_members` wrote."""
    return tuple(
        Document(
            item["type"].removeprefix(_DOCUMENT_TYPE),
            item["bizTransaction"].removeprefix(_DOCUMENT),
        )
        for item in members.get("bizTransactionList", ())
    )


def _document_type(document: Document) -> str:
    standard = document.type in _STANDARD_DOCUMENTS
    return document.type if standard else _DOCUMENT_TYPE + document.type


def signature_members(signatures: Sequence[Signature]) -> list[dict[str, str]]:
    """Who signed, by what and when."""
    return [
        {"person": each.person, "method": each.method, "time": _instant(each.time)}
        for each in signatures
    ]


def signatures_in(members: dict[str, Any]) -> tuple[Signature, ...]:
    """The signatures that `signature_members` wrote."""
    return tuple(
        Signature(each["person"], each["method"], datetime.fromisoformat(each["time"]))
        for each in members.get("medtrace:signatures", ())
    )


def time_texts(time: datetime) -> tuple[str, str]:
    """EPCIS 2.0 §7.3.3: the instant in UTC with milliseconds, and the offset where it happened."""
    return _instant(time), _offset_text(time)


def time_of(time: str, offset: str) -> datetime:
    """The time that `time_texts` wrote."""
    hours, minutes = int(offset[1:3]), int(offset[4:6])
    distance = timedelta(hours=hours, minutes=minutes)
    zone = timezone(-distance if offset[0] == "-" else distance)
    return datetime.fromisoformat(time).astimezone(zone)


def _instant(time: datetime) -> str:
    return time.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def _offset_text(time: datetime) -> str:
    minutes = (time.utcoffset() or timedelta()) // timedelta(minutes=1)
    sign = "-" if minutes < 0 else "+"
    hours, minutes = divmod(abs(minutes), 60)
    return f"{sign}{hours:02}:{minutes:02}"
