"""Opening a case: held from its commit on, its clock, its number, its scope."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection
from uuid6 import uuid7

from errors import Invalid
from inventory import ALL_LOTS, Days, Extent, Range, find_lot, products_by_code
from ledger import Ledger, encode
from recall import (
    NOTICE_WITHIN,
    Answer,
    EffectivenessCheck,
    KnownRecalls,
    Part,
    Recall,
    RecallClass,
    Scope,
    answer,
    cases,
    cases_of_lot,
    find_case,
    next_case_id,
)
from recall.queries import answer_for
from recall.scope import Goods
from tests.support import (
    ANTIBODY,
    NOON,
    STENT,
    SYRINGE,
    box,
    event,
    furnish,
    recorder,
    stent,
    syringes,
)
from tests.trace.rows import rows_of
from tests.trace.strategies import codes, times, words
from trace import EventKind, Outcome, Reason, Recorded, Recorder, Refused

EXPIRY = date(2028, 3, 31)


def opened(case_id: str, *scope: Scope) -> Recall:
    return Recall(
        id=uuid7(),
        case_id=case_id,
        time=NOON,
        notified=NOON - timedelta(hours=2),
        recall_class=RecallClass.SECOND,
        reason="玻璃屑",
        source="江北生物制药",
        scope=scope or (Scope(ANTIBODY.code, ("B1",)),),
        person="2307",
    )


def checked(case_id: str, place: str = "STORE", **seen: object) -> EffectivenessCheck:
    told: dict[str, Any] = {"informed": True, "acted": True, **seen}
    return EffectivenessCheck(
        id=uuid7(), case_id=case_id, time=NOON, place=place, person="0533", **told
    )


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """The rules don't ask the engine; histories and answers are held on both elsewhere."""
    return sqlite_url


@pytest.fixture
def desk(ledger: Ledger) -> Recorder:
    made = recorder(ledger)
    furnish(made)
    return made


def reason(outcome: Outcome) -> Reason | None:
    return outcome.reason if isinstance(outcome, Refused) else None


def test_a_case_reads_back_as_it_was_opened(ledger: Ledger, desk: Recorder) -> None:
    recall = opened("RC-1", Scope(ANTIBODY.code, ("B1", "B2")), Scope(STENT.code, (ALL_LOTS,)))
    (outcome,) = desk.record([recall])
    assert isinstance(outcome, Recorded)
    with ledger.database.read() as connection:
        case = find_case(connection, 1, "RC-1")
        numbers = products_by_code(connection, 1, [ANTIBODY.code, STENT.code])
    assert case is not None
    assert (case.recall_class, case.reason, case.source, case.person) == (
        RecallClass.SECOND,
        "玻璃屑",
        "江北生物制药",
        "2307",
    )
    assert (case.notified, case.opened, case.seq) == (
        recall.notified,
        recall.time,
        outcome.receipt.seq,
    )
    antibody, implant = (numbers[code].product_id for code in (ANTIBODY.code, STENT.code))
    assert set(case.scope) == {
        Part(antibody, Extent(lots=("B1", "B2"))),
        Part(implant, Extent(lots=(ALL_LOTS,))),
    }


def test_what_is_known_of_the_goods_is_told_until_they_move(
    ledger: Ledger, desk: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    goods = [box(f"A{n}", lot="B1", expiry=EXPIRY) for n in range(3)]
    desk.record([event(EventKind.RECEIVED, *goods), opened("RC-1")])
    known, counted = KnownRecalls(1), list[str]()

    def asked() -> Answer:
        with ledger.database.read() as connection:
            case = find_case(connection, 1, "RC-1")
            assert case is not None
            found = known.answer(connection, case.scope)
            assert found == answer(connection, 1, case.scope)
            return found

    def worked_out(connection: Connection, ledger_id: int, goods: Goods) -> Answer:
        counted.append("")
        return answer_for(connection, ledger_id, goods)

    monkeypatch.setattr("recall.known.answer_for", worked_out)
    assert asked().available == 3
    (refused,) = desk.record([event(EventKind.DISPENSED, goods[0], patient=uuid4())])
    assert reason(refused) is Reason.RECALLED
    desk.record([checked("RC-1"), opened("RC-2")])
    assert asked().available == 3
    assert len(counted) == 1
    desk.record([event(EventKind.QUARANTINED, goods[0])])
    assert (asked().available, asked().quarantined) == (2, 1)
    assert len(counted) == 2


@pytest.mark.parametrize(
    ("recall_class", "hours"),
    [(RecallClass.FIRST, 24), (RecallClass.SECOND, 48), (RecallClass.THIRD, 72)],
)
def test_the_clock_counts_from_the_notice(
    ledger: Ledger, desk: Recorder, recall_class: RecallClass, hours: int
) -> None:
    recall = Recall(
        id=uuid7(),
        case_id="RC-1",
        time=NOON,
        notified=NOON - timedelta(hours=5),
        recall_class=recall_class,
        reason="-",
        source="-",
        scope=(Scope(ANTIBODY.code, ("B1",)),),
    )
    desk.record([recall])
    with ledger.database.read() as connection:
        case = find_case(connection, 1, "RC-1")
    assert case is not None
    assert case.deadline == NOON + timedelta(hours=hours - 5)
    assert set(NOTICE_WITHIN) == set(RecallClass)


def test_a_case_number_is_used_once(ledger: Ledger, desk: Recorder) -> None:
    first, second = desk.record([opened("RC-1"), opened("RC-1")])
    assert isinstance(first, Recorded)
    assert reason(second) is Reason.CASE_EXISTS
    (third,) = desk.record([opened("RC-1")])
    assert reason(third) is Reason.CASE_EXISTS
    assert len(rows_of(ledger)["recall_case"]) == 1


def test_a_product_that_is_not_in_the_catalogue_cannot_be_recalled(
    ledger: Ledger, desk: Recorder
) -> None:
    known, unknown = Scope(ANTIBODY.code, ("B1",)), Scope("NONE", ("B1",))
    (outcome,) = desk.record([opened("RC-1", known, unknown)])
    assert reason(outcome) is Reason.UNKNOWN_PRODUCT
    assert isinstance(outcome, Refused)
    assert outcome.values == {"product": "NONE"}
    assert rows_of(ledger)["hold"] == []


def test_a_lot_named_twice_is_held_once(ledger: Ledger, desk: Recorder) -> None:
    twice = Scope(ANTIBODY.code, ("B1", "B1")), Scope(ANTIBODY.code, ("B1",))
    (outcome,) = desk.record([opened("RC-1", *twice)])
    assert isinstance(outcome, Recorded)
    assert len(rows_of(ledger)["recall_scope"]) == 1


def test_two_cases_of_one_call_both_hold(ledger: Ledger, desk: Recorder) -> None:
    things = box("A1", lot="B1"), syringes(5), stent("S1", lot="S1")
    desk.record([event(EventKind.RECEIVED, *things)])
    desk.record([opened("RC-1"), opened("RC-2", Scope(SYRINGE.code, (ALL_LOTS,))), opened("RC-3")])
    outcomes = desk.record([event(EventKind.DISPENSED, thing) for thing in things])
    assert [reason(each) for each in outcomes] == [Reason.RECALLED, Reason.RECALLED, None]
    with ledger.database.read() as connection:
        product = products_by_code(connection, 1, [ANTIBODY.code])[ANTIBODY.code]
        lot = find_lot(connection, 1, product.product_id, "B1")
        assert lot is not None
        assert cases_of_lot(connection, 1, lot) == ["RC-1", "RC-3"]
        assert [case.case_id for case in cases(connection, 1)] == ["RC-3", "RC-2", "RC-1"]
        assert len(KnownRecalls(1).open(connection).case_ids) == 3
        assert find_case(connection, 1, "RC-9") is None


def test_a_recall_of_one_lot_lets_the_others_go(desk: Recorder) -> None:
    desk.record([event(EventKind.RECEIVED, syringes(5), syringes(5, lot="L2"))])
    desk.record([opened("RC-1", Scope(SYRINGE.code, ("L1",)))])
    (outcome,) = desk.record([event(EventKind.DISPENSED, syringes(1, lot="L2"))])
    assert reason(outcome) is None


def test_numbers_go_on_within_a_year(ledger: Ledger, desk: Recorder) -> None:
    def following() -> str:
        with ledger.database.read() as connection:
            return next_case_id(connection, 1, 2026)

    assert following() == "RC-2026-0001"
    desk.record([opened("RC-2026-0007"), opened("RC-2025-0099")])
    assert following() == "RC-2026-0008"
    desk.record([opened("RC-2026-省药监-3"), opened("RC-2026-12345")])
    assert following() == "RC-2026-12346"


@pytest.mark.parametrize(
    "scope", [(), (Scope("D001", ()),), (Scope("D001", ("B",)), Scope("D", ()))]
)
def test_a_recall_is_about_something(scope: tuple[Scope, ...]) -> None:
    with pytest.raises(Invalid) as caught:
        Recall(
            id=uuid4(),
            case_id="RC-1",
            time=NOON,
            notified=NOON,
            recall_class=RecallClass.FIRST,
            reason="-",
            source="-",
            scope=scope,
        )
    assert (caught.value.code, caught.value.field) == ("required", "scope")


spans = st.tuples(st.integers(0, 99), st.integers(100, 200)).map(
    lambda ends: Range(f"L{ends[0]}", f"L{ends[1]}")
)
windows = st.sampled_from(
    [Days("2026-01-01", "2026-03-31"), Days(None, "2027-01"), Days("2026", None)]
)
recalls = st.builds(
    Recall,
    id=st.uuids(),
    case_id=words,
    time=times,
    notified=times,
    recall_class=st.sampled_from(RecallClass),
    reason=words,
    source=words,
    scope=st.lists(
        st.builds(
            Scope,
            product=words,
            lots=st.lists(codes, min_size=1, max_size=3).map(tuple),
            within=st.builds(
                Extent,
                patterns=st.lists(codes, max_size=2).map(tuple),
                ranges=st.lists(spans, max_size=2).map(tuple),
                serials=st.lists(spans, max_size=2).map(tuple),
                expiry=st.none() | windows,
                produced=st.none() | windows,
                supplier=st.none() | words,
                received=st.none() | windows,
            ),
        ),
        min_size=1,
        max_size=3,
    ).map(tuple),
    person=st.none() | words,
    due=st.none() | times,
    number=words,
    drill=st.booleans(),
)


@given(recalls)
def test_a_recall_reads_back_from_its_entry(recall: Recall) -> None:
    body = recall.encode()
    assert Recall.parse(json.loads(body)) == recall
    assert encode(json.loads(body)) == body
