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
    SPLIT = "split"
    """Doses with labels of their own out of one pack (拆零; EPCIS TransformationEvent)."""
    COMPOUNDED = "compounded"
    """Many things become one bag with a code of its own (配制; EPCIS TransformationEvent)."""
    ADMINISTERED = "administered"
    WITHHELD = "withheld"
    """A dose that was due and that staff did not give (暂缓给药); nothing happens to the goods."""
    DECLINED = "declined"
    """A dose that the patient did not take (患者拒绝用药); nothing happens to the goods."""
    OPENED = "opened"
    """Taken out of its sterile pack: used or wasted, never back on the shelf."""
    USED = "used"
    """A consumable that was used up."""
    IMPLANTED = "implanted"
    EXPLANTED = "explanted"
    """Taken out of a patient."""
    RETURNED = "returned"
    """Given back: to the shelf, or with a party to the supplier."""
    BROUGHT = "brought"
    """A patient's own goods, brought along and kept for them (自备药)."""
    HANDED_BACK = "handed-back"
    """They go home with their patient."""
    QUARANTINED = "quarantined"
    RELEASED = "released"
    LOST = "lost"
    """A count did not find it."""
    FOUND = "found"
    """A count found what the books don't have."""
    WASTED = "wasted"
    DESTROYED = "destroyed"


AGGREGATIONS = frozenset({EventKind.PACKED, EventKind.UNPACKED})
"""The kinds that are EPCIS AggregationEvents."""

TRANSFORMATIONS = frozenset({EventKind.SPLIT, EventKind.COMPOUNDED})
"""The kinds that are EPCIS TransformationEvents; all others are ObjectEvents."""

DIVIDING = frozenset(
    {
        EventKind.SPLIT,
        EventKind.COMPOUNDED,
        EventKind.DISPENSED,
        EventKind.ADMINISTERED,
        EventKind.RETURNED,
        EventKind.MOVED,
        EventKind.QUARANTINED,
        EventKind.RELEASED,
        EventKind.LOST,
        EventKind.FOUND,
        EventKind.WASTED,
        EventKind.DESTROYED,
    }
)
"""The kinds that can be about a part of a pack; all others take it whole."""


class Cause(StrEnum):
    """Why a dose was not given, or goods were wasted: codes, each for some kinds of event."""

    ALLERGY = "allergy"
    NIL_BY_MOUTH = "nil-by-mouth"
    VITAL_SIGNS = "vital-signs"
    """Blood pressure, pulse, sugar … don't allow it."""
    LABORATORY = "laboratory"
    ADVERSE_REACTION = "adverse-reaction"
    VOMITING = "vomiting"
    NO_ACCESS = "no-access"
    """No line, no vein, no tube."""
    PATIENT_ABSENT = "patient-absent"
    NOT_AVAILABLE = "not-available"
    """The drug has not come."""
    ORDER_UNCLEAR = "order-unclear"
    ORDER_STOPPED = "order-stopped"
    UNWILLING = "unwilling"
    FEARS_EFFECTS = "fears-effects"
    FEELS_WELL = "feels-well"
    CANNOT_SWALLOW = "cannot-swallow"
    BROKEN = "broken"
    CONTAMINATED = "contaminated"
    OPENED_UNUSED = "opened-unused"
    PAST_USE = "past-use"
    """Its time after opening or mixing is over."""
    OTHER = "other"
    """A note says what."""


_C = Cause
CAUSES: dict[EventKind, frozenset[Cause]] = {
    EventKind.WITHHELD: frozenset(
        {_C.ALLERGY, _C.NIL_BY_MOUTH, _C.VITAL_SIGNS, _C.LABORATORY, _C.ADVERSE_REACTION}
        | {_C.VOMITING, _C.NO_ACCESS, _C.PATIENT_ABSENT, _C.NOT_AVAILABLE, _C.ORDER_UNCLEAR}
        | {_C.ORDER_STOPPED, _C.OTHER}
    ),
    EventKind.DECLINED: frozenset(
        {_C.UNWILLING, _C.FEARS_EFFECTS, _C.FEELS_WELL, _C.CANNOT_SWALLOW, _C.OTHER}
    ),
    EventKind.WASTED: frozenset(
        {_C.BROKEN, _C.CONTAMINATED, _C.OPENED_UNUSED, _C.PAST_USE, _C.ORDER_STOPPED, _C.OTHER}
    ),
}
"""The causes that a kind of event can have."""

CAUSE_REQUIRED = frozenset({EventKind.WITHHELD, EventKind.DECLINED})
"""The kinds that say why; they can do without goods, and need not scan any."""


@dataclass(frozen=True, slots=True)
class Spelling:
    """How EPCIS writes a kind of event.

    Args:
        action: EPCIS 2.0 §7.3.2, what the event says of its things' existence; a transformation
            has none (§7.4.6).
        biz_step: CBV 2.0 §7.1, or a URN of our own.
        disposition: CBV 2.0 §7.2, or a URN of our own.
    """

    action: str | None
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
    EventKind.SPLIT: Spelling(None, "repackaging", "in_progress"),
    EventKind.COMPOUNDED: Spelling(None, "creating_class_instance", "active"),
    EventKind.WITHHELD: Spelling(
        "OBSERVE", _OWN_STEP + "withholding", _OWN_DISPOSITION + "withheld"
    ),
    EventKind.DECLINED: Spelling(
        "OBSERVE", _OWN_STEP + "withholding", _OWN_DISPOSITION + "declined"
    ),
    EventKind.OPENED: Spelling("OBSERVE", _OWN_STEP + "opening", _OWN_DISPOSITION + "opened"),
    EventKind.USED: Spelling("OBSERVE", _OWN_STEP + "using", _OWN_DISPOSITION + "used"),
    EventKind.IMPLANTED: Spelling("OBSERVE", "installing", _OWN_DISPOSITION + "implanted"),
    EventKind.EXPLANTED: Spelling("OBSERVE", "removing", _OWN_DISPOSITION + "explanted"),
    EventKind.RETURNED: Spelling("OBSERVE", "accepting", "returned"),
    EventKind.BROUGHT: Spelling(
        "OBSERVE", _OWN_STEP + "taking_in", _OWN_DISPOSITION + "patients_own"
    ),
    EventKind.HANDED_BACK: Spelling(
        "OBSERVE", _OWN_STEP + "handing_back", _OWN_DISPOSITION + "handed_back"
    ),
    EventKind.QUARANTINED: Spelling("OBSERVE", "holding", "unavailable"),
    EventKind.RELEASED: Spelling("OBSERVE", "inspecting", "available"),
    EventKind.LOST: Spelling("OBSERVE", "cycle_counting", "unknown"),
    EventKind.FOUND: Spelling("OBSERVE", "cycle_counting", "available"),
    EventKind.WASTED: Spelling("DELETE", "decommissioning", "disposed"),
    EventKind.DESTROYED: Spelling("DELETE", "destroying", "destroyed"),
}
"""Every kind's spelling."""
