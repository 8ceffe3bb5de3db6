"""In-house labels (无码库): goods without a code of their own get a number of ours, for ever.

Issuing is on record: a number belongs to one product from then on, like any other identifier, and
can't be issued again. What arrives under it, and when, is an event like any other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Connection, Table

import bulk
from errors import Invalid
from inventory import models
from inventory.counters import CATALOGUE, version_at, write_counters
from inventory.mapping import MappingBook
from ledger import encode, timestamp
from trace import NO_CHANGE, NoChange, Reason, Recordable, Refused, Touch

LABELS_TYPE = "medtrace:Labels"

_PRODUCTS = bulk.Lookup(models.product, ("code", "product_id"), by="code")
_TAKEN = bulk.Lookup(models.product_identifier, ("identifier", "product_id"), by="identifier")
_PUT = bulk.Insert(models.product_identifier)


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelIssue:
    """Numbers that are issued for a product.

    Args:
        id: made by who issues them (UUIDv7).
        time: when, aware of its zone.
        product: the product's code in the catalogue.
        keys: the things the labels name, `urn:medtrace:in-house:{number}` (`Scan.key`).
        person: the staff number of who issues them.
    """

    ledger_kind: ClassVar[str] = "label"

    id: UUID
    time: datetime
    product: str
    keys: tuple[str, ...]
    person: str | None = None

    def __post_init__(self) -> None:
        """Hold what no caller may break.

        Raises:
            Invalid: there is no number, or one twice.
        """
        if not self.keys or len(set(self.keys)) < len(self.keys):
            raise Invalid("required", field="keys")

    def encode(self) -> bytes:
        """The issue as canonical JSON."""
        members: dict[str, Any] = {
            "type": LABELS_TYPE,
            "eventID": f"urn:uuid:{self.id}",
            "eventTime": timestamp(self.time),
            "product": self.product,
            "epcList": list(self.keys),
        }
        if self.person is not None:
            members["medtrace:person"] = self.person
        return encode(members)

    @classmethod
    def parse(cls, members: dict[str, Any]) -> LabelIssue:
        """The issue that `encode` wrote, from its parsed JSON."""
        return cls(
            id=UUID(members["eventID"]),
            time=datetime.fromisoformat(members["eventTime"]),
            product=members["product"],
            keys=tuple(members["epcList"]),
            person=members.get("medtrace:person"),
        )


@dataclass(frozen=True, slots=True)
class Issued:
    """The change: these numbers belong to that product."""

    product_id: int
    keys: tuple[str, ...]
    person: str | None = None
    touch: Touch = field(default_factory=Touch)
    context: Mapping[str, Any] = field(default_factory=dict)


class LabelState:
    """The working state of one batch: the products it names and the numbers that are taken."""

    def __init__(self, ledger_id: int) -> None:
        self.ledger_id = ledger_id
        self.products: dict[str, int] = {}
        self.taken: set[str] = set()
        self.rows: list[bulk.Row] = []
        self.mappings = MappingBook(ledger_id)
        self.version = 0


class Labels:
    """Participant: the register of in-house labels. Its rows lie in the catalogue's table."""

    tables: ClassVar[Sequence[Table]] = ()

    def forget(self) -> None:
        """Nothing is remembered between batches."""

    def load(
        self, connection: Connection, ledger_id: int, records: Sequence[Recordable]
    ) -> LabelState | None:
        """The products, and which of the numbers are taken."""
        issues = [record for record in records if isinstance(record, LabelIssue)]
        if not issues:
            return None
        state = LabelState(ledger_id)
        codes = [issue.product for issue in issues]
        keys = [key for issue in issues for key in issue.keys]
        state.products = dict(_PRODUCTS.fetch(connection, ledger_id, codes))
        state.taken = {row[0] for row in _TAKEN.fetch(connection, ledger_id, keys)}
        state.mappings.load(connection, keys, ())
        return state

    def decide(self, state: LabelState | None, record: Recordable) -> Issued | NoChange | Refused:
        """A number is issued once, for a product that there is."""
        if state is None or not isinstance(record, LabelIssue):
            return NO_CHANGE
        product_id = state.products.get(record.product)
        if product_id is None:
            return Refused(Reason.UNKNOWN_PRODUCT, {"product": record.product})
        for key in record.keys:
            if key in state.taken:
                return Refused(Reason.IDENTIFIER_TAKEN, {"identifier": key})
        return Issued(product_id, record.keys, record.person)

    def accept(self, state: LabelState, _record: Recordable, change: Issued, seq: int) -> None:
        """Take the numbers into the working state; one that was seen before is known now."""
        state.taken.update(change.keys)
        for key in change.keys:
            state.mappings.own(key, change.product_id, change.person, seq)
        state.rows += [(state.ledger_id, key, change.product_id) for key in change.keys]
        state.version = version_at(seq)

    def apply(self, connection: Connection, state: LabelState | None) -> None:
        """Write the numbers and tell every process that there are new identifiers."""
        if state is None or not state.rows:
            return
        _PUT.run(connection, state.rows)
        state.mappings.write(connection)
        write_counters(connection, state.ledger_id, {CATALOGUE: state.version})
