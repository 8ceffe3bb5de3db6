"""Codes and the products they stand for: who owns an identifier, and what a person decided.

An identifier is *unmapped* while goods come under it and no product owns it, *conflicting* while a
second product claims it, *confirmed* when it has one owner and nobody contests that. Nothing of
this stops a scan: what is unmapped is recorded as it was read, and resolved later.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Connection

import bulk
from errors import Invalid
from inventory import mapping_models as models
from ledger import encode, timestamp
from trace import checked_offset

MAPPING_TYPE = "medtrace:CodeMapping"

_ROW_COLUMNS = (
    *("identifier", "state", "example", "seen", "first_seq", "last_seq"),
    *("product_id", "person", "decided_seq"),
)
_ROWS = bulk.Lookup(models.code_mapping, _ROW_COLUMNS, by="identifier")
_CLAIM_COLUMNS = ("identifier", "product_id", "seq", "settled_seq")
_CLAIMS = bulk.Lookup(models.code_claim, _CLAIM_COLUMNS, by="identifier")
_CLAIMS_OF = bulk.Lookup(models.code_claim, _CLAIM_COLUMNS, by="product_id")
_PUT_ROWS = bulk.Insert(
    models.code_mapping, key=("ledger_id", "identifier"), replace=_ROW_COLUMNS[1:]
)
_CLAIM_KEY = ("ledger_id", "identifier", "product_id")
_PUT_CLAIMS = bulk.Insert(models.code_claim, key=_CLAIM_KEY, replace=("seq", "settled_seq"))
_DROP_CLAIMS = bulk.Delete(models.code_claim, key=_CLAIM_KEY)


class MappingState(StrEnum):
    """How far a code is understood."""

    UNMAPPED = "unmapped"
    CONFLICTING = "conflicting"
    CONFIRMED = "confirmed"


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeMapping:
    """A person says which product an identifier stands for from now on.

    Goods that came under it before keep the product they were received as: what was recorded is
    not rewritten.

    Args:
        id: made by who says so (UUIDv7).
        time: when, aware of its zone.
        identifier: the beginning of the keys in question (`trace.identifier_of`).
        product: the product's code in the catalogue.
        person: the staff number of who decided.
        note: why.
    """

    ledger_kind: ClassVar[str] = "catalogue"

    id: UUID
    time: datetime
    identifier: str
    product: str
    person: str
    note: str | None = None

    def __post_init__(self) -> None:
        """Hold what no caller may break.

        Raises:
            Invalid: nobody decided, or the identifier or time is missing or can't be written.
        """
        checked_offset(self.time, "time")
        for name in ("identifier", "product", "person"):
            if not getattr(self, name):
                raise Invalid("required", field=name)

    def encode(self) -> bytes:
        """The decision as canonical JSON."""
        members: dict[str, Any] = {
            "type": MAPPING_TYPE,
            "eventID": f"urn:uuid:{self.id}",
            "eventTime": timestamp(self.time),
            "identifier": self.identifier,
            "product": self.product,
            "medtrace:person": self.person,
        }
        if self.note is not None:
            members["medtrace:note"] = self.note
        return encode(members)

    @classmethod
    def parse(cls, members: dict[str, Any]) -> CodeMapping:
        """The decision that `encode` wrote, from its parsed JSON."""
        return cls(
            id=UUID(members["eventID"]),
            time=datetime.fromisoformat(members["eventTime"]),
            identifier=members["identifier"],
            product=members["product"],
            person=members["medtrace:person"],
            note=members.get("medtrace:note"),
        )


@dataclass(frozen=True, slots=True)
class MappingRow:
    """An identifier on the work-list, as its row says it."""

    identifier: str
    state: MappingState
    example: str
    seen: int
    first_seq: int
    last_seq: int
    product_id: int | None = None
    person: str | None = None
    decided_seq: int | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """A product that names an identifier of another's; `settled`: the entry that said no."""

    identifier: str
    product_id: int
    seq: int
    settled: int | None


class MappingBook:
    """The part of the work-list that one batch touches, with what was accepted folded in."""

    def __init__(self, ledger_id: int) -> None:
        self._ledger_id = ledger_id
        self._rows: dict[str, MappingRow] = {}
        self._claims: dict[tuple[str, int], Claim] = {}
        self._changed: set[str] = set()
        self._claimed: set[tuple[str, int]] = set()

    def load(
        self, connection: Connection, identifiers: Sequence[str], product_ids: Iterable[int]
    ) -> None:
        """Read the rows of these identifiers and all claims on them or of these products."""
        own = self._ledger_id
        of_products = _CLAIMS_OF.fetch(connection, own, list(product_ids))
        names = [*identifiers, *(row[0] for row in of_products)]
        for row in (*of_products, *_CLAIMS.fetch(connection, own, names)):
            self._claims[row[0], row[1]] = Claim(*row)
        for identifier, state, *rest in _ROWS.fetch(connection, own, names):
            self._rows[identifier] = MappingRow(identifier, MappingState(state), *rest)

    def own(self, identifier: str, product_id: int, person: str | None, seq: int) -> None:
        """A product owns an identifier that nobody owned."""
        row = self._rows.get(identifier)
        if row is not None and row.state is MappingState.UNMAPPED:
            self._put(_decided(row, product_id, person, seq))

    def claim(self, identifier: str, product_id: int, owner: int, seq: int) -> None:
        """A product claims what another owns; what was settled before stays settled."""
        if (identifier, product_id) in self._claims:
            return
        self._put_claim(Claim(identifier, product_id, seq, None))
        row = self._rows.get(identifier)
        if row is None:
            row = MappingRow(identifier, MappingState.CONFLICTING, identifier, 0, seq, seq)
        state = MappingState.CONFLICTING
        self._put(replace(row, state=state, last_seq=seq, product_id=owner))

    def withdraw(self, product_id: int, named: Iterable[str]) -> None:
        """A product's new definition names only these: its other open claims are gone."""
        kept = set(named)
        for identifier, claimant in list(self._claims):
            claim = self._claims[identifier, claimant]
            if claimant == product_id and identifier not in kept and claim.settled is None:
                self._drop_claim(claim)
                self._settle_if_alone(identifier)

    def confirm(self, decision: CodeMapping, product_id: int, owner: int | None, seq: int) -> None:
        """A person gives an identifier to a product; every other claim is settled."""
        identifier = decision.identifier
        if owner is not None and owner != product_id:
            self._put_claim(Claim(identifier, owner, seq, seq))
        for (name, claimant), claim in list(self._claims.items()):
            if name != identifier:
                continue
            if claimant == product_id:
                self._drop_claim(claim)
            elif claim.settled is None:
                self._put_claim(replace(claim, settled=seq))
        row = self._rows.get(identifier) or MappingRow(
            identifier, MappingState.CONFIRMED, identifier, 0, seq, seq
        )
        self._put(_decided(row, product_id, decision.person, seq))

    def write(self, connection: Connection) -> None:
        """Write what has changed."""
        own = self._ledger_id
        rows = [self._rows[name] for name in sorted(self._changed)]
        _PUT_ROWS.run(connection, [_as_row(own, row) for row in rows])
        put, gone = [], []
        for key in sorted(self._claimed):
            claim = self._claims.get(key)
            if claim is None:
                gone.append((own, *key))
            else:
                put.append((own, *key, claim.seq, claim.settled))
        _PUT_CLAIMS.run(connection, put)
        _DROP_CLAIMS.run(connection, gone)

    def _put(self, row: MappingRow) -> None:
        self._rows[row.identifier] = row
        self._changed.add(row.identifier)

    def _put_claim(self, claim: Claim) -> None:
        self._claims[claim.identifier, claim.product_id] = claim
        self._claimed.add((claim.identifier, claim.product_id))

    def _drop_claim(self, claim: Claim) -> None:
        del self._claims[claim.identifier, claim.product_id]
        self._claimed.add((claim.identifier, claim.product_id))

    def _settle_if_alone(self, identifier: str) -> None:
        open_claims = any(
            claim.identifier == identifier and claim.settled is None
            for claim in self._claims.values()
        )
        if not open_claims:
            self._put(replace(self._rows[identifier], state=MappingState.CONFIRMED))


def _decided(row: MappingRow, product_id: int, person: str | None, seq: int) -> MappingRow:
    state = MappingState.CONFIRMED
    return replace(row, state=state, product_id=product_id, person=person, decided_seq=seq)


def _as_row(ledger_id: int, row: MappingRow) -> bulk.Row:
    return (
        ledger_id,
        row.identifier,
        row.state.value,
        row.example,
        row.seen,
        row.first_seq,
        row.last_seq,
        row.product_id,
        row.person,
        row.decided_seq,
    )
