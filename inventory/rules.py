"""The gate: for every kind of event, what may happen to goods in which state.

`decision` reads this table and nothing else decides: every exit passes there, whoever asks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from inventory.things import Status
from trace import EventKind, Reason

_S = Status


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
        arrives: goods that the books don't have come in.
        two_persons: somebody else has to look on, whatever the product.
        watched: somebody else has to look on where the product is a narcotic.
        anywhere: wherever the books have the goods, it happens where they are now.
        sealed: only packs that nothing was taken out of.
    """

    sources: tuple[Status, ...]
    target: Status | None
    gated: bool = False
    for_patient: bool = False
    counts_as: Status | None = None
    arrives: bool = False
    two_persons: bool = False
    watched: bool = True
    anywhere: bool = False
    sealed: bool = False


_NOT_GIVEN = (_S.DISPENSED, _S.AVAILABLE, _S.RESERVED, _S.QUARANTINED)

RULES: Mapping[EventKind, Rule] = {
    EventKind.ARRIVED: Rule((), _S.TO_INSPECT, arrives=True),
    EventKind.RECEIVED: Rule((), _S.AVAILABLE, arrives=True),
    EventKind.INSPECTED: Rule((_S.TO_INSPECT,), _S.AVAILABLE),
    EventKind.REJECTED: Rule((_S.TO_INSPECT, _S.AVAILABLE, _S.QUARANTINED), _S.REJECTED),
    EventKind.MOVED: Rule(
        (
            *(_S.AVAILABLE, _S.QUARANTINED, _S.DISPENSED, _S.TO_INSPECT, _S.REJECTED),
            *(_S.OPENED, _S.EXPLANTED, _S.PATIENTS_OWN),
        ),
        None,
        watched=False,
    ),
    EventKind.SENT: Rule((_S.RESERVED, _S.AVAILABLE), _S.IN_TRANSIT, gated=True),
    EventKind.ACCEPTED: Rule((_S.IN_TRANSIT,), _S.AVAILABLE),
    EventKind.RESERVED: Rule((_S.AVAILABLE,), _S.RESERVED, gated=True, watched=False, sealed=True),
    EventKind.FREED: Rule((_S.RESERVED,), _S.AVAILABLE, watched=False),
    EventKind.PACKED: Rule((_S.AVAILABLE,), None, gated=True, watched=False, sealed=True),
    EventKind.UNPACKED: Rule(
        (_S.AVAILABLE, _S.QUARANTINED, _S.TO_INSPECT, _S.REJECTED, _S.DISPENSED),
        None,
        watched=False,
    ),
    EventKind.DISPENSED: Rule(
        (_S.RESERVED, _S.AVAILABLE), _S.DISPENSED, gated=True, counts_as=_S.DISPENSED
    ),
    EventKind.SPLIT: Rule((_S.AVAILABLE, _S.DISPENSED), None, gated=True),
    EventKind.COMPOUNDED: Rule((_S.AVAILABLE,), _S.COMPOUNDED, gated=True, two_persons=True),
    EventKind.ADMINISTERED: Rule(
        (_S.DISPENSED, _S.AVAILABLE, _S.PATIENTS_OWN),
        _S.ADMINISTERED,
        gated=True,
        for_patient=True,
        counts_as=_S.ADMINISTERED,
    ),
    EventKind.WITHHELD: Rule(_NOT_GIVEN, None, for_patient=True, watched=False),
    EventKind.DECLINED: Rule(_NOT_GIVEN, None, for_patient=True, watched=False),
    EventKind.OPENED: Rule((_S.DISPENSED, _S.AVAILABLE), _S.OPENED, gated=True),
    EventKind.USED: Rule(
        (_S.OPENED, _S.DISPENSED, _S.AVAILABLE), _S.USED, gated=True, counts_as=_S.USED
    ),
    EventKind.IMPLANTED: Rule(
        (_S.OPENED, _S.DISPENSED, _S.AVAILABLE),
        _S.IMPLANTED,
        gated=True,
        for_patient=True,
        counts_as=_S.IMPLANTED,
    ),
    EventKind.EXPLANTED: Rule(
        (_S.IMPLANTED,),
        _S.EXPLANTED,
        for_patient=True,
        counts_as=_S.EXPLANTED,
        arrives=True,
        anywhere=True,
    ),
    EventKind.RETURNED: Rule((_S.DISPENSED,), _S.AVAILABLE),
    EventKind.BROUGHT: Rule(
        (_S.DISPENSED, _S.HANDED_BACK),
        _S.PATIENTS_OWN,
        for_patient=True,
        counts_as=_S.DISPENSED,
        arrives=True,
        anywhere=True,
    ),
    EventKind.HANDED_BACK: Rule((_S.PATIENTS_OWN, _S.EXPLANTED), _S.HANDED_BACK, for_patient=True),
    EventKind.QUARANTINED: Rule(
        (_S.AVAILABLE, _S.DISPENSED, _S.TO_INSPECT, _S.IN_TRANSIT, _S.RESERVED),
        _S.QUARANTINED,
        watched=False,
    ),
    EventKind.RELEASED: Rule((_S.QUARANTINED,), _S.AVAILABLE, gated=True, watched=False),
    EventKind.LOST: Rule(
        (_S.AVAILABLE, _S.QUARANTINED, _S.TO_INSPECT, _S.IN_TRANSIT, _S.REJECTED, _S.RESERVED),
        _S.MISSING,
    ),
    EventKind.FOUND: Rule((_S.MISSING,), _S.AVAILABLE, arrives=True),
    EventKind.WASTED: Rule(
        (
            *(_S.OPENED, _S.DISPENSED, _S.AVAILABLE, _S.QUARANTINED, _S.REJECTED, _S.TO_INSPECT),
            *(_S.EXPLANTED, _S.PATIENTS_OWN),
        ),
        _S.WASTED,
    ),
    EventKind.DESTROYED: Rule(
        (_S.QUARANTINED, _S.REJECTED, _S.AVAILABLE, _S.EXPLANTED, _S.PATIENTS_OWN),
        _S.DESTROYED,
        two_persons=True,
    ),
}
"""The table that docs/rules.md prints and a test walks."""

SEND_BACK = Rule(
    (_S.AVAILABLE, _S.QUARANTINED, _S.REJECTED, _S.TO_INSPECT, _S.EXPLANTED),
    _S.SENT_BACK,
    sealed=True,
)
"""`returned` that names a party goes back to the supplier."""

ALL_LOTS = "*"
"""The lot of a hold that blocks the whole product."""

_AGAINST: Mapping[Status, Reason] = {
    _S.AVAILABLE: Reason.NOT_DISPENSED,
    _S.TO_INSPECT: Reason.NOT_INSPECTED,
    _S.RESERVED: Reason.RESERVED,
    _S.IN_TRANSIT: Reason.IN_TRANSIT,
    _S.QUARANTINED: Reason.QUARANTINED,
    _S.REJECTED: Reason.REJECTED,
    _S.DISPENSED: Reason.ALREADY_DISPENSED,
    _S.ADMINISTERED: Reason.ALREADY_USED,
    _S.OPENED: Reason.ALREADY_OPENED,
    _S.USED: Reason.ALREADY_USED,
    _S.EXPLANTED: Reason.EXPLANTED,
    _S.PATIENTS_OWN: Reason.PATIENTS_OWN,
    _S.HANDED_BACK: Reason.HANDED_BACK,
    _S.IMPLANTED: Reason.ALREADY_USED,
    _S.SENT_BACK: Reason.SENT_BACK,
    _S.WASTED: Reason.WASTED,
    _S.DESTROYED: Reason.DESTROYED,
    _S.MISSING: Reason.MISSING,
    _S.COMPOUNDED: Reason.COMPOUNDED,
    _S.VOID: Reason.NOT_RECEIVED,
}

_NOT_YET: Mapping[EventKind, Reason] = {
    EventKind.RELEASED: Reason.NOT_QUARANTINED,
    EventKind.INSPECTED: Reason.ALREADY_INSPECTED,
    EventKind.ACCEPTED: Reason.NOT_SENT,
    EventKind.FREED: Reason.NOT_RESERVED,
    EventKind.FOUND: Reason.NOT_MISSING,
    EventKind.EXPLANTED: Reason.NOT_IMPLANTED,
    EventKind.BROUGHT: Reason.ALREADY_RECEIVED,
    EventKind.HANDED_BACK: Reason.NOT_PATIENTS,
}


def reason_against(kind: EventKind, status: Status) -> Reason:
    """Why goods in this state can't go through this kind of event, where the table says no."""
    if status is Status.AVAILABLE:
        return _NOT_YET.get(kind, Reason.NOT_DISPENSED)
    return _AGAINST[status]
