"""Package relations (包装关联): what a supplier says is in a pallet, a case or a box.

A delivery note declares, container by container, which things lie in it, with lot and expiry;
`inventory.package_relations` keeps it. One record is one container, so that an entry stays small
and a wrong case hinders no other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any, ClassVar
from uuid import UUID

from errors import Invalid
from ledger import encode, timestamp
from trace import Thing, checked_offset

PACKAGES_TYPE = "medtrace:Packages"

LARGEST = 60_000
"""The most bytes of one declaration; an entry has room for 65,535 with what the keeper adds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Packages:
    """What lies in one container, as a delivery note says.

    Args:
        id: made by who says so (UUIDv7).
        time: when, aware of its zone.
        key: the container's key: an SSCC, a case with a serial.
        document: the number of the delivery note.
        contents: what lies directly in it; a container's own contents are a record of their own.
        party: the code of the company that says so.
        person: the staff number of who took it over into the books.
    """

    ledger_kind: ClassVar[str] = "packages"

    id: UUID
    time: datetime
    key: str
    document: str
    contents: tuple[Thing, ...]
    party: str | None = None
    person: str | None = None

    def __post_init__(self) -> None:
        """Hold what no caller may break.

        Raises:
            Invalid: nothing is in it (`required`), one thing is in it twice (`package-twice`), it
                lies in itself (`package-in-itself`), it is too large for an entry (`too-large`), or
                the time has no zone.
        """
        checked_offset(self.time, "time")
        if not self.contents:
            raise Invalid("required", field="contents")
        keys = [thing.key for thing in self.contents]
        if self.key in keys:
            raise Invalid("package-in-itself", field="contents", key=self.key)
        if len(set(keys)) < len(keys):
            twice = next(key for key in keys if keys.count(key) > 1)
            raise Invalid("package-twice", field="contents", key=twice)
        object.__setattr__(self, "contents", tuple(sorted(self.contents, key=_place)))
        if len(self.encode()) > LARGEST:
            raise Invalid("too-large", field="contents", limit=LARGEST)

    def encode(self) -> bytes:
        """The declaration as canonical JSON, its contents in groups of one lot (EPCIS §7.4.3)."""
        members: dict[str, Any] = {
            "type": PACKAGES_TYPE,
            "eventID": f"urn:uuid:{self.id}",
            "eventTime": timestamp(self.time),
            "parentID": self.key,
            "document": self.document,
            "contents": [_group(list(things)) for _, things in groupby(self.contents, key=_kind)],
        }
        if self.party is not None:
            members["medtrace:party"] = self.party
        if self.person is not None:
            members["medtrace:person"] = self.person
        return encode(members)

    @classmethod
    def parse(cls, members: dict[str, Any]) -> Packages:
        """The declaration that `encode` wrote, from its parsed JSON."""
        return cls(
            id=UUID(members["eventID"]),
            time=datetime.fromisoformat(members["eventTime"]),
            key=members["parentID"],
            document=members["document"],
            contents=tuple(thing for group in members["contents"] for thing in _things(group)),
            party=members.get("medtrace:party"),
            person=members.get("medtrace:person"),
        )


def cut_packages(
    contents: Sequence[Thing], room: int = LARGEST - 4_000
) -> Iterator[tuple[Thing, ...]]:
    """Cut what lies in one container into pieces that each fit a record.

    Args:
        contents: all of it.
        room: bytes for one piece.
    """
    piece: list[Thing] = []
    used = 0
    for thing in sorted(contents, key=_place):
        size = len(encode({"key": thing.key, "lot": thing.lot or ""})) + 60
        if piece and used + size > room:
            yield tuple(piece)
            piece, used = [], 0
        piece.append(thing)
        used += size
    if piece:
        yield tuple(piece)


_Kind = tuple[bool, bool, str, str]


def _kind(thing: Thing) -> _Kind:
    expiry = thing.expiry.isoformat() if thing.expiry else ""
    return thing.quantity is not None, thing.lot is not None, thing.lot or "", expiry


def _place(thing: Thing) -> tuple[_Kind, str]:
    return _kind(thing), thing.key


def _group(things: list[Thing]) -> dict[str, Any]:
    group: dict[str, Any] = {}
    if things[0].lot is not None:
        group["lot"] = things[0].lot
    if things[0].expiry is not None:
        group["expiry"] = things[0].expiry.isoformat()
    if things[0].quantity is None:
        group["childEPCs"] = [thing.key for thing in things]
    else:
        group["childQuantityList"] = [
            {"epcClass": thing.key, "quantity": thing.quantity} for thing in things
        ]
    return group


def _things(group: Mapping[str, Any]) -> Iterator[Thing]:
    lot = group.get("lot")
    expiry = date.fromisoformat(group["expiry"]) if "expiry" in group else None
    for key in group.get("childEPCs", ()):
        yield Thing(key, None, lot, expiry)
    for amount in group.get("childQuantityList", ()):
        yield Thing(amount["epcClass"], amount["quantity"], lot, expiry)
