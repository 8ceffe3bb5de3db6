"""The table of rules, said again in plain words and held against the gate, cell by cell."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from inventory import RULES, Flag, Status, StockChange, decide
from tests.inventory.shelf import (
    BOX,
    DOCUMENT,
    OTHER_PATIENT,
    PALLET,
    PATIENT,
    STENT_KEY,
    SYRINGE_KEY,
    Shelf,
)
from tests.support import event, syringes
from trace import (
    AGGREGATIONS,
    CAUSE_REQUIRED,
    TRANSFORMATIONS,
    Document,
    Event,
    EventKind,
    Reason,
    Refused,
    Thing,
)

BACK = "sent-back"  # `returned` that names the supplier
ELSEWHERE = CAUSE_REQUIRED | TRANSFORMATIONS
"""Kinds whose goods stay as they are, or become others; test_doses.py and test_parts.py tell."""
KINDS = [kind.value for kind in EventKind if kind not in ELSEWHERE] + [BACK]
STATES = list(Status)
ARRIVALS = {"arrived", "received"}
PACKING = {kind.value for kind in AGGREGATIONS}
BEDSIDE = {"administered", "implanted", "explanted", "brought", "handed-back"}
"""What names a patient."""

# Rows: what happens. Columns: the state before. A cell: the state afterwards, or why not: `no`
# because of the state it is in, `here` because it was received already, or the reason itself.
IN_THE_HOUSE = """
             available          to-inspect  reserved   in-transit  quarantined rejected  dispensed
arrived      here               here        here       here        here        here      here
received     here               here        here       here        here        here      here
inspected    -already-inspected available   no         no          no          no        no
rejected     rejected           rejected    no         no          rejected    no        no
moved        available          to-inspect  no         no          quarantined rejected  dispensed
sent         in-transit         no          in-transit no          no          no        no
accepted     -not-sent          no          no         available   no          no        no
reserved     reserved           no          no         no          no          no        no
freed        -not-reserved      no          available  no          no          no        no
packed       available          no          no         no          no          no        no
unpacked     available          to-inspect  no         no          quarantined rejected  dispensed
dispensed    dispensed          no          dispensed  no          no          no        no
administered administered       no          no         no          no       no      administered
opened       opened             no          no         no          no          no        opened
used         used               no          no         no          no          no        used
implanted    implanted          no          no         no          no          no        implanted
explanted    -not-implanted     no          no         no          no          no        no
returned     -not-dispensed     no          no         no          no          no        available
brought      -already-received  no          no         no          no        no  patients-own
handed-back  -not-patients      no          no         no          no          no        no
quarantined  quarantined     quarantined quarantined quarantined   no          no      quarantined
released     -not-quarantined   no          no         no          available   no        no
lost         missing            missing     missing    missing     missing     missing   no
found        -not-missing       no          no         no          no          no        no
wasted       wasted             wasted      no         no          wasted      wasted    wasted
destroyed    destroyed          no          no         no          destroyed   destroyed no
sent-back    sent-back          sent-back   no         no          sent-back   sent-back no
"""

# What is used, gone or was never here goes nowhere; but what is missing may be found, and what
# never was may come.
GONE = """
             administered  implanted  sent-back  wasted  destroyed  missing    void  compounded
arrived      here          here       here       here    here       here       to-inspect  here
received     here          here       here       here    here       here       available  here
inspected    no            no         no         no      no         no         no  no
rejected     no            no         no         no      no         no         no  no
moved        no            no         no         no      no         no         no  no
sent         no            no         no         no      no         no         no  no
accepted     no            no         no         no      no         no         no  no
reserved     no            no         no         no      no         no         no  no
freed        no            no         no         no      no         no         no  no
packed       no            no         no         no      no         no         no  no
unpacked     no            no         no         no      no         no         no  no
dispensed    no            no         no         no      no         no         no  no
administered no            no         no         no      no         no         no  no
opened       no            no         no         no      no         no         no  no
used         no            no         no         no      no         no         no  no
implanted    no            no         no         no      no         no         no  no
explanted    no            explanted  no         no      no         no         explanted  no
returned     no            no         no         no      no         no         no  no
brought      no            no         no         no      no         no      patients-own  no
handed-back  no            no         no         no      no         no         no  no
quarantined  no            no         no         no      no         no         no  no
released     no            no         no         no      no         no         no  no
lost         no            no         no         no      no         no         no  no
found        no            no         no         no      no         available  available  no
wasted       no            no         no         no      no         no         no  no
destroyed    no            no         no         no      no         no         no  no
sent-back    no            no         no         no      no         no         no  no
"""

# In theatre, and what is a patient's own: out of its pack or out of a body nothing goes back.
CARE = """
             opened           used  explanted    patients-own  handed-back
arrived      here             here  here         here          here
received     here             here  here         here          here
inspected    no               no    no           no            no
rejected     no               no    no           no            no
moved        opened           no    explanted    patients-own  no
sent         no               no    no           no            no
accepted     no               no    no           no            no
reserved     no               no    no           no            no
freed        no               no    no           no            no
packed       no               no    no           no            no
unpacked     no               no    no           no            no
dispensed    no               no    no           no            no
administered no               no    no           administered  no
opened       no               no    no           no            no
used         used             no    no           no            no
implanted    implanted        no    no           no            no
explanted    no               no    no           no            no
returned     no               no    no           no            no
brought      no               no    no           no            patients-own
handed-back  no               no    handed-back  handed-back   no
quarantined  no               no    no           no            no
released     no               no    no           no            no
lost         no               no    no           no            no
found        no               no    no           no            no
wasted       wasted           no    wasted       wasted        no
destroyed    no               no    destroyed    destroyed     no
sent-back    no               no    sent-back    no            no
"""

BECAUSE_OF = {
    Status.TO_INSPECT: Reason.NOT_INSPECTED,
    Status.RESERVED: Reason.RESERVED,
    Status.IN_TRANSIT: Reason.IN_TRANSIT,
    Status.QUARANTINED: Reason.QUARANTINED,
    Status.REJECTED: Reason.REJECTED,
    Status.DISPENSED: Reason.ALREADY_DISPENSED,
    Status.ADMINISTERED: Reason.ALREADY_USED,
    Status.OPENED: Reason.ALREADY_OPENED,
    Status.USED: Reason.ALREADY_USED,
    Status.IMPLANTED: Reason.ALREADY_USED,
    Status.EXPLANTED: Reason.EXPLANTED,
    Status.PATIENTS_OWN: Reason.PATIENTS_OWN,
    Status.HANDED_BACK: Reason.HANDED_BACK,
    Status.SENT_BACK: Reason.SENT_BACK,
    Status.WASTED: Reason.WASTED,
    Status.DESTROYED: Reason.DESTROYED,
    Status.MISSING: Reason.MISSING,
    Status.VOID: Reason.NOT_RECEIVED,
    Status.COMPOUNDED: Reason.COMPOUNDED,
}


def _cell(word: str, before: Status) -> Status | Reason:
    if word == "no":
        return BECAUSE_OF[before]
    if word == "here":
        return Reason.ALREADY_RECEIVED
    return Reason(word[1:]) if word.startswith("-") else Status(word)


def _table() -> dict[tuple[str, Status], Status | Reason]:
    cells: dict[tuple[str, Status], Status | Reason] = {}
    for part in (IN_THE_HOUSE, GONE, CARE):
        head, *rows = (line.split() for line in part.strip().splitlines())
        for name, *row in rows:
            for before, word in zip(head, row, strict=True):
                cells[name, Status(before)] = _cell(word, Status(before))
    return cells


TABLE = _table()

LEAVES_OUR_HANDS = {"sent", "reserved", "packed", "dispensed", "administered", "implanted"} | {
    "opened",
    "used",
}
"""What is recalled or expired may not; nor may it be released."""

ALONE = {"moved", "reserved", "freed", "packed", "unpacked", "quarantined", "released"}
"""What one person does alone, with a narcotic too: it stays in the house and is not used up."""


def _happening(
    name: str, thing: Thing, *, patient: bool = True, checked_by: str | None = "1104"
) -> Event:
    more: dict[str, Any] = {
        "documents": (Document("prescription", DOCUMENT),),
        "second_person": checked_by,
    }
    if name == BACK:
        return event(EventKind.RETURNED, thing, party="SUPPLIER", **more)
    if name in PACKING:
        more["parent"] = PALLET
    return event(EventKind(name), thing, patient=PATIENT if patient else None, **more)


def _shelf(name: str, before: Status) -> Shelf:
    """What is unpacked lies on a pallet before."""
    shelf = Shelf(before)
    if name == "unpacked":
        shelf.pack(4)
    return shelf


def _thing(name: str, *, amount: bool = False) -> Thing:
    """A stent where something is implanted, a syringe where one is used: others may not be."""
    if amount:
        return syringes(4)
    return Thing({"implanted": STENT_KEY, "used": SYRINGE_KEY}.get(name, BOX))


def test_the_table_speaks_of_every_kind() -> None:
    assert set(RULES) == set(EventKind)
    assert set(TABLE) == {(name, state) for name in KINDS for state in STATES}


@pytest.mark.parametrize(("name", "before"), list(TABLE))
def test_a_serialised_thing_follows_the_table(name: str, before: Status) -> None:
    shelf, thing = _shelf(name, before), _thing(name)
    decision = decide(shelf, _happening(name, thing))
    expected = TABLE[name, before]
    if isinstance(expected, Reason):
        assert isinstance(decision, Refused)
        assert decision.reason is expected
        return
    assert isinstance(decision, StockChange)
    unit = next(each for each in decision.units if each.key == thing.key)
    assert unit.status is expected
    assert unit.unit_id == shelf.units[thing.key].unit_id
    if name in PACKING:
        assert not decision.flows, "it stays where and how it is"
        assert (unit.parent is None) == (name == "unpacked")
        return
    (flow,) = decision.flows
    store = shelf.number_of("STORE")
    came_from = None if before is Status.VOID else (store, before)
    assert (flow.source, flow.target) == (came_from, (store, expected))
    assert (flow.quantity, flow.drawn, flow.laid) == (1, False, False)


@pytest.mark.parametrize(("name", "before"), list(TABLE))
def test_a_refusal_stands_in_the_history_of_the_thing(name: str, before: Status) -> None:
    shelf, thing = _shelf(name, before), _thing(name)
    decision = decide(shelf, _happening(name, thing))
    if isinstance(decision, Refused) and before is not Status.VOID:
        known = shelf.units[PALLET if name == "unpacked" else thing.key]
        assert decision.touch.units == (known.unit_id,)
        assert decision.touch.lots == ((known.lot_id,) if known.lot_id else ())


@pytest.mark.parametrize(
    ("name", "before"), [cell for cell in TABLE if cell[0] != "unpacked" and cell[1] != "void"]
)
def test_an_amount_of_a_lot_follows_the_table(name: str, before: Status) -> None:
    shelf = Shelf(before)
    decision = decide(shelf, _happening(name, _thing(name, amount=True)))
    expected, store = TABLE[name, before], shelf.number_of("STORE")
    if name == "implanted":
        assert isinstance(decision, Refused)
        assert decision.reason is Reason.NOT_AN_IMPLANT
    elif name in COMES_FROM and before is not COMES_FROM[name]:
        assert isinstance(decision, StockChange)
        (flow,) = decision.flows
        came = TABLE[name, Status.VOID]
        assert (flow.source, flow.target) == (None, (store, came))
        assert (flow.quantity, flow.drawn, flow.laid) == (4, False, True)
    elif isinstance(expected, Reason):
        assert isinstance(decision, Refused)
        assert decision.reason is Reason.NOT_ENOUGH
        assert decision.values["present"] == 0
        assert decision.touch.lots == (3,)
    else:
        assert isinstance(decision, StockChange)
        (flow,) = decision.flows
        assert (flow.source, flow.target) == ((store, before), (store, expected))
        assert (flow.lot_id, flow.quantity, flow.drawn) == (3, 4, True)
        assert flow.laid == (name != "packed"), "what lies in a container is not loose"


COMES_FROM = {
    **dict.fromkeys(ARRIVALS | {"brought"}),
    "found": Status.MISSING,
    "explanted": Status.IMPLANTED,
}
"""What comes in where the books have none of it, and the state that it is drawn from else."""


@pytest.mark.parametrize("before", STATES)
def test_an_amount_comes_out_of_a_container_as_the_table_says(before: Status) -> None:
    shelf = _shelf("unpacked", before)
    decision = decide(shelf, _happening("unpacked", syringes(4)))
    expected, store = TABLE["unpacked", before], shelf.number_of("STORE")
    if isinstance(expected, Reason):
        assert isinstance(decision, Refused)
        assert decision.reason is expected
    else:
        assert isinstance(decision, StockChange)
        (flow,) = decision.flows
        assert flow.source == flow.target == (store, before)
        assert (flow.quantity, flow.drawn, flow.laid) == (4, False, True)
        assert decision.contents == [(9, 3, -4)]


@pytest.mark.parametrize(
    ("name", "before"), [cell for cell in TABLE if cell[0] not in PACKING and cell[1] != "void"]
)
def test_a_container_and_all_that_is_in_it_follow_the_table(name: str, before: Status) -> None:
    shelf = Shelf(before)
    shelf.pack(4)
    decision = decide(shelf, _happening(name, Thing(PALLET)))
    expected = Reason.IS_CONTAINER if name in BEDSIDE else TABLE[name, before]
    if name == "used" and isinstance(expected, Status):
        expected = Reason.NOT_A_CONSUMABLE  # the box in it is a drug
    if isinstance(expected, Reason):
        assert isinstance(decision, Refused)
        assert decision.reason is expected
        return
    assert isinstance(decision, StockChange)
    assert {unit.key: unit.status for unit in decision.units} == {PALLET: expected, BOX: expected}
    store = shelf.number_of("STORE")
    moved = {(flow.lot_id, flow.source, flow.target, flow.quantity) for flow in decision.flows}
    there_and_back = ((store, before), (store, expected))
    assert moved == {(1, *there_and_back, 1), (3, *there_and_back, 4)}


def _recalled(name: str, before: Status) -> Status | Reason:
    """Never out of the house's hands, and where they are not yet held apart, nowhere at all."""
    expected = TABLE[name, before]
    if isinstance(expected, Reason):
        tells_more = expected is Reason.QUARANTINED and name in LEAVES_OUR_HANDS - {"packed"}
        return Reason.RECALLED if tells_more else expected
    leaves = name in LEAVES_OUR_HANDS or name == "released"
    if leaves or (name == "moved" and before is not Status.QUARANTINED):
        return Reason.RECALLED
    stays = name in PACKING
    return Status.QUARANTINED if expected is Status.AVAILABLE and not stays else expected


@pytest.mark.parametrize(("name", "before"), list(TABLE))
def test_recalled_goods_only_move_towards_safety(name: str, before: Status) -> None:
    shelf, thing = _shelf(name, before), _thing(name)
    shelf.recall()
    decision = decide(shelf, _happening(name, thing))
    expected = _recalled(name, before)
    if isinstance(decision, Refused):
        assert decision.reason is expected
    else:
        assert next(x.status for x in decision.units if x.key == thing.key) is expected


@pytest.mark.parametrize("name", sorted(LEAVES_OUR_HANDS | {"released"} | ARRIVALS))
@pytest.mark.parametrize("amount", [False, True], ids=["unit", "amount"])
@pytest.mark.parametrize(
    ("last_day", "allowed"), [("2026-11-23", True), ("2026-11-22", True), ("2026-11-21", False)]
)
def test_goods_may_be_used_up_to_their_last_day(
    name: str, *, amount: bool, last_day: str, allowed: bool
) -> None:
    before = {"released": Status.QUARANTINED}.get(name, Status.AVAILABLE)
    shelf = Shelf(Status.VOID if name in ARRIVALS else before)
    shelf.expire(last_day)
    decision = decide(shelf, _happening(name, _thing(name, amount=amount)))
    if name == "implanted" and amount and allowed:
        assert isinstance(decision, Refused)
        assert decision.reason is Reason.NOT_AN_IMPLANT
    elif name in ARRIVALS and not amount:
        assert isinstance(decision, StockChange), "a label that names no day is not held to one"
    elif allowed:
        assert isinstance(decision, StockChange)
    else:
        assert isinstance(decision, Refused)
        assert decision.reason is Reason.EXPIRED
        assert decision.values["expiry"] == last_day


@pytest.mark.parametrize(("name", "before"), list(TABLE))
def test_expired_goods_are_not_put_back_into_stock(name: str, before: Status) -> None:
    """What they may still do they do; what would make or leave them available holds them."""
    shelf, thing = _shelf(name, before), _thing(name)
    shelf.expire("2026-11-21")
    expected = TABLE[name, before]
    if isinstance(expected, Reason) or before is Status.VOID:
        return
    decision = decide(shelf, _happening(name, thing))
    if name in LEAVES_OUR_HANDS or name == "released":
        assert isinstance(decision, Refused)
        assert decision.reason is Reason.EXPIRED
    elif name in PACKING:
        assert isinstance(decision, StockChange)
        assert decision.units[0].status is before
    else:
        assert isinstance(decision, StockChange)
        held = Status.QUARANTINED if expected is Status.AVAILABLE else expected
        assert decision.units[0].status is held


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("before", [Status.DISPENSED, Status.ADMINISTERED, Status.IMPLANTED])
def test_goods_of_another_patient_stay_with_them(name: str, before: Status) -> None:
    shelf = Shelf(before, OTHER_PATIENT)
    if name == "unpacked":
        shelf.pack()
    decision = decide(shelf, _happening(name, _thing(name)))
    expected = TABLE[name, before]
    if isinstance(expected, Reason):
        assert isinstance(decision, Refused)
        assert decision.reason is expected
    elif name == "unpacked":
        assert isinstance(decision, StockChange), "who takes it out of a bag gives it to nobody"
        assert decision.units[0].patient == OTHER_PATIENT.bytes
    else:
        assert isinstance(decision, Refused)
        assert decision.reason is Reason.WRONG_PATIENT


@pytest.mark.parametrize("amount", [False, True], ids=["unit", "amount"])
def test_what_a_count_finds_expired_is_on_the_books_and_held(*, amount: bool) -> None:
    shelf = Shelf(Status.VOID)
    thing = replace(_thing("found", amount=amount), lot="OLD", expiry=date(2026, 11, 21))
    if amount:
        thing = replace(thing, key=thing.key.replace("/L1", "/OLD"))
    decision = decide(shelf, event(EventKind.FOUND, thing))
    assert isinstance(decision, StockChange)
    (flow,) = decision.flows
    assert flow.target == (shelf.number_of("STORE"), Status.QUARANTINED)


def _allowed_state(name: str) -> Status:
    """A state to start from: dispensed where that is allowed."""
    states = [state for state in STATES if isinstance(TABLE[name, state], Status)]
    return Status.DISPENSED if Status.DISPENSED in states else states[0]


@pytest.mark.parametrize("name", KINDS)
def test_who_owns_goods_afterwards(name: str) -> None:
    """Back in stock or held apart they belong to nobody; else to whom they were handed."""
    before = _allowed_state(name)
    theirs = before in {Status.DISPENSED, Status.EXPLANTED}
    shelf = Shelf(before, PATIENT if theirs else None)
    if name == "unpacked":
        shelf.pack()
    decision = decide(shelf, _happening(name, _thing(name)))
    assert isinstance(decision, StockChange)
    unit = next(each for each in decision.units if not each.is_container)
    keeps = name in {"moved", "unpacked", "dispensed", "administered", "used", "implanted"}
    keeps |= name in {"opened", "brought", "handed-back", "explanted"}
    assert unit.patient == (PATIENT.bytes if keeps else None)


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("amount", [False, True], ids=["unit", "amount"])
def test_only_the_bedside_must_name_a_patient(name: str, *, amount: bool) -> None:
    shelf = _shelf(name, _allowed_state(name))
    decision = decide(shelf, _happening(name, _thing(name, amount=amount), patient=False))
    refused = decision.reason if isinstance(decision, Refused) else None
    assert refused is (Reason.PATIENT_MISSING if name in BEDSIDE else None)


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("amount", [False, True], ids=["unit", "amount"])
@pytest.mark.parametrize("narcotic", [False, True], ids=["ordinary", "narcotic"])
@pytest.mark.parametrize("second", [None, "2307", "1104"], ids=["nobody", "same", "other"])
def test_a_second_person_looks_on(
    name: str, *, amount: bool, narcotic: bool, second: str | None
) -> None:
    """2307 does it. Destruction is watched whatever it is, narcotics wherever they are used up."""
    shelf = _shelf(name, _allowed_state(name))
    if narcotic:
        shelf.flag(Flag.NARCOTIC)
    decision = decide(shelf, _happening(name, _thing(name, amount=amount), checked_by=second))
    reason = decision.reason if isinstance(decision, Refused) else None
    watched = name == "destroyed" or (narcotic and name not in ALONE)
    if name == "implanted" and amount:
        assert reason is Reason.NOT_AN_IMPLANT
    elif watched and second != "1104":
        assert reason is Reason.SECOND_PERSON_MISSING
    else:
        assert reason is None


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("owner", [None, "SUPPLIER", "OTHER"])
@pytest.mark.parametrize("amount", [False, True], ids=["unit", "amount"])
def test_consigned_goods_are_their_owners_until_they_are_used(
    name: str, owner: str | None, *, amount: bool
) -> None:
    """Nobody else takes them back, and they are not ours to destroy."""
    shelf = _shelf(name, _allowed_state(name))
    shelf.lots = {number: replace(lot, owner=owner) for number, lot in shelf.lots.items()}
    decision = decide(shelf, _happening(name, _thing(name, amount=amount)))
    reason = decision.reason if isinstance(decision, Refused) else None
    if name == "implanted" and amount:
        assert reason is Reason.NOT_AN_IMPLANT
    elif (name == BACK and owner == "OTHER") or (name == "destroyed" and owner):
        assert reason is Reason.WRONG_OWNER
    else:
        assert reason is None


def test_an_amount_is_drawn_from_the_first_state_that_has_enough() -> None:
    """What was dispensed for the ward is used up before what still counts as stock."""
    shelf = Shelf()
    store = shelf.number_of("STORE")
    shelf.amounts = {(store, 3, Status.DISPENSED): 3, (store, 3, Status.AVAILABLE): 5}
    for wanted, drawn in ((3, Status.DISPENSED), (4, Status.AVAILABLE)):
        decision = decide(shelf, event(EventKind.ADMINISTERED, syringes(wanted), patient=PATIENT))
        assert isinstance(decision, StockChange)
        assert decision.flows[0].source == (store, drawn)
    decision = decide(shelf, event(EventKind.ADMINISTERED, syringes(6), patient=PATIENT))
    assert isinstance(decision, Refused)
    assert decision.reason is Reason.NOT_ENOUGH
    assert (decision.values["wanted"], decision.values["present"]) == (6, 5)


@pytest.mark.parametrize(
    ("name", "first", "then"),
    [
        ("dispensed", Status.RESERVED, Status.AVAILABLE),
        ("sent", Status.RESERVED, Status.AVAILABLE),
        ("wasted", Status.DISPENSED, Status.AVAILABLE),
        ("destroyed", Status.QUARANTINED, Status.REJECTED),
        ("rejected", Status.TO_INSPECT, Status.AVAILABLE),
        ("moved", Status.AVAILABLE, Status.QUARANTINED),
    ],
)
def test_the_less_wanted_goes_first(name: str, first: Status, then: Status) -> None:
    shelf = Shelf()
    store = shelf.number_of("STORE")
    shelf.amounts = {(store, 3, first): 4, (store, 3, then): 5}
    shelf.reservations = {(DOCUMENT, store, 3, 0): 4}
    for wanted, drawn in ((4, first), (5, then)):
        decision = decide(shelf, _happening(name, syringes(wanted)))
        assert isinstance(decision, StockChange)
        assert decision.flows[0].source == (store, drawn)
