"""Counting (盘点): the records. A count is opened for a place, counted by scans, then approved.

Lines come in as many calls as are wanted, each an entry under an id of its own: what was sent twice
counts once, and a count that was left off goes on where it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from errors import Invalid
from ledger import encode, timestamp
from trace import checked_offset

COUNT_TYPE = "medtrace:Count"
COUNT_LINES_TYPE = "medtrace:CountLines"
COUNT_APPROVAL_TYPE = "medtrace:CountApproval"

LARGEST = 60_000
"""The most bytes of one record; an entry has room for 65,535 with what the keeper adds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """A count is opened.

    Args:
        id: made by who opens it (UUIDv7); the count goes by it.
        time: when, aware of its zone.
        location: the code of the place.
        products: the codes of the products to be counted; empty: all that is there.
        person: the staff number of who opens it.
    """

    ledger_kind: ClassVar[str] = "count"

    id: UUID
    time: datetime
    location: str
    products: tuple[str, ...] = ()
    person: str | None = None

    def __post_init__(self) -> None:
        """Hold what no caller may break.

        Raises:
            Invalid: the time has no zone, or it is too large for an entry.
        """
        checked_offset(self.time, "time")
        _check_size(self.encode(), "products")

    def encode(self) -> bytes:
        """The opening as canonical JSON."""
        members = _head(COUNT_TYPE, self.id, self.time, self.person)
        members["location"] = self.location
        if self.products:
            members["products"] = list(self.products)
        return encode(members)

    @classmethod
    def parse(cls, members: dict[str, Any]) -> Count:
        """The opening that `encode` wrote, from its parsed JSON."""
        return cls(
            id=UUID(members["eventID"]),
            time=datetime.fromisoformat(members["eventTime"]),
            location=members["location"],
            products=tuple(members.get("products", ())),
            person=members.get("medtrace:person"),
        )


@dataclass(frozen=True, slots=True)
class Counted:
    """What somebody saw.

    Args:
        key: of a serialised thing, or of a lot.
        quantity: how many base units of the lot, 0 too; None: the serialised thing is there.
        lot: what the label says, where the key doesn't.
        expiry: the same.
        again: this replaces what was counted of it so far; a serialised thing is then not there.
    """

    key: str
    quantity: int | None = None
    lot: str | None = None
    expiry: date | None = None
    again: bool = False

    def __post_init__(self) -> None:
        """Hold what no caller may break.

        Raises:
            Invalid: the quantity is below 0.
        """
        if self.quantity is not None and self.quantity < 0:
            raise Invalid("quantity-not-positive", field="quantity", found=self.quantity)

    def members(self) -> dict[str, Any]:
        """The line as JSON; what is not known is left out."""
        told = {
            "key": self.key,
            "quantity": self.quantity,
            "lot": self.lot,
            "expiry": self.expiry.isoformat() if self.expiry else None,
            "again": self.again or None,
        }
        return {name: value for name, value in told.items() if value is not None}

    @classmethod
    def parse(cls, members: dict[str, Any]) -> Counted:
        """The line that `members` wrote."""
        expiry = members.get("expiry")
        return cls(
            key=members["key"],
            quantity=members.get("quantity"),
            lot=members.get("lot"),
            expiry=date.fromisoformat(expiry) if expiry else None,
            again=members.get("again", False),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CountLines:
    """Lines of a count.

    Args:
        id: made where they were scanned (UUIDv7).
        time: when the last of them was, aware of its zone.
        count: the count's id.
        lines: what was seen; each thing once.
        person: the staff number of who counted.
        device: the id of the device.
    """

    ledger_kind: ClassVar[str] = "count-lines"

    id: UUID
    time: datetime
    count: UUID
    lines: tuple[Counted, ...]
    person: str | None = None
    device: str | None = None

    def __post_init__(self) -> None:
        """Hold what no caller may break.

        Raises:
            Invalid: there is no line, one thing stands there twice (`listed-twice`), or they are
                too large for an entry; or the time has no zone.
        """
        checked_offset(self.time, "time")
        if not self.lines:
            raise Invalid("required", field="lines")
        if len({line.key for line in self.lines}) < len(self.lines):
            raise Invalid("listed-twice", field="lines")
        _check_size(self.encode(), "lines")

    def encode(self) -> bytes:
        """The lines as canonical JSON."""
        members = _head(COUNT_LINES_TYPE, self.id, self.time, self.person)
        members["count"] = f"urn:uuid:{self.count}"
        members["lines"] = [line.members() for line in self.lines]
        if self.device is not None:
            members["medtrace:device"] = self.device
        return encode(members)

    @classmethod
    def parse(cls, members: dict[str, Any]) -> CountLines:
        """The lines that `encode` wrote, from its parsed JSON."""
        return cls(
            id=UUID(members["eventID"]),
            time=datetime.fromisoformat(members["eventTime"]),
            count=UUID(members["count"]),
            lines=tuple(Counted.parse(line) for line in members["lines"]),
            person=members.get("medtrace:person"),
            device=members.get("medtrace:device"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CountApproval:
    """A count is approved: the books follow it, by the events that come with this record.

    Args:
        id: made by who approves (UUIDv7); the events' ids follow from it.
        time: when, aware of its zone.
        count: the count's id.
        digest: of the differences that the approver saw (`inventory.digest_of`), in hex.
        events: how many events adjust the books.
        person: the staff number of who approves: not of those who counted.
    """

    ledger_kind: ClassVar[str] = "count-approval"

    id: UUID
    time: datetime
    count: UUID
    digest: str
    events: int
    person: str

    def __post_init__(self) -> None:
        """Hold what no caller may break.

        Raises:
            Invalid: the time has no zone or can't be written.
        """
        checked_offset(self.time, "time")

    def encode(self) -> bytes:
        """The approval as canonical JSON."""
        members = _head(COUNT_APPROVAL_TYPE, self.id, self.time, self.person)
        members["count"] = f"urn:uuid:{self.count}"
        members["differences"] = self.digest
        members["events"] = self.events
        return encode(members)

    @classmethod
    def parse(cls, members: dict[str, Any]) -> CountApproval:
        """The approval that `encode` wrote, from its parsed JSON."""
        return cls(
            id=UUID(members["eventID"]),
            time=datetime.fromisoformat(members["eventTime"]),
            count=UUID(members["count"]),
            digest=members["differences"],
            events=members["events"],
            person=members["medtrace:person"],
        )


def _head(type_: str, id_: UUID, time: datetime, person: str | None) -> dict[str, Any]:
    members: dict[str, Any] = {
        "type": type_,
        "eventID": f"urn:uuid:{id_}",
        "eventTime": timestamp(time),
    }
    if person is not None:
        members["medtrace:person"] = person
    return members


def _check_size(body: bytes, field: str) -> None:
    if len(body) > LARGEST:
        raise Invalid("too-large", field=field, limit=LARGEST)
