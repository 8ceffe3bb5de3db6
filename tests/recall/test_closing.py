"""Closing a case and opening it again: by two, explained, and the holds go and come back."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from uuid6 import uuid7

from errors import Invalid
from hospital import DECODERS
from inventory import Lot, find_product, holding_cases
from ledger import Ledger, encode
from recall import (
    CaseDecision,
    KnownRecalls,
    RecallClosing,
    RecallReopening,
    Scope,
    find_case,
)
from tests.recall.test_desk import checked, opened, reason
from tests.support import ANTIBODY, NOON, box, event, furnish, recorder
from tests.trace.rows import rows_of
from tests.trace.strategies import signatures, times, words
from trace import EventKind, Outcome, Reason, Recorded, Recorder, Refused, Signature, rebuild

BOTH = (Signature("0533", "pin", NOON), Signature("Q1", "totp", NOON))


def closing(
    case_id: str = "RC-1", *, explanation: str = "全部隔离，随厂家销毁", **more: object
) -> CaseDecision:
    return decision(RecallClosing, case_id, explanation=explanation, **more)


def reopening(case_id: str = "RC-1") -> CaseDecision:
    return decision(RecallReopening, case_id)


def decision(kind: type[CaseDecision], case_id: str, **more: object) -> CaseDecision:
    said: dict[str, object] = {"person": "0533", "second_person": "Q1", "signatures": BOTH, **more}
    return kind(
        id=uuid7(),
        case_id=case_id,
        time=NOON + timedelta(days=3),
        **said,  # type: ignore[arg-type]  # tests name fields of the dataclass
    )


@pytest.fixture
def desk(ledger: Ledger) -> Recorder:
    """A hospital on each engine in turn, with one box of B1."""
    made = recorder(ledger)
    furnish(made)
    made.record([event(EventKind.RECEIVED, box("1", lot="B1"))])
    return made


def dispensed(desk: Recorder) -> Outcome:
    (outcome,) = desk.record([event(EventKind.DISPENSED, box("1"), to="W07")])
    return outcome


def held(ledger: Ledger) -> list[str]:
    with ledger.database.read() as connection:
        product = find_product(connection, 1, box("1").key)
        assert product is not None
        lot = Lot(0, product.product_id, "B1", None, None)
        return holding_cases(connection, 1, lot)


def test_a_closed_case_holds_nothing_and_says_when_and_by_whom(
    ledger: Ledger, desk: Recorder
) -> None:
    desk.record([opened("RC-1")])
    assert reason(dispensed(desk)) is Reason.RECALLED
    (outcome,) = desk.record([closing()])
    assert isinstance(outcome, Recorded)
    assert held(ledger) == []
    assert isinstance(dispensed(desk), Recorded)
    with ledger.database.read() as connection:
        case = find_case(connection, 1, "RC-1")
        assert len(KnownRecalls(1).open(connection).case_ids) == 0
    assert case is not None
    assert case.closing is not None
    told = case.closing
    assert (told.person, told.second_person, told.seq) == ("0533", "Q1", outcome.receipt.seq)
    assert (told.decided, told.explanation) == (NOON + timedelta(days=3), "全部隔离，随厂家销毁")
    (entry,) = ledger.entries(outcome.receipt.seq, outcome.receipt.seq + 1)
    assert (entry.kind, entry.event["type"]) == ("recall", "medtrace:RecallClosing")
    assert [each["person"] for each in entry.event["medtrace:signatures"]] == ["0533", "Q1"]
    checks = {"level": "B", "needed": 1, "done": 0}
    assert entry.context == {"unsettled": 1, "checks": checks}


def test_a_case_that_is_opened_again_holds_as_before(ledger: Ledger, desk: Recorder) -> None:
    desk.record([opened("RC-1")])
    desk.record([closing()])
    (outcome,) = desk.record([reopening()])
    assert isinstance(outcome, Recorded)
    assert held(ledger) == ["RC-1"]
    assert reason(dispensed(desk)) is Reason.RECALLED
    with ledger.database.read() as connection:
        case = find_case(connection, 1, "RC-1")
        assert len(KnownRecalls(1).open(connection).case_ids) == 1
    assert case is not None
    assert case.closing is None
    assert [each.closes for each in case.decisions] == [True, False]


def test_another_process_learns_of_it_with_its_next_batch(ledger: Ledger, desk: Recorder) -> None:
    other = recorder(ledger)
    desk.record([opened("RC-1")])
    assert reason(dispensed(other)) is Reason.RECALLED
    desk.record([closing()])
    assert isinstance(dispensed(other), Recorded)
    desk.record([reopening()])
    (outcome,) = other.record([event(EventKind.ADMINISTERED, box("1"), at="W07", patient=uuid7())])
    assert reason(outcome) is Reason.RECALLED


def test_a_lot_under_two_cases_stays_held_until_both_are_closed(
    ledger: Ledger, desk: Recorder
) -> None:
    desk.record([opened("RC-1"), opened("RC-2")])
    desk.record([closing("RC-1")])
    assert held(ledger) == ["RC-2"]
    assert reason(dispensed(desk)) is Reason.RECALLED
    desk.record([closing("RC-2")])
    assert isinstance(dispensed(desk), Recorded)


def test_goods_that_are_not_settled_need_an_explanation(ledger: Ledger, desk: Recorder) -> None:
    desk.record([opened("RC-1")])
    (outcome,) = desk.record([closing(explanation="")])
    assert isinstance(outcome, Refused)
    assert outcome.reason is Reason.CASE_UNSETTLED
    assert outcome.values == {"case": "RC-1", "count": 1}
    assert held(ledger) == ["RC-1"]


def test_a_case_whose_goods_all_went_back_needs_none(desk: Recorder) -> None:
    desk.record([opened("RC-1"), checked("RC-1")])
    desk.record([event(EventKind.RETURNED, box("1"), party="国控江州")])
    (outcome,) = desk.record([closing(explanation="")])
    assert isinstance(outcome, Recorded)


def test_a_case_that_is_opened_and_closed_at_once_is_held_to_the_same(desk: Recorder) -> None:
    first, second = desk.record([opened("RC-8"), closing("RC-8", explanation="")])
    assert (reason(first), reason(second)) == (None, Reason.CASE_UNSETTLED)


def test_a_case_of_which_nothing_ever_came_needs_none(desk: Recorder) -> None:
    scope = Scope(ANTIBODY.code, ("B9",))
    (_, outcome) = desk.record([opened("RC-9", scope), closing("RC-9", explanation="")])
    assert isinstance(outcome, Recorded)


ONE, OTHER = BOTH


@pytest.mark.parametrize(
    "unsigned",
    [
        {"signatures": ()},
        {"signatures": (ONE,)},
        {"signatures": (OTHER,)},
        {"signatures": (ONE, ONE)},
        {"second_person": None, "signatures": (ONE,)},
        {"second_person": "0533", "signatures": (ONE,)},
        {"second_person": "Q2"},
        {"person": "0417"},
    ],
)
def test_it_takes_two_signatures_of_those_who_are_named(
    ledger: Ledger, desk: Recorder, unsigned: dict[str, object]
) -> None:
    desk.record([opened("RC-1")])
    (outcome,) = desk.record([decision(RecallClosing, "RC-1", explanation="-", **unsigned)])
    assert reason(outcome) is Reason.CASE_UNSIGNED
    assert held(ledger) == ["RC-1"]


def test_only_open_cases_are_closed_and_only_closed_ones_opened_again(
    ledger: Ledger, desk: Recorder
) -> None:
    outcomes = desk.record(
        [closing(), reopening(), opened("RC-1"), reopening(), closing(), closing(), reopening()]
    )
    assert [reason(each) for each in outcomes] == [
        Reason.UNKNOWN_CASE,
        Reason.UNKNOWN_CASE,
        None,
        Reason.CASE_OPEN,
        None,
        Reason.CASE_CLOSED,
        None,
    ]
    assert held(ledger) == ["RC-1"]
    (again,) = desk.record([opened("RC-1")])
    assert reason(again) is Reason.CASE_EXISTS


def test_the_closing_stands_in_the_life_of_the_lot(ledger: Ledger, desk: Recorder) -> None:
    desk.record([opened("RC-1")])
    (outcome,) = desk.record([closing()])
    assert isinstance(outcome, Recorded)
    assert outcome.receipt.seq in [row[2] for row in rows_of(ledger)["event_lot"]]


def test_a_rebuild_gives_the_same_rows(ledger: Ledger, desk: Recorder) -> None:
    desk.record([opened("RC-1"), opened("RC-2")])
    desk.record([closing("RC-1"), closing("RC-2")])
    desk.record([reopening("RC-2")])
    dispensed(desk)
    before = rows_of(ledger)
    rebuild(ledger, recorder(ledger)._participants, DECODERS)
    assert rows_of(ledger) == before
    assert held(ledger) == ["RC-2"]


decisions = st.builds(
    lambda kind, **said: kind(**said),
    kind=st.sampled_from([RecallClosing, RecallReopening]),
    id=st.uuids(),
    case_id=words,
    time=times,
    person=words,
    second_person=st.none() | words,
    signatures=st.lists(signatures, max_size=2).map(tuple),
    explanation=words,
)


@given(decisions)
def test_a_decision_reads_back_as_it_was(said: CaseDecision) -> None:
    members = json.loads(said.encode())
    assert DECODERS[members["type"]](members) == said
    assert encode(members) == said.encode()


def test_what_people_sign_names_the_case_and_the_reason_and_not_the_moment() -> None:
    said = closing()
    later = type(said)(
        id=said.id,
        case_id=said.case_id,
        time=NOON + timedelta(days=4),
        person=said.person,
        explanation=said.explanation,
    )
    assert later.statement() == said.statement()
    assert closing(explanation="另行处理").statement() != said.statement()
    assert reopening().statement() != said.statement()


def test_a_decision_without_a_zone_is_not_taken() -> None:
    with pytest.raises(Invalid, match="time-without-zone"):
        RecallClosing(id=uuid7(), case_id="RC-1", time=NOON.replace(tzinfo=None), person="0533")
