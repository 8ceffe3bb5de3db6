"""Widening a recall by one and narrowing it by two, at a desk."""

from __future__ import annotations

from uuid6 import uuid7

from access import Role
from inventory import Extent
from recall import Recall, RecallClass, Scope, find_case
from tests.access.hospital import PASSWORD
from tests.support import NOON, box, event, syringes
from tests.web.house import House
from trace import EventKind, Outcome, Thing


def leaves(house: House, thing: Thing) -> Outcome:
    (outcome,) = house.recorder.record([event(EventKind.DISPENSED, thing, to="W07")])
    return outcome


def test_a_scope_is_widened_by_one_and_narrowed_by_two_and_the_page_says_so(
    stocked: House,
) -> None:
    office = stocked.enter("0533", Role.PHARMACIST)
    stocked.hire("Q1", Role.QUALITY)
    case = Recall(
        id=uuid7(),
        case_id="RC-1",
        time=NOON,
        notified=NOON,
        recall_class=RecallClass.SECOND,
        reason="可见异物",
        source="厂家",
        scope=(Scope("D001", ("B1",)),),
    )
    stocked.recorder.record([case])
    widening = {"product": "C001", "lots": "L*", "explanation": "厂家追加"}
    for wrong in ({"product": "NONE"}, {"lots": ""}, {"explanation": ""}, {"event_id": "x"}):
        sent = {**widening, "event_id": str(uuid7()), **wrong}
        assert office.post("/recalls/RC-1/scope/widening", sent).status_code == 422

    sent = {**widening, "event_id": str(uuid7())}
    for _ in range(2):
        assert office.post("/recalls/RC-1/scope/widening", sent).status_code == 303
    assert "recalled" in str(leaves(stocked, syringes(1)))
    narrowing = {
        "drop": "0.0",
        "explanation": "厂家更正",
        "event_id": str(uuid7()),
        "way": "password",
        "secret": PASSWORD,
        "second_number": "Q1",
        "second_way": "password",
        "second_secret": "wrong",
    }
    assert office.post("/recalls/RC-1/scope/narrowing", narrowing).status_code == 422
    assert "recalled" in str(leaves(stocked, box("A3")))
    signed = narrowing | {"second_secret": PASSWORD}
    assert office.post("/recalls/RC-1/scope/narrowing", signed | {"drop": "9"}).status_code == 422
    assert office.post("/recalls/RC-1/scope/narrowing", signed).status_code == 303
    assert "recalled" not in str(leaves(stocked, box("A3")))
    page = office.get("/recalls/RC-1").get_data(as_text=True)
    assert "厂家追加" in page
    assert "厂家更正" in page
    with stocked.hospital.database.read() as connection:
        found = find_case(connection, 1, "RC-1")
    assert found is not None
    assert [(len(each.adds), len(each.drops)) for each in found.revisions] == [(1, 0), (0, 1)]
    assert office.get("/recalls/RC-9/scope").status_code == 404


def test_the_page_says_what_lies_mixed_with_what_is_recalled(stocked: House) -> None:
    """Syringes of one lot from two suppliers: nobody can tell which came from whom."""
    office = stocked.enter("0533", Role.PHARMACIST)
    brought = [
        event(EventKind.RECEIVED, syringes(count, lot="L7"), party=party)
        for count, party in ((30, "华东医药"), (20, "江北医药"))
    ]
    case = Recall(
        id=uuid7(),
        case_id="RC-2",
        time=NOON,
        notified=NOON,
        recall_class=RecallClass.SECOND,
        reason="可见异物",
        source="厂家",
        scope=(Scope("C001", ("L7",), Extent(supplier="江北医药")),),
    )
    stocked.recorder.record([*brought, case])
    page = office.get("/recalls/RC-2").get_data(as_text=True)
    assert "范围内到货 20 支；同批另到的 30 支" in page
