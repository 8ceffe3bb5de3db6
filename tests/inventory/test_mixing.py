"""Many things become one bag (配制): lot by lot, checked by two, and whole from then on."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from inventory import Status, models
from tests.inventory.house import Hospital, ampoule, on_both_engines, pallet
from tests.inventory.pharmacy import LI, WANG, label, pack, part, piece, saline, stock_up
from tests.support import box
from trace import Event, EventKind, Reason, Thing

K = EventKind
BAG = label(100)
CHECKED: dict[str, Any] = {"at": "PHARM", "second_person": "1104"}


@pytest.fixture
def pivas(hospital: Hospital) -> Hospital:
    stock_up(hospital)
    hospital.did(
        K.RECEIVED,
        *(box(f"V{number}", lot="B1") for number in range(4)),
        pack(),
        saline(10),
        at="PHARM",
    )
    return hospital


def mix(pivas: Hospital, *things: Thing, bag: Thing = BAG, **more: Any) -> Event:  # noqa: ANN401 -- fields
    return pivas.did(K.COMPOUNDED, *things, outputs=(bag,), **{**CHECKED, **more})


def mixed(pivas: Hospital) -> dict[str, dict[str, int]]:
    """Which lots are in which bag."""
    found: dict[str, dict[str, int]] = {}
    mix, lot, unit = models.mix.c, models.lot.c, models.unit.c
    query = (
        select(unit.key, lot.lot, mix.quantity)
        .where(mix.unit_id == unit.unit_id, mix.lot_id == lot.lot_id)
        .order_by(lot.lot)
    )
    with pivas.ledger.database.read() as connection:
        for key, name, count in connection.execute(query):
            found.setdefault(key, {})[name] = count
    return found


@on_both_engines
def test_the_patient_of_a_bag_is_found_from_each_lot_in_it(pivas: Hospital) -> None:
    mix(pivas, box("V0"), box("V1"), part(6), saline(1), patient=WANG)
    assert mixed(pivas) == {BAG.key: {"B1": 2, "S9": 1, "T24": 6}}
    assert pivas.stock("B1") == {Status.AVAILABLE: 2, Status.COMPOUNDED: 2}
    assert pivas.stock("S9") == {Status.AVAILABLE: 9, Status.COMPOUNDED: 1}
    assert pivas.stock("T24") == {Status.AVAILABLE: 18, Status.COMPOUNDED: 6}
    pivas.did(K.DISPENSED, BAG, at="PHARM", to="W07")
    for lot, count in (("B1", 2), ("S9", 1), ("T24", 6)):
        assert pivas.patients(lot)[WANG].holding == count, "the bag says whose it is"
    bedside = {"at": "W07", "patient": LI}
    assert pivas.does(K.ADMINISTERED, BAG, **bedside) is Reason.WRONG_PATIENT
    pivas.did(K.ADMINISTERED, BAG, at="W07", patient=WANG)
    for lot, count in (("B1", 2), ("S9", 1), ("T24", 6)):
        assert pivas.patients(lot)[WANG].used == count
        assert pivas.patients(lot)[WANG].holding == 0
        assert pivas.stock(lot)[Status.ADMINISTERED] == count
    pivas.rebuilt()


def test_a_second_pharmacist_checks_a_bag(pivas: Hospital) -> None:
    alone: dict[str, Any] = {"at": "PHARM", "outputs": (BAG,)}
    assert pivas.does(K.COMPOUNDED, box("V0"), **alone) is Reason.SECOND_PERSON_MISSING
    own = {**alone, "second_person": "2307"}
    assert pivas.does(K.COMPOUNDED, box("V0"), **own) is Reason.SECOND_PERSON_MISSING
    assert pivas.happened(K.COMPOUNDED, box("V0"), **alone) == ["second-person-missing"]


def test_what_is_in_a_bag_is_not_had_alone(pivas: Hospital) -> None:
    mix(pivas, box("V0"), part(6), saline(9))
    here = {"at": "PHARM"}
    for thing in (box("V0"), piece(0, 6)):
        assert pivas.does(K.DISPENSED, thing, to="W07", **here) is Reason.COMPOUNDED
        assert pivas.does(K.QUARANTINED, thing, **here) is Reason.COMPOUNDED
    assert pivas.does(K.DISPENSED, saline(2), **here) is Reason.NOT_ENOUGH
    assert pivas.does(K.DISPENSED, part(19), **here) is Reason.PACK_EXHAUSTED
    inside = {"parent": BAG.key, **here}
    assert pivas.does(K.UNPACKED, box("V0"), **inside) is Reason.COMPOUNDED
    assert pivas.does(K.UNPACKED, BAG, **inside) is Reason.COMPOUNDED
    assert pivas.does(K.PACKED, box("V1"), **inside) is Reason.COMPOUNDED
    case = {"parent": pallet().key, **here}
    assert pivas.does(K.PACKED, box("V0"), **case) is Reason.COMPOUNDED
    assert pivas.does(K.PACKED, BAG, **case) is Reason.COMPOUNDED
    assert pivas.does(K.RETURNED, BAG, party="SUPPLIER", **here) is Reason.COMPOUNDED
    half = Thing(BAG.key, part=1)
    assert pivas.does(K.ADMINISTERED, half, patient=WANG, **here) is Reason.NOT_DIVISIBLE
    late: dict[str, Any] = {"at": "PHARM", "patient": LI}
    assert pivas.happened(K.ADMINISTERED, box("V0"), **late) == ["compounded"]
    assert pivas.patients("B1")[LI].used == 1, "she had something all the same"


def test_a_recalled_lot_stops_its_bags_at_every_exit(pivas: Hospital) -> None:
    mix(pivas, box("V0"), saline(1))
    mix(pivas, saline(1), bag=label(101))
    pivas.did(K.DISPENSED, label(101), at="PHARM", to="W07", patient=WANG)
    pivas.recall("D025", "S9")
    assert pivas.does(K.DISPENSED, BAG, at="PHARM", to="W07") is Reason.RECALLED
    assert pivas.does(K.SENT, BAG, at="PHARM", to="STORE") is Reason.RECALLED
    assert pivas.does(K.ADMINISTERED, label(101), at="W07", patient=WANG) is Reason.RECALLED
    more = {**CHECKED, "outputs": (label(102),)}
    assert pivas.does(K.COMPOUNDED, saline(1), **more) is Reason.RECALLED
    assert pivas.does(K.COMPOUNDED, BAG, **more) is Reason.RECALLED
    pivas.did(K.RETURNED, label(101), at="W07", to="PHARM")
    assert pivas.status(label(101)) is Status.QUARANTINED
    pivas.did(K.QUARANTINED, BAG, at="PHARM")
    pivas.did(K.WASTED, BAG, at="PHARM")
    assert pivas.stock("S9")[Status.WASTED] == 1
    assert pivas.stock("B1")[Status.WASTED] == 1


def test_a_bag_comes_back_and_is_still_that_patients(pivas: Hospital) -> None:
    mix(pivas, box("V0"), saline(1))
    pivas.did(K.DISPENSED, BAG, at="PHARM", to="W07", patient=WANG)
    pivas.did(K.RETURNED, BAG, at="W07", to="PHARM")
    assert pivas.status(BAG) is Status.COMPOUNDED
    assert pivas.patients("S9") == pivas.patients("B1") == {}
    again = {"at": "PHARM", "to": "W07"}
    assert pivas.does(K.DISPENSED, BAG, patient=LI, **again) is Reason.WRONG_PATIENT
    pivas.did(K.QUARANTINED, BAG, at="PHARM")
    pivas.did(K.RELEASED, BAG, at="PHARM")
    assert pivas.status(BAG) is Status.COMPOUNDED
    pivas.rebuilt()


def test_a_bag_in_a_bag_names_the_lots_of_both(pivas: Hospital) -> None:
    mix(pivas, box("V0"), saline(1))
    mix(pivas, BAG, saline(2), bag=label(101), patient=WANG)
    assert mixed(pivas)[label(101).key] == {"B1": 1, "S9": 3}
    assert pivas.does(K.DISPENSED, BAG, at="PHARM", to="W07") is Reason.COMPOUNDED
    told = pivas.did(K.ADMINISTERED, label(101), at="PHARM", patient=WANG)
    assert pivas.patients("S9")[WANG].used == 3
    assert pivas.patients("B1")[WANG].used == 1
    assert pivas.corrects(told) is None
    assert pivas.patients("S9") == {}
    assert pivas.stock("S9") == {Status.AVAILABLE: 7, Status.COMPOUNDED: 3}
    pivas.rebuilt()


def test_a_bag_that_was_not_mixed_after_all_is_what_it_was(pivas: Hospital) -> None:
    before = pivas.books()
    first = mix(pivas, box("V0"), part(6), saline(1))
    nested = mix(pivas, BAG, box("V1"), bag=label(101))
    pair: dict[str, Any] = {"second_person": "1104"}
    assert pivas.corrects(first, **pair) is Reason.CORRECTED_LATER
    assert pivas.corrects(nested) is Reason.SECOND_PERSON_MISSING
    assert pivas.corrects(nested, **pair) is None
    assert pivas.corrects(first, **pair) is None
    assert pivas.books() == before
    mix(pivas, box("V0"), part(6), saline(1))
    assert mixed(pivas) == {BAG.key: {"B1": 1, "S9": 1, "T24": 6}}
    pivas.rebuilt()


def test_what_does_not_go_into_a_bag(pivas: Hospital) -> None:
    def tries(*things: Thing, bag: Thing = BAG) -> Reason | None:
        return pivas.does(K.COMPOUNDED, *things, outputs=(bag,), **CHECKED)

    pivas.did(K.PACKED, box("V3"), at="PHARM", parent=pallet().key)
    pivas.did(K.QUARANTINED, box("V2"), at="PHARM")
    assert tries(pallet()) is Reason.IS_CONTAINER
    assert tries(box("V2")) is Reason.QUARANTINED
    assert tries(saline(11)) is Reason.NOT_ENOUGH
    assert tries(part(25)) is Reason.PACK_EXHAUSTED
    assert tries(box("NEW")) is Reason.NOT_RECEIVED
    assert tries(saline(1), bag=pack()) is Reason.LABEL_TAKEN
    assert tries(saline(1), bag=Thing(pallet().key)) is Reason.LABEL_TAKEN
    assert tries(saline(1), saline(1)) is Reason.LISTED_TWICE
    mix(pivas, saline(1))
    assert tries(saline(1)) is Reason.LABEL_TAKEN
    assert mixed(pivas) == {BAG.key: {"S9": 1}}


def test_a_narcotics_bag_is_watched_on_its_whole_way(pivas: Hospital) -> None:
    pivas.did(K.RECEIVED, ampoule("M1"), **CHECKED)
    mix(pivas, ampoule("M1"), saline(1))
    way = {"at": "PHARM", "to": "W07", "patient": WANG}
    assert pivas.does(K.DISPENSED, BAG, **way) is Reason.SECOND_PERSON_MISSING
    assert pivas.does(K.DISPENSED, BAG, second_person="1104", **way) is None
