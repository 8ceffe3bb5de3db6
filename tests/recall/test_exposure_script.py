"""docs/exposure.py: the log alone says what the page says, so nobody was left out."""

from __future__ import annotations

import ast
import shutil
import sys
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from uuid6 import uuid7

from database import Database
from hospital import DECODERS
from inventory import ALL_LOTS, Days, Definition, Extent, Packages, Range
from ledger import Ledger
from recall import Scope, answer, find_case
from tests.inventory.test_cases import GLOVES, carton, case
from tests.recall.oracle import Oracle
from tests.recall.script import SCRIPT, check_all, load, page
from tests.recall.test_desk import opened
from tests.recall.test_scope import revision
from tests.support import (
    ANTIBODY,
    CEPHALOSPORIN,
    NOON,
    SYRINGE,
    Clock,
    box,
    event,
    furnish,
    recorder,
    syringes,
)
from tests.trace.histories import Storyteller, tell
from tests.trace.rows import hurry, rows_of
from trace import Correction, Error, EventKind, Recordable, Recorded, Thing, rebuild


@pytest.fixture(scope="module")
def script() -> ModuleType:
    """The script as a module."""
    return load()


def test_it_is_short_and_stands_alone() -> None:
    for name, lines in (("exposure.py", 330), ("exposure_scope.py", 215)):
        text = SCRIPT.with_name(name).read_text("utf-8")
        assert len(text.splitlines()) <= lines
        for node in ast.walk(ast.parse(text)):
            found = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            found += [str(node.module)] if isinstance(node, ast.ImportFrom) else []
            known = {*sys.stdlib_module_names, "exposure_scope"}
            assert {module.split(".")[0] for module in found} <= known


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(random=st.randoms(use_true_random=False), count=st.integers(5, 60))
def test_whatever_happens_the_log_alone_says_what_the_page_says(
    founded: Path, script: ModuleType, random: Random, count: int
) -> None:
    with TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{shutil.copy(founded, folder)}")
        hurry(database)
        ledger = Ledger(database, 1, Clock())
        tell(recorder(ledger), Storyteller(random).calls(count))
        check_all(script, ledger)
        database.close()


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(random=st.randoms(use_true_random=False), count=st.integers(5, 40))
def test_a_recall_by_arrival_is_the_same_from_the_log_alone(
    founded: Path, script: ModuleType, random: Random, count: int
) -> None:
    """By supplier, by days, by both, and by serials of those."""
    with TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{shutil.copy(founded, folder)}")
        hurry(database)
        ledger = Ledger(database, 1, Clock())
        hands, calls = recorder(ledger), Storyteller(random).calls(count)
        tell(hands, calls[: count // 2])
        days = [(NOON + timedelta(days=day)).date().isoformat() for day in range(4)]
        window = Days(*sorted(random.choices(days, k=2)))
        extents = (
            Extent(received=window),
            Extent(supplier="OTHER"),
            Extent(supplier="SUPPLIER", received=window, serials=(Range("A3", "A12"),)),
        )
        cases = [
            opened(f"RC-{product.code}-{number}", Scope(product.code, (), extent))
            for product in (ANTIBODY, CEPHALOSPORIN, SYRINGE)
            for number, extent in enumerate(extents)
        ]
        assert all(isinstance(each, Recorded) for each in hands.record(cases))
        tell(hands, calls[count // 2 :])
        agree(script, ledger, [case.case_id for case in cases])
        before = rows_of(ledger)
        rebuild(ledger, recorder(ledger)._participants, DECODERS)
        assert rows_of(ledger) == before
        database.close()


def agree(script: ModuleType, ledger: Ledger, case_ids: list[str]) -> list[dict[str, Any]]:
    """Compare the pages of some cases with what the log says; what both say."""
    entries, _ = script.told(e.body for e in ledger.entries(0, ledger.head().size))
    told = []
    with ledger.database.read() as connection:
        for case_id in case_ids:
            case = find_case(connection, 1, case_id)
            assert case
            shown = page(connection, answer(connection, 1, case.scope))
            goods = script.follow(entries, script.scope_of(entries, [case_id]))
            assert script.exposure(goods) == shown, case_id
            told.append(shown)
    return told


def test_a_package_of_ten_counts_ten_however_it_came(ledger: Ledger, script: ModuleType) -> None:
    """By itself, in a declared container, and unseen: each entry says how many came with it."""
    case, pallet = (
        "https://id.gs1.org/01/06923456789018",
        "https://id.gs1.org/00/000000000000000001",
    )
    hands = recorder(ledger)
    furnish(hands)
    product = replace(CEPHALOSPORIN, levels={case: 10})
    things = [Thing(f"{case}/21/{serial}", lot="C1") for serial in "ABC"]
    alice = uuid4()
    outcomes = hands.record(
        [
            Definition(id=uuid7(), time=NOON, thing=product),
            Packages(
                id=uuid7(), time=NOON, document="1", key=pallet, contents=(things[0],), person="1"
            ),
            event(EventKind.RECEIVED, Thing(pallet)),
            event(EventKind.RECEIVED, things[1]),
            event(EventKind.DISPENSED, things[2], to="W07", patient=alice, after_the_fact=True),
            event(EventKind.ADMINISTERED, things[2], at="W07", patient=alice),
        ]
    )
    assert all(isinstance(each, Recorded) for each in outcomes), outcomes
    assert check_all(script, ledger) == 10


def test_a_late_word_counts_though_what_came_before_it_was_corrected(
    ledger: Ledger, script: ModuleType
) -> None:
    hands = recorder(ledger)
    furnish(hands)
    given = [
        event(EventKind.ADMINISTERED, box("1", lot="B1"), patient=uuid4(), after_the_fact=True)
        for _ in range(2)
    ]
    wrong = Correction(
        id=uuid7(), time=NOON, corrects=given[0].id, error=Error.DID_NOT_OCCUR, person="1"
    )
    outcomes = hands.record([*given, wrong])
    assert all(isinstance(each, Recorded) for each in outcomes), outcomes
    check_all(script, ledger)


def within(**said: object) -> Scope:
    return Scope(ANTIBODY.code, (), Extent(**said))  # type: ignore[arg-type]


PARTS = (
    Scope(ANTIBODY.code, ("B1",)),
    Scope(SYRINGE.code, (ALL_LOTS,)),
    within(serials=(Range("S3", "S05"), Range("S9", "S9"))),
    within(expiry=Days("2027-08-01", None)),
    within(supplier="华东医药"),
    within(received=Days((NOON + timedelta(days=30)).date().isoformat(), None)),
    within(produced=Days(None, "2026-05-31")),
    within(patterns=("B?",), expiry=Days(None, "2027-06-30")),
    within(ranges=(Range("B2", "B9"),)),
)


def test_the_scope_of_a_case_is_what_the_desk_takes_it_for(
    ledger: Ledger, script: ModuleType
) -> None:
    """By serial, day, supplier and pattern, one after the other, then widened and narrowed."""
    hands = recorder(ledger)
    furnish(hands)
    boxes = [box(f"S{n}", lot="B1", expiry=date(2027, 5, 31)) for n in range(1, 11)]
    later = replace(box("S77", lot="B2", expiry=date(2027, 8, 31)), produced=date(2026, 6, 1))
    in_month = {"party": "江北医药", "time": NOON + timedelta(days=40)}
    records: list[Recordable] = [
        event(EventKind.RECEIVED, *boxes, party="华东医药"),
        event(EventKind.RECEIVED, later, **in_month),  # type: ignore[arg-type] # by name
        event(EventKind.RECEIVED, syringes(30), party="华东医药"),
        event(EventKind.ADMINISTERED, boxes[3], patient=uuid4()),
        event(EventKind.ADMINISTERED, syringes(4), patient=uuid4()),
        *(opened(f"RC-{number}", part) for number, part in enumerate(PARTS)),
        opened("RC-X", *PARTS[:3]),
        replace(revision(adds=PARTS[3:4], drops=PARTS[1:3]), case_id="RC-X"),
    ]
    assert all(isinstance(each, Recorded) for each in hands.record(records))
    case_ids = [*(f"RC-{number}" for number in range(len(PARTS))), "RC-X"]
    sums = {(told["received"], told["used"]) for told in agree(script, ledger, case_ids)}
    assert sums >= {(10, 1), (30, 4), (4, 1), (1, 0), (11, 1)}
    entries, _ = script.told(e.body for e in ledger.entries(0, ledger.head().size))
    with pytest.raises(ValueError, match="no case RC-9999"):
        script.scope_of(entries, ["RC-9999"])


def test_boxes_out_of_a_case_are_recalled_by_their_own_serials_and_their_cases_delivery(
    ledger: Ledger, script: ModuleType
) -> None:
    """Two cases of one lot from two suppliers, each received as one thing, boxes scanned out."""
    hands = recorder(ledger)
    furnish(hands)
    cases = [case(serial) for serial in ("C1", "C2")]
    boxes = [carton(serial) for serial in ("B1", "B2", "B3")]
    alice = uuid4()
    extents = (
        Extent(supplier="江北医药"),
        Extent(serials=(Range("B1", "B2"),)),
        Extent(lots=("G1",)),
    )
    outcomes = hands.record(
        [
            Definition(id=uuid7(), time=NOON, thing=GLOVES),
            event(EventKind.RECEIVED, cases[0], party="华东医药"),
            event(EventKind.RECEIVED, cases[1], party="江北医药"),
            event(EventKind.UNPACKED, boxes[0], parent=cases[0].key),
            event(EventKind.UNPACKED, *boxes[1:], parent=cases[1].key),
            event(EventKind.USED, boxes[1], patient=alice),
            *(
                opened(f"RC-{number}", Scope(GLOVES.code, extent.lots, replace(extent, lots=())))
                for number, extent in enumerate(extents)
            ),
        ]
    )
    assert all(isinstance(each, Recorded) for each in outcomes), outcomes
    told = agree(script, ledger, ["RC-0", "RC-1", "RC-2"])
    assert [(each["received"], each["used"]) for each in told] == [(4, 1), (2, 1), (8, 1)]
    oracle = Oracle(ledger.entries(0, ledger.head().size))
    cut = oracle.cut(GLOVES.code, lambda came: came[1] == "江北医药")
    assert (cut.received, list(cut.patients.values())) == (4, [(1, 0)])
