"""Theatre, kits, patients' own drugs and narcotics: each told through the handhelds' API."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

from PIL import Image
from uuid6 import uuid7

from access import Role
from hospital import tell_overdue
from scanning.drawing.symbols import draw_symbol
from tests.handheld_api.handhelds import (
    MORPHINE_GTIN,
    PIN,
    STENT_GTIN,
    SYRINGE_GTIN,
    Handheld,
    House,
    box_code,
    colleague,
    event,
)
from tests.stories.test_goods import does, resolve, state, stock, waiting
from tests.support import NOON, Clock
from trace import EventKind

K = EventKind
AMPOULES = f"]d201{MORPHINE_GTIN}17271231"
SETS = {"party": "SUPPLIER", "owner": "SUPPLIER"}
TODAY = NOON.date()


def lot_code(gtin: str, lot: str) -> str:
    """What a scanner sends for a label of goods that are counted."""
    return f"]d201{gtin}17271231" + f"10{lot}"


def said(handheld: Handheld, path: str, **body: Any) -> str:  # noqa: ANN401 -- the fields of a request
    """One record beside events; `recorded`, or why not."""
    answer = handheld.post(path, {"id": str(uuid7()), "time": NOON.isoformat(), **body})
    assert answer.status_code == 200, answer.text
    return str(answer.json["reason"] or answer.json["outcome"])


def pieces(lot: str, quantity: int) -> dict[str, Any]:
    """So many syringes of a lot."""
    return {"scan": lot_code(SYRINGE_GTIN, lot), "quantity": quantity}


def test_a_hip_replacement_with_nine_items(either_house: House) -> None:
    """Laid out by the surgeon's list; two opened and wasted, a consigned stem implanted."""
    house = either_house
    theatre, patient = house.handheld("OR1", "3105"), house.tokens.patient
    stem, cup = (box_code(serial, gtin=STENT_GTIN, lot="S1") for serial in ("STEM", "CUP"))
    consigned = theatre.record(event(K.RECEIVED, stem, cup, at="OR1", **SETS))
    assert [each["outcome"] for each in consigned] == ["recorded"]
    assert does(theatre, K.RECEIVED, pieces("L1", 9), at="OR1") == "recorded"

    lines = [{"product": "C001", "quantity": 7}, {"product": "M001", "quantity": 2, "hold": True}]
    mine = {"code": "THA-0417", "procedure": "全髋关节置换", "surgeon": "0417", "lines": lines}
    assert said(theatre, "/preference-lists", **mine) == "recorded"
    answer = theatre.get("/preference-lists?procedure=全髋关节置换&surgeon=0417")
    (preferred,) = answer.json["lists"]
    assert [line["short"] for line in preferred["lines"]] == [0, 0]
    assert preferred["lines"][0]["picks"] == [{"lot": "L1", "expiry": "2027-12-31", "take": 7}]

    assert does(theatre, K.OPENED, pieces("L1", 7), at="OR1") == "recorded"
    assert does(theatre, K.USED, pieces("L1", 5), at="OR1", patient=patient) == "recorded"
    assert does(theatre, K.WASTED, pieces("L1", 2), at="OR1", note="掉在地上") == "recorded"
    operation = {"at": "OR1", "patient": patient, "site": "左髋关节", "surgeon": "0417"}
    nameless = event(K.IMPLANTED, stem, at="OR1", patient=patient)
    del nameless["surgeon"]
    refused = theatre.post("/events", {"events": [nameless]})
    assert (refused.status_code, refused.json["field"]) == (422, "events.0.surgeon")
    assert does(theatre, K.IMPLANTED, stem, **operation) == "recorded"
    assert does(theatre, K.RETURNED, cup, at="OR1", party="SUPPLIER") == "recorded"
    used = {("OR1", "used"): 5, ("OR1", "wasted"): 2, ("OR1", "available"): 2}
    assert stock(house, "L1") == used
    implanted = next(x for x in house.events() if x["medtrace:kind"] == "implanted")
    assert (implanted["medtrace:site"], implanted["medtrace:surgeon"]) == ("左髋关节", "0417")
    assert implanted["medtrace:patient"] == patient
    (thing,) = implanted["context"]["things"]
    assert (thing["owner"], thing["bought"], thing["lot"]) == ("SUPPLIER", True, "S1")

    bought = theatre.get("/bought?party=SUPPLIER").json["lines"]
    assert [(line["product"], line["quantity"]) for line in bought] == [("M001", 1)]

    out = operation | {"at": "OR1", "note": "感染，取出"}
    assert does(theatre, K.EXPLANTED, stem, **out) == "recorded"
    assert state(house, stem) == "explanted"
    assert does(theatre, K.IMPLANTED, stem, **operation) == "explanted"
    assert does(theatre, K.RETURNED, stem, at="OR1", party="SUPPLIER") == "recorded"


def test_a_loaner_set_is_settled_the_same_day(house: House, clock: Clock) -> None:
    """Five stents come, two are used, two go out, one is missing until somebody explains it."""
    theatre = house.handheld("OR1", "3105")
    codes = [box_code(f"L{n}", gtin=STENT_GTIN, lot="S7") for n in range(6)]
    number = {"number": "LS-1"}
    paper = {"documents": [{"type": "loaner", "id": "LS-1"}], "at": "OR1"}
    declared = {**number, "party": "SUPPLIER", "due": TODAY.isoformat(), "procedure": "OP-1"}
    lines = [{"product": "M001", "quantity": 5}]
    assert said(theatre, "/loaners", **declared, lines=lines) == "recorded"
    assert said(theatre, "/loaners", **declared, lines=lines) == "order-exists"
    assert does(theatre, K.RECEIVED, codes[0], **paper, party="OTHER", owner="OTHER") == (
        "wrong-owner"
    )
    assert does(theatre, K.RECEIVED, pieces("L1", 1), **paper, **SETS) == "not-on-order"
    assert does(theatre, K.RECEIVED, *codes, **paper, **SETS) == "too-many"
    assert does(theatre, K.RECEIVED, *codes[:5], **paper, **SETS) == "recorded"
    operation = {"patient": house.tokens.patient, "site": "冠脉", "surgeon": "0417"}
    assert does(theatre, K.IMPLANTED, *codes[:2], **paper, **operation) == "recorded"
    assert does(theatre, K.RETURNED, *codes[2:4], **paper, party="SUPPLIER") == "recorded"
    (waits,) = theatre.get("/loaners").json["loaners"]
    (line,) = waits["lines"]
    assert (line["came"], line["used"], line["out"], waits["overdue"]) == (5, 2, 2, False)

    clock.advance(days=1)
    assert set(tell_overdue(house.hospital, uuid7)) == {"LS-1"}
    assert tell_overdue(house.hospital, uuid7) == {}, "each is told once"
    theatre = house.handheld("OR1", "3105")
    assert said(theatre, "/loaner/closing", **number) == "recorded"
    assert said(theatre, "/loaner/closing", **number) == "order-closed"
    assert does(theatre, K.RETURNED, codes[4], **paper, party="SUPPLIER") == "order-closed"
    colleague(house.hospital, "9001", Role.EQUIPMENT_OFFICE, "OR1")
    office = house.handheld("OR1", "9001")
    found = waiting(office)
    assert [each["reason"] for each in found] == ["loaner-overdue", "loaner-difference"]
    assert {each["location"] for each in found} == {"OR1"}
    assert "M001" in found[1]["text"]["zh"]
    for each in found:
        assert resolve(office, each) == "recorded"
    assert waiting(office) == []
    assert house.handheld("OR1", "3105").get("/loaners").json["loaners"] == []


def test_labels_of_one_photo_become_one_record(house: House) -> None:
    """A drawn sheet of five labels is read back: three implants, and two syringes of one lot."""
    theatre = house.handheld("OR1", "3105")
    implants = [f"(01){STENT_GTIN}(17)271231(10)S3(21)F{n}" for n in range(3)]
    syringe = f"(01){SYRINGE_GTIN}(17)271231(10)L9"
    sheet = Image.new("L", (1500, 1000), 255)
    for place, content in enumerate([*implants, syringe, syringe]):
        symbol = Image.open(BytesIO(draw_symbol(content, "gs1-datamatrix"))).convert("L")
        symbol.thumbnail((300, 300))
        sheet.paste(symbol, (100 + place % 3 * 480, 100 + place // 3 * 480))
    png = BytesIO()
    sheet.save(png, "PNG")
    answer = theatre.photo(png.getvalue())
    assert answer.status_code == 200, answer.text
    ticked = [
        {"scan": each["scan"], "quantity": each["quantity"]} for each in answer.json["things"]
    ]
    assert sorted(each["quantity"] for each in ticked) == [1, 1, 1, 2]
    assert does(theatre, K.RECEIVED, *ticked, at="OR1") == "recorded"
    (record,) = house.events()
    assert len(record["epcList"]) == 3
    assert record["quantityList"] == [
        {"epcClass": f"https://id.gs1.org/01/{SYRINGE_GTIN}/10/L9", "quantity": 2}
    ]


def test_a_kit_is_opened_in_an_emergency(house: House, clock: Clock) -> None:
    ward = house.handheld("W07", "2307")
    kit = {"location": "W07"}
    contents = [{"product": "D001", "quantity": 2}, {"product": "C001", "quantity": 5}]
    seal = {**kit, "doing": "seal", "seal": "S-1"}
    assert said(ward, "/kit/acts", **seal) == "not-a-kit"
    assert said(ward, "/kits", **kit, contents=contents) == "recorded"
    boxes = [box_code("K1"), box_code("K2", lot="A2412", expiry="261201")]
    store = house.handheld("STORE", "0417")
    assert does(store, K.RECEIVED, *boxes, pieces("L1", 5)) == "recorded"
    assert does(store, K.MOVED, *boxes, pieces("L1", 4), destination="W07") == "recorded"
    assert said(ward, "/kit/acts", **seal) == "kit-incomplete"
    assert does(store, K.MOVED, pieces("L1", 1), destination="W07") == "recorded"
    assert said(ward, "/kit/acts", **seal) == "recorded"
    assert said(ward, "/kit/acts", **seal) == "kit-sealed"
    (ready,) = ward.get("/kits").json["kits"]
    assert (ready["seal"], ready["soonest"], ready["wants"]) == ("S-1", "2026-12-01", ["expiring"])

    check = {**kit, "doing": "check"}
    assert said(ward, "/kit/acts", **check, seal="S-1") == "recorded"
    given = {"at": "W07", "patient": house.tokens.patient}
    assert does(ward, K.ADMINISTERED, boxes[0], **given) == "recorded", "nobody is stopped"
    (opened,) = ward.get("/kits").json["kits"]
    assert opened["wants"] == ["open", "short", "expiring"]
    assert opened["short"] == {"D001": 1}
    assert house.events()[-1]["context"]["kitOpened"] == ["W07"]
    assert said(ward, "/kit/acts", **seal) == "kit-incomplete"
    assert does(store, K.RECEIVED, box_code("K3")) == "recorded"
    assert does(store, K.MOVED, box_code("K3"), destination="W07") == "recorded"
    assert said(ward, "/kit/acts", **{**seal, "seal": "S-2"}) == "recorded"

    assert said(ward, "/kit/acts", **check, seal="S-9") == "recorded"
    pharmacist = house.handheld("PHARM", "0533")
    assert [each["reason"] for each in waiting(pharmacist)] == ["seal-broken"]
    clock.advance(days=20)
    (late,) = house.handheld("W07", "2307").get("/kits").json["kits"]
    assert "expired" in late["wants"]


def test_a_patients_own_drug_comes_and_goes_with_the_patient(house: House) -> None:
    ward, patient = house.handheld("W07", "2307"), house.tokens.patient
    own = box_code("OWN", lot="P1")
    assert does(ward, K.BROUGHT, own, at="W07") == "patient-missing"
    assert does(ward, K.BROUGHT, own, at="W07", patient=patient) == "recorded"
    stranger = f"urn:uuid:{uuid7()}"
    assert does(ward, K.ADMINISTERED, own, at="W07", patient=stranger) == "wrong-patient"
    assert ward.get("/stock").json["stock"] == [], "none of it is the hospital's"
    assert does(ward, K.HANDED_BACK, own, at="W07", patient=patient) == "recorded"
    assert state(house, own) == "handed-back"


def test_a_day_of_narcotics_with_its_closing_and_an_ampoule_missing(either_house: House) -> None:
    house, patient = either_house, either_house.tokens.patient
    colleague(house.hospital, "2308", Role.NURSE, "W07")
    colleague(house.hospital, "9002", Role.PHARMACIST, "W07")
    two = {"signatures": [{"pin": PIN}, {"badge": "BADGE-2308", "pin": PIN}]}
    pharmacist = house.handheld("W07", "9002")
    vials = [f"{AMPOULES}10N1\x1d21V{n}" for n in range(4)]
    received = {"at": "W07", "party": "国控江州"}
    by_pharmacist = {"signatures": [{"pin": PIN}, {"badge": "BADGE-0533", "pin": PIN}]}
    assert does(pharmacist, K.RECEIVED, *vials, **received, **by_pharmacist) == "recorded"
    ward = house.handheld("W07", "2307")
    for vial in vials[:2]:
        given = {"at": "W07", "patient": patient, **two}
        assert does(ward, K.ADMINISTERED, vial, **given) == "recorded"

    back = [{"product": "N001", "quantity": 1}]
    alone = ward.post(
        "/narcotics/ampoules",
        {"id": str(uuid7()), "time": NOON.isoformat(), "counted": back},
    )
    assert (alone.status_code, alone.json["code"]) == (409, "signature-required")
    assert said(ward, "/narcotics/ampoules", counted=back, **two) == "recorded"
    (standing,) = ward.get("/narcotics").json["products"]
    assert standing == {"product": "N001", "books": 2, "used": 2, "empties": 1}

    evening = (NOON + timedelta(hours=5)).isoformat()
    closing = {"day": TODAY.isoformat(), "counted": [{"product": "N001", "quantity": 2}]}
    closing |= {"time": evening, **two}
    assert said(ward, "/narcotics/closing", **{**closing, "counted": []}) == "closing-incomplete"
    assert said(ward, "/narcotics/closing", **closing) == "recorded"
    pharmacist = house.handheld("PHARM", "0533")
    (waits,) = waiting(pharmacist)
    assert (waits["reason"], waits["location"]) == ("ampoules-missing", "W07")
    assert resolve(pharmacist, waits) == "recorded"

    late = {"at": "W07", "patient": patient, **two}
    assert does(ward, K.ADMINISTERED, vials[2], **late) == "day-closed"
    account = ward.get("/narcotics/account?product=N001").json
    lines = [
        (each["kind"], each["came"], each["went"], each["balance"]) for each in account["lines"]
    ]
    assert lines == [("received", 4, 0, 4), ("administered", 0, 1, 3), ("administered", 0, 1, 2)]
    given = account["lines"][1]
    assert (given["person"], given["second_person"]) == ("2307", "2308")
    assert given["patient"] == patient
    empty = ward.get("/narcotics/account?product=N001&until=2026-11-21").json
    assert (empty["opening"], empty["lines"]) == (0, [])
    after = ward.get("/narcotics/account?product=N001&since=2026-11-23").json
    assert (after["opening"], after["lines"]) == (2, [])
