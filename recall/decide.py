"""What the recall desk decides, pure: may a case be opened, changed, closed, opened again?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from inventory import Arrival, Location, Lot, Product
from recall.case import Recall
from recall.closing import CaseDecision, RecallClosing
from recall.revision import RecallRevision
from recall.scope import Part, Scope, merged, without
from recall.tasks import TaskStep
from recall.work import Stepped, TaskName, decide_step
from recall.work_queries import Task
from trace import Reason, Refused, Touch


@dataclass(frozen=True, slots=True)
class Decided:
    """The change: a case that is opened, changed, closed or reopened.

    Args:
        record: what was said.
        scope: the scope of the case from here on.
        touch: the lots concerned.
        drill: whether the case is an exercise.
        context: what the entry says besides.
    """

    record: Recall | CaseDecision
    scope: tuple[Part, ...]
    touch: Touch
    drill: bool = False
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
        self.drills: set[str] = set()
        self.scopes: dict[str, tuple[Part, ...]] = {}
        self.unsettled: dict[UUID, int] = {}
        self.left: dict[UUID, int] = {}
        self.places: dict[str, Location] = {}
        self.asked: dict[UUID, list[Task]] = {}
        self.tasks: dict[TaskName, Task] = {}
        self.changed: dict[TaskName, tuple[Task, int]] = {}
        self.products: dict[str, Product] = {}
        self.lots: dict[int, list[Lot]] = {}
        self.arrivals: dict[int, list[Arrival]] = {}
        self.decided: list[tuple[Decided | Stepped, int]] = []

    def take_task(self, task: Task, seq: int) -> None:
        """Take in how a task stands from entry `seq` on."""
        name = (task.case_id, task.work, task.subject)
        self.tasks[name], self.changed[name] = task, (task, seq)

    @property
    def on_cases(self) -> list[tuple[Decided, int]]:
        """What was decided about cases themselves."""
        return [(each, seq) for each, seq in self.decided if isinstance(each, Decided)]

    def touched(self, scope: Sequence[Part]) -> Touch:
        """The lots there are of a scope."""
        lots = {
            lot.lot_id: None
            for part in scope
            for lot in self.lots[part.product_id]
            if part.extent.touches(lot)
            and part.extent.brought_any(self.arrivals.get(lot.lot_id, ()))
        }
        return Touch((), tuple(lots))


def open_case(state: DeskState, recall: Recall) -> Decided | Refused:
    """Open a case: its number is used once."""
    if recall.case_id in state.open:
        return Refused(Reason.CASE_EXISTS, {"case": recall.case_id})
    scope = parts_of(state, recall.scope)
    if isinstance(scope, Refused):
        return scope
    return Decided(recall, scope, state.touched(scope), recall.drill)


def revise(state: DeskState, revision: RecallRevision) -> Decided | Refused:
    """Widen or narrow an open case; a narrowing of one that holds goods takes two persons."""
    case = revision.case_id
    if not state.open.get(case):
        reason = Reason.CASE_CLOSED if case in state.open else Reason.UNKNOWN_CASE
        return Refused(reason, {"case": case})
    adds, drops = parts_of(state, revision.adds), parts_of(state, revision.drops)
    if isinstance(adds, Refused):
        return adds
    if isinstance(drops, Refused):
        return drops
    before, drill = state.scopes[case], case in state.drills
    after = merged((*without(before, drops), *adds))
    if drops and not drill and not revision.signed:
        return Refused(Reason.CASE_UNSIGNED, {"case": case})
    if not _within(drops, before) or not after:
        reason = Reason.NOT_IN_SCOPE if after else Reason.SCOPE_EMPTY
        return Refused(reason, {"case": case})
    return Decided(revision, after, state.touched((*before, *after)), drill)


def conclude(state: DeskState, decision: CaseDecision) -> Decided | Refused:
    """Close a case, by two and with nothing left unexplained; or open it again."""
    case, closes = decision.case_id, isinstance(decision, RecallClosing)
    if case not in state.open:
        return Refused(Reason.UNKNOWN_CASE, {"case": case})
    if closes and not state.open[case]:
        return Refused(Reason.CASE_CLOSED, {"case": case})
    if not closes and state.open[case]:
        return Refused(Reason.CASE_OPEN, {"case": case})
    if not decision.signed:
        return Refused(Reason.CASE_UNSIGNED, {"case": case})
    unsettled = state.unsettled.get(decision.id, 0)
    if closes and unsettled and not decision.explanation:
        return Refused(Reason.CASE_UNSETTLED, {"case": case, "count": unsettled})
    scope = state.scopes[case]
    context = {"unsettled": unsettled} if closes else {}
    return Decided(decision, scope, state.touched(scope), case in state.drills, context)


def step(state: DeskState, taken: TaskStep) -> Stepped | Refused:
    """Take a step of a task of an open case; nothing has to be held in a drill."""
    left = 0 if taken.case_id in state.drills else state.left.get(taken.id, 0)
    return decide_step(
        taken,
        open_=state.open.get(taken.case_id),
        place=state.places.get(taken.place),
        left=left,
    )


def parts_of(state: DeskState, scope: Sequence[Scope]) -> tuple[Part, ...] | Refused:
    """A scope as the books know it; refused where a product is unknown."""
    parts = []
    for each in scope:
        product = state.products.get(each.product)
        if product is None:
            return Refused(Reason.UNKNOWN_PRODUCT, {"product": each.product})
        parts.append(Part(product.product_id, each.extent))
    return merged(parts)


def _within(drops: Sequence[Part], scope: Sequence[Part]) -> bool:
    """Whether all that is to leave a scope is said in it."""
    names = {
        (part.product_id, lot)
        for part in scope
        if part.extent.only_names
        for lot in part.extent.lots
    }
    return all(
        {(part.product_id, lot) for lot in part.extent.lots} <= names
        if part.extent.only_names
        else part in scope
        for part in drops
    )
