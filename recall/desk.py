"""The recall desk's part in every recording: opening a case holds its whole scope at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from sqlalchemy import Connection, Table

import bulk
from inventory import ALL_LOTS, Hold, Product, lots_of, place_holds, products_by_code
from ledger import timestamp
from recall import models
from recall.case import Recall
from trace import NO_CHANGE, NoChange, Reason, Recordable, Refused, Touch

_CASES = bulk.Lookup(models.recall_case, ("case_id",), by="case_id")
_PUT_CASES = bulk.Insert(models.recall_case)
_PUT_SCOPES = bulk.Insert(models.recall_scope)


@dataclass(frozen=True, slots=True)
class Opened:
    """The change: a case with its scope, and the lots there are of it."""

    recall: Recall
    scope: tuple[tuple[int, str], ...]
    touch: Touch
    context: Mapping[str, Any] = field(default_factory=dict)


class DeskState:
    """The working state of one batch: the cases it names and the lots of their products."""

    def __init__(self, ledger_id: int) -> None:
        self.ledger_id = ledger_id
        self.cases: set[str] = set()
        self.products: dict[str, Product] = {}
        self.lots: dict[int, dict[str, int]] = {}
        self.opened: list[tuple[Opened, int]] = []


class RecallDesk:
    """Participant: recall cases."""

    tables: ClassVar[Sequence[Table]] = (models.recall_case, models.recall_scope)

    def forget(self) -> None:
        """Nothing is remembered between batches."""

    def load(
        self, connection: Connection, ledger_id: int, records: Sequence[Recordable]
    ) -> DeskState | None:
        """The cases and products that the batch names."""
        recalls = [record for record in records if isinstance(record, Recall)]
        if not recalls:
            return None
        state = DeskState(ledger_id)
        names = [recall.case_id for recall in recalls]
        state.cases = {row[0] for row in _CASES.fetch(connection, ledger_id, names)}
        codes = {part.product for recall in recalls for part in recall.scope}
        state.products = products_by_code(connection, ledger_id, codes)
        for product in state.products.values():
            found = lots_of(connection, ledger_id, product.product_id)
            state.lots[product.product_id] = {lot.lot: lot.lot_id for lot in found}
        return state

    def decide(self, state: DeskState | None, record: Recordable) -> Opened | NoChange | Refused:
        """A case number is used once; its products are in the catalogue."""
        if state is None or not isinstance(record, Recall):
            return NO_CHANGE
        if record.case_id in state.cases:
            return Refused(Reason.CASE_EXISTS, {"case": record.case_id})
        pairs, lot_ids = [], []
        for part in record.scope:
            product = state.products.get(part.product)
            if product is None:
                return Refused(Reason.UNKNOWN_PRODUCT, {"product": part.product})
            there = state.lots[product.product_id]
            names = there if ALL_LOTS in part.lots else part.lots
            lot_ids += [there[name] for name in names if name in there]
            pairs += [(product.product_id, name) for name in part.lots]
        distinct = tuple(dict.fromkeys(pairs))
        return Opened(record, distinct, Touch((), tuple(dict.fromkeys(lot_ids))))

    def accept(self, state: DeskState, _record: Recordable, change: Opened, seq: int) -> None:
        """Take the case into the working state."""
        state.cases.add(change.recall.case_id)
        state.opened.append((change, seq))

    def apply(self, connection: Connection, state: DeskState | None) -> None:
        """Write the cases and put their holds into force."""
        if state is None or not state.opened:
            return
        own = state.ledger_id
        _PUT_CASES.run(connection, [_row(own, each.recall, seq) for each, seq in state.opened])
        rules = [
            Hold(each.recall.case_id, product_id, lot, seq)
            for each, seq in state.opened
            for product_id, lot in each.scope
        ]
        scopes = [(own, rule.case_id, rule.product_id, rule.lot) for rule in rules]
        _PUT_SCOPES.run(connection, scopes)
        place_holds(connection, own, rules)


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
