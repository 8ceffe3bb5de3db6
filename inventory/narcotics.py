"""Narcotics (麻精药品): what is said of them beside events: the daily closing, empty ampoules.

Two persons sign a closing: they counted what lies there, and the books' amount of that moment
stands beside it. What happened before a closing is not told after it; corrections go on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from errors import Invalid
from ledger import encode, timestamp
from trace import LOCATION, Signature, checked_offset

NARCOTIC_CLOSING_TYPE = "medtrace:NarcoticClosing"
EMPTY_AMPOULES_TYPE = "medtrace:EmptyAmpoules"


@dataclass(frozen=True, slots=True, kw_only=True)
class NarcoticClosing:
    """A place's narcotics are counted at the end of a day (日清点).

    Args:
        id: made by who says so (UUIDv7).
        time: when, aware of its zone.
        location: the code of the place.
        day: the day that is closed.
        counted: how many base units lie there, by the product's code; 0 is said too.
        person: the staff number of who counted.
        second_person: the staff number of who counted with them.
        device: the id of the device.
        note: what is to be said of a difference.
        signatures: of both.
    """

    ledger_kind: ClassVar[str] = "narcotics"

    id: UUID
    time: datetime
    location: str
    day: date
    counted: Mapping[str, int]
    person: str | None = None
    second_person: str | None = None
    device: str | None = None
    note: str | None = None
    signatures: tuple[Signature, ...] = ()

    def __post_init__(self) -> None:
        """Hold what no caller may break.

        Raises:
            Invalid: an amount is below 0, or the time has no zone.
        """
        checked_offset(self.time, "time")
        _check(self.counted, least=0)

    def encode(self) -> bytes:
        """The closing as canonical JSON."""
        return encode({**_members(self, NARCOTIC_CLOSING_TYPE), "day": self.day.isoformat()})

    @classmethod
    def parse(cls, members: dict[str, Any]) -> NarcoticClosing:
        """The closing that `encode` wrote, from its parsed JSON."""
        return cls(day=date.fromisoformat(members["day"]), **_parsed(members))


@dataclass(frozen=True, slots=True, kw_only=True)
class EmptyAmpoules:
    """Empty ampoules are given back (空安瓿回收), to be held against what was administered.

    Args:
        id: made by who says so (UUIDv7).
        time: when, aware of its zone.
        location: the code of the place where they were used.
        counted: how many, by the product's code.
        person: the staff number of who gives them back.
        second_person: the staff number of who takes them.
        device: the id of the device.
        note: what is to be said of them.
        signatures: of both.
    """

    ledger_kind: ClassVar[str] = "narcotics"

    id: UUID
    time: datetime
    location: str
    counted: Mapping[str, int]
    person: str | None = None
    second_person: str | None = None
    device: str | None = None
    note: str | None = None
    signatures: tuple[Signature, ...] = ()

    def __post_init__(self) -> None:
        """Hold what no caller may break.

        Raises:
            Invalid: there is none, or the time has no zone.
        """
        checked_offset(self.time, "time")
        if not self.counted:
            raise Invalid("required", field="counted")
        _check(self.counted, least=1)

    def encode(self) -> bytes:
        """The return as canonical JSON."""
        return encode(_members(self, EMPTY_AMPOULES_TYPE))

    @classmethod
    def parse(cls, members: dict[str, Any]) -> EmptyAmpoules:
        """The return that `encode` wrote, from its parsed JSON."""
        return cls(**_parsed(members))


def _check(counted: Mapping[str, int], *, least: int) -> None:
    for quantity in counted.values():
        if quantity < least:
            raise Invalid("quantity-not-positive", field="quantity", found=quantity)


def _members(record: NarcoticClosing | EmptyAmpoules, type_: str) -> dict[str, Any]:
    members: dict[str, Any] = {
        "type": type_,
        "eventID": f"urn:uuid:{record.id}",
        "eventTime": timestamp(record.time),
        "readPoint": {"id": LOCATION + record.location},
        "counted": [
            {"product": code, "quantity": quantity}
            for code, quantity in sorted(record.counted.items())
        ],
        "medtrace:person": record.person,
        "medtrace:secondPerson": record.second_person,
        "medtrace:device": record.device,
        "medtrace:note": record.note,
        "medtrace:signatures": [
            {"person": each.person, "method": each.method, "time": timestamp(each.time)}
            for each in record.signatures
        ]
        or None,
    }
    return {name: value for name, value in members.items() if value is not None}


def _parsed(members: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": UUID(members["eventID"]),
        "time": datetime.fromisoformat(members["eventTime"]),
        "location": members["readPoint"]["id"].removeprefix(LOCATION),
        "counted": {each["product"]: each["quantity"] for each in members["counted"]},
        "person": members.get("medtrace:person"),
        "second_person": members.get("medtrace:secondPerson"),
        "device": members.get("medtrace:device"),
        "note": members.get("medtrace:note"),
        "signatures": tuple(
            Signature(each["person"], each["method"], datetime.fromisoformat(each["time"]))
            for each in members.get("medtrace:signatures", ())
        ),
    }
