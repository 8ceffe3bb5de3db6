"""What suppliers declare to lie in what: pallets, cases, boxes, and papers that disagree."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from uuid6 import uuid7

from errors import Invalid
from hospital import DECODERS, new_participants
from inventory import (
    Packages,
    cut_packages,
    declared_children,
    declared_contents,
    declared_packages,
)
from ledger import Ledger, encode
from tests.support import NOON, box, furnish, syringes
from tests.trace.plans import listening, plan_of, scanned
from tests.trace.rows import rows_of
from tests.trace.strategies import times, words
from trace import Outcome, Reason, Recorder, Refused, Thing, rebuild

PALLET = "https://id.gs1.org/00/106141412345678908"
EXPIRY = date(2027, 12, 31)


def case(number: int) -> Thing:
    """A case with a drug traceability code of its own."""
    return Thing(f"urn:medtrace:cn-drug:8327116{number:013}")


def boxes(*serials: object) -> list[Thing]:
    return [box(f"A{serial}", lot="B1", expiry=EXPIRY) for serial in serials]


def packed(container: str | Thing, *inside: Thing, note: str = "DN-1") -> Packages:
    key = container if isinstance(container, str) else container.key
    return Packages(id=uuid7(), time=NOON, key=key, document=note, contents=inside)


@pytest.fixture
def store(ledger: Ledger) -> Recorder:
    made = Recorder(ledger, new_participants())
    furnish(made)
    return made


def reasons(outcomes: list[Outcome]) -> list[Reason | None]:
    return [each.reason if isinstance(each, Refused) else None for each in outcomes]


def pallet() -> list[Packages]:
    """40 cases of 9 boxes: 1 SSCC, 40 cases, 360 boxes."""
    cases = [case(number) for number in range(40)]
    return [packed(PALLET, *cases)] + [
        packed(each, *boxes(*range(number * 9, number * 9 + 9)))
        for number, each in enumerate(cases)
    ]


def test_a_pallet_is_known_down_to_its_boxes(ledger: Ledger, store: Recorder) -> None:
    assert reasons(store.record(pallet())) == [None] * 41
    with ledger.database.read() as connection:
        cases = declared_children(connection, 1, [PALLET])
        assert [each.key for each in cases] == [case(number).key for number in range(40)]
        inside = declared_children(connection, 1, [each.key for each in cases])
        assert len({each.key for each in inside}) == 360
        (known,) = declared_packages(connection, 1, [box("A17").key])
        assert (known.parent_key, known.lot, known.expiry) == (case(1).key, "B1", "2027-12-31")
        everything = declared_contents(connection, 1, [PALLET, case(3).key, box("A1").key])
    assert {key: len(things) for key, things in everything.items()} == {
        PALLET: 360,
        case(3).key: 9,
    }
    assert everything[case(3).key] == sorted(boxes(*range(27, 36)), key=lambda each: each.key)


def test_amounts_of_one_lot_lie_in_many_cases(ledger: Ledger, store: Recorder) -> None:
    declared = [packed(case(1), syringes(50)), packed(case(2), syringes(30), *boxes(1))]
    assert reasons(store.record(declared)) == [None, None]
    with ledger.database.read() as connection:
        found = declared_children(connection, 1, [case(2).key, case(1).key])
    assert [(each.parent_key, each.quantity) for each in found] == [
        (case(1).key, 50),
        (case(2).key, None),
        (case(2).key, 30),
    ]


def test_the_same_paper_twice_changes_nothing(ledger: Ledger, store: Recorder) -> None:
    store.record(pallet())
    before = rows_of(ledger)["declared_package"]
    assert reasons(store.record(pallet())) == [None] * 41
    assert rows_of(ledger)["declared_package"] == before


def test_a_container_that_did_not_fit_one_record_goes_on(ledger: Ledger, store: Recorder) -> None:
    contents = [*boxes(*range(3_000)), syringes(5)]
    pieces = list(cut_packages(contents))
    assert len(pieces) > 1
    assert sorted(thing.key for piece in pieces for thing in piece) == sorted(
        thing.key for thing in contents
    )
    store.record([packed(PALLET, *piece) for piece in pieces])
    with ledger.database.read() as connection:
        assert len(declared_children(connection, 1, [PALLET])) == 3_001


@pytest.mark.parametrize(
    "other",
    [
        packed(case(2), *boxes(1)),
        packed(case(1), box("A1", lot="B2", expiry=EXPIRY)),
        packed(case(1), box("A1", lot="B1")),
        packed(case(1), *boxes(1, 2), syringes(6)),
        packed(case(1), *boxes(9), note="DN-2"),
    ],
    ids=["another case", "another lot", "no expiry", "another amount", "another paper"],
)
def test_what_was_said_first_stays(ledger: Ledger, store: Recorder, other: Packages) -> None:
    store.record([packed(case(1), *boxes(1), syringes(5))])
    before = rows_of(ledger)["declared_package"]
    (outcome,) = store.record([other])
    assert isinstance(outcome, Refused)
    assert outcome.reason is Reason.PACKAGE_CONFLICT
    assert outcome.values["document"] == "DN-1"
    assert rows_of(ledger)["declared_package"] == before


def test_papers_of_one_batch_are_held_against_each_other(store: Recorder) -> None:
    declared = [packed(case(1), *boxes(1)), packed(case(2), *boxes(1)), packed(case(2), *boxes(2))]
    assert reasons(store.record(declared)) == [None, Reason.PACKAGE_CONFLICT, None]


def test_cases_that_lie_in_each_other_come_to_an_end(ledger: Ledger, store: Recorder) -> None:
    store.record([packed(case(1), case(2), *boxes(1)), packed(case(2), case(1), *boxes(2))])
    with ledger.database.read() as connection:
        found = declared_contents(connection, 1, [case(1).key])
    assert sorted(each.key for each in found[case(1).key]) == [box("A1").key, box("A2").key]


@pytest.mark.parametrize(
    ("contents", "code"),
    [
        ([], "required"),
        (boxes(1, 1), "package-twice"),
        ([Thing(PALLET)], "package-in-itself"),
        (boxes(*range(3_000)), "too-large"),
    ],
)
def test_a_paper_that_makes_no_sense_is_no_record(contents: list[Thing], code: str) -> None:
    with pytest.raises(Invalid) as caught:
        packed(PALLET, *contents)
    assert (caught.value.code, caught.value.field) == (code, "contents")
    assert "{" not in caught.value.text.zh


def test_a_rebuild_gives_the_same_declarations(ledger: Ledger, store: Recorder) -> None:
    store.record([*pallet(), packed(case(2), *boxes(1))])
    before = rows_of(ledger)
    rebuild(ledger, new_participants(), DECODERS)
    assert rows_of(ledger) == before


def test_declarations_are_found_by_keys(
    ledger: Ledger, store: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    for start in range(0, 4_000, 500):
        numbers = range(start, start + 500, 5)
        store.record([packed(case(n), *boxes(*range(n * 5, n * 5 + 5))) for n in numbers])
    database = ledger.database
    with database.write() as connection:
        connection.exec_driver_sql("ANALYZE")
    with listening(database, monkeypatch) as asked, database.read() as connection:
        assert declared_contents(connection, 1, [case(5).key])
        assert declared_packages(connection, 1, [box("A25").key])
    assert len(asked) >= 3
    for statement, parameters in asked:
        if statement.lstrip().upper().startswith("SELECT"):
            assert "declared_package" not in scanned(plan_of(database, statement, parameters))


things = st.builds(
    Thing,
    key=words,
    quantity=st.none() | st.integers(1, 2**53 - 1),
    lot=st.none() | words,
    expiry=st.none() | st.dates(),
)
declarations = st.builds(
    Packages,
    id=st.uuids(),
    time=times,
    key=words.map(lambda word: "container " + word),
    document=words,
    contents=st.lists(things, min_size=1, max_size=6, unique_by=lambda each: each.key).map(tuple),
    party=st.none() | words,
    person=st.none() | words,
)


@given(declarations)
def test_a_declaration_reads_back_from_its_entry(declared: Packages) -> None:
    body = declared.encode()
    read = Packages.parse(json.loads(body))
    assert replace(read, time=declared.time) == declared
    assert read.encode() == body
    assert encode(json.loads(body)) == body
