"""The pharmacy divides packs and mixes bags: told through the handhelds' API."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from uuid6 import uuid7

from access import Role
from inventory import Definition, Extent, products_by_code
from recall import Part, Recall, RecallClass, Scope, Whereabouts, where
from scanning import new_label_number
from tests.handheld_api.handhelds import PIN, House, box_code, colleague, event
from tests.inventory.pharmacy import SALINE, TABLET
from tests.stories.test_goods import does, state, stock
from tests.support import NOON, Clock
from trace import EventKind

K = EventKind
CODE = box_code("T1", gtin="06901111111118", lot="T24")
PATIENTS = [f"urn:uuid:{UUID(int=number)}" for number in range(1, 6)]


def test_a_pack_is_split_among_five_patients_over_three_days(house: House, clock: Clock) -> None:
    house.hospital.recorder.record([Definition(id=uuid7(), time=NOON, thing=TABLET)])
    pharmacy = house.handheld("PHARM", "0533")
    part, back = {"scan": CODE, "part": 5}, {"scan": CODE, "part": 1}

    def today(kind: EventKind, thing: str | dict[str, Any], patient: str | None = None) -> str:
        more = {"at": "PHARM", "time": clock().isoformat()}
        if patient is not None:
            more["patient"] = patient
        return does(pharmacy, kind, thing, **more)

    assert today(K.RECEIVED, CODE) == "recorded"
    for patient in PATIENTS[:2]:
        assert today(K.DISPENSED, part, patient) == "recorded"
    clock.advance(days=1)
    pharmacy.sign_in("0533")
    for patient in PATIENTS[2:4]:
        assert today(K.DISPENSED, part, patient) == "recorded"
    assert today(K.DISPENSED, part, PATIENTS[4]) == "pack-exhausted"
    clock.advance(days=1)
    pharmacy.sign_in("0533")
    assert today(K.RETURNED, back) == "patient-missing"
    assert today(K.RETURNED, back, PATIENTS[1]) == "recorded"
    assert today(K.DISPENSED, part, PATIENTS[4]) == "recorded"
    assert today(K.DISPENSED, CODE, PATIENTS[4]) == "pack-exhausted"
    assert stock(house, "T24") == {("PHARM", "dispensed"): 24}
    assert had(house, TABLET.code, "T24") == dict(zip(PATIENTS, (5, 4, 5, 5, 5), strict=True))


def test_who_got_a_chemotherapy_bag_is_found_from_each_of_its_lots(house: House) -> None:
    house.hospital.recorder.record([Definition(id=uuid7(), time=NOON, thing=SALINE)])
    colleague(house.hospital, "0534", Role.PHARMACIST)
    pharmacy = house.handheld("PHARM", "0533")
    vials = [box_code(f"V{number}", lot=f"B{number % 2}") for number in range(4)]
    bags = [label_code(number) for number in (1, 2)]
    assert does(pharmacy, K.RECEIVED, *vials, amount(9), at="PHARM") == "recorded"

    two: dict[str, Any] = {"signatures": [{"pin": PIN}, {"badge": "BADGE-0534", "pin": PIN}]}
    own: dict[str, Any] = {"signatures": [{"pin": PIN}, {"badge": "BADGE-0533", "pin": PIN}]}
    patient = f"urn:uuid:{house.patient}"
    for number, bag in enumerate(bags):
        inside: list[str | dict[str, Any]] = [*vials[2 * number : 2 * number + 2], amount(1)]
        mixing: dict[str, Any] = {"at": "PHARM", "outputs": [{"scan": bag}], "patient": patient}
        alone = event(K.COMPOUNDED, *inside, **mixing, **own)
        refused = pharmacy.post("/events", {"events": [alone]})
        assert refused.json["code"] == "same-person", "nobody checks their own bag"
        assert does(pharmacy, K.COMPOUNDED, *inside, **mixing, **two) == "recorded"
    assert does(pharmacy, K.DISPENSED, bags[0], at="PHARM", destination="W07") == "recorded"
    nurse = house.handheld("W07", "2307")
    assert does(nurse, K.ADMINISTERED, bags[0], at="W07", patient=patient) == "recorded"
    for code, lot in (("D001", "B0"), ("D001", "B1"), ("D025", "S9")):
        assert had(house, code, lot) == {patient: 1}, lot
        assert in_bag(house, code, lot) == {(bags[0], "administered"), (bags[1], "compounded")}

    case = Recall(
        id=uuid7(),
        case_id="RC-2026-0001",
        time=NOON,
        notified=NOON,
        recall_class=RecallClass.FIRST,
        reason="玻璃屑",
        source="江南药业",
        scope=(Scope("D025", ("S9",)),),
    )
    house.hospital.recorder.record([case])
    assert does(pharmacy, K.DISPENSED, bags[1], at="PHARM", destination="W07") == "recalled"
    assert state(house, bags[1]) == "compounded"


def amount(quantity: int) -> dict[str, Any]:
    """So many bags of saline, by the code of their lot."""
    return {"scan": "]d2010690222222222910S9", "quantity": quantity}


def label_code(number: int) -> str:
    """What a scanner sends for a label that the pharmacy printed."""
    return new_label_number(NOON, bytes(3) + bytes([number]))


def goods(house: House, code: str, lot: str) -> Whereabouts:
    """Where all of a lot is, and who had it."""
    with house.hospital.database.read() as connection:
        own = house.hospital.ledger_id
        number = products_by_code(connection, own, [code])[code].product_id
        return where(connection, own, (Part(number, Extent(lots=(lot,))),))


def had(house: House, code: str, lot: str) -> dict[str, int]:
    """Who has or had how much of a lot."""
    return {f"urn:uuid:{each.patient}": each.had for each in goods(house, code, lot).patients}


def in_bag(house: House, code: str, lot: str) -> set[tuple[str, str]]:
    """The bags that a lot is in, by their labels, and how they are."""
    found = goods(house, code, lot).goods
    return {(each.bag.key.rpartition(":")[2], each.status.value) for each in found if each.bag}
