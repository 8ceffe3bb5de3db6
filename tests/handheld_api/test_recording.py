"""Events from a handheld: recorded once, refused with a sentence, or answered with a problem."""

from __future__ import annotations

from typing import Any

import pytest
from uuid6 import uuid7

from tests.handheld_api.handhelds import STENT_GTIN, SYRINGE_GTIN, House, box_code, event
from trace import EventKind

BOX = box_code("8837")
DRUG = "83271160000000000012"
STENT = f"]d201{STENT_GTIN}17281231" + "10S77\x1d21ST001"
SYRINGES = f"01{SYRINGE_GTIN}" + "10L1"


def test_one_box_from_the_store_to_the_patient(either_house: House) -> None:
    house = either_house
    store, pharmacy = house.handheld("STORE", "0417"), house.handheld("PHARM", "0533")
    ward = house.handheld("W07", "2307")
    patient = house.tokens.patient
    (received,) = store.record(event(EventKind.RECEIVED, BOX, party="华东医药"))
    (moved,) = store.record(event(EventKind.MOVED, BOX, destination="PHARM"))
    (dispensed,) = pharmacy.record(
        event(EventKind.DISPENSED, BOX, at="PHARM", destination="W07", patient=patient)
    )
    (given,) = ward.record(event(EventKind.ADMINISTERED, BOX, at="W07", patient=patient))
    assert [each["outcome"] for each in (received, moved, dispensed, given)] == ["recorded"] * 4
    seqs = [each["receipt"]["seq"] for each in (received, moved, dispensed, given)]
    assert seqs == sorted(seqs)
    assert [each["medtrace:person"] for each in house.events()] == ["0417", "0417", "0533", "2307"]
    assert ward.post("/scan", {"raw": BOX}).json["state"]["status"] == "administered"


def test_an_event_says_who_where_with_what_and_why(house: House) -> None:
    store = house.handheld("STORE", "0417")
    told = event(
        EventKind.RECEIVED,
        {"scan": DRUG, "lot": "24113", "expiry": "2027-10-31"},
        documents=[{"type": "desadv", "id": "DN-1"}, {"type": "prescription", "id": "RX-9"}],
        party="青禾医药",
        note="外箱破损\n内盒完好",
    )
    assert store.record(told)[0]["outcome"] == "recorded"
    (entry,) = house.events()
    assert entry["epcList"] == [f"urn:medtrace:cn-drug:{DRUG}"]
    assert entry["medtrace:labels"] == [{"lot": "24113", "expiry": "2027-10-31"}]
    assert entry["medtrace:device"] == store.get("/device").json["device_id"]
    assert entry["bizTransactionList"][0] == {
        "type": "desadv",
        "bizTransaction": "urn:medtrace:doc:DN-1",
    }
    assert entry["medtrace:note"] == "外箱破损\n内盒完好"


def test_amounts_of_a_lot(house: House) -> None:
    store = house.handheld("STORE", "0417")
    (received,) = store.record(event(EventKind.RECEIVED, {"scan": SYRINGES, "quantity": 40}))
    (moved,) = store.record(event(EventKind.MOVED, SYRINGES, destination="W07"))
    (too_many,) = store.record(
        event(EventKind.MOVED, {"scan": SYRINGES, "quantity": 40}, destination="W07")
    )
    assert [received["outcome"], moved["outcome"]] == ["recorded", "recorded"]
    assert too_many["reason"] == "not-enough"
    assert too_many["text"]["zh"] == "一次性使用无菌注射器：这里只有 39，要 40"


def test_sent_again_it_is_the_same_event(either_house: House) -> None:
    store = either_house.handheld("STORE", "0417")
    told = event(EventKind.RECEIVED, BOX)
    (first,) = store.record(told)
    (again,) = store.record(told)
    assert again == {**first, "outcome": "already-recorded"}
    in_one_call = event(EventKind.MOVED, BOX, destination="PHARM")
    outcomes = [each["outcome"] for each in store.record(in_one_call, in_one_call)]
    assert outcomes == ["recorded", "already-recorded"]
    assert len(either_house.events()) == 2


def test_other_content_under_the_same_id_is_a_conflict(house: House) -> None:
    store = house.handheld("STORE", "0417")
    told = event(EventKind.RECEIVED, BOX)
    store.record(told)
    (conflict,) = store.record({**told, "note": "又来"})
    assert (conflict["outcome"], conflict["reason"]) == ("refused", "id-conflict")
    assert conflict["receipt"] is None
    assert len(house.events()) == 1


def test_a_refusal_is_an_answer_in_both_languages_and_on_record(house: House) -> None:
    store = house.handheld("STORE", "0417")
    store.record(event(EventKind.RECEIVED, BOX))
    (again,) = store.record(event(EventKind.RECEIVED, BOX))
    assert again["outcome"] == "refused"
    assert again["reason"] == "already-received"
    assert again["text"] == {
        "zh": "这一件收过了，在中心药库。放到一边",
        "en": "Received already, it is in 中心药库. Set it aside",
    }
    (refusal,) = house.refusals()
    assert refusal["context"]["refused"] == "already-received"
    assert again["receipt"]["seq"] == house.hospital.ledger.head().size - 1


def test_a_refusal_does_not_fail_its_neighbours(house: House) -> None:
    store = house.handheld("STORE", "0417")
    outcomes = store.record(
        event(EventKind.RECEIVED, box_code("1")),
        event(EventKind.MOVED, box_code("never-seen"), destination="PHARM"),
        event(EventKind.MOVED, box_code("1"), destination="PHARM"),
    )
    assert [each["outcome"] for each in outcomes] == ["recorded", "refused", "recorded"]
    assert [each["reason"] for each in outcomes] == [None, "not-received", None]


REFUSED: dict[str, tuple[str, dict[str, Any]]] = {
    "expired lot": ("expired", event(EventKind.RECEIVED, box_code("9", expiry="260101"))),
    "unknown code": ("unknown-code", event(EventKind.MOVED, "(01)09506000134352(21)X")),
    "unknown place": ("unknown-location", event(EventKind.MOVED, BOX, destination="ROOM-404")),
    "nothing received": ("not-received", event(EventKind.MOVED, BOX, destination="PHARM")),
    "twice in one": ("listed-twice", event(EventKind.RECEIVED, BOX, BOX)),
}


@pytest.mark.parametrize(("reason", "told"), REFUSED.values(), ids=REFUSED)
def test_refused_with_a_stable_reason(house: House, reason: str, told: dict[str, Any]) -> None:
    (outcome,) = house.handheld("STORE", "0417").record({**told, "id": str(uuid7())})
    assert (outcome["outcome"], outcome["reason"]) == ("refused", reason)
    assert outcome["text"]["zh"] != reason
    assert "{" not in outcome["text"]["zh"] + outcome["text"]["en"]
    assert house.events() == []


def test_without_the_patient_nothing_is_given(house: House) -> None:
    house.handheld("STORE", "0417").record(
        event(EventKind.RECEIVED, STENT), event(EventKind.MOVED, STENT, destination="OR1")
    )
    theatre = house.handheld("OR1", "3105")
    (refused,) = theatre.record(event(EventKind.IMPLANTED, STENT, at="OR1"))
    (implanted,) = theatre.record(
        event(EventKind.IMPLANTED, STENT, at="OR1", patient=house.tokens.patient)
    )
    assert refused["reason"] == "patient-missing"
    assert implanted["outcome"] == "recorded"


FORBIDDEN = {
    "another's work": ("STORE", "0417", event(EventKind.DISPENSED, BOX, at="STORE")),
    "another station": ("PHARM", "0533", event(EventKind.RECEIVED, BOX, at="STORE")),
    "another ward": ("W07", "2307", event(EventKind.ADMINISTERED, BOX, at="W08")),
    "a device that is not for it": ("STORE", "0533", event(EventKind.DISPENSED, BOX, at="STORE")),
    "a person who is elsewhere": ("STORE", "2307", event(EventKind.MOVED, BOX, at="STORE")),
    "a place that is not there": ("STORE", "0417", event(EventKind.MOVED, BOX, at="ROOM-404")),
}


@pytest.mark.parametrize(("station", "person", "told"), FORBIDDEN.values(), ids=FORBIDDEN)
@pytest.mark.parametrize("before", [0, 3])
def test_one_forbidden_event_and_nothing_of_the_call_is_recorded(
    house: House, station: str, person: str, told: dict[str, Any], before: int
) -> None:
    allowed = [event(EventKind.QUARANTINED, box_code(str(n)), at=station) for n in range(before)]
    response = house.handheld(station, person).post("/events", {"events": [*allowed, told]})
    assert response.status_code == 403
    assert response.json["code"] == "forbidden"
    assert house.events() == []
    assert house.refusals() == []
    denied = house.hospital.ledger.entries(0, house.hospital.ledger.head().size)[-1]
    assert denied.kind == "access"


def test_at_most_500_events_in_one_call(house: House) -> None:
    store = house.handheld("STORE", "0417")
    many = [event(EventKind.RECEIVED, box_code(str(number))) for number in range(501)]
    response = store.post("/events", {"events": many})
    assert response.status_code == 422
    assert (response.json["field"], response.json["errors"][0]["code"]) == ("events", "field-count")
    assert house.events() == []
    assert {each["outcome"] for each in store.record(*many[:500])} == {"recorded"}
