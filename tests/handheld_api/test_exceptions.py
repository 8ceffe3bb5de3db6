"""The work-list at the handheld: what waits, where, and who may resolve it."""

from __future__ import annotations

from typing import Any

import pytest
from uuid6 import uuid7

from tests.handheld_api.handhelds import Handheld, House
from tests.support import NOON, box
from tests.support import event as happened
from trace import EventKind, Recorded


def offline(house: House, serial: str, at: str) -> int:
    """A box that nobody received was dispensed there, by a handheld without a connection."""
    (outcome,) = house.hospital.recorder.record(
        [happened(EventKind.DISPENSED, box(serial), at=at, after_the_fact=True)]
    )
    assert isinstance(outcome, Recorded)
    return outcome.receipt.seq


def resolution(seq: int, **more: object) -> dict[str, Any]:
    note = "补收货"
    return {"id": str(uuid7()), "time": NOON.isoformat(), "seq": seq, "note": note, **more}


def waiting(handheld: Handheld) -> list[int]:
    answer = handheld.get("/exceptions")
    assert answer.status_code == 200, answer.text
    assert answer.json["after"] is None
    return [each["seq"] for each in answer.json["exceptions"]]


@pytest.fixture
def pharmacy(house: House) -> Handheld:
    return house.handheld("PHARM", "0533")


def test_what_waits_is_resolved_by_somebody_who_says_how(house: House, pharmacy: Handheld) -> None:
    seq = offline(house, "A1", "PHARM")
    (told,) = pharmacy.get("/exceptions").json["exceptions"]
    assert (told["seq"], told["reason"], told["location"]) == (seq, "not-received", "PHARM")
    assert told["key"] == box("A1").key
    done = pharmacy.post("/exceptions/resolution", resolution(seq))
    assert done.json["outcome"] == "recorded"
    assert waiting(pharmacy) == []
    again = pharmacy.post("/exceptions/resolution", resolution(seq))
    assert (again.json["outcome"], again.json["reason"]) == ("refused", "not-open")


def test_who_may_not_resolve_it_neither_sees_nor_resolves_it(house: House) -> None:
    seq = offline(house, "A1", "W07")
    nurse = house.handheld("W07", "2307")
    assert nurse.get("/exceptions").status_code == 403
    answer = nurse.post("/exceptions/resolution", resolution(seq))
    assert (answer.status_code, answer.json["code"]) == (403, "forbidden")


def test_what_is_not_there_is_not_resolved(pharmacy: Handheld) -> None:
    assert pharmacy.post("/exceptions/resolution", resolution(99_999)).status_code == 404
    empty = pharmacy.post("/exceptions/resolution", resolution(1, note=""))
    assert (empty.status_code, empty.json["field"]) == (422, "note")
