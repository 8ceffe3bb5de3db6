"""Emergency kits and trolleys (急救车, 急救箱): sealed, checked, opened, restocked.

A kit is a place of the house: what lies in it, expires in it and is recalled in it is known as of
any other place. Goods come in by moving them there; whoever takes some out has opened it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Final
from uuid import UUID

from errors import Invalid
from ledger import encode, timestamp
from trace import LOCATION, checked_offset

KIT_TYPE: Final = "medtrace:Kit"
KIT_ACT_TYPE: Final = "medtrace:KitAct"


class KitDoing(StrEnum):
    """What is done with a kit."""

    SEAL = "seal"
    """It is complete and usable, and gets a numbered seal."""
    CHECK = "check"
    """Somebody looks: is the seal the one, and whole?"""
    OPEN = "open"
    """The seal is broken to use what is inside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kit:
    """What belongs in a kit from now on.

    Args:
        id: made by who says so (UUIDv7).
        time: when, aware of its zone.
        location: the code of the place that the kit is.
        contents: how many base units of which product, by its code; none: it is a kit no longer.
        every: after how many days without a check it is on the work-list.
        person: the staff number of who says so.
    """

    ledger_kind: ClassVar[str] = "kit"

    id: UUID
    time: datetime
    location: str
    contents: Mapping[str, int]
    every: int = 30
    person: str | None = None

    def __post_init__(self) -> None:
        """Hold what no caller may break.

        Raises:
            Invalid: an amount or the days are not positive, or the time has no zone.
        """
        checked_offset(self.time, "time")
        for quantity in (*self.contents.values(), self.every):
            if quantity < 1:
                raise Invalid("quantity-not-positive", field="quantity", found=quantity)

    def encode(self) -> bytes:
        """The kit as canonical JSON."""
        members: dict[str, Any] = {
            "type": KIT_TYPE,
            "eventID": f"urn:uuid:{self.id}",
            "eventTime": timestamp(self.time),
            "readPoint": {"id": LOCATION + self.location},
            "contents": [
                {"product": code, "quantity": quantity}
                for code, quantity in sorted(self.contents.items())
            ],
            "every": self.every,
        }
        if self.person is not None:
            members["medtrace:person"] = self.person
        return encode(members)

    @classmethod
    def parse(cls, members: dict[str, Any]) -> Kit:
        """The kit that `encode` wrote, from its parsed JSON."""
        return cls(
            id=UUID(members["eventID"]),
            time=datetime.fromisoformat(members["eventTime"]),
            location=members["readPoint"]["id"].removeprefix(LOCATION),
            contents={each["product"]: each["quantity"] for each in members["contents"]},
            every=members["every"],
            person=members.get("medtrace:person"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class KitAct:
    """A kit is sealed, checked or opened.

    Args:
        id: made by who says so (UUIDv7).
        time: when, aware of its zone.
        location: the code of the place that the kit is.
        doing: which of them.
        seal: the number on the seal: the new one, or the one that was found.
        intact: whether the seal was whole, at a check.
        person: the staff number of who does it.
        note: why, or what was found.
    """

    ledger_kind: ClassVar[str] = "kit"

    id: UUID
    time: datetime
    location: str
    doing: KitDoing
    seal: str | None = None
    intact: bool = True
    person: str | None = None
    note: str | None = None

    def __post_init__(self) -> None:
        """Hold what no caller may break.

        Raises:
            Invalid: who seals or checks names no seal, or the time has no zone.
        """
        checked_offset(self.time, "time")
        if self.doing is not KitDoing.OPEN and not self.seal:
            raise Invalid("required", field="seal")

    def encode(self) -> bytes:
        """The act as canonical JSON."""
        members: dict[str, Any] = {
            "type": KIT_ACT_TYPE,
            "eventID": f"urn:uuid:{self.id}",
            "eventTime": timestamp(self.time),
            "readPoint": {"id": LOCATION + self.location},
            "doing": self.doing.value,
            "seal": self.seal,
            "intact": self.intact if self.doing is KitDoing.CHECK else None,
            "medtrace:person": self.person,
            "medtrace:note": self.note,
        }
        return encode({name: value for name, value in members.items() if value is not None})

    @classmethod
    def parse(cls, members: dict[str, Any]) -> KitAct:
        """The act that `encode` wrote, from its parsed JSON."""
        return cls(
            id=UUID(members["eventID"]),
            time=datetime.fromisoformat(members["eventTime"]),
            location=members["readPoint"]["id"].removeprefix(LOCATION),
            doing=KitDoing(members["doing"]),
            seal=members.get("seal"),
            intact=members.get("intact", True),
            person=members.get("medtrace:person"),
            note=members.get("medtrace:note"),
        )
