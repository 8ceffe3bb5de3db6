"""What can happen to a thing, in the words of EPCIS 2.0 and CBV 2.0.

Where CBV has a word it is used; the bedside has none (there is no "administering" business step in
CBV 2.0), so those carry a URN of our own, as CBV 2.0 §5 allows.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class EventKind(StrEnum):
    """The kinds of event, in the words people use; each has one EPCIS spelling."""

    RECEIVED = "received"
    MOVED = "moved"
    DISPENSED = "dispensed"
    ADMINISTERED = "administered"
    IMPLANTED = "implanted"
    RETURNED = "returned"
    QUARANTINED = "quarantined"
    RELEASED = "released"


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


SPELLINGS: dict[EventKind, Spelling] = {
    EventKind.RECEIVED: Spelling("OBSERVE", "receiving", "in_progress"),
    EventKind.MOVED: Spelling("OBSERVE", "storing", "in_progress"),
    EventKind.DISPENSED: Spelling("OBSERVE", "dispensing", "dispensed"),
    EventKind.ADMINISTERED: Spelling(
        "OBSERVE", "urn:medtrace:bizstep:administering", "urn:medtrace:disp:administered"
    ),
    EventKind.IMPLANTED: Spelling("OBSERVE", "installing", "urn:medtrace:disp:implanted"),
    EventKind.RETURNED: Spelling("OBSERVE", "accepting", "returned"),
    EventKind.QUARANTINED: Spelling("OBSERVE", "holding", "unavailable"),
    EventKind.RELEASED: Spelling("OBSERVE", "inspecting", "available"),
}
"""Every kind's spelling."""
