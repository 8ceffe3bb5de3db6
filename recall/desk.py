"""The recall desk's part in every recording: an open case holds its whole scope, a closed one none.

Opening and reopening put the holds into force, closing lifts them, each with its commit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from sqlalchemy import Connection, Table

import bulk
from inventory import (
    ALL_LOTS,
    Hold,
    Product,
    lift_holds,
    lots_of,
    place_holds,
    products_by_code,
)
from ledger import timestamp
from recall import models
from recall.case import Recall
from recall.closing import CaseDecision, RecallClosing
from recall.models import CLOSED, REOPENED
from recall.queries import answer
from trace import NO_CHANGE, NoChange, Reason, Recordable, Refused, Touch

_CASES = bulk.Lookup(models.recall_case, ("case_id",), by="case_id")
_SCOPES = bulk.Lookup(models.recall_scope, ("case_id", "product_id", "lot"), by="case_id")
_DECISIONS = bulk.Lookup(models.recall_decision, ("case_id", "seq", "decision"), by="case_id")
_PUT_CASES = bulk.Insert(models.recall_case)
_PUT_SCOPES = bulk.Insert(models.recall_scope)
_PUT_DECISIONS = bulk.Insert(models.recall_decision)

_Pairs = tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Decided:
    """The change: a case that is opened, closed or reopened, its scope, and the lots of it."""

    record: Recall | CaseDecision
    scope: _Pairs
    touch: Touch
    context: Mapping[str, Any] = field(default_factory=dict)

    @property
    def opens(self) -> bool:
        """Whether the case is open from here on."""
        return not isinstance(self.record, RecallClosing)


class DeskState:
    """The working state of one batch: the cases it names and the lots of their products."""

    def __init__(self, ledger_id: int) -> None:
        self.ledger_id = ledger_id
        self.open: dict[str, bool] = {}
        self.scopes: dict[str, _Pairs] = {}
        self.unsettled: dict[str, int] = {}
        self.products: dict[str, Product] = {}
        self.lots: dict[int, dict[str, list[int]]] = {}
        self.decided: list[tuple[Decided, int]] = []

    def touched(self, scope: _Pairs) -> Touch:
        """The lots there are of a scope."""
        lot_ids: dict[int, None] = {}
        for product_id, name in scope:
            there = self.lots[product_id]
            names = there if name == ALL_LOTS else (name,)
            lot_ids |= dict.fromkeys(lot_id for each in names for lot_id in there.get(each, ()))
        return Touch((), tuple(lot_ids))


class RecallDesk:
    """Participant: recall cases."""

    tables: ClassVar[Sequence[Table]] = (
        models.recall_case,
        models.recall_scope,
        models.recall_decision,
    )

    def forget(self) -> None:
        """Nothing is remembered between batches."""

    def load(
        self, connection: Connection, ledger_id: int, records: Sequence[Recordable]
    ) -> DeskState | None:
        """The cases and products that the batch names."""
        recalls = [record for record in records if isinstance(record, Recall)]
        decisions = [record for record in records if isinstance(record, CaseDecision)]
        if not recalls and not decisions:
            return None
        state = DeskState(ledger_id)
        names = [recall.case_id for recall in recalls] + [each.case_id for each in decisions]
        _load_cases(connection, state, names)
        _load_products(connection, state, recalls)
        for recall in recalls:
            scope = _scope(state, recall)
            if recall.case_id not in state.open and not isinstance(scope, Refused):
                state.scopes.setdefault(recall.case_id, scope)
        for record in decisions:
            if isinstance(record, RecallClosing):
                found = answer(connection, ledger_id, state.scopes.get(record.case_id, ()))
                state.unsettled[record.case_id] = found.unsettled
        return state

    def decide(self, state: DeskState | None, record: Recordable) -> Decided | NoChange | Refused:
        """A case number is used once; only an open case is closed, by two, and nothing is left."""
        if state is None:
            return NO_CHANGE
        if isinstance(record, Recall):
            return _open(state, record)
        return _conclude(state, record) if isinstance(record, CaseDecision) else NO_CHANGE

    def accept(self, state: DeskState, _record: Recordable, change: Decided, seq: int) -> None:
        """Take the change into the working state."""
        state.open[change.record.case_id] = change.opens
        state.decided.append((change, seq))

    def apply(self, connection: Connection, state: DeskState | None) -> None:
        """Write the cases and what was decided, and put holds into force or lift them."""
        if state is None or not state.decided:
            return
        own = state.ledger_id
        opened = [
            (change.record, change.scope, seq)
            for change, seq in state.decided
            if isinstance(change.record, Recall)
        ]
        _PUT_CASES.run(connection, [_row(own, recall, seq) for recall, _, seq in opened])
        _PUT_SCOPES.run(
            connection,
            [(own, recall.case_id, *pair) for recall, scope, _ in opened for pair in scope],
        )
        decisions = [
            _decision_row(own, change.record, seq)
            for change, seq in state.decided
            if isinstance(change.record, CaseDecision)
        ]
        _PUT_DECISIONS.run(connection, decisions)
        _hold(connection, state)


def _open(state: DeskState, recall: Recall) -> Decided | Refused:
    if recall.case_id in state.open:
        return Refused(Reason.CASE_EXISTS, {"case": recall.case_id})
    scope = _scope(state, recall)
    return scope if isinstance(scope, Refused) else Decided(recall, scope, state.touched(scope))


def _conclude(state: DeskState, decision: CaseDecision) -> Decided | Refused:
    case, closes = decision.case_id, isinstance(decision, RecallClosing)
    if case not in state.open:
        return Refused(Reason.UNKNOWN_CASE, {"case": case})
    if closes and not state.open[case]:
        return Refused(Reason.CASE_CLOSED, {"case": case})
    if not closes and state.open[case]:
        return Refused(Reason.CASE_OPEN, {"case": case})
    if not decision.signed:
        return Refused(Reason.CASE_UNSIGNED, {"case": case})
    unsettled = state.unsettled.get(case, 0)
    if closes and unsettled and not decision.explanation:
        return Refused(Reason.CASE_UNSETTLED, {"case": case, "count": unsettled})
    scope = state.scopes[case]
    context = {"unsettled": unsettled} if closes else {}
    return Decided(decision, scope, state.touched(scope), context)


def _scope(state: DeskState, recall: Recall) -> _Pairs | Refused:
    pairs: list[tuple[int, str]] = []
    for part in recall.scope:
        product = state.products.get(part.product)
        if product is None:
            return Refused(Reason.UNKNOWN_PRODUCT, {"product": part.product})
        pairs += [(product.product_id, name) for name in part.lots]
    return tuple(dict.fromkeys(pairs))


def _load_cases(connection: Connection, state: DeskState, names: Sequence[str]) -> None:
    own = state.ledger_id
    state.open = {row[0]: True for row in _CASES.fetch(connection, own, names)}
    for case_id, _, decision in sorted(_DECISIONS.fetch(connection, own, names), key=_by_seq):
        state.open[case_id] = decision != CLOSED
    for case_id, product_id, lot in sorted(_SCOPES.fetch(connection, own, names)):
        state.scopes[case_id] = (*state.scopes.get(case_id, ()), (product_id, lot))


def _by_seq(row: bulk.Row) -> int:
    seq: int = row[1]
    return seq


def _load_products(connection: Connection, state: DeskState, recalls: Sequence[Recall]) -> None:
    codes = {part.product for recall in recalls for part in recall.scope}
    state.products = products_by_code(connection, state.ledger_id, codes)
    numbers = {product.product_id for product in state.products.values()}
    numbers |= {product_id for scope in state.scopes.values() for product_id, _ in scope}
    for number in numbers:
        state.lots[number] = {}
        for lot in lots_of(connection, state.ledger_id, number):
            state.lots[number].setdefault(lot.lot, []).append(lot.lot_id)


def _hold(connection: Connection, state: DeskState) -> None:
    """Leave in force what the last word on each case says."""
    last = {change.record.case_id: (change, seq) for change, seq in state.decided}
    lifted = [
        change.record.case_id
        for change, _ in state.decided
        if isinstance(change.record, CaseDecision)
    ]
    if lifted:
        lift_holds(connection, state.ledger_id, lifted, seq=state.decided[-1][1])
    rules = [
        Hold(case_id, product_id, lot, seq)
        for case_id, (change, seq) in last.items()
        if change.opens
        for product_id, lot in change.scope
    ]
    if rules:
        place_holds(connection, state.ledger_id, rules)


def _row(ledger_id: int, recall: Recall, seq: int) -> bulk.Row:
    return (
        ledger_id,
        recall.case_id,
        recall.recall_class.value,
        recall.reason,
        recall.source,
        timestamp(recall.notified),
        timestamp(recall.time),
        recall.person,
        seq,
    )


def _decision_row(ledger_id: int, decision: CaseDecision, seq: int) -> bulk.Row:
    return (
        ledger_id,
        decision.case_id,
        seq,
        CLOSED if isinstance(decision, RecallClosing) else REOPENED,
        timestamp(decision.time),
        decision.person,
        decision.second_person,
        decision.explanation,
    )
