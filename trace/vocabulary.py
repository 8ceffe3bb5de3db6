"""What can happen to a thing, in the words of EPCIS 2.0 and CBV 2.0.

Where CBV has a word it is used; the bedside has none (there is no "administering" business step in
CBV 2.0), so those carry a URN of our own, as CBV 2.0 §5 allows.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class EventKind(StrEnum):
    """The kinds of event, in the words people use; each has one EPCIS spelling."""

    ARRIVED = "arrived"
    """At the door, to be inspected before it is in stock."""
    RECEIVED = "received"
    """Arrived and in stock at once."""
    INSPECTED = "inspected"
    REJECTED = "rejected"
    MOVED = "moved"
    SENT = "sent"
    """On its way to another place of the house, which has to accept it."""
    ACCEPTED = "accepted"
    RESERVED = "reserved"
    FREED = "freed"
    PACKED = "packed"
    """Put into a container (EPCIS AggregationEvent, ADD)."""
    UNPACKED = "unpacked"
    DISPENSED = "dispensed"
    ADMINISTERED = "administered"
    IMPLANTED = "implanted"
    RETURNED = "returned"
    """Given back: to the shelf, or with a party to the supplier."""
    QUARANTINED = "quarantined"
    RELEASED = "released"
    LOST = "lost"
    """A count did not find it."""
    FOUND = "found"
    """A count found what the books don't have."""
    WASTED = "wasted"
    DESTROYED = "destroyed"


AGGREGATIONS = frozenset({EventKind.PACKED, EventKind.UNPACKED})
"""The kinds that are EPCIS AggregationEvents; all others are ObjectEvents."""


@dataclass(frozen=True, slots=True)
class Spelling:
    """How EPCIS writes a kind of event.

    Args:
        action: EPCIS 2.0 §7.3.2, what the event says of its things' existence.
        biz_step: CBV 2.0 §7.1, or a URN of our own.
        disposition: CBV 2.0 §7.2, or a URN of our own.
    """

    action: str
    biz_step: str
    disposition: str


_OWN_STEP = "urn:medtrace:bizstep:"
_OWN_DISPOSITION = "urn:medtrace:disp:"

SPELLINGS: dict[EventKind, Spelling] = {
    EventKind.ARRIVED: Spelling("OBSERVE", "arriving", "in_progress"),
    EventKind.RECEIVED: Spelling("OBSERVE", "receiving", "in_progress"),
    EventKind.INSPECTED: Spelling("OBSERVE", "inspecting", "conformant"),
    EventKind.REJECTED: Spelling("OBSERVE", "inspecting", "non_conformant"),
    EventKind.MOVED: Spelling("OBSERVE", "storing", "in_progress"),
    EventKind.SENT: Spelling("OBSERVE", "departing", "in_transit"),
    EventKind.ACCEPTED: Spelling("OBSERVE", "accepting", "in_progress"),
    EventKind.RESERVED: Spelling("OBSERVE", "reserving", "reserved"),
    EventKind.FREED: Spelling("OBSERVE", _OWN_STEP + "freeing", "available"),
    EventKind.PACKED: Spelling("ADD", "packing", "in_progress"),
    EventKind.UNPACKED: Spelling("DELETE", "unpacking", "in_progress"),
    EventKind.DISPENSED: Spelling("OBSERVE", "dispensing", "dispensed"),
    EventKind.ADMINISTERED: Spelling(
        "OBSERVE", _OWN_STEP + "administering", _OWN_DISPOSITION + "administered"
    ),
    EventKind.IMPLANTED: Spelling("OBSERVE", "installing", _OWN_DISPOSITION + "implanted"),
    EventKind.RETURNED: Spelling("OBSERVE", "accepting", "returned"),
    EventKind.QUARANTINED: Spelling("OBSERVE", "holding", "unavailable"),
    EventKind.RELEASED: Spelling("OBSERVE", "inspecting", "available"),
    EventKind.LOST: Spelling("OBSERVE", "cycle_counting", "unknown"),
    EventKind.FOUND: Spelling("OBSERVE", "cycle_counting", "available"),
    EventKind.WASTED: Spelling("DELETE", "decommissioning", "disposed"),
    EventKind.DESTROYED: Spelling("DELETE", "destroying", "destroyed"),
}
"""Every kind's spelling."""
