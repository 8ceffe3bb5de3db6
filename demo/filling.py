"""Recording a load: as fast as the recorder is, and going on where an earlier fill stopped."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from demo.load import generate
from ledger import Ledger
from trace import Recordable, Recorder, RemoteRecorder, seqs_of


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a fill has come.

    Args:
        done: records of the load that are in the ledger.
        added: how many of them this fill has recorded.
        seconds: wall time that took, the making of the events included.
        processor_seconds: processor time of this process in the meantime.
    """

    done: int
    added: int
    seconds: float
    processor_seconds: float

    @property
    def rate(self) -> float:
        """Records a second, by the clock on the wall."""
        return self.added / self.seconds if self.added else 0.0

    @property
    def processor_rate(self) -> float:
        """Records a processor second: what else runs on the machine hardly changes it."""
        return self.added / self.processor_seconds if self.added else 0.0


def fill(
    ledger: Ledger,
    recorder: Recorder | RemoteRecorder,
    events: int,
    seed: int,
    told: Callable[[Progress], None] = lambda _: None,
) -> Progress:
    """Record a load, or as much of it as the ledger doesn't hold yet.

    A batch is on record whole or not at all, so its last id tells whether it is.

    Args:
        ledger: where to.
        recorder: of this ledger.
        events: how many, those that are there already counted in.
        seed: of the load.
        told: called after each batch.

    Returns:
        How far it came: all of it.
    """
    progress = Progress(0, 0, 0.0, 0.0)
    begin: tuple[float, float] | None = None
    for batch in generate(events, seed):
        done, added = progress.done + len(batch), progress.added
        if begin is None and _is_there(ledger, batch):
            progress = Progress(done, 0, 0.0, 0.0)
        else:
            begin = begin or (time.perf_counter(), time.process_time())
            recorder.record(batch)
            progress = Progress(
                done,
                added + len(batch),
                time.perf_counter() - begin[0],
                time.process_time() - begin[1],
            )
        told(progress)
    return progress


def _is_there(ledger: Ledger, batch: Sequence[Recordable]) -> bool:
    last = batch[-1].id
    with ledger.database.read() as connection:
        return last in seqs_of(connection, ledger.ledger_id, [last])
