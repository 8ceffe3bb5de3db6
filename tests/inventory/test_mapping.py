"""Codes that nobody owns or two products claim: recorded, listed, and resolved by a person."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from uuid6 import uuid7

from database import Database
from errors import Invalid
from hospital import DECODERS, new_participants
from inventory import (
    Catalogue,
    CodeMapping,
    Definition,
    LabelIssue,
    Labels,
    MappingState,
    Product,
    Unmapped,
    find_product,
    mapping_counts,
    mapping_items,
    mapping_of,
)
from ledger import SHA256, Ledger, encode
from tests.support import (
    ANTIBODY,
    CEPHALOSPORIN,
    LOCATIONS,
    NOON,
    ORIGIN,
    STENT,
    SYRINGE,
    Clock,
    event,
)
from tests.trace.rows import hurry, rows_of
from tests.trace.strategies import times, words
from trace import (
    EventKind,
    Outcome,
    Participant,
    Reason,
    Recorded,
    Recorder,
    Refused,
    Thing,
    rebuild,
)

STRANGER = "https://id.gs1.org/01/04006381333931"
ANTIBODY_CODE = ANTIBODY.identifiers[0]
NEW = replace(SYRINGE, code="C009", name="新注射器", identifiers=(STRANGER,))


def participants() -> tuple[Participant[Any, Any], ...]:
    """Everybody but the stock, which would want to know more about the goods."""
    return (Catalogue(), Labels(), Unmapped())


@pytest.fixture
def clerk(ledger: Ledger) -> Recorder:
    made = Recorder(ledger, participants())
    define(made, ANTIBODY, CEPHALOSPORIN, STENT, SYRINGE)
    made.record([Definition(id=uuid7(), time=NOON, thing=place) for place in LOCATIONS])
    return made


def define(clerk: Recorder, *products: Product, person: str | None = "0007") -> list[Outcome]:
    return clerk.record(
        [Definition(id=uuid7(), time=NOON, thing=each, person=person) for each in products]
    )


def decide(clerk: Recorder, identifier: str, product: str, person: str = "0007") -> Outcome:
    decision = CodeMapping(
        id=uuid7(), time=NOON, identifier=identifier, product=product, person=person
    )
    return clerk.record([decision])[0]


def receive(clerk: Recorder, *keys: str) -> Outcome:
    things = [Thing(key) if "/21/" in key else Thing(key, 5) for key in keys]
    return clerk.record([event(EventKind.RECEIVED, *things)])[0]


def listed(ledger: Ledger, state: MappingState) -> list[tuple[str, int, str | None, list[str]]]:
    with ledger.database.read() as connection:
        items = mapping_items(connection, 1, state)
    return [
        (
            item.row.identifier,
            item.row.seen,
            item.owner.code if item.owner else None,
            [claimant.code for claimant in item.claimants],
        )
        for item in items
    ]


def owner_of(ledger: Ledger, key: str) -> str | None:
    with ledger.database.read() as connection:
        found = find_product(connection, 1, key)
    return found.code if found else None


def test_goods_under_an_unknown_code_are_recorded_and_listed(
    ledger: Ledger, clerk: Recorder
) -> None:
    first = receive(clerk, f"{STRANGER}/21/A1", f"{ANTIBODY_CODE}/21/B1")
    last = receive(clerk, f"{STRANGER}/10/L7", f"{STRANGER}/21/A2")
    assert isinstance(first, Recorded)
    assert isinstance(last, Recorded)
    with ledger.database.read() as connection:
        (item,) = mapping_items(connection, 1, MappingState.UNMAPPED)
        counts = mapping_counts(connection, 1)
    assert item.row.example == f"{STRANGER}/21/A1"
    assert (item.row.first_seq, item.row.last_seq) == (first.receipt.seq, last.receipt.seq)
    assert (item.row.seen, item.owner, item.claimants) == (3, None, ())
    assert counts == {
        MappingState.UNMAPPED: 1,
        MappingState.CONFLICTING: 0,
        MappingState.CONFIRMED: 0,
    }


def test_the_entry_says_which_codes_nobody_could_name(ledger: Ledger, clerk: Recorder) -> None:
    outcome = receive(clerk, f"{STRANGER}/21/A1", f"{ANTIBODY_CODE}/21/B1")
    assert isinstance(outcome, Recorded)
    (entry,) = ledger.entries(outcome.receipt.seq, outcome.receipt.seq + 1)
    assert entry.context == {"unmapped": [STRANGER]}


def test_known_goods_and_logistic_units_are_no_work(ledger: Ledger, clerk: Recorder) -> None:
    receive(clerk, f"{ANTIBODY_CODE}/21/B1")
    clerk.record([event(EventKind.RECEIVED, Thing("https://id.gs1.org/00/106141412345678908"))])
    assert listed(ledger, MappingState.UNMAPPED) == []


def test_a_definition_takes_an_unmapped_code_off_the_list(ledger: Ledger, clerk: Recorder) -> None:
    receive(clerk, f"{STRANGER}/21/A1")
    define(clerk, NEW)
    receive(clerk, f"{STRANGER}/21/A2")
    assert listed(ledger, MappingState.UNMAPPED) == []
    assert listed(ledger, MappingState.CONFIRMED) == [(STRANGER, 1, "C009", [])]
    with ledger.database.read() as connection:
        item = mapping_of(connection, 1, STRANGER)
    assert item is not None
    assert item.row.person == "0007"


def test_a_label_that_is_issued_takes_its_number_off_the_list(
    ledger: Ledger, clerk: Recorder
) -> None:
    number = "urn:medtrace:in-house:MT0123456789ABCDEFG"
    clerk.record([event(EventKind.RECEIVED, Thing(number))])
    assert listed(ledger, MappingState.UNMAPPED) == [(number, 1, None, [])]
    clerk.record([LabelIssue(id=uuid7(), time=NOON, product="C001", keys=(number,), person="9")])
    assert listed(ledger, MappingState.CONFIRMED) == [(number, 1, "C001", [])]


def test_a_person_maps_an_unknown_code(ledger: Ledger, clerk: Recorder) -> None:
    receive(clerk, f"{STRANGER}/21/A1")
    assert isinstance(decide(clerk, STRANGER, "C001", "2307"), Recorded)
    assert owner_of(ledger, f"{STRANGER}/21/A1") == "C001"
    with ledger.database.read() as connection:
        item = mapping_of(connection, 1, STRANGER)
    assert item is not None
    assert (item.row.state, item.row.person) == (MappingState.CONFIRMED, "2307")


def test_two_products_with_one_code_are_a_conflict_and_both_are_defined(
    ledger: Ledger, clerk: Recorder
) -> None:
    thief = replace(NEW, identifiers=(ANTIBODY_CODE, STRANGER))
    (outcome,) = define(clerk, thief)
    assert isinstance(outcome, Recorded)
    (entry,) = ledger.entries(outcome.receipt.seq, outcome.receipt.seq + 1)
    assert entry.context == {"contested": [{"identifier": ANTIBODY_CODE, "owner": "D001"}]}
    assert listed(ledger, MappingState.CONFLICTING) == [(ANTIBODY_CODE, 0, "D001", ["C009"])]
    assert owner_of(ledger, f"{ANTIBODY_CODE}/21/1") == "D001"
    assert owner_of(ledger, f"{STRANGER}/21/1") == "C009"


def test_a_person_decides_a_conflict_for_good(ledger: Ledger, clerk: Recorder) -> None:
    thief = replace(NEW, identifiers=(ANTIBODY_CODE,))
    define(clerk, thief)
    decide(clerk, ANTIBODY_CODE, "D001")
    define(clerk, thief)  # the same list is imported again
    assert listed(ledger, MappingState.CONFLICTING) == []
    assert listed(ledger, MappingState.CONFIRMED) == [(ANTIBODY_CODE, 0, "D001", [])]
    third = replace(STENT, identifiers=(*STENT.identifiers, ANTIBODY_CODE))
    define(clerk, third)  # somebody new asks
    assert listed(ledger, MappingState.CONFLICTING) == [(ANTIBODY_CODE, 0, "D001", ["M001"])]


def test_a_code_moves_to_the_claimant_by_a_persons_word(ledger: Ledger, clerk: Recorder) -> None:
    thief = replace(NEW, identifiers=(ANTIBODY_CODE,))
    define(clerk, thief)
    outcome = decide(clerk, ANTIBODY_CODE, "C009")
    assert isinstance(outcome, Recorded)
    (entry,) = ledger.entries(outcome.receipt.seq, outcome.receipt.seq + 1)
    assert entry.context == {"before": "D001"}
    define(clerk, ANTIBODY, thief)  # the old owner's definition still names it
    assert owner_of(ledger, f"{ANTIBODY_CODE}/21/1") == "C009"
    assert listed(ledger, MappingState.CONFLICTING) == []


def test_a_claim_that_is_no_longer_made_is_no_conflict(ledger: Ledger, clerk: Recorder) -> None:
    define(clerk, replace(NEW, identifiers=(ANTIBODY_CODE,)))
    define(clerk, replace(STENT, identifiers=(ANTIBODY_CODE,)))
    define(clerk, NEW)
    assert listed(ledger, MappingState.CONFLICTING) == [(ANTIBODY_CODE, 0, "D001", ["M001"])]
    define(clerk, STENT)
    assert listed(ledger, MappingState.CONFLICTING) == []


def test_a_code_can_only_stand_for_a_product_that_there_is(clerk: Recorder) -> None:
    outcome = decide(clerk, STRANGER, "NONE")
    assert isinstance(outcome, Refused)
    assert (outcome.reason, outcome.values) == (Reason.UNKNOWN_PRODUCT, {"product": "NONE"})


@pytest.mark.parametrize("missing", ["identifier", "product", "person"])
def test_a_decision_names_the_code_the_product_and_who_decided(missing: str) -> None:
    said = {"identifier": STRANGER, "product": "C001", "person": "0007"} | {missing: ""}
    with pytest.raises(Invalid) as caught:
        CodeMapping(id=uuid7(), time=NOON, **said)
    assert (caught.value.code, caught.value.field) == ("required", missing)


def test_the_list_is_paged_by_when_a_code_was_last_seen(ledger: Ledger, clerk: Recorder) -> None:
    names = [f"https://id.gs1.org/01/{number:014}" for number in range(1, 6)]
    for name in names:
        receive(clerk, f"{name}/21/1")
    receive(clerk, f"{names[0]}/21/2")
    with ledger.database.read() as connection:
        first = mapping_items(connection, 1, MappingState.UNMAPPED, limit=2)
        rest = mapping_items(
            connection, 1, MappingState.UNMAPPED, before=first[-1].row.last_seq, limit=9
        )
    found = [item.row.identifier for item in (*first, *rest)]
    assert found == [names[0], *names[:0:-1]]


steps = st.lists(
    st.one_of(
        st.tuples(st.just("see"), st.integers(0, 3), st.just(0)),
        st.tuples(st.just("define"), st.integers(0, 2), st.integers(0, 15)),
        st.tuples(st.just("decide"), st.integers(0, 3), st.integers(0, 2)),
    ),
    max_size=12,
)
CODES = [f"https://id.gs1.org/01/{number:014}" for number in range(1, 5)]
CLAIMANTS = [replace(SYRINGE, code=f"P{number}", identifiers=()) for number in range(3)]


def made(kind: str, first: int, second: int) -> Any:  # noqa: ANN401 -- three kinds of record
    if kind == "see":
        return event(EventKind.RECEIVED, Thing(f"{CODES[first]}/21/1"))
    if kind == "define":
        names = tuple(code for bit, code in enumerate(CODES) if second >> bit & 1)
        thing = replace(CLAIMANTS[first], identifiers=names)
        return Definition(id=uuid7(), time=NOON, thing=thing, person="1")
    return CodeMapping(
        id=uuid7(), time=NOON, identifier=CODES[first], product=f"P{second}", person="2"
    )


@pytest.fixture(scope="module")
def founded(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A founded ledger in a file, to be copied."""
    path = Path(shutil.copy(sqlite_template, tmp_path_factory.mktemp("founded")))
    database = Database(f"sqlite:///{path}")
    Ledger(database, 1, Clock()).found(ORIGIN, SHA256, encode({"type": "medtrace:Ledger"}))
    database.close()
    return path


@settings(deadline=None, max_examples=60)
@given(steps)
def test_whatever_is_said_the_list_agrees_with_the_catalogue_and_rebuilds(
    founded: Path, said: list[tuple[str, int, int]]
) -> None:
    """One owner a code, a conflict only with open claims, and the same rows from the ledger."""
    with TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{shutil.copy(founded, folder)}")
        hurry(database)
        ledger = Ledger(database, 1, Clock())
        Recorder(ledger, participants()).record([made(*each) for each in said])
        _agrees(ledger)
        before = rows_of(ledger)
        rebuild(ledger, participants(), DECODERS)
        assert rows_of(ledger) == before
        database.close()


def _agrees(ledger: Ledger) -> None:
    with ledger.database.read() as connection:
        query = "SELECT identifier, product_id FROM product_identifier"
        owners = {row[0]: row[1] for row in connection.exec_driver_sql(query)}
        states = {
            item.row.identifier: item
            for state in MappingState
            for item in mapping_items(connection, 1, state)
        }
    for code, item in states.items():
        assert (item.row.state is MappingState.UNMAPPED) == (code not in owners)
        assert (item.row.state is MappingState.CONFLICTING) == bool(item.claimants)
        if item.owner is not None:
            assert item.owner.product_id == owners[code]
            assert item.owner not in item.claimants


@given(
    st.builds(
        CodeMapping,
        id=st.uuids(),
        time=times,
        identifier=words.filter(bool),
        product=words.filter(bool),
        person=words.filter(bool),
        note=st.none() | words,
    )
)
def test_a_decision_reads_back_from_its_entry(decision: CodeMapping) -> None:
    body = decision.encode()
    assert CodeMapping.parse(json.loads(body)) == decision
    assert encode(json.loads(body)) == body


def test_the_house_takes_part_with_its_lists(ledger: Ledger) -> None:
    assert {"Catalogue", "Unmapped"} <= {type(each).__name__ for each in new_participants()}
    assert DECODERS["medtrace:CodeMapping"] == CodeMapping.parse
    assert ledger.head().size == 1
