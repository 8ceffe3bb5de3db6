"""Where all of it is, thing by thing, held against an oracle that follows the goods by itself."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from database import Database
from inventory import ALL_LOTS, Extent, find_unit, history, locations, products_by_code
from ledger import Entry, Ledger
from recall import Part, Whereabouts, where
from tests.recall.oracle import Lot, Oracle
from tests.recall.test_answer import CODES
from tests.support import Clock, recorder
from tests.trace.histories import Storyteller, tell
from tests.trace.rows import hurry, rows_of
from tests.trace.test_history import Walk

BaseUnit = tuple[str, int]
"""A base unit by the code of its pack, or its own, and its number in there."""


class Told:
    """An answer in the words of the oracle.

    Args:
        ledger: the hospital's.
        found: the answer.
    """

    def __init__(self, ledger: Ledger, found: Whereabouts) -> None:
        rows = rows_of(ledger)
        keys = {row[1]: row[2] for row in rows["unit"]}
        codes = {row[1]: row[2] for row in rows["product"]}
        lots = {row[1]: (codes[row[2]], row[3], row[4], row[6]) for row in rows["lot"]}
        with ledger.database.read() as connection:
            places = {n: place.code for n, place in locations(connection, 1).items()}
        self.boxes: dict[BaseUnit, tuple[Lot, str, str, UUID | None]] = {}
        self.amounts: Counter[tuple[Lot, str, str]] = Counter()
        self.bags: dict[BaseUnit, str] = {}
        self.bagged: Counter[tuple[str, Lot]] = Counter()
        for each in found.goods:
            about = (lots[each.lot_id], places[each.location_id], each.status.value)
            unit, bag = each.unit, each.bag
            if unit is None:
                self.amounts[about] += each.quantity
                if bag is not None:
                    self.bagged[bag.key, about[0]] += each.quantity
                continue
            patient = UUID(bytes=unit.patient) if unit.patient else None
            for number in range(unit.start, unit.stop):
                name = (keys[unit.pack or unit.unit_id], number)
                assert name not in self.boxes, "no base unit is in two things"
                self.boxes[name] = (*about, patient)
                if bag is not None:
                    self.bags[name] = bag.key
        self.patients = {(lots[p.lot_id], p.patient): (p.used, p.holding) for p in found.patients}


def mixed(entries: Iterable[Entry]) -> tuple[dict[str, str], Counter[tuple[str, Lot]]]:
    """Which thing went into which bag, and how much of which lot, by the entries alone."""
    told = list(entries)
    wrong = {e.event["medtrace:corrects"] for e in told if e.kind == "correction"}
    bags: dict[str, str] = {}
    amounts: Counter[tuple[str, Lot]] = Counter()
    for entry in told:
        event = entry.event
        if entry.kind != "trace" or event["medtrace:kind"] != "compounded":
            continue
        if event["eventID"] in wrong:
            continue
        (bag,) = event["outputEPCList"]
        for said in entry.context.get("things", ()):
            if said["is"] != "compounded" or said.get("was") == "compounded":
                continue  # gone or mixed already: it stays there and is told of as an exception
            if "quantity" in said:
                amounts[bag, _lot(said)] += said["quantity"]
            elif "product" in said:
                bags[said["key"]] = bag
    return bags, amounts


def _lot(said: dict[str, Any]) -> Lot:
    return said["product"], said["lot"], said.get("expiry"), said.get("owner")


def agrees_with_the_oracle(ledger: Ledger) -> int:
    """Ask for every lot alone and every product whole; how many base units are in bags."""
    entries = ledger.entries(0, ledger.head().size)
    oracle, (bags, amounts) = Oracle(entries), mixed(entries)
    in_bags = 0
    with ledger.database.read() as connection:
        known = products_by_code(connection, 1, CODES)
        for code, name in sorted({lot[:2] for lot in oracle.lots} | {(c, ALL_LOTS) for c in known}):
            part = Part(known[code].product_id, Extent(lots=(name,)))
            told = Told(ledger, where(connection, 1, (part,)))
            lots = {lot for lot in oracle.lots if lot[0] == code and name in {lot[1], ALL_LOTS}}
            assert told.boxes == {
                number: (box.lot, box.place, box.status, box.patient)
                for number, box in oracle.boxes.items()
                if box.lot in lots
            }
            assert told.amounts == +Counter(
                {about: n for about, n in oracle.amounts.items() if about[0] in lots}
            )
            assert told.patients == oracle.patients(lots)
            assert told.bagged == {about: n for about, n in amounts.items() if about[1] in lots}
            assert told.bags == {
                unit: bag for key, bag in bags.items() for unit in _units(oracle, key, lots)
            }
            in_bags += len(told.bags)
        _nothing_is_missing(connection, entries, bags)
    return in_bags


def _nothing_is_missing(connection: Connection, entries: list[Entry], bags: dict[str, str]) -> None:
    """The life of a bag has that of each thing in it, as a walk through the ledger finds it."""
    walk = Walk(entries)
    for key, bag in bags.items():
        thing = find_unit(connection, 1, bag)
        assert thing is not None
        told = {step.entry.seq for step in history(connection, 1, thing)}
        assert told >= {*walk.units[key], *walk.units[bag]}


def _units(oracle: Oracle, key: str, lots: set[Lot]) -> list[BaseUnit]:
    pack, span = oracle.ranges.get(key, (key, range(oracle.sizes.get(key, 1))))
    return [
        (pack, n) for n in span if (pack, n) in oracle.boxes and oracle.boxes[pack, n].lot in lots
    ]


def _told_and_asked(founded: Path, random: Random, count: int) -> int:
    with TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{shutil.copy(founded, folder)}")
        hurry(database)
        ledger = Ledger(database, 1, Clock())
        tell(recorder(ledger), Storyteller(random).calls(count))
        in_bags = agrees_with_the_oracle(ledger)
        database.close()
    return in_bags


def test_each_thing_is_where_its_story_left_it(founded: Path) -> None:
    told = [_told_and_asked(founded, Random(seed), 100) for seed in (45, 67, 74, 81)]  # noqa: S311 -- no secret
    assert all(told), "a history in which nothing was mixed"


@pytest.mark.long
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(random=st.randoms(use_true_random=False), count=st.integers(5, 60))
def test_in_hundreds_of_histories_each_thing_is_where_its_story_left_it(
    founded: Path, random: Random, count: int
) -> None:
    _told_and_asked(founded, random, count)
