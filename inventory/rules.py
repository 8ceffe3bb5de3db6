"""The gate: for every kind of event, what may happen to goods in which state.

`decision` reads this table and nothing else decides: every exit passes there, whoever asks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from inventory.things import Status
from trace import EventKind, Reason


@dataclass(frozen=True, slots=True)
class Rule:
    """What one kind of event does.

    Args:
        sources: the states it may start from; amounts of a lot are drawn from the first that has
            enough.
        target: the state afterwards; None: unchanged.
        gated: recalled and expired goods may not pass.
        for_patient: it needs a patient.
        counts_as: what it makes of a patient who is named, for recalls.
    """

    sources: tuple[Status, ...]
    target: Status | None
    gated: bool = False
    for_patient: bool = False
    counts_as: Status | None = None


RULES: Mapping[EventKind, Rule] = {
    EventKind.RECEIVED: Rule((), Status.AVAILABLE),
    EventKind.MOVED: Rule((Status.AVAILABLE, Status.QUARANTINED, Status.DISPENSED), None),
    EventKind.DISPENSED: Rule(
        (Status.AVAILABLE,), Status.DISPENSED, gated=True, counts_as=Status.DISPENSED
    ),
    EventKind.ADMINISTERED: Rule(
        (Status.DISPENSED, Status.AVAILABLE),
        Status.ADMINISTERED,
        gated=True,
        for_patient=True,
        counts_as=Status.ADMINISTERED,
    ),
    EventKind.IMPLANTED: Rule(
        (Status.DISPENSED, Status.AVAILABLE),
        Status.IMPLANTED,
        gated=True,
        for_patient=True,
        counts_as=Status.IMPLANTED,
    ),
    EventKind.RETURNED: Rule((Status.DISPENSED,), Status.AVAILABLE),
    EventKind.QUARANTINED: Rule((Status.AVAILABLE, Status.DISPENSED), Status.QUARANTINED),
    EventKind.RELEASED: Rule((Status.QUARANTINED,), Status.AVAILABLE, gated=True),
}
"""The table that docs/rules.md prints and a test walks."""

SEND_BACK = Rule((Status.AVAILABLE, Status.QUARANTINED), Status.SENT_BACK)
"""`returned` that names a party goes back to the supplier."""

ALL_LOTS = "*"
"""The lot of a hold that blocks the whole product."""


def reason_against(kind: EventKind, status: Status) -> Reason:
    """Why goods in this state can't go through this kind of event, where the table says no."""
    match status:
        case Status.DISPENSED:
            return Reason.ALREADY_DISPENSED
        case Status.ADMINISTERED | Status.IMPLANTED:
            return Reason.ALREADY_USED
        case Status.SENT_BACK:
            return Reason.SENT_BACK
        case Status.QUARANTINED:
            return Reason.QUARANTINED
        case Status.AVAILABLE if kind is EventKind.RELEASED:
            return Reason.NOT_QUARANTINED
        case Status.AVAILABLE:
            return Reason.NOT_DISPENSED
