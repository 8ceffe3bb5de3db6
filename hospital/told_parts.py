"""What the told forms of all records are made of, and what a device may leave unsaid."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from scanning import Granularity, read

Told = Mapping[str, Any]
"""A record as its device told it, in JSON."""

Essence = tuple[object, ...]
"""What a record and its told form must agree on."""

_ONE_PIECE: Final = frozenset({Granularity.SERIAL, Granularity.LOGISTIC_UNIT})


@dataclass(frozen=True, slots=True)
class Said:
    """What an entry says of a record that a device may have told.

    Args:
        id: of the record.
        what: `event`, `count`, `count_lines`, `correction` or `task_step`.
        device: the id of its device; None: it names none.
        essence: what it says.
    """

    id: UUID
    what: str
    device: str | None
    essence: Essence


class Unsaid:
    """What a device leaves to the server: any value of its kind will do.

    Args:
        kinds: the kinds.
    """

    def __init__(self, *kinds: type) -> None:
        self._kinds = kinds

    def __eq__(self, said: object) -> bool:
        """Whether it is of one of the kinds."""
        return isinstance(said, self._kinds)

    def __hash__(self) -> int:
        """Equal for equal kinds."""
        return hash(self._kinds)


def thing_in(told: Told) -> tuple[str, int]:
    """The key of a thing, and how many base units."""
    scan = read(told["scan"])
    amount = 1 if scan.granularity in _ONE_PIECE else scan.quantity or 1
    return scan.key or "", told.get("quantity") or amount


def moment_in(told: Told) -> datetime:
    """When, to the millisecond that entries are written with."""
    moment = datetime.fromisoformat(told["time"])
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def uuid_of(text: str | None) -> UUID | None:
    """The id that a text writes; None: there is none."""
    return UUID(text) if text else None
