"""What counts for orders: kinds of event, amounts of lines, doses, and things in base units."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, NamedTuple

from orders.order import OrderType
from orders.standing import Happened, Name, OpenLine
from orders.state import BookState
from trace import TRANSFORMATIONS, Event, EventKind, Recordable, Thing, Touch


@dataclass(frozen=True, slots=True)
class Counting:
    """What an event of one kind does to a line.

    Args:
        fulfilled: +1 or −1 for each unit, or 0.
        accepted: the same, of what the receiver of a transfer took over.
    """

    fulfilled: int = 0
    accepted: int = 0


_IN = Counting(fulfilled=1)
_OUT = Counting(fulfilled=-1)
_INTO_THE_HOUSE = MappingProxyType(
    {EventKind.ARRIVED: _IN, EventKind.RECEIVED: _IN, EventKind.REJECTED: _OUT}
)

FULFILLED_BY: Mapping[OrderType, Mapping[EventKind, Counting]] = MappingProxyType(
    {
        OrderType.PURCHASE: _INTO_THE_HOUSE,
        OrderType.DELIVERY: _INTO_THE_HOUSE,
        OrderType.PRESCRIPTION: MappingProxyType(
            {EventKind.DISPENSED: _IN, EventKind.RETURNED: _OUT}
        ),
        OrderType.MEDICATION: MappingProxyType({EventKind.ADMINISTERED: _IN}),
        OrderType.PROCEDURE: MappingProxyType(
            {EventKind.IMPLANTED: _IN, EventKind.ADMINISTERED: _IN, EventKind.USED: _IN}
        ),
        OrderType.TRANSFER: MappingProxyType(
            {
                EventKind.SENT: _IN,
                EventKind.ACCEPTED: Counting(accepted=1),
                EventKind.MOVED: Counting(1, 1),
            }
        ),
    }
)
"""The kinds of event that count for a line of each type of order.

A transfer is sent and then accepted; a move does both at once. What comes back from a ward or a
patient opens its line of the prescription again. Of a medication order doses are counted."""


@dataclass(frozen=True, slots=True)
class Amount:
    """So much of a line."""

    line: OpenLine
    counting: Counting
    quantity: int


class Settled(NamedTuple):
    """A dose of a medication order that an event settles; all moments in milliseconds (UTC)."""

    number: str
    due: int
    time: int
    kind: str


class Reopened(NamedTuple):
    """A dose that was not settled after all; `given`: when the latest other one was given."""

    number: str
    due: int
    given: int | None


@dataclass(frozen=True, slots=True)
class Fulfilled:
    """The change: so many more on these lines, doses settled, steps of orders of care.

    Args:
        amounts: of lines.
        settled: the doses that it settles.
        reopened: the doses that a correction opens again.
        happened: what the orders of care will say of it.
        corrects: the entry that it takes back.
    """

    amounts: tuple[Amount, ...]
    settled: tuple[Settled, ...] = ()
    reopened: tuple[Reopened, ...] = ()
    happened: Mapping[Name, Happened | None] = field(default_factory=dict)
    corrects: int | None = None
    touch: Touch = field(default_factory=Touch)
    context: Mapping[str, Any] = field(default_factory=dict)


def made_in(records: Sequence[Recordable]) -> dict[str, list[Thing]]:
    """The base units of doses and bags that a batch itself makes: the books don't know them yet."""
    made: dict[str, list[Thing]] = {}
    for event in records:
        if isinstance(event, Event) and event.kind in TRANSFORMATIONS:
            for output in event.outputs:
                of_one = event.kind is EventKind.SPLIT
                made[output.key] = [
                    _counted(thing, output.part if of_one else thing.part or thing.quantity)
                    for thing in event.things
                ]
    return made


def _counted(thing: Thing, count: int | None) -> Thing:
    return replace(thing, quantity=None if count == 1 else count, part=None)


def leaves(state: BookState, things: Sequence[Thing]) -> Iterator[Thing]:
    """The things in base units, and instead of a container what lies in it."""
    for thing in things:
        if thing.part is not None:
            yield replace(thing, quantity=thing.part, part=None)
            continue
        inside = state.contents.get(thing.key) if thing.quantity is None else None
        yield from (thing,) if inside is None else inside
