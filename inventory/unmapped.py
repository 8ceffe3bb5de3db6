"""Goods under a code that no product owns: noted on the work-list, never refused for that."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from sqlalchemy import Connection, Table

import bulk
from inventory import mapping_models, models
from inventory.mapping import MappingState
from trace import NO_CHANGE, Event, NoChange, Recordable, Touch, identifier_of

_OWNED = bulk.Lookup(models.product_identifier, ("identifier",), by="identifier")
_LABELS = bulk.Lookup(models.unit, ("key",), by="key")
_NOTE = bulk.Insert(
    mapping_models.code_mapping,
    key=("ledger_id", "identifier"),
    replace=("last_seq",),
    add=("seen",),
)
_LOGISTIC_UNIT = "https://id.gs1.org/00/"


@dataclass(frozen=True, slots=True)
class Sighted:
    """The change: keys under unmapped identifiers, in the order of the event."""

    keys: tuple[tuple[str, str], ...]
    made: tuple[str, ...] = ()
    touch: Touch = field(default_factory=Touch)

    @property
    def context(self) -> Mapping[str, Any]:
        """Which identifiers nobody could name at that moment."""
        if not self.keys:
            return {}
        return {"unmapped": list(dict.fromkeys(identifier for identifier, _ in self.keys))}


class UnmappedState:
    """The working state of one batch: the identifiers that nobody owns, and who came under them.

    Args:
        ledger_id: which ledger.
        unmapped: the identifiers.
        labels: the keys among them that name a dose or a bag: labels that the house printed itself.
    """

    def __init__(self, ledger_id: int, unmapped: set[str], labels: set[str]) -> None:
        self.ledger_id = ledger_id
        self.unmapped = unmapped
        self.labels = labels
        self.sighted: dict[str, tuple[str, int, int, int]] = {}


class Unmapped:
    """Participant: the sightings of unmapped identifiers.

    It remembers which identifiers have an owner: none ever loses its last one, so a batch of goods
    that are all known costs no question.
    """

    tables: ClassVar[Sequence[Table]] = ()

    def __init__(self) -> None:
        self._owned: set[str] = set()

    def forget(self) -> None:
        """Drop what is remembered: a transaction failed."""
        self._owned = set()

    def load(
        self, connection: Connection, ledger_id: int, records: Sequence[Recordable]
    ) -> UnmappedState | None:
        """Which of the identifiers that are met for the first time have no owner."""
        new = self._new_identifiers(records)
        if not new:
            return None
        self._owned.update(row[0] for row in _OWNED.fetch(connection, ledger_id, list(new)))
        unmapped = new - self._owned
        if not unmapped:
            return None
        keys = {key for name, key in _named(records) if name in unmapped}
        labels = {row[0] for row in _LABELS.fetch(connection, ledger_id, list(keys))}
        return UnmappedState(ledger_id, unmapped, labels)

    def _new_identifiers(self, records: Iterable[Recordable]) -> set[str]:
        names = {name for name, _ in _named(records)}
        return {name for name in names - self._owned if not name.startswith(_LOGISTIC_UNIT)}

    def decide(self, state: UnmappedState | None, record: Recordable) -> Sighted | NoChange:
        """Note it; nothing is refused here."""
        if state is None or not isinstance(record, Event):
            return NO_CHANGE
        keys = tuple(
            pair
            for pair in _named([record])
            if pair[0] in state.unmapped and pair[1] not in state.labels
        )
        made = tuple(thing.key for thing in record.outputs)
        return Sighted(keys, made) if keys or made else NO_CHANGE

    def accept(self, state: UnmappedState, _record: Recordable, change: Sighted, seq: int) -> None:
        """Count what was seen; what was labelled just now is known from here on."""
        state.labels.update(change.made)
        for identifier, key in change.keys:
            example, seen, first, _ = state.sighted.get(identifier, (key, 0, seq, seq))
            state.sighted[identifier] = (example, seen + 1, first, seq)

    def apply(self, connection: Connection, state: UnmappedState | None) -> None:
        """Write the sightings."""
        if state is None:
            return
        rows = [
            (state.ledger_id, name, MappingState.UNMAPPED.value, *noted, None, None, None)
            for name, noted in state.sighted.items()
        ]
        _NOTE.run(connection, rows)


def _named(records: Iterable[Recordable]) -> Iterator[tuple[str, str]]:
    """The things that events are about: the identifier in each key, and the key."""
    for record in records:
        if isinstance(record, Event):
            for thing in record.things:
                yield identifier_of(thing.key), thing.key
