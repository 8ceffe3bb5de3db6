"""The words for closed lists: every member of the view's enums has its word here.

Words are gettext messages with a context, the same English word being two in Chinese where it
stands for two things ("Quarantined" as a step is 隔离, as a part of a sum 已隔离).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from web.view.devices import DeviceState
from web.view.ledger import EntryCategory
from web.view.life import Lane, Seal, StepKind
from web.view.pages import HitKind, Theme
from web.view.recall import CaseState, RecallClass
from web.view.sums import PartKind
from web.view.things import ThingStatus
from web.view.verdict import VerdictKind


@dataclass(frozen=True, slots=True)
class Word:
    """A gettext message: its context and its English text."""

    context: str
    text: str


def word(context: str, text: str) -> Word:
    """A word; `pybabel extract` finds messages by calls of this name."""
    return Word(context, text)


WORDS: dict[type[Enum], dict[Enum, Word]] = {
    StepKind: {
        StepKind.ARRIVED: word("step", "Arrived, to be inspected"),
        StepKind.RECEIVED: word("step", "Received"),
        StepKind.INSPECTED: word("step", "Inspected, accepted"),
        StepKind.REJECTED: word("step", "Inspected, rejected"),
        StepKind.MOVED: word("step", "Moved"),
        StepKind.SENT: word("step", "Sent"),
        StepKind.ACCEPTED: word("step", "Accepted"),
        StepKind.RESERVED: word("step", "Reserved"),
        StepKind.FREED: word("step", "Reservation freed"),
        StepKind.PACKED: word("step", "Packed"),
        StepKind.UNPACKED: word("step", "Unpacked"),
        StepKind.DISPENSED: word("step", "Dispensed"),
        StepKind.ADMINISTERED: word("step", "Administered"),
        StepKind.SPLIT: word("step", "Split into doses"),
        StepKind.COMPOUNDED: word("step", "Compounded"),
        StepKind.WITHHELD: word("step", "Withheld, not given"),
        StepKind.DECLINED: word("step", "Declined by the patient"),
        StepKind.OPENED: word("step", "Opened"),
        StepKind.USED: word("step", "Used"),
        StepKind.IMPLANTED: word("step", "Implanted"),
        StepKind.EXPLANTED: word("step", "Explanted"),
        StepKind.RETURNED: word("step", "Returned"),
        StepKind.BROUGHT: word("step", "Brought by the patient"),
        StepKind.HANDED_BACK: word("step", "Handed back to the patient"),
        StepKind.QUARANTINED: word("step", "Quarantined"),
        StepKind.RELEASED: word("step", "Released"),
        StepKind.LOST: word("step", "Not found in a count"),
        StepKind.FOUND: word("step", "Found in a count"),
        StepKind.WASTED: word("step", "Wasted"),
        StepKind.DESTROYED: word("step", "Destroyed"),
        StepKind.CORRECTED: word("step", "Correction"),
        StepKind.REFUSED: word("step", "Stopped"),
        StepKind.RECALLED: word("step", "Recall opened"),
    },
    Lane: {
        Lane.SUPPLIER: word("lane", "Supplier"),
        Lane.STORE: word("lane", "Store"),
        Lane.PHARMACY: word("lane", "Pharmacy"),
        Lane.WARD: word("lane", "Ward"),
        Lane.THEATRE: word("lane", "Theatre"),
    },
    Seal: {
        Seal.PROVEN: word("seal", "Proven in the ledger"),
        Seal.PENDING: word("seal", "Recorded, waiting for a checkpoint"),
        Seal.BROKEN: word("seal", "The proof fails"),
    },
    PartKind: {
        PartKind.QUARANTINED: word("part", "Quarantined"),
        PartKind.TO_QUARANTINE: word("part", "To quarantine"),
        PartKind.IN_STOCK: word("part", "In stock"),
        PartKind.IN_TRANSIT: word("part", "In transit"),
        PartKind.DISPENSED: word("part", "Dispensed, unused"),
        PartKind.USED: word("part", "Used"),
        PartKind.RETURNED: word("part", "Sent back"),
        PartKind.DESTROYED: word("part", "Destroyed"),
        PartKind.UNACCOUNTED: word("part", "Missing"),
    },
    ThingStatus: {
        ThingStatus.IN_STOCK: word("status", "In stock"),
        ThingStatus.TO_INSPECT: word("status", "To be inspected"),
        ThingStatus.RESERVED: word("status", "Reserved"),
        ThingStatus.IN_TRANSIT: word("status", "In transit"),
        ThingStatus.DISPENSED: word("status", "Dispensed"),
        ThingStatus.ADMINISTERED: word("status", "Used on a patient"),
        ThingStatus.OPENED: word("status", "Opened"),
        ThingStatus.USED: word("status", "Used up"),
        ThingStatus.IMPLANTED: word("status", "Implanted"),
        ThingStatus.EXPLANTED: word("status", "Explanted"),
        ThingStatus.PATIENTS_OWN: word("status", "The patient's own"),
        ThingStatus.HANDED_BACK: word("status", "Handed back"),
        ThingStatus.RETURNED: word("status", "Returned"),
        ThingStatus.QUARANTINED: word("status", "Quarantined"),
        ThingStatus.REJECTED: word("status", "Rejected"),
        ThingStatus.WASTED: word("status", "Wasted"),
        ThingStatus.DESTROYED: word("status", "Destroyed"),
        ThingStatus.MISSING: word("status", "Missing"),
        ThingStatus.COMPOUNDED: word("status", "Mixed into a bag"),
        ThingStatus.VOID: word("status", "Taken out by a correction"),
        ThingStatus.RECALLED: word("status", "Recalled"),
        ThingStatus.EXPIRED: word("status", "Expired"),
        ThingStatus.MIXED: word("status", "In several places"),
    },
    VerdictKind: {
        VerdictKind.GO: word("verdict", "Go"),
        VerdictKind.LOOK: word("verdict", "Look"),
        VerdictKind.STOP: word("verdict", "Stop"),
    },
    RecallClass: {
        RecallClass.ONE: word("recall", "Class I recall"),
        RecallClass.TWO: word("recall", "Class II recall"),
        RecallClass.THREE: word("recall", "Class III recall"),
    },
    CaseState: {
        CaseState.OPEN: word("case", "Open"),
        CaseState.CLOSED: word("case", "Closed"),
    },
    EntryCategory: {
        EntryCategory.BUSINESS: word("entry", "Business"),
        EntryCategory.REFUSED: word("entry", "Stopped"),
        EntryCategory.RECALL: word("entry", "Recall"),
        EntryCategory.ACCESS: word("entry", "Access"),
    },
    HitKind: {
        HitKind.UNIT: word("hit", "Unit"),
        HitKind.CONTAINER: word("hit", "Container"),
        HitKind.LOT: word("hit", "Lot"),
        HitKind.PRODUCT: word("hit", "Product"),
        HitKind.RECALL: word("hit", "Recall"),
        HitKind.DOCUMENT: word("hit", "Document"),
        HitKind.PLACE: word("hit", "Place"),
    },
    DeviceState: {
        DeviceState.CURRENT: word("device", "In use"),
        DeviceState.SILENT: word("device", "Not heard of for a day"),
        DeviceState.WAITING: word("device", "Waits for its new token"),
        DeviceState.REVOKED: word("device", "Revoked"),
    },
    Theme: {
        Theme.AUTO: word("theme", "Automatic"),
        Theme.LIGHT: word("theme", "Light"),
        Theme.DARK: word("theme", "Dark"),
    },
}
"""The word of every member, by enum: members of different enums may be equal as strings."""


def word_of(member: Enum) -> Word:
    """The word of an enum's member.

    Raises:
        KeyError: the enum has no words: a mistake of the program, caught by its test.
    """
    return WORDS[type(member)][member]
