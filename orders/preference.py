"""Preference lists (手术物品清单): what to lay out for a procedure, as its surgeon likes it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Final
from uuid import UUID

from sqlalchemy import Connection, Table, select

import bulk
from errors import Invalid
from ledger import encode, timestamp
from orders import theatre_models as models
from orders.order import LARGEST
from trace import NO_CHANGE, NoChange, Recordable, Touch, checked_offset

PREFERENCE_LIST_TYPE: Final = "medtrace:PreferenceList"

_COLUMNS = ("code", "procedure", "surgeon", "content", "seq")
_PUT = bulk.Insert(models.preference_list, key=("ledger_id", "code"), replace=_COLUMNS[1:])


@dataclass(frozen=True, slots=True)
class Preference:
    """A line: so much of a product, opened at the start or held ready.

    Args:
        product: the hospital's code.
        quantity: how many base units.
        hold: in the room, and not opened until it is asked for.
    """

    product: str
    quantity: int
    hold: bool = False

    def __post_init__(self) -> None:
        """Hold what no caller may break.

        Raises:
            Invalid: the quantity is not a positive number.
        """
        if self.quantity < 1:
            raise Invalid("quantity-not-positive", field="quantity", found=self.quantity)

    def members(self) -> dict[str, Any]:
        """The line as JSON."""
        held = {"hold": True} if self.hold else {}
        return {"product": self.product, "quantity": self.quantity, **held}


@dataclass(frozen=True, slots=True, kw_only=True)
class PreferenceList:
    """A list that is in force from now on, instead of the one before under its code.

    Args:
        id: made by who says so (UUIDv7).
        time: when, aware of its zone.
        code: its own.
        procedure: what it is for, by code or name.
        surgeon: the staff number of whose it is; None: everybody's.
        lines: what to lay out; none: the list is withdrawn.
        person: the staff number of who says so.
    """

    ledger_kind: ClassVar[str] = "preference"

    id: UUID
    time: datetime
    code: str
    procedure: str
    surgeon: str | None = None
    lines: tuple[Preference, ...] = ()
    person: str | None = None

    def __post_init__(self) -> None:
        """Hold what no caller may break.

        Raises:
            Invalid: it is too large for an entry, or the time has no zone.
        """
        checked_offset(self.time, "time")
        if len(self.encode()) > LARGEST:
            raise Invalid("too-large", field="lines", limit=LARGEST)

    def encode(self) -> bytes:
        """The list as canonical JSON."""
        members: dict[str, Any] = {
            "type": PREFERENCE_LIST_TYPE,
            "eventID": f"urn:uuid:{self.id}",
            "eventTime": timestamp(self.time),
            "code": self.code,
            "procedure": self.procedure,
            "medtrace:surgeon": self.surgeon,
            "lines": [line.members() for line in self.lines],
            "medtrace:person": self.person,
        }
        return encode({name: value for name, value in members.items() if value is not None})

    @classmethod
    def parse(cls, members: dict[str, Any]) -> PreferenceList:
        """The list that `encode` wrote, from its parsed JSON."""
        return cls(
            id=UUID(members["eventID"]),
            time=datetime.fromisoformat(members["eventTime"]),
            code=members["code"],
            procedure=members["procedure"],
            surgeon=members.get("medtrace:surgeon"),
            lines=tuple(Preference(**line) for line in members["lines"]),
            person=members.get("medtrace:person"),
        )


@dataclass(frozen=True, slots=True)
class Preferred:
    """A list in force, and the entry that says so."""

    code: str
    procedure: str
    surgeon: str | None
    lines: tuple[Preference, ...]
    seq: int


@dataclass(frozen=True, slots=True)
class Listed:
    """The change: a list is in force."""

    touch: Touch = field(default_factory=Touch)
    context: Mapping[str, Any] = field(default_factory=dict)


class ListState:
    """The rows of one batch."""

    def __init__(self, ledger_id: int) -> None:
        self.ledger_id = ledger_id
        self.rows: dict[str, bulk.Row] = {}


class PreferenceLists:
    """Participant: the lists in force."""

    tables: ClassVar[Sequence[Table]] = (models.preference_list,)

    def forget(self) -> None:
        """Nothing is remembered between batches."""

    def load(
        self, _connection: Connection, ledger_id: int, records: Sequence[Recordable]
    ) -> ListState | None:
        """The rows of the batch; none where it holds no list."""
        if not any(isinstance(record, PreferenceList) for record in records):
            return None
        return ListState(ledger_id)

    def decide(self, state: ListState | None, record: Recordable) -> Listed | NoChange:
        """Whoever may keep lists says what is in them."""
        return NO_CHANGE if state is None or not isinstance(record, PreferenceList) else Listed()

    def accept(self, state: ListState, record: Recordable, _change: Listed, seq: int) -> None:
        """Take the list into the working state."""
        assert isinstance(record, PreferenceList)  # noqa: S101 -- `decide` said so
        content = encode([line.members() for line in record.lines]).decode()
        row = (record.code, record.procedure, record.surgeon, content, seq)
        state.rows[record.code] = (state.ledger_id, *row)

    def apply(self, connection: Connection, state: ListState | None) -> None:
        """Write the lists."""
        if state is not None:
            _PUT.run(connection, list(state.rows.values()))


def preference_lists(
    connection: Connection,
    ledger_id: int,
    *,
    procedure: str | None = None,
    code: str | None = None,
    limit: int = 200,
) -> list[Preferred]:
    """The lists in force, by code.

    Args:
        connection: where to read.
        ledger_id: which ledger.
        procedure: only those for this one.
        code: only this one.
        limit: how many at the most.
    """
    c = models.preference_list.c
    query = select(*(c[name] for name in _COLUMNS)).where(c.ledger_id == ledger_id)
    if procedure is not None:
        query = query.where(c.procedure == procedure)
    if code is not None:
        query = query.where(c.code == code)
    found = [
        Preferred(
            row.code,
            row.procedure,
            row.surgeon,
            tuple(Preference(**line) for line in json.loads(row.content)),
            row.seq,
        )
        for row in connection.execute(query.order_by(c.code).limit(limit))
    ]
    return [each for each in found if each.lines]
