"""What every import shares: where it reads, how it records, whom it tells."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import TypeVar
from uuid import UUID

from database import Database
from inventory.catalogue import Defined, Definition
from inventory.importing.faults import ImportFault, ImportReport, Tell
from trace import Outcome, Recordable, Recorded, Refused

Item = TypeVar("Item")

BATCH = 500
"""Rows that are looked up and recorded together."""


@dataclass(slots=True)
class Importer:
    """An import that is being run.

    Args:
        database: where the catalogue is read.
        ledger_id: which ledger.
        record: puts definitions on record (`Recorder.record`); None: a dry run.
        clock: says when it is.
        new_id: makes the ids of entries.
        person: the staff number of who imports.
        tell: is told every fault and notice.
        progress: is told how many rows were done since the last time.
        report: the sums so far.
    """

    database: Database
    ledger_id: int
    record: Callable[[Sequence[Recordable]], Sequence[Outcome]] | None
    clock: Callable[[], datetime]
    new_id: Callable[[], UUID]
    person: str | None
    tell: Tell
    progress: Callable[[int], None]
    report: ImportReport = field(default_factory=ImportReport)

    def fault(self, faults: Iterable[ImportFault]) -> None:
        """Tell what is wrong with one row, and count it."""
        told = list(faults)
        for fault in told:
            self.tell(fault)
        if any(fault.blocking for fault in told):
            self.report.bad += 1
        elif told:
            self.report.notices += 1

    def define(self, rows: Sequence[tuple[int, Defined]]) -> None:
        """Put definitions on record, in the order of the rows; in a dry run do nothing."""
        self.put(
            [
                (
                    row,
                    Definition(
                        id=self.new_id(), time=self.clock(), thing=thing, person=self.person
                    ),
                )
                for row, thing in rows
            ]
        )

    def put(self, rows: Sequence[tuple[int, Recordable]]) -> None:
        """Put records on record, each with the row that it comes from; in a dry run do nothing."""
        if self.record is None or not rows:
            return
        outcomes = self.record([record for _, record in rows])
        for (row, _), outcome in zip(rows, outcomes, strict=True):
            match outcome:
                case Recorded():
                    self.report.recorded += 1
                case Refused():
                    values = {"detail": f"{outcome.text.zh} / {outcome.text.en}"}
                    self.fault([ImportFault(row, "", "import-refused", values)])


def batches(items: Iterable[Item], size: int = BATCH) -> Iterator[list[Item]]:
    """Cut a stream into lists."""
    stream = iter(items)
    while batch := list(islice(stream, size)):
        yield batch
