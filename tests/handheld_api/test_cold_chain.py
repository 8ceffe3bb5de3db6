"""Sensors send their readings, what they harm is held, and people decide."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from uuid6 import uuid7

from inventory import Definition, Flag, Location, Temperatures
from tests.handheld_api.handhelds import (
    SYRINGE_GTIN,
    SYRINGES,
    Handheld,
    House,
    enrol,
    event,
)
from tests.support import NOON
from trace import EventKind

FRIDGE = Location(
    "F1", "冷柜 1", "fridge", "STORE", temperatures=Temperatures(Decimal(2), Decimal(8))
)
GOODS = f"(01){SYRINGE_GTIN}(10)L1"


@pytest.fixture
def cold(house: House) -> House:
    """A fridge in the store with syringes of the cold chain."""
    things = (FRIDGE, replace(SYRINGES, flags=frozenset({Flag.COLD_CHAIN})))
    made = [Definition(id=uuid7(), time=NOON, thing=thing) for thing in things]
    house.hospital.recorder.record(made)
    received = event(EventKind.RECEIVED, {"scan": GOODS, "quantity": 10}, at="F1")
    (outcome,) = house.handheld("STORE", "0417").record(received)
    assert outcome["outcome"] == "recorded"
    return house


def gateway(house: House, station: str = "STORE") -> Handheld:
    found = house.stranger()
    token = enrol(house.hospital, station, "sensor")
    found.headers["Authorization"] = f"Bearer {token}"
    return found


def readings_of(house: House) -> list[dict[str, Any]]:
    """Every reading in the ledger."""
    entries = (stored.parse() for stored in house.stored())
    return [entry.event for entry in entries if entry.kind == "reading"]


def reading(*values: float, place: str = "F1", **more: Any) -> dict[str, Any]:  # noqa: ANN401 -- fields
    samples = [
        {"time": (NOON + timedelta(minutes=minute)).isoformat(), "temperature": value}
        for minute, value in enumerate(values, 1)
    ]
    return {"id": str(uuid7()), "place": place, "sensor": "T1", "samples": samples, **more}


def test_a_sensor_sends_alone_and_harmed_goods_are_held(cold: House) -> None:
    sensor = gateway(cold)
    fine = sensor.post("/readings", {"readings": [reading(5, 6.25)]})
    assert (fine.status_code, fine.json["held"]) == (200, 0)
    sent = reading(5, 6, 9.75)
    warm = sensor.post("/readings", {"readings": [sent]})
    assert warm.json["held"] == 1
    assert warm.json["outcomes"][0]["id"] == sent["id"]
    again = sensor.post("/readings", {"readings": [sent]})
    assert (again.json["outcomes"][0]["outcome"], again.json["held"]) == ("already-recorded", 0)
    last = cold.events()[-1]
    assert last["medtrace:kind"] == "quarantined"
    assert last["quantityList"] == [
        {"epcClass": f"https://id.gs1.org/01/{SYRINGE_GTIN}/10/L1", "quantity": 10}
    ]


def test_excursions_are_listed_and_decided(cold: House) -> None:
    gateway(cold).post("/readings", {"readings": [reading(9)]})
    store = cold.handheld("STORE", "0417")
    (found,) = store.get("/excursions").json["excursions"]
    assert (found["number"], found["place"], found["highest"]) == (1, "F1", "9")
    assert (found["limits"], found["ended"]) == ("2–8 ℃", False)
    body = {"id": str(uuid7()), "time": NOON.isoformat(), "number": 1, "note": "已评估"}
    refused = store.post("/excursion/decision", body)
    assert (refused.status_code, refused.json["code"]) == (403, "forbidden")
    pharmacist = cold.handheld("STORE", "0533")
    assert pharmacist.post("/excursion/decision", {**body, "number": 9}).status_code == 404
    assert pharmacist.post("/excursion/decision", body).json["outcome"] == "recorded"
    assert pharmacist.get("/excursions").json == {"excursions": []}
    other = {**body, "id": str(uuid7())}
    assert pharmacist.post("/excursion/decision", other).json["reason"] == "unknown-excursion"


def test_a_person_may_send_what_they_read_off(cold: House) -> None:
    by_hand = cold.handheld("STORE", "0417").post("/readings", {"readings": [reading(5)]})
    assert by_hand.status_code == 200
    (entry,) = readings_of(cold)
    assert entry["medtrace:person"] == "0417"


def test_a_sensor_speaks_for_its_own_station_alone(cold: House) -> None:
    elsewhere = gateway(cold, "W07").post("/readings", {"readings": [reading(5)]})
    assert (elsewhere.status_code, elsewhere.json["code"]) == (403, "forbidden")
    alone = cold.handheld("STORE").post("/readings", {"readings": [reading(5)]})
    assert (alone.status_code, alone.json["code"]) == (403, "forbidden")
    sensor = gateway(cold)
    assert sensor.get("/excursions").status_code == 403
    assert sensor.post("/events", {"events": []}).status_code == 403
    assert readings_of(cold) == []


SAMPLE = {"time": "2026-11-22T12:00:00+08:00", "temperature": 5}


@pytest.mark.parametrize(
    ("changed", "field", "code"),
    [
        ({"samples": []}, "readings.0.samples", "field-count"),
        ({"samples": [SAMPLE, SAMPLE]}, "readings.0.samples", "samples-out-of-order"),
        ({"samples": [{"time": SAMPLE["time"]}]}, "readings.0.samples.0.temperature", "required"),
        (
            {"samples": [{**SAMPLE, "temperature": "warm"}]},
            "readings.0.samples.0.temperature",
            "field-number",
        ),
        (
            {"samples": [{**SAMPLE, "temperature": -300}]},
            "readings.0.samples.0.lowest",
            "temperature-impossible",
        ),
        (
            {"samples": [{**SAMPLE, "temperature": 1e400}]},
            "readings.0.samples.0.temperature",
            "field-number",
        ),
        (
            {"samples": [{"time": "2026-11-22T12:00:00", "temperature": 5}]},
            "readings.0.samples.0.time",
            "time-without-zone",
        ),
        ({"sensor": ""}, "readings.0.sensor", "field-length"),
        ({"place": "a\nb"}, "readings.0.place", "field-characters"),
        ({"id": "x"}, "readings.0.id", "field-uuid"),
    ],
)
def test_a_broken_reading_says_where(
    cold: House, changed: dict[str, Any], field: str, code: str
) -> None:
    answer = gateway(cold).post("/readings", {"readings": [{**reading(5), **changed}]})
    assert answer.status_code == 422
    told = [(each["field"], each["code"]) for each in answer.json.get("errors", [])]
    assert (field, code) in [*told, (answer.json["field"], answer.json["code"])]
    assert readings_of(cold) == []
