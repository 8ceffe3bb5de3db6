"""Stores at the handheld: counts, what to take first, what is lacking, what expires."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from uuid6 import uuid7

from tests.handheld_api.handhelds import Handheld, House, box_code, event
from tests.support import NOON, Clock
from trace import EventKind

SYRINGE_CODE = "0106945678901232"


def syringe_code(lot: str, expiry: str = "280331") -> str:
    """What a scanner sends for a box of syringes that are counted by lot."""
    return f"]d2{SYRINGE_CODE}17{expiry}10{lot}"


def said(**more: object) -> dict[str, Any]:
    return {"id": str(uuid7()), "time": NOON.isoformat(), **more}


def told(handheld: Handheld, path: str, body: dict[str, Any] | None = None) -> Any:  # noqa: ANN401 -- whatever JSON says
    answer = handheld.get(path) if body is None else handheld.post(path, body)
    assert answer.status_code == 200, answer.text
    return answer.json


@pytest.fixture
def store(house: House) -> Handheld:
    """Three boxes and 20 syringes of two lots in the store."""
    handheld = house.handheld("STORE", "0417")
    amounts = [{"scan": syringe_code(lot), "quantity": 10} for lot in ("L1", "L2")]
    outcomes = handheld.record(
        event(EventKind.RECEIVED, *(box_code(str(n)) for n in range(3)), *amounts)
    )
    assert outcomes[0]["outcome"] == "recorded", outcomes
    return handheld


def count(handheld: Handheld, *products: str) -> str:
    body = said(products=list(products))
    assert told(handheld, "/counts", body)["outcome"] == "recorded"
    return str(body["id"])


def saw(handheld: Handheld, count_id: str, *lines: dict[str, Any]) -> None:
    outcome = told(handheld, "/count/lines", said(count=count_id, lines=list(lines)))
    assert outcome["outcome"] == "recorded", outcome


def test_a_count_is_resumed_and_tells_all_that_differs(house: House, store: Handheld) -> None:
    identity = count(store)
    saw(store, identity, {"scan": box_code("0")}, {"scan": syringe_code("L1"), "quantity": 4})
    (open_,) = told(store, "/counts")["counts"]
    assert (open_["id"], open_["people"]) == (identity, ["0417"])
    again = house.handheld("STORE", "0417")
    saw(again, identity, {"scan": box_code("1")}, {"scan": syringe_code("L1"), "quantity": 6})
    saw(again, identity, {"scan": syringe_code("L2"), "quantity": 0})
    found = told(again, f"/count?id={identity}")
    assert found["counted"] == 4
    assert [
        (each["product"], each["lot"], each["counted"], each["difference"])
        for each in found["differences"]
    ] == [("D001", "A2405", None, -1), ("C001", "L2", 0, -10)]


def test_a_count_is_approved_by_somebody_else_who_saw_it(house: House, store: Handheld) -> None:
    identity = count(store, "C001")
    saw(store, identity, {"scan": syringe_code("L1"), "quantity": 10})
    stale = told(store, f"/count?id={identity}")["digest"]
    saw(store, identity, {"scan": syringe_code("L2"), "quantity": 10})
    digest = told(store, f"/count?id={identity}")["digest"]
    answer = store.post("/count/approval", said(count=identity, digest=stale))
    assert (answer.status_code, answer.json["code"]) == (409, "count-changed")
    own = told(store, "/count/approval", said(count=identity, digest=digest))
    assert (own["outcome"], own["reason"]) == ("refused", "counted-by-same")
    other = house.handheld("STORE", "0533")
    approval = said(count=identity, digest=digest)
    assert told(other, "/count/approval", approval)["outcome"] == "recorded"
    assert told(other, "/count/approval", approval)["outcome"] == "already-recorded"
    assert told(other, "/counts")["counts"] == []


def test_5000_lines_counted_by_two_tell_their_30_differences_at_once(house: House) -> None:
    store = house.handheld("STORE", "0417")
    lots = [syringe_code(f"N{number}") for number in range(5_000)]
    for start in range(0, 5_000, 250):
        goods = [{"scan": lot, "quantity": 2} for lot in lots[start : start + 250]]
        assert store.record(event(EventKind.RECEIVED, *goods))[0]["outcome"] == "recorded"
    seen = dict.fromkeys(range(5_000), 2)
    more, fewer = range(7, 5_000, 500), range(20, 5_000, 250)
    seen |= dict.fromkeys(more, 3) | dict.fromkeys(fewer, 0)
    lines = [{"scan": lots[number], "quantity": quantity} for number, quantity in seen.items()]
    identity = count(store)
    for start in range(0, 2_500, 250):
        saw(store, identity, *lines[start : start + 250])
    other = house.handheld("STORE", "0533")
    (open_,) = told(other, "/counts")["counts"]
    for start in range(2_500, 5_000, 250):
        saw(other, open_["id"], *lines[start : start + 250])
    found = told(other, f"/count?id={identity}")
    assert found["counted"] == 5_000
    assert {each["lot"]: each["difference"] for each in found["differences"]} == {
        **{f"N{number}": 1 for number in more},
        **{f"N{number}": -2 for number in fewer},
    }


def test_a_count_of_another_place_is_nobodys_business(house: House, store: Handheld) -> None:
    identity = count(store)
    nurse = house.handheld("W07", "2307")
    assert nurse.get(f"/count?id={identity}").status_code == 403
    assert nurse.post("/counts", said(location="STORE")).status_code == 403
    assert nurse.get(f"/count?id={UUID(int=7)}").status_code == 404
    lines = [{"scan": box_code("1")}]
    assert nurse.post("/count/lines", said(count=identity, lines=lines)).status_code == 403


@pytest.mark.parametrize(
    ("lines", "field"),
    [
        ([], "lines"),
        ([{"scan": box_code("1"), "quantity": -1}], "lines.0.quantity"),
        ([{"scan": box_code("1"), "quantity": 2}], "lines.0.quantity"),
        ([{"scan": "nothing"}], "lines.0.scan"),
    ],
)
def test_what_is_no_line_is_a_problem(
    store: Handheld, lines: list[dict[str, Any]], field: str
) -> None:
    answer = store.post("/count/lines", said(count=count(store), lines=lines))
    assert (answer.status_code, answer.json["field"]) == (422, field)


def test_what_expires_first_is_to_be_taken_first(store: Handheld) -> None:
    soon = {"scan": syringe_code("L9", "261201"), "quantity": 5}
    store.record(event(EventKind.RECEIVED, soon))
    advice = told(store, "/advice?product=C001&quantity=12")
    assert [(pick["lot"], pick["take"]) for pick in advice["picks"]] == [("L9", 5), ("L1", 7)]
    assert told(store, "/advice?product=C001&quantity=40")["short"] == 15
    assert [row["lot"] for row in told(store, "/stock?product=C001")["stock"]] == ["L9", "L1", "L2"]
    assert [row["lot"] for row in told(store, "/stock/expiring?days=30")["stock"]] == ["L9"]
    assert store.get("/advice?product=D999&quantity=1").status_code == 404
    assert store.get("/advice?product=C001&quantity=0").status_code == 422
    assert store.get("/stock?location=CELLAR").status_code == 404


def test_expired_goods_are_swept_into_quarantine(house: House, store: Handheld) -> None:
    store.record(
        event(EventKind.RECEIVED, {"scan": syringe_code("L9", "261123"), "quantity": 5}),
        event(EventKind.RECEIVED, box_code("9", lot="B9", expiry="261123")),
    )
    assert told(store, "/stock/sweep", {}) == {"things": 0, "events": []}
    clock = house.hospital.clock
    assert isinstance(clock, Clock)
    clock.advance(days=2)
    store = house.handheld("STORE", "0417")
    swept = told(store, "/stock/sweep", {})
    assert swept["things"] == 2
    assert [each["outcome"] for each in swept["events"]] == ["recorded"]
    held = [row for row in told(store, "/stock")["stock"] if row["status"] == "quarantined"]
    assert sorted((row["lot"], row["quantity"]) for row in held) == [("B9", 1), ("L9", 5)]
    assert told(store, "/stock/sweep", {})["things"] == 0


def test_what_is_lacking_is_proposed_until_it_is_ordered(store: Handheld) -> None:
    body = said(product="C001", least=25, target=60, source="PHARM")
    assert told(store, "/par-levels", body)["outcome"] == "recorded"
    (proposal,) = told(store, "/replenishment")["proposals"]
    assert (proposal["product"], proposal["usable"], proposal["quantity"]) == ("C001", 20, 40)
    assert proposal["source"] == "PHARM"
    lines = [{"product": "C001", "quantity": 4}]
    order = {"type": "transfer", "number": "T-1", "source": "PHARM", "destination": "STORE"}
    told(store, "/orders", {"orders": [order | {"lines": lines}]})
    (proposal,) = told(store, "/replenishment")["proposals"]
    assert (proposal["ordered"], proposal["quantity"]) == (4, 36)
    more = order | {"number": "T-2", "lines": [{"product": "C001", "quantity": 36}]}
    told(store, "/orders", {"orders": [more]})
    assert told(store, "/replenishment")["proposals"] == []


def test_a_level_of_nothing_is_refused_or_a_problem(store: Handheld) -> None:
    unknown = told(store, "/par-levels", said(product="D999", least=1, target=2))
    assert (unknown["outcome"], unknown["reason"]) == ("refused", "unknown-product")
    answer = store.post("/par-levels", said(product="C001", least=3, target=2))
    assert (answer.status_code, answer.json["code"]) == (422, "par-level-order")
    elsewhere = said(product="C001", least=1, target=2, location="W07")
    assert store.post("/par-levels", elsewhere).status_code == 403
