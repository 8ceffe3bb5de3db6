"""Narcotics: two persons at the door, at every use, at the count and at destruction."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from uuid6 import uuid7

from inventory import Definition, care_models, locations
from tests.inventory.house import MORPHINE, Hospital, ampoule, ampoules, for_document, pallet
from tests.support import NOON, box, event
from trace import (
    CAUSE_REQUIRED,
    CAUSES,
    IN_HOUSE,
    TRANSFORMATIONS,
    EventKind,
    Reason,
    Recorded,
    Thing,
)

K = EventKind
ALICE = uuid4()
RX = for_document("RX-1")
FOR_PATIENT = {K.ADMINISTERED, K.BROUGHT, K.HANDED_BACK, *CAUSE_REQUIRED}

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
    ([K.RECEIVED, K.DISPENSED], K.WITHHELD, False),
    ([K.RECEIVED, K.DISPENSED], K.DECLINED, False),
    ([K.RECEIVED], K.OPENED, True),
    ([], K.BROUGHT, True),
    ([K.BROUGHT], K.HANDED_BACK, True),
    ([K.RECEIVED], K.QUARANTINED, False),
    ([K.RECEIVED, K.QUARANTINED], K.RELEASED, False),
    ([K.RECEIVED], K.LOST, True),
    ([K.RECEIVED, K.LOST], K.FOUND, True),
    ([], K.FOUND, True),
    ([K.RECEIVED], K.WASTED, True),
    ([K.RECEIVED], K.DESTROYED, True),
]


def _more(kind: EventKind) -> dict[str, Any]:
    more: dict[str, Any] = {"patient": ALICE if kind in FOR_PATIENT else None}
    if kind in {K.PACKED, K.UNPACKED}:
        more["parent"] = pallet().key
    if kind in CAUSE_REQUIRED:
        more["cause"] = min(CAUSES[kind])
    return more | RX


def test_the_life_names_every_kind() -> None:
    """Only implants are implanted and consumables used, and neither is a narcotic.

    What becomes something else (split, compounded) is told of in test_parts.py and test_mixing.py.
    """
    others = {K.USED, K.IMPLANTED, K.EXPLANTED} | TRANSFORMATIONS
    assert {kind for _, kind, _ in LIFE} == set(EventKind) - others


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


PACK = replace(
    MORPHINE,
    code="D907",
    identifiers=("https://id.gs1.org/01/06903333333330",),
    levels={"https://id.gs1.org/01/06903333333330": 10},
)
"""Ten ampoules in a box with one code."""
TEN = Thing(f"{PACK.identifiers[0]}/21/P1", lot="N1")
LABELS = [Thing(f"{IN_HOUSE}MT{number:018}") for number in (1, 2)]


def test_ampoules_of_a_divided_box_stay_watched_and_add_up(hospital: Hospital) -> None:
    """Three of ten get labels; the book of the place is right after each step."""
    hospital.must(Definition(id=uuid7(), time=NOON, thing=PACK))
    hospital.did(K.RECEIVED, TEN, second_person="1104")
    outputs = (replace(LABELS[0], part=1), replace(LABELS[1], part=2))
    alone = hospital.does(K.SPLIT, TEN, outputs=outputs)
    assert alone is Reason.SECOND_PERSON_MISSING
    assert hospital.does(K.SPLIT, TEN, outputs=outputs, second_person="1104") is None
    assert _lie_in(hospital, "STORE") == 10
    gone = hospital.does(K.DISPENSED, LABELS[1])
    assert gone is Reason.SECOND_PERSON_MISSING
    assert hospital.does(K.DISPENSED, LABELS[1], second_person="1104") is None
    assert _lie_in(hospital, "STORE") == 8
    assert hospital.does(K.WASTED, LABELS[0], second_person="1104") is None
    assert _lie_in(hospital, "STORE") == 7


def _lie_in(hospital: Hospital, place: str) -> int:
    """How many ampoules the account book says lie there."""
    lines = care_models.narcotic_line.c
    with hospital.ledger.database.read() as connection:
        here = locations(connection, 1)
        number = next(number for number, each in here.items() if each.code == place)
        query = select(func.sum(lines.came - lines.went)).where(lines.location_id == number)
        return int(connection.execute(query).scalar_one())
