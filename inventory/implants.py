"""The implants of a month: which entries put something into a patient."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from sqlalchemy import Connection, Table, exists, select

import bulk
from inventory import care_models, models
from trace import NO_CHANGE, Event, EventKind, NoChange, Recordable, Touch

_PUT = bulk.Insert(care_models.implant_month, key=("ledger_id", "month", "seq"))


@dataclass(frozen=True, slots=True)
class Implanted:
    """The change: something is put into a patient in this month."""

    month: str
    touch: Touch = field(default_factory=Touch)
    context: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class ImplantState:
    """The implants of a batch."""

    ledger_id: int
    rows: list[tuple[str, int]] = field(default_factory=list)


class Implants:
    """Participant: the months of implants, by the clock of where it happened."""

    tables: ClassVar[Sequence[Table]] = (care_models.implant_month,)

    def forget(self) -> None:
        """Nothing is remembered between batches."""

    def load(
        self, _connection: Connection, ledger_id: int, records: Sequence[Recordable]
    ) -> ImplantState | None:
        """Nothing to read; batches without implants are none of its business."""
        concerned = any(isinstance(r, Event) and r.kind is EventKind.IMPLANTED for r in records)
        return ImplantState(ledger_id) if concerned else None

    def decide(self, state: ImplantState | None, record: Recordable) -> Implanted | NoChange:
        """Every implant has its month."""
        if state is None or not isinstance(record, Event):
            return NO_CHANGE
        if record.kind is not EventKind.IMPLANTED:
            return NO_CHANGE
        return Implanted(f"{record.time:%Y-%m}")

    def accept(self, state: ImplantState, _record: Recordable, change: Implanted, seq: int) -> None:
        """Take the change into the working state."""
        state.rows.append((change.month, seq))

    def apply(self, connection: Connection, state: ImplantState | None) -> None:
        """Write the rows."""
        if state is not None:
            _PUT.run(connection, [(state.ledger_id, *row) for row in state.rows])


def implanted_in(connection: Connection, ledger_id: int, month: str) -> list[int]:
    """The entries of a month that put something into a patient; what was corrected is left out.

    Args:
        connection: where to read.
        ledger_id: which ledger.
        month: `2026-11`.
    """
    c, wrong = care_models.implant_month.c, models.correction.c
    corrected = exists().where(wrong.ledger_id == c.ledger_id, wrong.corrected == c.seq)
    query = select(c.seq).where(c.ledger_id == ledger_id, c.month == month, ~corrected)
    return list(connection.execute(query.order_by(c.seq)).scalars())
