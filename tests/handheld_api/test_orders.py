"""Orders at the handheld: placed, waited for, received against, changed and closed."""

from __future__ import annotations

from typing import Any

import pytest
from uuid6 import uuid7

from tests.handheld_api.handhelds import Handheld, House, box_code, event
from tests.support import NOON
from trace import EventKind

CASE = "83271160000000000012"


def order(number: str = "PO-1", type_: str = "po", **more: object) -> dict[str, Any]:
    """An order of 2 boxes for the store."""
    lines = [{"product": "D001", "quantity": 2}]
    return {"type": type_, "number": number, "destination": "STORE", "lines": lines} | more


def place(handheld: Handheld, *orders: dict[str, Any], **more: object) -> list[dict[str, Any]]:
    answer = handheld.post("/orders", {"orders": list(orders), **more})
    assert answer.status_code == 200, answer.text
    filed: list[dict[str, Any]] = answer.json["orders"]
    return filed


def revise(handheld: Handheld, doing: str, number: str = "PO-1", **more: object) -> dict[str, Any]:
    body = {
        "id": str(uuid7()),
        "time": NOON.isoformat(),
        "type": "po",
        "number": number,
        "doing": doing,
        **more,
    }
    answer = handheld.post("/order/revisions", body)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json
    return told


def look(handheld: Handheld, number: str = "PO-1", type_: str = "po") -> dict[str, Any]:
    answer = handheld.get(f"/order?type={type_}&number={number}")
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json
    return told


def receive(handheld: Handheld, *scans: str, on: str = "PO-1") -> str | None:
    papers = [{"type": "desadv" if on.startswith("DN") else "po", "id": on}]
    (outcome,) = handheld.record(event(EventKind.RECEIVED, *scans, documents=papers))
    reason: str | None = outcome["reason"]
    return reason


def test_a_store_receives_what_it_ordered(either_house: House) -> None:
    store = either_house.handheld("STORE", "0417")
    (filed,) = place(store, order())
    assert (filed["placed"], filed["faults"]) == (True, [])
    assert [each["number"] for each in store.get("/orders").json["orders"]] == ["PO-1"]
    assert receive(store, box_code("1"), box_code("2")) is None
    assert receive(store, box_code("3")) == "too-many"
    told = look(store)
    assert (told["state"], told["lines"][0]["fulfilled"]) == ("fulfilled", 2)
    assert len(told["steps"]) == 2
    assert store.get("/orders").json["orders"] == []


def test_an_order_is_changed_and_closed(house: House) -> None:
    store = house.handheld("STORE", "0417")
    place(store, order())
    more = [{"product": "C001", "quantity": 5, "lot": "L1"}]
    changed = revise(store, "change", lines=[{"line": 1, "quantity": 3}], added=more)
    assert changed["outcome"] == "recorded"
    assert [each["quantity"] for each in look(store)["lines"]] == [3, 5]
    assert revise(store, "close")["outcome"] == "recorded"
    again = revise(store, "cancel")
    assert (again["outcome"], again["reason"]) == ("refused", "order-closed")
    assert "PO-1" in again["text"]["zh"]
    assert receive(store, box_code("1")) == "order-closed"


def test_everything_that_is_wrong_is_told_at_once(house: House) -> None:
    store = house.handheld("STORE", "0417")
    wrong = order("PO-2", lines=[{"product": "D999", "quantity": 1}])
    dear = order("DN-1", "desadv", packages=[{"container": CASE, "code": "nothing"}])
    filed = place(store, order(), wrong, dear, order())
    assert [each["placed"] for each in filed] == [True, False, False, False]
    assert [fault["at"] for each in filed for fault in each["faults"]] == [
        "orders.1.lines.0.product",
        "orders.2.packages.0.code",
        "orders.3.number",
    ]


def test_a_dry_run_records_nothing(house: House) -> None:
    store = house.handheld("STORE", "0417")
    (filed,) = place(store, order(), dry_run=True)
    assert (filed["placed"], filed["faults"]) == (False, [])
    assert store.get("/orders").json["orders"] == []


def test_a_delivery_note_says_what_lies_in_a_case(house: House) -> None:
    store = house.handheld("STORE", "0417")
    inside = [{"container": CASE, "code": box_code(str(serial))} for serial in range(3)]
    note = {"type": "desadv", "number": "DN-1", "destination": "STORE", "packages": inside}
    (filed,) = place(store, note)
    assert filed["placed"], filed
    (line,) = look(store, "DN-1", "desadv")["lines"]
    assert (line["product"], line["lot"], line["quantity"]) == ("D001", "A2405", 3)
    assert receive(store, *(box_code(str(serial)) for serial in range(3)), on="DN-1") is None


def test_a_person_orders_for_their_own_place_only(house: House) -> None:
    store = house.handheld("STORE", "0417")
    answer = store.post("/orders", {"orders": [order(), order("PO-2", destination="W07")]})
    assert (answer.status_code, answer.json["code"]) == (403, "forbidden")
    assert store.get("/orders").json["orders"] == []
    nurse = house.handheld("W07", "2307")
    assert nurse.post("/orders", {"orders": [order(destination="W07")]}).status_code == 403


def test_an_order_of_another_place_is_not_shown(house: House) -> None:
    place(house.handheld("STORE", "0417"), order())
    nurse = house.handheld("W07", "2307")
    assert nurse.get("/order?type=po&number=PO-1").status_code == 403
    assert nurse.get("/order?type=po&number=PO-9").status_code == 404
    assert nurse.get("/orders").json["orders"] == []


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"lines": [{"product": "D001", "quantity": 0}]}, "orders.0.lines.0.quantity"),
        ({"type": "invoice"}, "orders.0.type"),
        ({"number": "a\nb"}, "orders.0.number"),
        ({"packages": [{"code": "X"}]}, "orders.0.packages.0.container"),
        ({"lines": [{"product": "D001", "quantity": 1, "expiry": "soon"}]}, None),
    ],
)
def test_what_is_no_order_is_a_problem(house: House, more: dict[str, Any], field: str) -> None:
    store = house.handheld("STORE", "0417")
    answer = store.post("/orders", {"orders": [order() | more]})
    assert answer.status_code == 422
    assert answer.json["field"] == (field or "orders.0.lines.0.expiry")


def test_a_change_of_a_product_that_nobody_knows_is_a_problem(house: House) -> None:
    store = house.handheld("STORE", "0417")
    place(store, order())
    body = {"id": str(uuid7()), "time": NOON.isoformat(), "type": "po", "number": "PO-1"}
    added = [{"product": "D999", "quantity": 1}]
    answer = store.post("/order/revisions", body | {"doing": "change", "added": added})
    assert (answer.status_code, answer.json["code"]) == (422, "unknown-product")
    assert answer.json["field"] == "added.0.product"
    nothing = store.post("/order/revisions", body | {"doing": "change"})
    assert (nothing.status_code, nothing.json["code"]) == (422, "revision-lines")
