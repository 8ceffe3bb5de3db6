"""Goods from the supplier's door to the shelf and back: each told through the handhelds' API."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from uuid6 import uuid7

from inventory import balances, find_lots, find_unit, locations
from recall import Recall, RecallClass, Scope
from scanning import read
from tests.handheld_api.handhelds import PIN, STENT_GTIN, Handheld, House, box_code, event
from tests.support import ANTIBODY, NOON
from trace import EventKind, Recorded

K = EventKind
OWN = {"pin": PIN}
STRANGER = "04006381333931"


def sscc(number: int) -> str:
    """What a scanner sends for the label of a pallet or a case."""
    digits = f"10614141{number:09}"
    total = sum(int(digit) * (3, 1)[place % 2] for place, digit in enumerate(digits))
    return f"]C100{digits}{-total % 10}"


def stock(house: House, lot: str) -> dict[tuple[str, str], int]:
    """How much of a lot is where, and in which state."""
    found: Counter[tuple[str, str]] = Counter()
    with house.hospital.database.read() as connection:
        places = locations(connection, house.hospital.ledger_id)
        lots = [each.lot_id for each in find_lots(connection, house.hospital.ledger_id, lot)]
        for row in balances(connection, house.hospital.ledger_id, lots):
            found[places[row.location_id].code, row.status.value] += row.quantity
    return dict(found)


def state(house: House, scan: str) -> str | None:
    """The state of a thing by the books; None: they don't have it."""
    with house.hospital.database.read() as connection:
        unit = find_unit(connection, house.hospital.ledger_id, read(scan).key or "")
    return unit.status.value if unit else None


def does(handheld: Handheld, kind: EventKind, *scans: str | dict[str, Any], **more: Any) -> str:  # noqa: ANN401 -- the fields of an event
    """One event; `recorded`, or why not."""
    (outcome,) = handheld.record(event(kind, *scans, **more))
    return str(outcome["reason"] or outcome["outcome"])


def place(handheld: Handheld, paper: dict[str, Any]) -> None:
    """Place an order that is in order."""
    answer = handheld.post("/orders", {"orders": [paper]})
    assert answer.status_code == 200, answer.text
    (filed,) = answer.json["orders"]
    assert filed["placed"], filed


def waiting(handheld: Handheld) -> list[dict[str, Any]]:
    """The work-list of exceptions."""
    answer = handheld.get("/exceptions")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json["exceptions"]
    return found


def resolve(handheld: Handheld, waits: dict[str, Any]) -> str:
    """Resolve an exception, with a note."""
    about = {"seq": waits["seq"], "number": waits["number"], "note": "核对实物，已处理"}
    told = {"id": str(uuid7()), "time": NOON.isoformat()}
    answer = handheld.post("/exceptions/resolution", told | about)
    assert answer.status_code == 200, answer.text
    return str(answer.json["reason"] or answer.json["outcome"])


def by_whom(house: House, kind: str) -> list[str | None]:
    """Who signed for the entries of a kind."""
    ledger = house.hospital.ledger
    found = ledger.entries(0, ledger.head().size)
    return [each.event.get("medtrace:person") for each in found if each.kind == kind]


# A pallet at the door

PALLET = sscc(0)
CASES = [sscc(number) for number in range(1, 41)]
BOXES = [[box_code(f"P{case}N{number}") for number in range(9)] for case in range(40)]
NOTE = [{"type": "desadv", "id": "DN-1"}]
A2405 = ("STORE", "available")


def delivery_note() -> dict[str, Any]:
    """1 pallet, 40 cases, 360 boxes."""
    inside = [{"container": PALLET, "code": case} for case in CASES]
    for case, boxes in zip(CASES, BOXES, strict=True):
        inside += [{"container": case, "code": scan} for scan in boxes]
    head = {"type": "desadv", "number": "DN-1", "party": "SUPPLIER", "destination": "STORE"}
    return {**head, "packages": inside}


def test_a_pallet_is_received_by_one_scan_and_what_is_wrong_is_told_apart(
    either_house: House,
) -> None:
    """One case that is on no paper, one box short, one box twice."""
    store = either_house.handheld("STORE", "0417")
    place(store, delivery_note())
    assert does(store, K.RECEIVED, PALLET, party="SUPPLIER", documents=NOTE) == "recorded"
    assert stock(either_house, "A2405") == {A2405: 360}

    twice = BOXES[3][3]
    assert does(store, K.RECEIVED, twice, documents=NOTE) == "already-received"
    assert does(store, K.RECEIVED, CASES[3], documents=NOTE) == "already-received"
    assert does(store, K.RECEIVED, PALLET, documents=NOTE) == "already-received"

    wrong = box_code("WRONG", lot="B9")
    assert does(store, K.RECEIVED, wrong, documents=NOTE) == "lot-mismatch"
    assert does(store, K.RECEIVED, box_code("MORE"), documents=NOTE) == "too-many"
    foreign = box_code("1", gtin=STENT_GTIN)
    assert does(store, K.RECEIVED, foreign, documents=NOTE) == "not-on-order"
    assert stock(either_house, "A2405") == {A2405: 360}

    short = BOXES[7][0]
    assert does(store, K.UNPACKED, *BOXES[7][1:], parent={"scan": CASES[7]}) == "recorded"
    assert does(store, K.LOST, short, note="开箱少一盒") == "recorded"
    assert stock(either_house, "A2405") == {A2405: 359, ("STORE", "missing"): 1}
    assert does(store, K.MOVED, short, destination="PHARM") == "missing"

    told = store.get("/order?type=desadv&number=DN-1").json
    assert [(line["quantity"], line["fulfilled"]) for line in told["lines"]] == [(360, 360)]
    assert [state(either_house, scan) for scan in (wrong, foreign)] == [None, None]


def test_a_case_that_is_on_no_paper_waits_on_the_work_list(house: House) -> None:
    store = house.handheld("STORE", "0417")
    place(store, delivery_note())
    assert does(store, K.RECEIVED, PALLET, sscc(99), documents=NOTE) == "not-on-order"
    assert stock(house, "A2405") == {}
    assert does(store, K.RECEIVED, PALLET, documents=NOTE) == "recorded"
    assert does(store, K.RECEIVED, sscc(99), documents=NOTE) == "not-on-order"
    (outcome,) = store.record(event(K.RECEIVED, sscc(99)))
    assert outcome["outcome"] == "recorded"
    assert [each["reason"] for each in outcome["exceptions"]] == ["unknown-code"]
    assert stock(house, "A2405") == {A2405: 360}
    assert state(house, sscc(99)) is None
    pharmacist = house.handheld("STORE", "0533")
    (waits,) = waiting(pharmacist)
    assert (waits["reason"], waits["key"]) == ("unknown-code", read(sscc(99)).key)
    assert resolve(pharmacist, waits) == "recorded"
    assert waiting(pharmacist) == []


def test_a_box_cannot_lie_in_two_cases_of_two_papers(house: House) -> None:
    """What was said first stays, also on paper."""
    store = house.handheld("STORE", "0417")
    place(store, delivery_note())
    packages = [{"container": sscc(77), "code": BOXES[0][0]}]
    other = {"type": "desadv", "number": "DN-2", "destination": "STORE", "packages": packages}
    (filed,) = store.post("/orders", {"orders": [other]}).json["orders"]
    assert [fault["code"] for fault in filed["faults"]] == ["package-conflict"]
    assert does(store, K.RECEIVED, CASES[0], documents=NOTE) == "recorded"
    assert stock(house, "A2405") == {A2405: 9}


# Between stores


def test_a_transfer_that_does_not_agree_is_resolved_by_somebody_named(either_house: House) -> None:
    house = either_house
    store, pharmacy = house.handheld("STORE", "0417"), house.handheld("PHARM", "0533")
    boxes = [box_code(f"T{number}") for number in range(4)]
    assert does(store, K.RECEIVED, *boxes) == "recorded"
    lines = [{"product": ANTIBODY.code, "quantity": 3}]
    ends = {"source": "STORE", "destination": "PHARM"}
    place(pharmacy, {"type": "transfer", "number": "TR-1", **ends, "lines": lines})
    on = {"documents": [{"type": "transfer", "id": "TR-1"}]}
    assert does(store, K.SENT, *boxes[:3], destination="PHARM", **on) == "recorded"
    assert does(store, K.SENT, boxes[3], destination="PHARM", **on) == "too-many"
    assert does(pharmacy, K.DISPENSED, boxes[0], at="PHARM") == "in-transit"
    assert does(pharmacy, K.ACCEPTED, boxes[3], at="PHARM", **on) == "not-sent"
    assert does(pharmacy, K.ACCEPTED, *boxes[:2], at="PHARM", **on) == "recorded"
    assert waiting(pharmacy) == []

    closing = {"id": str(uuid7()), "time": NOON.isoformat(), "type": "transfer", "doing": "close"}
    answer = pharmacy.post("/order/revisions", {**closing, "number": "TR-1"})
    assert answer.json["outcome"] == "recorded", answer.text
    (waits,) = waiting(pharmacy)
    assert (waits["reason"], waits["location"]) == ("transfer-difference", "PHARM")
    assert does(pharmacy, K.LOST, boxes[2], at="PHARM", note="途中破损") == "recorded"
    assert resolve(pharmacy, waits) == "recorded"
    assert resolve(pharmacy, waits) == "not-open"
    assert by_whom(house, "resolution") == ["0533"]
    assert waiting(pharmacy) == []
    assert stock(house, "A2405") == {
        ("STORE", "available"): 1,
        ("PHARM", "available"): 2,
        ("PHARM", "missing"): 1,
    }


# Consigned goods


def test_consigned_implants_are_used_or_go_back_to_their_owner(house: House) -> None:
    theatre = house.handheld("OR1", "3105")
    used, left = (box_code(serial, gtin=STENT_GTIN, lot="S1") for serial in ("1", "2"))
    whose = {"party": "SUPPLIER", "owner": "SUPPLIER"}
    assert does(theatre, K.RECEIVED, used, left, at="OR1", **whose) == "recorded"
    patient = f"urn:uuid:{house.patient}"
    assert does(theatre, K.IMPLANTED, used, at="OR1") == "patient-missing"
    assert does(theatre, K.IMPLANTED, used, at="OR1", patient=patient) == "recorded"
    assert does(theatre, K.RETURNED, left, at="OR1", party="OTHER") == "wrong-owner"
    assert does(theatre, K.RETURNED, used, at="OR1", party="SUPPLIER") == "already-used"
    assert does(theatre, K.RETURNED, left, at="OR1", party="SUPPLIER") == "recorded"
    assert stock(house, "S1") == {("OR1", "implanted"): 1, ("OR1", "sent-back"): 1}
    owners = {said["owner"] for each in house.events() for said in each["context"]["things"]}
    assert owners == {"SUPPLIER"}


# Held, released, wasted, destroyed


def test_goods_are_held_released_wasted_and_destroyed(house: House) -> None:
    pharmacy = house.handheld("PHARM", "0533")
    held, broken, old = (box_code(f"Q{number}") for number in range(3))
    assert does(pharmacy, K.RECEIVED, held, broken, old, at="PHARM") == "recorded"
    assert does(pharmacy, K.QUARANTINED, held, old, at="PHARM", note="外盒潮湿") == "recorded"
    assert does(pharmacy, K.DISPENSED, held, at="PHARM") == "quarantined"
    assert does(pharmacy, K.RELEASED, broken, at="PHARM") == "not-quarantined"
    assert does(pharmacy, K.RELEASED, held, at="PHARM") == "recorded"
    assert does(pharmacy, K.DISPENSED, held, at="PHARM") == "recorded"
    assert does(pharmacy, K.WASTED, broken, at="PHARM", note="摔碎") == "recorded"
    assert does(pharmacy, K.DISPENSED, broken, at="PHARM") == "wasted"

    other = {"badge": "BADGE-0419", "pin": PIN}
    asked: list[tuple[list[dict[str, str]], str]] = [
        ([], "signature-required"),
        ([OWN], "second-signature-required"),
        ([OWN, {"number": "0533", "pin": PIN}], "same-person"),
    ]
    for signatures, code in asked:
        told = event(K.DESTROYED, old, at="PHARM", signatures=signatures)
        answer = pharmacy.post("/events", {"events": [told]})
        assert (answer.status_code, answer.json["code"]) == (409, code)
    assert state(house, old) == "quarantined"
    assert does(pharmacy, K.DESTROYED, old, at="PHARM", signatures=[OWN, other]) == "recorded"
    (signed,) = [each for each in house.events() if each["medtrace:kind"] == "destroyed"]
    assert (signed["medtrace:person"], signed["medtrace:secondPerson"]) == ("0533", "0419")
    assert stock(house, "A2405") == {
        ("PHARM", "dispensed"): 1,
        ("PHARM", "wasted"): 1,
        ("PHARM", "destroyed"): 1,
    }


# What was wrong


def test_a_wrong_event_is_corrected_by_somebody_who_signs(either_house: House) -> None:
    house = either_house
    pharmacy = house.handheld("PHARM", "0533")
    box = box_code("C1")
    assert does(pharmacy, K.RECEIVED, box, at="PHARM") == "recorded"
    wrong = event(K.DISPENSED, box, at="PHARM", destination="W07")
    assert pharmacy.record(wrong)[0]["outcome"] == "recorded"

    def correct(*signatures: dict[str, str], corrects: str = wrong["id"]) -> Any:  # noqa: ANN401 -- an answer
        told = {"id": str(uuid7()), "time": NOON.isoformat(), "corrects": corrects}
        why = {"error": "did_not_occur", "note": "扫错了一盒", "signatures": list(signatures)}
        return pharmacy.post("/corrections", told | why)

    unsigned = correct()
    assert (unsigned.status_code, unsigned.json["code"]) == (409, "signature-required")
    assert correct({"pin": "000000"}).status_code == 401
    assert correct(OWN, corrects=str(uuid7())).status_code == 404
    assert state(house, box) == "dispensed"
    assert correct(OWN).json["outcome"] == "recorded"
    assert stock(house, "A2405") == {("PHARM", "available"): 1}
    again = correct(OWN).json
    assert (again["outcome"], again["reason"]) == ("refused", "already-corrected")
    assert by_whom(house, "correction") == ["0533"]
    assert does(pharmacy, K.DISPENSED, box, at="PHARM", destination="W08") == "recorded"
    assert stock(house, "A2405") == {("W08", "dispensed"): 1}


# Out of reach


@pytest.fixture
def ward(house: House) -> Handheld:
    """The ward's PDA with its nurse; four boxes are there, one used and one recalled."""
    stocked = house.handheld("W07", "0533")
    earlier = (NOON - timedelta(days=2)).isoformat()
    here: dict[str, Any] = {"at": "W07", "time": earlier}
    old = box_code("OLD", lot="E1", expiry="261121")
    boxes = (box_code("GOOD"), box_code("USED"), box_code("HELD", lot="R1"), old)
    assert does(stocked, K.RECEIVED, *boxes, **here) == "recorded"
    case = Recall(
        id=uuid7(),
        case_id="RC-2026-0001",
        time=NOON,
        notified=NOON,
        recall_class=RecallClass.FIRST,
        reason="玻璃屑",
        source="江北生物制药",
        scope=(Scope(ANTIBODY.code, ("R1",)),),
    )
    (outcome,) = house.hospital.recorder.record([case])
    assert isinstance(outcome, Recorded)
    nurse = house.handheld("W07", "2307")
    patient = f"urn:uuid:{house.patient}"
    given = does(nurse, K.ADMINISTERED, box_code("USED"), at="W07", patient=patient)
    assert given == "recorded"
    return nurse


def test_a_batch_from_out_of_reach_is_recorded_whatever_it_breaks(
    house: House, ward: Handheld
) -> None:
    patient = f"urn:uuid:{house.patient}"
    scans = {
        box_code("GOOD"): [],
        box_code("USED"): ["already-used"],
        box_code("HELD", lot="R1"): ["recalled"],
        box_code("OLD", lot="E1", expiry="261121"): ["expired"],
        box_code("X", gtin=STRANGER): ["unknown-code"],
        box_code("NEVER", lot="N1"): ["not-received"],
    }
    later: dict[str, Any] = {"at": "W07", "patient": patient, "after_the_fact": True}
    told = [event(K.ADMINISTERED, scan, **later) for scan in scans]
    online = {**told[2], "id": str(uuid7()), "after_the_fact": False}
    assert ward.record(online)[0]["reason"] == "recalled"
    outcomes = ward.record(*told)
    assert [each["outcome"] for each in outcomes] == ["recorded"] * len(told)
    broken = [[rule["reason"] for rule in each["exceptions"]] for each in outcomes]
    assert broken == list(scans.values())
    again = ward.record(*told)
    assert [each["outcome"] for each in again] == ["already-recorded"] * len(told)
    assert stock(house, "A2405") == {("W07", "administered"): 2}
    assert stock(house, "R1") == stock(house, "E1") == stock(house, "N1")
    assert stock(house, "N1") == {("W07", "administered"): 1}

    assert ward.get("/exceptions").status_code == 403
    pharmacist = house.handheld("W07", "0533")
    found = waiting(pharmacist)
    assert [each["reason"] for each in found] == [
        rule for rules in scans.values() for rule in rules
    ]
    assert {each["person"] for each in found} == {"2307"}
    assert [resolve(pharmacist, each) for each in found] == ["recorded"] * 5
    assert waiting(pharmacist) == []
    assert by_whom(house, "resolution") == ["0533"] * 5
