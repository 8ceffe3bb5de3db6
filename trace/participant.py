"""Participants: the rules and projections that take part in every recording.

The recorder knows no stock, no order and no recall. Whoever does joins in through this protocol; a
new set of rules or a new projection is a new participant, and the recorder stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, ClassVar, Protocol, TypeVar
from uuid import UUID

from sqlalchemy import Connection, Table

from trace.outcomes import Refused, Touch


class Recordable(Protocol):
    """Something that can be put on record."""

    @property
    def ledger_kind(self) -> str:
        """The kind of ledger entry it becomes."""
        ...

    @property
    def id(self) -> UUID:
        """Made by who made it; the same id is the same thing said again."""
        ...

    def encode(self) -> bytes:
        """Its canonical JSON; an object whose `eventID` is `urn:uuid:` and the id."""
        ...


class Change(Protocol):
    """What a participant will do because of one event, if all agree to it."""

    @property
    def touch(self) -> Touch:
        """The things concerned."""
        ...

    @property
    def context(self) -> Mapping[str, Any]:
        """What to write beside the event in its entry, so that the log alone can be followed."""
        ...


@dataclass(frozen=True, slots=True)
class NoChange:
    """Nothing to do, nothing against it."""

    touch: Touch = field(default_factory=Touch)
    context: Mapping[str, Any] = field(default_factory=dict)


NO_CHANGE = NoChange()
"""The one value that says so."""

Effect = TypeVar("Effect", bound=Change)
Own = TypeVar("Own")
Item = TypeVar("Item")


class Participant(Protocol[Own, Effect]):
    """Takes part in each batch: load once, decide and accept event by event, apply once.

    `Own` is the working state it loads for a batch, `Effect` the change it decides on.
    """

    tables: ClassVar[Sequence[Table]]
    """The projections it owns: a rebuild empties them and replays the ledger."""

    def forget(self) -> None:
        """Drop what is kept in memory between batches: a transaction has failed."""
        ...

    def load(self, connection: Connection, ledger_id: int, records: Sequence[Recordable]) -> Own:
        """Read the states of every thing the batch touches, in one query per table.

        None: the batch doesn't concern this participant, and it is not asked any more.
        """
        ...

    def decide(self, state: Own, record: Recordable) -> Effect | NoChange | Refused:
        """Say what the record would change, or why it may not happen. Pure: no I/O, no change."""
        ...

    def accept(self, state: Own, record: Recordable, change: Effect, seq: int, /) -> None:
        """Take a change into the working state; the record got the entry number `seq`."""
        ...

    def apply(self, connection: Connection, state: Own) -> None:
        """Write what was accepted, in bulk."""
        ...


def segments(records: Sequence[Item], kind: Callable[[Item], str]) -> list[list[Item]]:
    """Split a batch where the kind of entry changes.

    What one kind brings into force (a product, a recall) the next kind's decisions must see: each
    segment is loaded, decided and applied before the next, within one transaction.
    """
    return [list(group) for _, group in groupby(records, key=kind)]
