"""What was declared to lie in what: the participant and its two questions.

Goods that are received by one scan of a container bring all that was declared, and a box that is
scanned alone later is known. What was said first stays: a declaration that says other is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar

from sqlalchemy import Connection, Table

import bulk
from inventory import store_models as models
from inventory.packages import Packages
from trace import NO_CHANGE, NoChange, Reason, Recordable, Refused, Thing, Touch, identifier_of

_COLUMNS = (
    "key",
    "parent_key",
    "identifier",
    "lot",
    "expiry",
    "quantity",
    "document",
    "seq",
)
_BY_PARENT = bulk.Lookup(models.declared_package, _COLUMNS, by="parent_key")
_BY_KEY = bulk.Lookup(models.declared_package, _COLUMNS, by="key")
_PUT = bulk.Insert(models.declared_package)


@dataclass(frozen=True, slots=True)
class DeclaredPackage:
    """One thing in a container, as its supplier declared it.

    Args:
        key: of the thing: a case, a box, or a lot with a quantity.
        parent_key: of the container it lies in.
        identifier: the product's, the beginning of `key` (`trace.identifier_of`).
        lot: its lot, where it was told.
        expiry: its last day of use (ISO), where it was told.
        quantity: how many base units of a lot; None: the key names one serialised thing.
        document: the number of the delivery note.
        seq: the entry that declared it.
    """

    key: str
    parent_key: str
    identifier: str
    lot: str | None
    expiry: str | None
    quantity: int | None
    document: str
    seq: int

    @property
    def thing(self) -> Thing:
        """The thing, as a scan of it would name it."""
        expiry = date.fromisoformat(self.expiry) if self.expiry else None
        return Thing(self.key, self.quantity, self.lot, expiry)

    @property
    def content(self) -> tuple[str, str | None, str | None, int | None]:
        """What must not be said otherwise a second time."""
        return self.parent_key, self.lot, self.expiry, self.quantity


def declared_children(
    connection: Connection, ledger_id: int, parent_keys: Sequence[str]
) -> list[DeclaredPackage]:
    """What was declared to lie directly in some containers: one query, one level down."""
    found = _BY_PARENT.fetch(connection, ledger_id, list(dict.fromkeys(parent_keys)))
    return sorted((DeclaredPackage(*row) for row in found), key=_order)


def declared_packages(
    connection: Connection, ledger_id: int, keys: Sequence[str]
) -> list[DeclaredPackage]:
    """What was declared about some things themselves: in which container each lies."""
    found = _BY_KEY.fetch(connection, ledger_id, list(dict.fromkeys(keys)))
    return sorted((DeclaredPackage(*row) for row in found), key=_order)


def declared_contents(
    connection: Connection, ledger_id: int, keys: Sequence[str]
) -> dict[str, list[Thing]]:
    """What was declared to lie in some containers, down to what contains nothing itself.

    One query a level, however many containers. What is no declared container is left out.
    """
    children: dict[str, list[DeclaredPackage]] = {}
    level = list(dict.fromkeys(keys))
    while level:
        found = declared_children(connection, ledger_id, level)
        for package in found:
            children.setdefault(package.parent_key, []).append(package)
        level = [each.key for each in found if each.quantity is None and each.key not in children]
    return {key: list(_leaves(children, key, set())) for key in keys if key in children}


def _leaves(
    children: Mapping[str, Sequence[DeclaredPackage]], key: str, above: set[str]
) -> Iterator[Thing]:
    """What lies at the bottom; papers that say a case lies in itself end where they began."""
    for package in children[key]:
        if package.key not in children or package.quantity is not None:
            yield package.thing
        elif package.key not in above:
            yield from _leaves(children, package.key, above | {key, package.key})


def _order(package: DeclaredPackage) -> tuple[int, str, str]:
    return package.seq, package.parent_key, package.key


@dataclass(frozen=True, slots=True)
class Declared:
    """The change: these things, so far unknown, lie in the container."""

    new: tuple[Thing, ...]
    touch: Touch = field(default_factory=Touch)
    context: Mapping[str, Any] = field(default_factory=dict)


class PackageState:
    """The working state of one batch: what was declared of the things that it names."""

    def __init__(self, ledger_id: int) -> None:
        self.ledger_id = ledger_id
        self.documents: dict[str, str] = {}
        self.units: dict[str, DeclaredPackage] = {}
        self.amounts: dict[tuple[str, str], DeclaredPackage] = {}
        self.rows: list[bulk.Row] = []

    def keep(self, package: DeclaredPackage) -> None:
        """Take a declared thing in."""
        self.documents.setdefault(package.parent_key, package.document)
        if package.quantity is None:
            self.units[package.key] = package
        else:
            self.amounts[package.parent_key, package.key] = package

    def known(self, parent_key: str, thing: Thing) -> DeclaredPackage | None:
        """What was said of a thing: a serialised one wherever, an amount in this container."""
        if thing.quantity is None:
            return self.units.get(thing.key)
        return self.amounts.get((parent_key, thing.key))


class PackageRelations:
    """Participant: what suppliers declare to lie in what."""

    tables: ClassVar[Sequence[Table]] = (models.declared_package,)

    def forget(self) -> None:
        """Nothing is remembered between batches."""

    def load(
        self, connection: Connection, ledger_id: int, records: Sequence[Recordable]
    ) -> PackageState | None:
        """What was declared of the containers and the things that the batch names."""
        declarations = [record for record in records if isinstance(record, Packages)]
        if not declarations:
            return None
        state = PackageState(ledger_id)
        units = [
            thing.key for each in declarations for thing in each.contents if thing.quantity is None
        ]
        for package in declared_packages(connection, ledger_id, units):
            state.keep(package)
        for package in declared_children(
            connection, ledger_id, [each.key for each in declarations]
        ):
            state.keep(package)
        return state

    def decide(
        self, state: PackageState | None, record: Recordable
    ) -> Declared | NoChange | Refused:
        """A container is one delivery note's, and a thing lies where it was first said to lie."""
        if state is None or not isinstance(record, Packages):
            return NO_CHANGE
        document = state.documents.get(record.key, record.document)
        if document != record.document:
            return _conflict(record.key, document)
        new = []
        for thing in record.contents:
            known = state.known(record.key, thing)
            if known is None:
                new.append(thing)
            elif known.content != _declared(record, thing, known.seq).content:
                return _conflict(thing.key, known.document)
        return Declared(tuple(new))

    def accept(self, state: PackageState, record: Recordable, change: Declared, seq: int) -> None:
        """Take a declaration into the working state."""
        assert isinstance(record, Packages)  # noqa: S101 -- `decide` said so; tells the type checker
        for thing in change.new:
            package = _declared(record, thing, seq)
            state.keep(package)
            state.rows.append(
                (
                    state.ledger_id,
                    package.parent_key,
                    package.key,
                    package.identifier,
                    package.lot,
                    package.expiry,
                    package.quantity,
                    package.document,
                    seq,
                )
            )

    def apply(self, connection: Connection, state: PackageState | None) -> None:
        """Write what was declared."""
        if state is not None:
            _PUT.run(connection, state.rows)


def _declared(record: Packages, thing: Thing, seq: int) -> DeclaredPackage:
    return DeclaredPackage(
        key=thing.key,
        parent_key=record.key,
        identifier=identifier_of(thing.key),
        lot=thing.lot,
        expiry=thing.expiry.isoformat() if thing.expiry else None,
        quantity=thing.quantity,
        document=record.document,
        seq=seq,
    )


def _conflict(key: str, document: str) -> Refused:
    return Refused(Reason.PACKAGE_CONFLICT, {"key": key, "document": document})
