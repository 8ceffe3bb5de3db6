"""Histories by the index, held against a walk through the whole ledger."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import pytest

from inventory import find_lots, find_unit
from inventory.models import unit
from inventory.things import MARK
from ledger import Entry, Ledger
from recall import Recall, RecallClass, Scope
from tests.support import (
    ANTIBODY,
    CEPHALOSPORIN,
    NOON,
    STENT,
    SYRINGE,
    box,
    event,
    furnish,
    recorder,
    syringes,
)
from tests.trace.histories import story, tell
from tests.trace.rows import rows_of
from trace import (
    REFUSAL,
    EventKind,
    Reason,
    Recorded,
    Refused,
    Step,
    history_of_lot,
    history_of_unit,
    identifier_of,
    latest_entries_of_lots,
    lot_in,
)

PRODUCTS = {
    name: product.code
    for product in (ANTIBODY, CEPHALOSPORIN, STENT, SYRINGE)
    for name in product.identifiers
}
Lot = tuple[str, str, str | None, str | None]
"""A lot by its product's code, its name, its last day and its owner."""


def lot_said(said: dict[str, Any]) -> Lot:
    return said["product"], said["lot"], said.get("expiry"), said.get("owner")


class Walk:
    """What happened to each thing, by reading every entry from the first to the last."""

    def __init__(self, entries: list[Entry]) -> None:
        self.units: dict[str, list[int]] = defaultdict(list)
        self.lots: dict[Lot, list[int]] = defaultdict(list)
        self._lot_of: dict[str, Lot] = {}
        self._pack_of: dict[str, str] = {}
        self._known: set[Lot] = set()
        self._said: dict[str, tuple[set[str], set[Lot]]] = {}
        for entry in entries:
            if entry.kind in {"trace", "correction"}:
                self._event(entry)
            elif entry.kind == "recall":
                self._recall(entry)

    def _event(self, entry: Entry) -> None:
        if entry.kind == "correction":
            keys, lots = self._said[entry.event["medtrace:corrects"]]
        else:
            keys, lots = self._told(entry)
            self._said[entry.event["eventID"]] = keys, lots
        for key in keys:
            self.units[key].append(entry.seq)
        for lot in lots:
            self._known.add(lot)
            self.lots[lot].append(entry.seq)

    def _told(self, entry: Entry) -> tuple[set[str], set[Lot]]:
        """The things and lots that an entry speaks of, those in containers too."""
        keys, lots = set(), set()
        for said in entry.context.get("things", ()):
            if "quantity" not in said:
                keys.add(said["key"])
                self._keep(said, [said["key"]])
                keys |= {said[name] for name in ("out", "pack") if name in said}
                if "pack" in said:
                    self._pack_of[said["key"]] = said["pack"]
                keys |= self._packs({said["key"]})
            keys |= set(said.get("containers", ()))
            for group in said.get("contents", ()):
                inside = set(group.get("keys", ()))
                keys |= inside | self._packs(inside)
                lots.add(lot_said(group))
                self._keep(group, group.get("keys", ()))
            if "product" in said:
                lots.add(lot_said(said))
        if keys or lots:
            keys |= {entry.event["parentID"]} if "parentID" in entry.event else set()
            twice = self._received_twice(entry)
            keys |= twice
            lots |= {self._lot_of[key] for key in twice if key in self._lot_of}
        return keys, lots

    def _packs(self, keys: set[str]) -> set[str]:
        """The packs that parts were taken out of."""
        return {self._pack_of[key] for key in keys & self._pack_of.keys()}

    def _keep(self, said: dict[str, Any], keys: Sequence[str]) -> None:
        if "product" in said:
            self._lot_of |= dict.fromkeys(keys, lot_said(said))

    def _received_twice(self, entry: Entry) -> set[str]:
        """Things of an entry that were here already, and stayed as they were."""
        broken = entry.context.get("exceptions", ())
        return {each["key"] for each in broken if each["reason"] == Reason.ALREADY_RECEIVED}

    def _recall(self, entry: Entry) -> None:
        for part in entry.event["scope"]:
            for lot in sorted(self._known, key=str):
                if lot[0] == part["product"] and (lot[1] in part["lots"] or "*" in part["lots"]):
                    self.lots[lot].append(entry.seq)


@pytest.mark.parametrize(
    "seed", [11, 37, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(40, 60))]
)
def test_histories_are_what_a_walk_through_the_ledger_finds(ledger: Ledger, seed: int) -> None:
    teller = recorder(ledger)
    furnish(teller)
    tell(teller, story(seed, 120))
    walk = Walk(ledger.entries(0, ledger.head().size))
    rows = rows_of(ledger)
    codes = {row[1]: row[2] for row in rows["product"]}
    with ledger.database.read() as connection:
        assert set(walk.units) <= {row[2] for row in rows["unit"]}
        for _, unit_id, key, _, product_id, *_ in rows["unit"]:
            steps = history_of_unit(connection, 1, unit_id)
            if product_id:  # containers are told of by what lies in them
                assert happened(steps) == walk.units[key]
        names = {row[1]: (codes[row[2]], row[3], row[4], row[6]) for row in rows["lot"]}
        assert set(names.values()) == set(walk.lots)
        for lot_id, name in names.items():
            steps = history_of_lot(connection, 1, lot_id, limit=10_000)
            assert happened(steps) == walk.lots[name]
        touched = sorted({row[2] for row in rows["event_lot"]})
        for limit in (1, 12, 40, 10_000):
            latest = latest_entries_of_lots(connection, 1, list(names), limit=limit)
            assert [entry.seq for entry in latest] == touched[-limit:]


def happened(steps: Sequence[Step]) -> list[int]:
    """What was neither refused nor an exception that changed nothing."""
    told = [step.entry for step in steps if step.refused is None]
    return [entry.seq for entry in told if entry.kind != "trace" or "things" in entry.context]


def test_refused_attempts_stand_in_the_history_of_the_thing(ledger: Ledger) -> None:
    """Each refusal that names a known thing is found from it, and from nothing else."""
    teller = recorder(ledger)
    furnish(teller)
    tell(teller, story(13, 120))
    rows, entries = rows_of(ledger), ledger.entries(0, ledger.head().size)
    units = {row[1]: dict(zip(unit.c.keys(), row, strict=True)) for row in rows["unit"]}
    lots = {row[1]: (row[2], row[3]) for row in rows["lot"]}
    products = {row[1]: row[2] for row in rows["product_identifier"]}
    attempts = _attempts(entries)
    by_unit = [row for row in rows["event_unit"] if row[2] in attempts]
    by_lot = [row for row in rows["event_lot"] if row[2] in attempts]
    boxes = {each["key"] for each in units.values() if not each["product_id"]}
    assert by_unit
    assert by_lot
    for _, unit_id, seq in by_unit:
        things, one = named_in(attempts[seq]), units[unit_id]
        kin = {one["key"].split(MARK)[0]}
        kin |= {units[one["pack"]]["key"]} if one["pack"] else set()
        kin |= {each["key"] for each in units.values() if each["pack"] == unit_id}
        assert kin & things or things & boxes
    units_lot = {each["key"]: each["lot_id"] for each in units.values()}
    for _, lot_id, seq in by_lot:
        named = attempts[seq]
        if "scope" in named or named_in(named) & boxes:
            continue
        of_units = {units_lot.get(key) for key in named_in(named)}
        amounts = [each for name in _AMOUNTS for each in named.get(name, ())]
        of_amounts = {_lot(products, amount) for amount in amounts}
        by_label = {label.get("lot") for label in named.get("medtrace:labels", ())}
        assert lot_id in of_units or lots[lot_id] in of_amounts or lots[lot_id][1] in by_label


_AMOUNTS = ("quantityList", "childQuantityList", "inputQuantityList")


def _attempts(entries: Sequence[Entry]) -> dict[int, dict[str, Any]]:
    """What each refusal was about: the event that was attempted, or that was to be corrected."""
    told = {entry.event["eventID"]: entry.event for entry in entries if "eventID" in entry.event}
    refused = [entry for entry in entries if entry.kind == REFUSAL]
    return {
        entry.seq: told[entry.event.get("medtrace:corrects", entry.event["eventID"])]
        for entry in refused
        if entry.event.get("medtrace:corrects", entry.event["eventID"]) in told
    }


def named_in(event: dict[str, Any]) -> set[str]:
    """The things with codes of their own that an event names, its container too."""
    lists = ("epcList", "childEPCs", "inputEPCList", "outputEPCList")
    keys = {key for name in lists for key in event.get(name, ())}
    return keys | {event["parentID"]} if "parentID" in event else keys


def _lot(products: dict[str, int], amount: dict[str, Any]) -> tuple[int | None, str]:
    key = amount["epcClass"]
    return products.get(identifier_of(key)), lot_in(key)


def test_the_life_of_a_box_reads_from_first_to_last(ledger: Ledger) -> None:
    teller = recorder(ledger)
    furnish(teller)
    thing = box("A1", lot="B1")
    happenings = [
        event(EventKind.RECEIVED, thing),
        event(EventKind.DISPENSED, thing, at="PHARM"),
        event(EventKind.MOVED, thing, to="PHARM"),
    ]
    outcomes = teller.record(happenings)
    with ledger.database.read() as connection:
        found = find_unit(connection, 1, thing.key)
        assert found is not None
        steps = history_of_unit(connection, 1, found.unit_id)
        assert history_of_unit(connection, 1, found.unit_id + 1) == []
        assert history_of_unit(connection, 2, found.unit_id) == []
    assert [step.event for step in steps] == happenings
    for step, outcome in zip(steps, outcomes, strict=True):
        assert outcome.receipt is not None
        assert (step.entry.seq, step.entry.hash) == (outcome.receipt.seq, outcome.receipt.hash)
    reasons = [step.refused.reason if step.refused else None for step in steps]
    assert reasons == [None, Reason.NOT_HERE, None]
    assert isinstance(outcomes[1], Refused)
    assert steps[1].refused is not None
    assert steps[1].refused.values == outcomes[1].values


def test_a_recall_stands_in_the_history_of_its_lots(ledger: Ledger) -> None:
    teller = recorder(ledger)
    furnish(teller)
    case = Recall(
        id=event(EventKind.MOVED, box("A1")).id,
        case_id="RC-1",
        time=NOON,
        notified=NOON,
        recall_class=RecallClass.FIRST,
        reason="-",
        source="-",
        scope=(Scope(SYRINGE.code, ("L1", "NEVER-ARRIVED")),),
    )
    received = event(EventKind.RECEIVED, syringes(5), syringes(5, lot="L2"))
    first, opened = teller.record([received, case])
    assert isinstance(first, Recorded)
    assert isinstance(opened, Recorded)
    with ledger.database.read() as connection:
        histories = {
            name: history_of_lot(connection, 1, find_lots(connection, 1, name)[0].lot_id, limit=9)
            for name in ("L1", "L2")
        }
    assert [step.event for step in histories["L1"]] == [received, None]
    assert histories["L1"][1].entry.seq == opened.receipt.seq
    assert histories["L1"][1].entry.event["case"] == "RC-1"
    assert [step.event for step in histories["L2"]] == [received]


def test_the_history_of_a_lot_is_paged_from_the_latest(ledger: Ledger) -> None:
    teller = recorder(ledger)
    furnish(teller)
    outcomes = teller.record([event(EventKind.RECEIVED, syringes(1)) for _ in range(7)])
    seqs = [outcome.receipt.seq for outcome in outcomes if outcome.receipt]
    with ledger.database.read() as connection:
        (lot,) = find_lots(connection, 1, "L1")
        pages: list[list[int]] = []
        before = None
        for _ in range(4):
            page = history_of_lot(connection, 1, lot.lot_id, before=before, limit=3)
            pages.append([step.entry.seq for step in page])
            before = pages[-1][0] if page else None
    assert pages == [seqs[4:], seqs[1:4], seqs[:1], []]
