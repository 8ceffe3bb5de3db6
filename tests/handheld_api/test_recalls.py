"""What handhelds learn of recalls, and what is told through them."""

from __future__ import annotations

from uuid6 import uuid7

from inventory import Extent, Range
from recall import Recall, RecallClass, Scope
from tests.handheld_api.handhelds import House, box_code, event
from tests.support import NOON
from trace import EventKind


def opened(house: House, *, drill: bool = False, case_id: str = "RC-1") -> None:
    house.hospital.recorder.record(
        [
            Recall(
                id=uuid7(),
                case_id=case_id,
                time=NOON,
                notified=NOON,
                recall_class=RecallClass.FIRST,
                reason="玻璃屑",
                source="江北生物制药",
                scope=(Scope("D001", ("B1",), Extent(serials=(Range("1", "9"),))),),
                drill=drill,
            )
        ]
    )


def test_a_handheld_gets_the_blocks_and_again_only_when_they_change(house: House) -> None:
    store = house.handheld("STORE")
    before = store.ask("GET", "/recalls/blocks")
    assert before.json["blocks"] == []
    opened(house)
    opened(house, drill=True, case_id="RC-2")
    response = store.ask("GET", "/recalls/blocks")
    (block,) = response.json["blocks"]
    assert (block["case"], block["class"], block["product"]) == ("RC-1", "I", "D001")
    assert block["identifiers"]
    assert block["extent"] == {"lots": ["B1"], "serials": [["1", "9"]]}
    assert response.json["version"] != before.json["version"]
    store.headers["If-None-Match"] = response.headers["ETag"]
    again = store.ask("GET", "/recalls/blocks")
    assert (again.status_code, again.content) == (304, b"")


def test_a_ward_sees_its_tasks_and_says_what_it_did(house: House) -> None:
    store, ward = house.handheld("STORE", "0417"), house.handheld("W07", "2307")
    boxes = [event(EventKind.RECEIVED, box_code(serial, lot="B1")) for serial in "12"]
    store.record(*boxes)
    opened(house)
    assert ward.ask("GET", "/recalls/tasks").json == {"tasks": []}
    (task,) = store.ask("GET", "/recalls/tasks").json["tasks"]
    assert (task["case"], task["work"], task["left"], task["state"]) == (
        "RC-1",
        "search",
        2,
        "open",
    )
    told = {"id": str(uuid7()), "time": NOON.isoformat(), "case": "RC-1", "work": "search"}
    for step, more in (("acknowledged", {}), ("counted", {"count": 2})):
        body = told | {"step": step, "id": str(uuid7())} | more
        assert store.post("/recalls/tasks", body).json["outcome"] == "recorded"
        assert store.post("/recalls/tasks", body).json["outcome"] == "already-recorded"
    refused = store.post("/recalls/tasks", told | {"step": "done"})
    assert (refused.json["reason"], refused.status_code) == ("task-unfinished", 200)
    (task,) = store.ask("GET", "/recalls/tasks").json["tasks"]
    assert (task["state"], task["count"]) == ("counted", 2)
    elsewhere = told | {"step": "acknowledged", "place": "STORE", "id": str(uuid7())}
    assert ward.post("/recalls/tasks", elsewhere).status_code == 403
