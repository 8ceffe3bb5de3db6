"""The stock's part in every recording: load what the batch touches, decide, write in bulk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from sqlalchemy import Connection, Table

from inventory import care_models, models
from inventory.changes import StockChange
from inventory.counters import read_counters
from inventory.decision import decide
from inventory.implant_book import implant
from inventory.loading import Loader
from inventory.memory import Memory
from inventory.state import StockState
from inventory.undo import undo
from trace import NO_CHANGE, Correction, Event, NoChange, Recordable, Refused


class Stock:
    """Participant: what there is. Keeps in memory what changes seldom; one per recorder."""

    tables: ClassVar[Sequence[Table]] = (
        models.unit,
        models.content,
        models.mix,
        models.reservation,
        models.lot,
        models.arrival,
        models.balance,
        models.exposure,
        care_models.bought,
        implant,
        care_models.narcotic_line,
        models.hold,
        models.correction,
    )

    def __init__(self) -> None:
        self._memory = Memory()

    def forget(self) -> None:
        """Drop what is remembered: a transaction failed."""
        self._memory.forget()

    def load(
        self, connection: Connection, ledger_id: int, records: Sequence[Recordable]
    ) -> StockState | None:
        """The states of every thing, lot and location that the events name."""
        mine = [record for record in records if isinstance(record, (Event, Correction))]
        if not mine:
            return None
        counters = read_counters(connection, ledger_id)
        self._memory.refresh(connection, ledger_id, counters)
        loaded = Loader(connection, ledger_id, self._memory).load(mine)
        return StockState(self._memory, ledger_id, counters, loaded)

    def decide(
        self, state: StockState | None, record: Recordable
    ) -> StockChange | NoChange | Refused:
        """By the one gate; corrections by what they correct."""
        if state is not None and isinstance(record, Event):
            return decide(state, record)
        if state is not None and isinstance(record, Correction):
            return undo(state, record)
        return NO_CHANGE

    def accept(self, state: StockState, record: Recordable, change: StockChange, seq: int) -> None:
        """Take the change into the working state."""
        state.accept(change, seq)
        if isinstance(record, Event):
            state.implants.take(record, change, seq, state.lot, state.location)

    def apply(self, connection: Connection, state: StockState | None) -> None:
        """Write the changed rows."""
        if state is not None:
            state.write(connection)
