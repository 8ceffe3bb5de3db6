"""From a count's differences to the approval and the events that adjust the books to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from inventory.count_queries import Difference, digest_of
from inventory.counting import CountApproval
from inventory.counts import COUNT_DOCUMENT, event_ids
from trace import Document, Event, EventKind, Recordable, Thing

_STEP = 200
"""Things in one event, so that its entry stays small."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approver:
    """Who approves, where and when.

    Args:
        person: the staff number.
        device: the id of the device.
        location: the code of the place that was counted.
        time: when, aware of its zone.
        counted_by: the staff number of who counted: the second person where it takes two.
    """

    person: str
    location: str
    time: datetime
    device: str | None = None
    counted_by: str | None = None


def approval_records(
    approval: UUID, count: UUID, found: Sequence[Difference], by: Approver
) -> list[Recordable]:
    """The approval and, behind it, `lost` and `found` events: one call of the recorder.

    What needs somebody first (`Difference.problem`) is adjusted by no count: a thing that the books
    have elsewhere is moved, a code that nobody knows is mapped.

    Args:
        approval: an id for the approval (UUIDv7).
        count: the count's id.
        found: the differences that the approver saw, all of them.
        by: who approves.
    """
    settled = [each for each in found if each.problem is None]
    acts = [
        (EventKind.LOST, part) for part in _parts([each for each in settled if each.amount < 0])
    ]
    acts += [
        (EventKind.FOUND, part) for part in _parts([each for each in settled if each.amount > 0])
    ]
    events = [
        Event(
            id=identity,
            kind=kind,
            time=by.time,
            things=tuple(map(_thing, part)),
            location=by.location,
            person=by.person,
            second_person=by.counted_by,
            device=by.device,
            documents=(Document(COUNT_DOCUMENT, str(count)),),
        )
        for identity, (kind, part) in zip(event_ids(approval, len(acts)), acts, strict=True)
    ]
    record = CountApproval(
        id=approval,
        time=by.time,
        count=count,
        digest=digest_of(found),
        events=len(events),
        person=by.person,
    )
    return [record, *events]


def _parts(found: Sequence[Difference]) -> list[Sequence[Difference]]:
    return [found[start : start + _STEP] for start in range(0, len(found), _STEP)]


def _thing(found: Difference) -> Thing:
    quantity = None if found.serial else abs(found.amount)
    expiry = date.fromisoformat(found.expiry) if found.expiry and found.amount > 0 else None
    return Thing(found.key, quantity, found.lot or None, expiry)
