"""A drug lot all over the house: whole packs, split packs, bags; every patient of it is found."""

from __future__ import annotations

from collections import Counter
from typing import Any
from uuid import UUID

import pytest
from uuid6 import uuid7

from hospital import DECODERS
from inventory import Definition, Location
from ledger import Ledger
from recall import Answer, Recall, RecallClass, Scope, Task, Work, answer, find_case, tasks_of_case
from tests.inventory.pharmacy import PACK, SALINE, TABLET, label, saline
from tests.support import NOON, event, furnish, recorder
from tests.trace.rows import rows_of
from trace import Event, EventKind, Reason, Recordable, Recorded, Recorder, Refused, Thing, rebuild

K = EventKind
LOT = "T24"
CHECKED: dict[str, Any] = {"second_person": "1104"}


def pack(number: int) -> Thing:
    return Thing(f"{PACK}/21/P{number}", lot=LOT)


def part(number: int, count: int) -> Thing:
    return Thing(f"{PACK}/21/P{number}", part=count)


def must(hands: Recorder, *records: Recordable) -> None:
    for start in range(0, len(records), 100):
        outcomes = hands.record(records[start : start + 100])
        assert {type(each) for each in outcomes} == {Recorded}, outcomes


def story(hands: Recorder, wards: int, patients: int) -> list[UUID]:
    """Each patient gets two capsules of a pack or a bag with one; every eighth pack stays whole."""
    everybody = [UUID(int=number + 1) for number in range(patients)]
    places = [f"WARD{number:02}" for number in range(wards)]
    must(
        hands,
        *(Definition(id=uuid7(), time=NOON, thing=each) for each in (TABLET, SALINE)),
        *(Definition(id=uuid7(), time=NOON, thing=Location(each, each, "ward")) for each in places),
    )
    packs = -(-patients // 8)
    must(hands, *(event(K.RECEIVED, pack(n), at="PHARM") for n in range(packs + wards)))
    must(hands, event(K.RECEIVED, saline(patients), at="PHARM"))
    for n, who in enumerate(everybody):
        ward, of = places[n % wards], n // 8
        must(hands, *(_bag(n, of, ward, who) if n % 4 == 3 else _capsules(of, ward, who)))
    whole = (event(K.MOVED, pack(packs + n), at="PHARM", to=each) for n, each in enumerate(places))
    must(hands, *whole)
    return everybody


def _capsules(of: int, ward: str, who: UUID) -> list[Event]:
    return [event(K.DISPENSED, part(of, 2), at="PHARM", to=ward, patient=who)]


def _bag(number: int, of: int, ward: str, who: UUID) -> list[Event]:
    bag, inside = label(5_000 + number), (part(of, 1), saline(1))
    mixed = event(K.COMPOUNDED, *inside, at="PHARM", outputs=(bag,), patient=who, **CHECKED)
    if number % 8 == 3:
        return [mixed]  # it is still in the pharmacy when the notice comes
    given: dict[str, Any] = {"at": ward, "patient": who}
    return [
        mixed,
        event(K.DISPENSED, bag, at="PHARM", to=ward),
        event(K.ADMINISTERED, bag, **given),
    ]


def recalled(ledger: Ledger, hands: Recorder) -> tuple[Answer, list[Task]]:
    must(
        hands,
        Recall(
            id=uuid7(),
            case_id="RC-1",
            time=NOON,
            notified=NOON,
            recall_class=RecallClass.FIRST,
            reason="溶出度不合格",
            source="青禾制药",
            scope=(Scope(TABLET.code, (LOT,)),),
        ),
    )
    with ledger.database.read() as connection:
        case = find_case(connection, 1, "RC-1")
        assert case is not None
        found = answer(connection, 1, case.scope)
        return found, tasks_of_case(connection, 1, case, found)


@pytest.mark.parametrize(
    ("wards", "patients"), [(5, 24), pytest.param(30, 800, marks=pytest.mark.long)]
)
def test_every_patient_of_a_lot_is_found_however_it_was_divided(
    ledger: Ledger, wards: int, patients: int
) -> None:
    hands = recorder(ledger)
    furnish(hands)
    everybody = story(hands, wards, patients)
    found, tasks = recalled(ledger, hands)
    eighth = patients // 8
    used, in_bags, handed = eighth, eighth, 2 * 6 * eighth
    assert found.received == 24 * (eighth + wards)
    assert (found.used, found.dispensed) == (used, handed)
    assert Counter(each.status.value for each in found.balances)["compounded"] == 1
    assert sum(r.quantity for r in found.balances if r.status.value == "compounded") == in_bags
    assert found.available == found.received - used - handed
    assert found.agrees
    had = {n for n in range(patients) if n % 8 != 3}
    assert {each.patient for each in found.patients} == {everybody[n] for n in had}
    told = {task.subject for task in tasks if task.work is Work.NOTIFY}
    assert told == {str(everybody[n]) for n in had}
    searched = {task.subject for task in tasks if task.work is Work.SEARCH}
    assert searched == {"PHARM", *(f"WARD{n:02}" for n in range(wards))}
    late = event(K.DISPENSED, label(5_003), at="PHARM", to="WARD00")
    (outcome,) = hands.record([late])
    assert isinstance(outcome, Refused)
    assert outcome.reason is Reason.RECALLED
    before = rows_of(ledger)
    rebuild(ledger, recorder(ledger)._participants, DECODERS)
    assert rows_of(ledger) == before
