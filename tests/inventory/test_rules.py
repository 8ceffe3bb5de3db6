"""The table of rules, said again in plain words and held against the gate, cell by cell."""

from __future__ import annotations

import pytest

from inventory import RULES, Status, StockChange, decide
from tests.inventory.shelf import BOX, OTHER_PATIENT, PATIENT, STENT_KEY, Shelf
from tests.support import event, syringes
from trace import Event, EventKind, Reason, Refused, Thing

BACK = "sent-back"  # `returned` that names the supplier
KINDS = [kind.value for kind in EventKind if kind is not EventKind.RECEIVED] + [BACK]
STATES = list(Status)

# Rows: what happens. Columns: the state before, in the order of `Status`. A cell: the state
# afterwards, or behind a minus the reason why not.
ALLOWED = """
             available       quarantined  dispensed           administered implanted    sent-back
moved        available       quarantined  dispensed          -already-used -already-used -sent-back
dispensed    dispensed      -quarantined -already-dispensed  -already-used -already-used -sent-back
administered administered   -quarantined  administered       -already-used -already-used -sent-back
implanted    implanted      -quarantined  implanted          -already-used -already-used -sent-back
returned    -not-dispensed  -quarantined  available          -already-used -already-used -sent-back
quarantined  quarantined    -quarantined  quarantined        -already-used -already-used -sent-back
released    -not-quarantined available   -already-dispensed  -already-used -already-used -sent-back
sent-back    sent-back       sent-back   -already-dispensed  -already-used -already-used -sent-back
"""


def _table() -> dict[tuple[str, Status], Status | Reason]:
    head, *rows = (line.split() for line in ALLOWED.strip().splitlines())
    cells: dict[tuple[str, Status], Status | Reason] = {}
    for name, *row in rows:
        for before, word in zip(head, row, strict=True):
            cell = Reason(word[1:]) if word.startswith("-") else Status(word)
            cells[name, Status(before)] = cell
    return cells


TABLE = _table()
AMOUNT_SOURCES = {key: cell for key, cell in TABLE.items() if isinstance(cell, Status)}


def _happening(name: str, thing: Thing) -> Event:
    if name == BACK:
        return event(EventKind.RETURNED, thing, party="SUPPLIER")
    return event(EventKind(name), thing, patient=PATIENT)


def _thing(name: str, *, amount: bool) -> Thing:
    """A stent where something is implanted: only implants may be."""
    if amount:
        return syringes(4)
    return Thing(STENT_KEY if name == "implanted" else BOX)


def test_the_table_speaks_of_every_kind() -> None:
    assert set(RULES) == set(EventKind)
    assert set(TABLE) == {(name, state) for name in KINDS for state in STATES}


@pytest.mark.parametrize(("name", "before"), list(TABLE))
def test_a_serialised_thing_follows_the_table(name: str, before: Status) -> None:
    shelf = Shelf(before)
    thing = _thing(name, amount=False)
    decision = decide(shelf, _happening(name, thing))
    expected = TABLE[name, before]
    if isinstance(expected, Reason):
        assert isinstance(decision, Refused)
        assert decision.reason is expected
        known = shelf.units[thing.key]
        assert decision.touch.units == (known.unit_id,)
        assert decision.touch.lots == (known.lot_id,)
    else:
        assert isinstance(decision, StockChange)
        (unit,) = decision.units
        assert unit.status is expected
        (flow,) = decision.flows
        store = shelf.number_of("STORE")
        assert (flow.source, flow.target) == ((store, before), (store, expected))
        assert flow.quantity == 1


@pytest.mark.parametrize(("name", "before"), list(TABLE))
def test_an_amount_of_a_lot_follows_the_table(name: str, before: Status) -> None:
    shelf = Shelf(before)
    decision = decide(shelf, _happening(name, _thing(name, amount=True)))
    expected = AMOUNT_SOURCES.get((name, before))
    store = shelf.number_of("STORE")
    if name == "implanted":
        assert isinstance(decision, Refused)
        assert decision.reason is Reason.NOT_AN_IMPLANT
    elif expected is None:
        assert isinstance(decision, Refused)
        assert decision.reason is Reason.NOT_ENOUGH
        assert decision.values["present"] == 0
        assert decision.touch.lots == (3,)
    else:
        assert isinstance(decision, StockChange)
        (flow,) = decision.flows
        assert (flow.source, flow.target) == ((store, before), (store, expected))
        assert (flow.lot_id, flow.quantity) == (3, 4)


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("before", STATES)
def test_recalled_goods_only_move_towards_safety(name: str, before: Status) -> None:
    """Never out of the house's hands, and where they are not yet held apart, nowhere at all."""
    shelf = Shelf(before)
    shelf.recall()
    expected = TABLE[name, before]
    stopped = name in {"dispensed", "administered", "implanted", "released"}
    stopped |= name == "moved" and before is not Status.QUARANTINED
    gone = before in {Status.ADMINISTERED, Status.IMPLANTED, Status.SENT_BACK}
    decision = decide(shelf, _happening(name, _thing(name, amount=False)))
    if isinstance(decision, StockChange):
        assert not stopped
        assert decision.units[0].status in {Status.QUARANTINED, Status.SENT_BACK}
    elif stopped and isinstance(expected, Status):
        assert decision.reason is Reason.RECALLED
    elif gone:
        assert decision.reason is expected
    else:
        assert decision.reason in {expected, Reason.RECALLED}


@pytest.mark.parametrize("name", ["dispensed", "administered", "implanted", "released"])
@pytest.mark.parametrize("amount", [False, True], ids=["unit", "amount"])
@pytest.mark.parametrize(
    ("last_day", "allowed"), [("2026-11-23", True), ("2026-11-22", True), ("2026-11-21", False)]
)
def test_goods_may_be_used_up_to_their_last_day(
    name: str, *, amount: bool, last_day: str, allowed: bool
) -> None:
    shelf = Shelf(Status.QUARANTINED if name == "released" else Status.AVAILABLE)
    shelf.expire(last_day)
    decision = decide(shelf, _happening(name, _thing(name, amount=amount)))
    if name == "implanted" and amount and allowed:
        assert isinstance(decision, Refused)
        assert decision.reason is Reason.NOT_AN_IMPLANT
    elif allowed:
        assert isinstance(decision, StockChange)
    else:
        assert isinstance(decision, Refused)
        assert decision.reason is Reason.EXPIRED
        assert decision.values["expiry"] == last_day


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("before", [s for s in STATES if s is not Status.SENT_BACK])
def test_goods_of_another_patient_stay_with_them(name: str, before: Status) -> None:
    shelf = Shelf(before, OTHER_PATIENT)
    decision = decide(shelf, _happening(name, _thing(name, amount=False)))
    if isinstance(TABLE[name, before], Reason):
        assert isinstance(decision, Refused)
        assert decision.reason is TABLE[name, before]
    elif name == BACK:
        assert isinstance(decision, StockChange)
    else:
        assert isinstance(decision, Refused)
        assert decision.reason is Reason.WRONG_PATIENT


@pytest.mark.parametrize("name", KINDS)
def test_who_owns_goods_afterwards(name: str) -> None:
    """Back in stock or held apart they belong to nobody; else to whom they were handed."""
    before = {"released": Status.QUARANTINED, "dispensed": Status.AVAILABLE}.get(
        name, Status.DISPENSED
    )
    if name == BACK:
        before = Status.AVAILABLE
    shelf = Shelf(before, PATIENT if before is Status.DISPENSED else None)
    decision = decide(shelf, _happening(name, _thing(name, amount=False)))
    assert isinstance(decision, StockChange)
    keeps = name in {"moved", "dispensed", "administered", "implanted"}
    assert decision.units[0].patient == (PATIENT.bytes if keeps else None)


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
