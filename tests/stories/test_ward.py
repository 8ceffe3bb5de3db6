"""Care, from the order to the bed: each told through the handhelds' API."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from uuid6 import uuid7

from access import OPERATOR, Identity
from inventory import Definition
from tests.handheld_api.handhelds import Handheld, House, box_code, enrol, event
from tests.stories.test_goods import does, place, state, stock
from tests.support import ANTIBODY, NOON
from trace import EventKind

K = EventKind
GROUP = {"generic": "贝伐珠单抗 100 mg 注射液"}
OURS = replace(ANTIBODY, details=GROUP)
THEIRS_GTIN, OTHER_GTIN = "06920000000012", "06920000000029"
THEIRS = replace(
    OURS,
    code="D111",
    name="贝伐珠单抗注射液（乙）",
    identifiers=(f"https://id.gs1.org/01/{THEIRS_GTIN}",),
)
OTHER = replace(
    ANTIBODY,
    code="D112",
    name="曲妥珠单抗注射液",
    identifiers=(f"https://id.gs1.org/01/{OTHER_GTIN}",),
)
DOSE = {"amount": "100", "unit": "mg"}
EIGHT = NOON.replace(hour=8)


def physician_of(house: House) -> Handheld:
    """The ward's physician, at a PDA of her own: a device has one person at a time."""
    token = enrol(house.hospital, "W07", "ward")
    return Handheld(house.app.test_client(), token).sign_in("1102")


def registered(house: House, number: int) -> str:
    """One more patient of the ward; the pseudonym."""
    person = Identity(
        record_number=f"ZY2026{number:04}",
        name=f"患者 {number}",
        wristband=f"V-{number:04}",
        ward="W07",
        bed=str(number),
    )
    return house.hospital.access.patients.register(person, by=OPERATOR)


def ordered(number: str, record: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 -- fields of an order
    """A medication order as a physician writes it."""
    line = {"product": OURS.code, "dose": DOSE, "route": "iv"}
    return {
        "type": "medication",
        "number": number,
        "destination": "W07",
        "patient_number": record,
        "frequency": "bid",
        "start": EIGHT.isoformat(),
        "lines": [line],
        **more,
    }


def prescribed(number: str, record: str, quantity: int, **line: Any) -> dict[str, Any]:  # noqa: ANN401 -- the same
    """A prescription."""
    return {
        "type": "prescription",
        "number": number,
        "source": "PHARM",
        "destination": "W07",
        "patient_number": record,
        "lines": [{"product": OURS.code, "quantity": quantity, **line}],
    }


def giving(scan: str, patient: str, number: str, time: datetime, **more: Any) -> dict[str, Any]:  # noqa: ANN401 -- the same
    """What a nurse is about to do."""
    return event(
        K.ADMINISTERED,
        scan,
        at="W07",
        time=time.isoformat(),
        patient=patient,
        documents=[{"type": "medication", "id": number}],
        **{"dose": DOSE, "route": "iv", **more},
    )


def given(nurse: Handheld, told: dict[str, Any]) -> str:
    """The act; who looks first, at that moment, is told what comes."""
    (outcome,) = nurse.record(told)
    return str(outcome["reason"] or outcome["outcome"])


def looked(nurse: Handheld, told: dict[str, Any]) -> str | None:
    """What the scan says before anything is done."""
    parts = ("kind", "location", "patient", "documents", "dose", "route")
    doing = {name: told[name] for name in parts}
    answer = nurse.post("/scan", {"raw": told["things"][0]["scan"], "doing": doing})
    assert answer.status_code == 200, answer.text
    reason: str | None = answer.json["reason"]
    return reason


def due(nurse: Handheld, number: int) -> list[tuple[str, str]]:
    """What the bedside lists for the patient with this wristband."""
    answer = nurse.post("/bedside/due", {"wristband": f"V-{number:04}"})
    assert answer.status_code == 200, answer.text
    assert answer.json["bed"] == str(number)
    return [(each["order"], each["timing"]) for each in answer.json["doses"]]


def revise(handheld: Handheld, number: str, doing: str, **more: Any) -> str:  # noqa: ANN401 -- the same
    """A physician changes or stops an order."""
    head = {"id": str(uuid7()), "time": NOON.isoformat(), "type": "medication"}
    answer = handheld.post("/order/revisions", {**head, "number": number, "doing": doing, **more})
    assert answer.status_code == 200, answer.text
    return str(answer.json["reason"] or answer.json["outcome"])


@pytest.fixture
def ward(either_house: House) -> House:
    """The ward with three drugs of which two may stand in for each other."""
    things = (OURS, THEIRS, OTHER)
    either_house.hospital.recorder.record(
        [Definition(id=uuid7(), time=NOON, thing=each) for each in things]
    )
    return either_house


def test_a_round_of_40_patients_with_refusals_of_six_kinds(ward: House) -> None:
    patients = {number: registered(ward, number) for number in range(1, 41)}
    physician, pharmacy = physician_of(ward), ward.handheld("PHARM", "0533")
    numbers = {number: f"YZ-{number:04}" for number in patients}
    papers = [ordered(numbers[n], f"ZY2026{n:04}", frequency="12:00,20:00") for n in patients]
    papers[11]["frequency"] = "20:00"
    papers += [prescribed(f"CF-{n:04}", f"ZY2026{n:04}", 1) for n in patients]
    for start in range(0, len(papers), 40):
        answer = physician.post("/orders", {"orders": papers[start : start + 40]})
        assert all(each["placed"] for each in answer.json["orders"]), answer.text

    boxes = {number: box_code(f"R{number}") for number in patients}
    wrong, spare = box_code("X1", gtin=OTHER_GTIN, lot="T1"), box_code("SPARE")
    everything = [*boxes.values(), wrong, spare]
    assert does(pharmacy, K.RECEIVED, *everything, at="PHARM") == "recorded"
    handed = [
        event(
            K.DISPENSED,
            boxes[n],
            at="PHARM",
            destination="W07",
            patient=patients[n],
            documents=[{"type": "prescription", "id": f"CF-{n:04}"}],
        )
        for n in patients
    ]
    assert {each["outcome"] for each in pharmacy.record(*handed)} == {"recorded"}
    assert does(pharmacy, K.MOVED, wrong, spare, at="PHARM", destination="W07") == "recorded"

    nurse = ward.handheld("W07", "2307")
    assert due(nurse, 1) == [(numbers[1], "due")]
    assert due(nurse, 12) == [(numbers[12], "later")]

    def bed(n: int, **more: Any) -> dict[str, Any]:  # noqa: ANN401 -- fields of an event
        return giving(more.pop("scan", boxes[n]), patients[n], numbers[n], NOON, **more)

    assert revise(physician, numbers[13], "stop", note="皮疹") == "recorded"
    for told, reason in (
        (giving(boxes[7], patients[8], numbers[7], NOON), "wrong-patient"),
        (bed(9, scan=wrong), "wrong-drug"),
        (bed(10, dose={"amount": "1", "unit": "g"}), "wrong-dose"),
        (bed(11, route="im"), "wrong-route"),
        (bed(12), "too-early"),
        (bed(13), "order-stopped"),
    ):
        assert looked(nurse, told) == reason
        assert given(nurse, told) == reason

    round_ = [bed(n) for n in patients if n not in {12, 13}]
    assert looked(nurse, round_[0]) is None
    assert {each["outcome"] for each in nurse.record(*round_)} == {"recorded"}
    assert given(nurse, bed(1, scan=spare)) == "given-already"
    assert due(nurse, 1) == [(numbers[1], "later")]
    loops = nurse.get("/reports/closed-loop?month=2026-11").json["medication"]
    assert (loops["loops"], loops["complete"]) == (38, 0), "nobody scanned what came to the ward"
    assert {tuple(each["missing"]) for each in loops["faulty"]} == {("on-ward",)}
    assert nurse.get("/reports/closed-loop?month=2026").json["code"] == "month-malformed"
    refused = Counter(each["context"]["refused"] for each in ward.refusals())
    assert refused == dict.fromkeys(
        (
            *("wrong-patient", "wrong-drug", "wrong-dose", "wrong-route", "too-early"),
            *("order-stopped", "given-already"),
        ),
        1,
    )
    assert stock(ward, "A2405") == {
        ("W07", "administered"): 38,
        ("W07", "dispensed"): 2,
        ("W07", "available"): 1,
    }
    said = ward.hospital.ledger.entries(0, ward.hospital.ledger.head().size)
    assert not any("ZY2026" in str(each) or "患者 " in str(each) for each in said)


def test_a_prescription_is_dispensed_in_several_goes_with_a_return(ward: House) -> None:
    patient = registered(ward, 1)
    physician, pharmacy = physician_of(ward), ward.handheld("PHARM", "0533")
    place(physician, prescribed("CF-1", "ZY20260001", 3))
    boxes = [box_code(f"P{n}") for n in range(4)]
    theirs, other = box_code("T", gtin=THEIRS_GTIN), box_code("O", gtin=OTHER_GTIN)
    assert does(pharmacy, K.RECEIVED, *boxes, theirs, other, at="PHARM") == "recorded"
    (waiting,) = pharmacy.get("/orders").json["orders"]
    assert (waiting["number"], waiting["patient"]) == ("CF-1", patient)

    on = {"documents": [{"type": "prescription", "id": "CF-1"}]}
    out: dict[str, Any] = {"at": "PHARM", "destination": "W07", "patient": patient, **on}
    assert does(pharmacy, K.DISPENSED, boxes[0], **out) == "recorded"
    assert does(pharmacy, K.DISPENSED, other, **out) == "not-on-order"
    assert does(pharmacy, K.DISPENSED, boxes[1], theirs, **out) == "recorded"
    assert does(pharmacy, K.DISPENSED, boxes[2], **out) == "too-many"
    (last,) = [each for each in ward.events() if len(each["epcList"]) == 2]
    assert last["context"]["orders"][0]["substitutes"] == [THEIRS.code]

    nurse = ward.handheld("W07", "2307")
    back = {"at": "W07", "destination": "PHARM", **on}
    assert does(nurse, K.RETURNED, boxes[1], **back) == "recorded"
    assert state(ward, boxes[1]) == "available", "its code is open again"
    told = pharmacy.get("/order?type=prescription&number=CF-1").json
    assert (told["state"], told["lines"][0]["fulfilled"]) == ("open", 2)
    assert does(pharmacy, K.DISPENSED, boxes[1], **out) == "recorded"
    assert does(pharmacy, K.DISPENSED, boxes[1], **out) == "already-dispensed"

    place(physician, prescribed("CF-2", "ZY20260001", 1, substitution=False))
    only = out | {"documents": [{"type": "prescription", "id": "CF-2"}]}
    spare = box_code("T2", gtin=THEIRS_GTIN)
    assert does(pharmacy, K.RECEIVED, spare, at="PHARM") == "recorded"
    assert does(pharmacy, K.DISPENSED, spare, **only) == "no-substitution"
    assert does(pharmacy, K.DISPENSED, boxes[3], **only) == "recorded"


def test_a_changed_and_a_stopped_order_take_effect_at_once(house: House) -> None:
    patient = registered(house, 1)
    physician, nurse = physician_of(house), house.handheld("W07", "2307")
    place(physician, ordered("YZ-1", "ZY20260001"))
    boxes, store = [box_code(f"C{n}") for n in range(4)], house.handheld("STORE", "0417")
    assert does(store, K.RECEIVED, *boxes) == "recorded"
    assert does(store, K.MOVED, *boxes, destination="W07") == "recorded"
    four = NOON.replace(hour=16)
    half = {"amount": "50", "unit": "mg"}
    assert revise(physician, "YZ-1", "change", dose=half) == "recorded"
    assert given(nurse, giving(boxes[0], patient, "YZ-1", four)) == "wrong-dose"
    assert given(nurse, giving(boxes[0], patient, "YZ-1", four, dose=half)) == "recorded"

    later = {"frequency": "q8h", "start": NOON.replace(hour=22).isoformat()}
    assert revise(physician, "YZ-1", "change", **later) == "recorded"
    night = giving(boxes[1], patient, "YZ-1", NOON.replace(hour=22), dose=half)
    assert given(nurse, night) == "recorded"
    assert revise(physician, "YZ-1", "stop") == "recorded"
    morning = NOON.replace(hour=22) + timedelta(hours=8)
    assert given(nurse, giving(boxes[2], patient, "YZ-1", morning, dose=half)) == "order-stopped"
    assert revise(physician, "YZ-1", "change", dose=DOSE) == "order-stopped"
    assert due(nurse, 1) == []

    out_of_reach = giving(boxes[2], patient, "YZ-1", morning, dose=half, after_the_fact=True)
    (outcome,) = nurse.record(out_of_reach)
    assert outcome["outcome"] == "recorded"
    assert [each["reason"] for each in outcome["exceptions"]] == ["order-stopped"]
    told = physician.get("/order?type=medication&number=YZ-1").json
    assert (told["state"], told["lines"][0]["fulfilled"]) == ("stopped", 3)


def test_who_orders_does_not_give_and_who_gives_does_not_order(house: House) -> None:
    patient = registered(house, 1)
    physician, nurse = physician_of(house), house.handheld("W07", "2307")
    paper = {"orders": [ordered("YZ-1", "ZY20260001")]}
    assert nurse.post("/orders", paper).status_code == 403
    assert house.handheld("PHARM", "0533").post("/orders", paper).status_code == 403
    place(physician, paper["orders"][0])
    told = giving(box_code("1"), patient, "YZ-1", NOON)
    assert physician.post("/events", {"events": [told]}).status_code == 403
    assert physician.post("/bedside/due", {"wristband": "V-0001"}).status_code == 403


def test_every_fault_of_an_order_of_care_is_told(house: House) -> None:
    registered(house, 1)
    physician = physician_of(house)
    line = {"product": OURS.code, "dose": DOSE, "route": "iv"}
    wrong = [
        (ordered("A", "ZY20269999"), "patient", "patient-unknown"),
        (ordered("B", "ZY20260001", frequency="now and then"), "frequency", "frequency-unknown"),
        (ordered("C", "ZY20260001", lines=[line, line]), "lines", "medication-one-line"),
        (ordered("D", "ZY20260001", stop=EIGHT.isoformat()), "stop", "schedule-stop"),
        (ordered("E", "ZY20260001", lines=[{"generic": "X", **line}]), "", "unknown-generic"),
        (ordered("F", "ZY20260001", lines=[{"product": "NONE", **line}]), "", None),
        (ordered("G", "ZY20260001", lines=[{"product": OURS.code}]), "", "required"),
        (prescribed("H", "ZY20260001", 1) | {"frequency": "bid"}, "frequency", "not-wanted"),
        (ordered("I", "ZY20260001"), "", None),
    ]
    answer = physician.post("/orders", {"orders": [each for each, _, _ in wrong], "dry_run": True})
    assert answer.status_code == 200, answer.text
    for filed, (_, field, code) in zip(answer.json["orders"], wrong, strict=True):
        codes = [fault["code"] for fault in filed["faults"]]
        assert code is None or code in codes, filed
        assert not field or any(fault["at"].endswith(f".{field}") for fault in filed["faults"])
        assert all("{" not in fault["text"]["zh"] for fault in filed["faults"])
    assert answer.json["orders"][-1]["faults"] == []
