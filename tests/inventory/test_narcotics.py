"""Narcotics: two persons at the door, at every use, at the count and at destruction."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from tests.inventory.house import Hospital, ampoule, ampoules, for_document, pallet
from tests.support import box, event
from trace import EventKind, Reason, Recorded, Thing

K = EventKind
ALICE = uuid4()
RX = for_document("RX-1")

# What leads there, the kind, and whether a second person has to look on.
LIFE: list[tuple[list[EventKind], EventKind, bool]] = [
    ([], K.ARRIVED, True),
    ([], K.RECEIVED, True),
    ([K.ARRIVED], K.INSPECTED, True),
    ([K.ARRIVED], K.REJECTED, True),
    ([K.RECEIVED], K.MOVED, False),
    ([K.RECEIVED], K.SENT, True),
    ([K.RECEIVED, K.SENT], K.ACCEPTED, True),
    ([K.RECEIVED], K.RESERVED, False),
    ([K.RECEIVED, K.RESERVED], K.FREED, False),
    ([K.RECEIVED], K.PACKED, False),
    ([K.RECEIVED, K.PACKED], K.UNPACKED, False),
    ([K.RECEIVED], K.DISPENSED, True),
    ([K.RECEIVED, K.DISPENSED], K.ADMINISTERED, True),
    ([K.RECEIVED, K.DISPENSED], K.RETURNED, True),
    ([K.RECEIVED], K.QUARANTINED, False),
    ([K.RECEIVED, K.QUARANTINED], K.RELEASED, False),
    ([K.RECEIVED], K.LOST, True),
    ([K.RECEIVED, K.LOST], K.FOUND, True),
    ([], K.FOUND, True),
    ([K.RECEIVED], K.WASTED, True),
    ([K.RECEIVED], K.DESTROYED, True),
]


def _more(kind: EventKind) -> dict[str, Any]:
    more: dict[str, Any] = {"patient": ALICE if kind is K.ADMINISTERED else None}
    if kind in {K.PACKED, K.UNPACKED}:
        more["parent"] = pallet().key
    return more | RX


def test_the_life_names_every_kind() -> None:
    """Only implants are implanted, and no implant is a narcotic."""
    assert {kind for _, kind, _ in LIFE} == set(EventKind) - {K.IMPLANTED}


@pytest.mark.parametrize("thing", [ampoule("M1"), ampoules(2)], ids=["unit", "amount"])
@pytest.mark.parametrize(("before", "kind", "watched"), LIFE)
def test_two_persons_where_a_narcotic_comes_goes_or_is_counted(
    hospital: Hospital, before: list[EventKind], kind: EventKind, *, watched: bool, thing: Thing
) -> None:
    for each in before:
        hospital.did(each, thing, second_person="1104", **_more(each))
    for second in (None, "2307"):  # 2307 does it
        if watched:
            refused = hospital.does(kind, thing, second_person=second, **_more(kind))
            assert refused is Reason.SECOND_PERSON_MISSING
    checked_by = "1104" if watched else None
    assert hospital.does(kind, thing, second_person=checked_by, **_more(kind)) is None


def test_one_narcotic_among_others_is_enough(hospital: Hospital) -> None:
    ordinary = box("A1")
    hospital.did(K.RECEIVED, ordinary, ampoule("M1"), second_person="1104")
    assert hospital.does(K.DISPENSED, ordinary, ampoule("M1")) is Reason.SECOND_PERSON_MISSING
    assert hospital.does(K.DISPENSED, ordinary) is None


@pytest.mark.parametrize("thing", [ampoule("M1"), ampoules(2)], ids=["unit", "amount"])
def test_a_narcotic_in_a_case_is_watched_too(hospital: Hospital, thing: Thing) -> None:
    hospital.did(K.RECEIVED, thing, second_person="1104")
    hospital.did(K.PACKED, thing, parent=pallet().key)
    assert hospital.does(K.DISPENSED, pallet()) is Reason.SECOND_PERSON_MISSING
    assert hospital.does(K.DISPENSED, pallet(), second_person="1104") is None


@pytest.mark.parametrize("thing", [ampoule("M1"), ampoules(2)], ids=["unit", "amount"])
def test_what_happened_unwatched_is_on_the_work_list(hospital: Hospital, thing: Thing) -> None:
    hospital.did(K.RECEIVED, thing, second_person="1104")
    told = event(K.ADMINISTERED, thing, patient=ALICE, after_the_fact=True)
    outcome = hospital.tries(told)
    assert isinstance(outcome, Recorded)
    assert [each.reason for each in outcome.exceptions] == [Reason.SECOND_PERSON_MISSING]
    assert hospital.patients("N1")[ALICE].used == (thing.quantity or 1)
