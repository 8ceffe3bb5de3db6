"""The recall desk's part in every recording: an open case holds its whole scope, a closed one none.

Opening, reopening and widening put holds into force, closing and narrowing lift them, each with its
commit. A drill holds nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from sqlalchemy import Connection, Table, delete

import bulk
from inventory import (
    Hold,
    arrivals_of,
    lift_holds,
    lots_of,
    mark_recalls,
    place_holds,
    products_by_code,
)
from ledger import encode, timestamp
from recall import models, work_models
from recall.case import Recall
from recall.closing import CaseDecision, RecallClosing, RecallReopening
from recall.decide import Decided, DeskState, conclude, open_case, parts_of, revise, step
from recall.models import CLOSED, REOPENED
from recall.queries import answer, part_of_row
from recall.revision import RecallRevision
from recall.scope import Part, merged, without
from recall.tasks import TaskStep
from recall.work import (
    Stepped,
    places_of,
    task_after,
    tasks_asked,
    tasks_of_cases,
    write_tasks,
)
from recall.work_queries import left_at
from trace import NO_CHANGE, NoChange, Recordable, Refused

_CASES = bulk.Lookup(models.recall_case, ("case_id", "drill"), by="case_id")
_SCOPES = bulk.Lookup(
    models.recall_scope, ("case_id", "part", "product_id", "extent"), by="case_id"
)
_DECISIONS = bulk.Lookup(models.recall_decision, ("case_id", "seq", "decision"), by="case_id")
_PUT_CASES = bulk.Insert(models.recall_case)
_PUT_SCOPES = bulk.Insert(models.recall_scope)
_PUT_DECISIONS = bulk.Insert(models.recall_decision)
_PUT_REVISIONS = bulk.Insert(models.recall_revision)


class RecallDesk:
    """Participant: recall cases."""

    tables: ClassVar[Sequence[Table]] = (
        models.recall_case,
        models.recall_scope,
        models.recall_decision,
        models.recall_revision,
        work_models.recall_task,
    )

    def forget(self) -> None:
        """Nothing is remembered between batches."""

    def load(
        self, connection: Connection, ledger_id: int, records: Sequence[Recordable]
    ) -> DeskState | None:
        """The cases and products that the batch names."""
        recalls = [record for record in records if isinstance(record, Recall)]
        decisions = [record for record in records if isinstance(record, CaseDecision)]
        steps = [record for record in records if isinstance(record, TaskStep)]
        about = (Recall, CaseDecision, TaskStep)
        names = [record.case_id for record in records if isinstance(record, about)]
        if not names:
            return None
        state = DeskState(ledger_id)
        _load_cases(connection, state, names)
        state.places = places_of(connection, ledger_id, steps)
        state.tasks = tasks_of_cases(connection, ledger_id, names)
        _load_products(connection, state, recalls, decisions)
        _foresee(connection, state, records)
        return state

    def decide(
        self, state: DeskState | None, record: Recordable
    ) -> Decided | Stepped | NoChange | Refused:
        """A case number is used once; only an open case is closed or changed."""
        if state is None:
            return NO_CHANGE
        match record:
            case Recall():
                return open_case(state, record)
            case RecallRevision():
                return revise(state, record)
            case CaseDecision():
                return conclude(state, record)
            case TaskStep():
                return step(state, record)
            case _:
                return NO_CHANGE

    def accept(
        self, state: DeskState, _record: Recordable, change: Decided | Stepped, seq: int
    ) -> None:
        """Take the change into the working state."""
        state.decided.append((change, seq))
        if isinstance(change, Stepped):
            state.take_task(task_after(state.tasks, change), seq)
            return
        case_id = change.record.case_id
        state.open[case_id] = change.opens
        state.scopes[case_id] = change.scope
        if change.drill:
            state.drills.add(case_id)
        for task in state.asked.get(change.record.id, ()):
            if (task.case_id, task.work, task.subject) not in state.tasks:
                state.take_task(task, seq)

    def apply(self, connection: Connection, state: DeskState | None) -> None:
        """Write the cases and what was decided, and put holds into force or lift them."""
        if state is None or not state.decided:
            return
        own = state.ledger_id
        opened = [(c.record, seq) for c, seq in state.on_cases if isinstance(c.record, Recall)]
        _PUT_CASES.run(connection, [_row(own, recall, seq) for recall, seq in opened])
        _write_scopes(connection, state)
        decided = [
            _decision_row(own, c.record, seq)
            for c, seq in state.on_cases
            if isinstance(c.record, (RecallClosing, RecallReopening))
        ]
        _PUT_DECISIONS.run(connection, decided)
        revised = [
            _revision_row(own, c.record, seq)
            for c, seq in state.on_cases
            if isinstance(c.record, RecallRevision)
        ]
        _PUT_REVISIONS.run(connection, revised)
        _hold(connection, state)
        write_tasks(connection, own, state.changed.values())
        mark_recalls(connection, own, max(seq for _, seq in state.decided))


def _foresee(connection: Connection, state: DeskState, records: Sequence[Recordable]) -> None:
    """What will be asked of each record: the tasks of openings, what closings and steps leave.

    A batch may change a scope before: what comes after is measured by the scope of its moment.
    """
    own, scopes = state.ledger_id, dict(state.scopes)
    for record in records:
        if isinstance(record, (Recall, RecallRevision)):
            scopes[record.case_id] = _scope_after(state, scopes, record)
        scope = scopes.get(getattr(record, "case_id", ""), ())
        if isinstance(record, (Recall, RecallRevision, RecallReopening)):
            opened = record.time
            state.asked[record.id] = tasks_asked(connection, own, record.case_id, scope, opened)
        elif isinstance(record, RecallClosing):
            state.unsettled[record.id] = answer(connection, own, scope).unsettled
        elif isinstance(record, TaskStep) and record.ends_search and record.place in state.places:
            place = state.places[record.place].location_id
            state.left[record.id] = left_at(answer(connection, own, scope))[place]


def _scope_after(
    state: DeskState, scopes: Mapping[str, tuple[Part, ...]], record: Recall | RecallRevision
) -> tuple[Part, ...]:
    before = scopes.get(record.case_id, ())
    if isinstance(record, Recall):
        added, dropped = parts_of(state, record.scope), parts_of(state, ())
        before = before if record.case_id in state.open else ()
    else:
        added, dropped = parts_of(state, record.adds), parts_of(state, record.drops)
    if isinstance(added, Refused) or isinstance(dropped, Refused):
        return before
    return merged((*without(before, dropped), *added))


def _load_cases(connection: Connection, state: DeskState, names: Sequence[str]) -> None:
    own = state.ledger_id
    for case_id, drill in _CASES.fetch(connection, own, names):
        state.open[case_id] = True
        if drill:
            state.drills.add(case_id)
    for case_id, _, decision in sorted(_DECISIONS.fetch(connection, own, names), key=_second):
        state.open[case_id] = decision != CLOSED
    for case_id, _, *row in sorted(_SCOPES.fetch(connection, own, names)):
        state.scopes[case_id] = (*state.scopes.get(case_id, ()), part_of_row(*row))


def _second(row: bulk.Row) -> int:
    seq: int = row[1]
    return seq


def _load_products(
    connection: Connection,
    state: DeskState,
    recalls: Sequence[Recall],
    decisions: Sequence[CaseDecision],
) -> None:
    scopes = [part for recall in recalls for part in recall.scope]
    extents = [part.extent for scope in state.scopes.values() for part in scope]
    for each in decisions:
        if isinstance(each, RecallRevision):
            scopes += [*each.adds, *each.drops]
    codes = {part.product for part in scopes}
    state.products = products_by_code(connection, state.ledger_id, codes)
    numbers = {product.product_id for product in state.products.values()}
    numbers |= {part.product_id for scope in state.scopes.values() for part in scope}
    for number in numbers:
        state.lots[number] = lots_of(connection, state.ledger_id, number)
    if any(extent.by_arrival for extent in (*extents, *(part.extent for part in scopes))):
        lots = [lot.lot_id for found in state.lots.values() for lot in found]
        state.arrivals = arrivals_of(connection, state.ledger_id, lots)


def _write_scopes(connection: Connection, state: DeskState) -> None:
    """Leave as scope of each case what was decided last."""
    own, c = state.ledger_id, models.recall_scope.c
    revised = [x.record.case_id for x, _ in state.on_cases if isinstance(x.record, RecallRevision)]
    if revised:
        written = models.recall_scope
        connection.execute(
            delete(written).where(c.ledger_id == own, c.case_id.in_(sorted(set(revised))))
        )
    last = {
        change.record.case_id: change.scope
        for change, _ in state.on_cases
        if isinstance(change.record, (Recall, RecallRevision))
    }
    rows = [
        (own, case_id, number, part.product_id, encode(part.extent.members()).decode())
        for case_id, scope in last.items()
        for number, part in enumerate(scope)
    ]
    _PUT_SCOPES.run(connection, rows)


def _hold(connection: Connection, state: DeskState) -> None:
    """Leave in force what the last word on each case says."""
    real = [(c, seq) for c, seq in state.on_cases if c.record.case_id not in state.drills]
    if not real:
        return
    last = {change.record.case_id: (change, seq) for change, seq in real}
    lifted = [c.record.case_id for c, _ in real if isinstance(c.record, CaseDecision)]
    if lifted:
        lift_holds(connection, state.ledger_id, lifted, seq=real[-1][1])
    rules = [
        Hold(case_id, number, part.product_id, part.extent, seq)
        for case_id, (change, seq) in last.items()
        if change.opens
        for number, part in enumerate(change.scope)
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
        timestamp(recall.deadline),
        recall.number,
        recall.drill,
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


def _revision_row(ledger_id: int, revision: RecallRevision, seq: int) -> bulk.Row:
    return (
        ledger_id,
        revision.case_id,
        seq,
        timestamp(revision.time),
        revision.person,
        revision.second_person,
        revision.explanation,
        *(
            encode([part.members() for part in parts]).decode()
            for parts in (revision.adds, revision.drops)
        ),
    )
