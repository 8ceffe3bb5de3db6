"""How far a recall reaches into a product: by lot, serial, expiry, production, supplier, arrival.

All criteria that are given must agree. What the books don't know of goods never takes them out: a
lot without an expiry may be of any month, an amount without serials may hold every serial, and
amounts of one lot that came in several deliveries are not told apart any more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, NamedTuple

from errors import Invalid
from inventory.rules import ALL_LOTS
from inventory.things import Arrival, Lot
from trace import serial_in

_RUNS: Final = re.compile(r"[0-9]+|[^0-9]+")


class Days(NamedTuple):
    """Days from the first to the last, both included (ISO dates); an open end is None."""

    first: str | None
    last: str | None

    def meets(self, first: str | None, last: str | None) -> bool:
        """Whether some day of `first` to `last` lies in it; days that nobody knows may."""
        if first is None or last is None:
            return True
        return (self.first is None or last >= self.first) and (
            self.last is None or first <= self.last
        )


class Range(NamedTuple):
    """Names from the first to the last, both included: `2405A001` to `2405A180`."""

    first: str
    last: str

    def has(self, name: str) -> bool:
        """Whether a name lies in it: numbers count as numbers, and it is of the same build.

        >>> Range("A98", "A120").has("A101"), Range("A98", "A120").has("A101X")
        (True, False)
        """
        if _build(name) not in {_build(self.first), _build(self.last)}:
            return False
        return _order(self.first) <= _order(name) <= _order(self.last)


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """What of a product is meant; without any criterion, all of it.

    Args:
        lots: names of lots; `inventory.ALL_LOTS` among them: every lot.
        patterns: names of lots with `*` for any letters and `?` for one.
        ranges: names of lots from one to another.
        serials: serials from one to another; a single one is a range of itself.
        expiry: the last days of use.
        produced: the days on which it was made.
        supplier: who delivered it.
        received: the days on which it arrived.
    """

    lots: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    ranges: tuple[Range, ...] = ()
    serials: tuple[Range, ...] = ()
    expiry: Days | None = None
    produced: Days | None = None
    supplier: str | None = None
    received: Days | None = None

    def __post_init__(self) -> None:
        """Hold what no caller may break.

        Raises:
            Invalid: a range or a window ends before it begins.
        """
        for name, ranges in (("ranges", self.ranges), ("serials", self.serials)):
            for each in ranges:
                if _order(each.first) > _order(each.last):
                    found = f"{each.first}–{each.last}"
                    raise Invalid("range-backwards", field=name, found=found)
        for name, window in self._windows():
            if window and window.first and window.last and window.first > window.last:
                found = f"{window.first}–{window.last}"
                raise Invalid("range-backwards", field=name, found=found)

    def _windows(self) -> tuple[tuple[str, Days | None], ...]:
        return (
            ("expiry", self.expiry),
            ("produced", self.produced),
            ("received", self.received),
        )

    @property
    def is_empty(self) -> bool:
        """Whether it says nothing at all."""
        return self == Extent()

    @property
    def only_names(self) -> bool:
        """Whether lots are all that it names."""
        return self == Extent(lots=self.lots)

    def names(self, lot: str) -> bool:
        """Whether the name of a lot is among those that are meant."""
        if ALL_LOTS in self.lots or not (self.lots or self.patterns or self.ranges):
            return True
        if lot in self.lots or any(each.has(lot) for each in self.ranges):
            return True
        return any(_pattern(each).fullmatch(lot) for each in self.patterns)

    @property
    def by_arrival(self) -> bool:
        """Whether it asks how goods came in: on which day, or by whom."""
        return self.supplier is not None or self.received is not None

    def brought(self, arrival: Arrival) -> bool:
        """Whether what came in by an arrival is meant."""
        if self.supplier is not None and arrival.supplier not in {None, self.supplier}:
            return False
        return self.received is None or self.received.meets(arrival.day, arrival.day)

    def brought_any(self, arrivals: Iterable[Arrival]) -> bool:
        """Whether goods are meant that came in by some of these; by none: nobody knows how."""
        told = list(arrivals) if self.by_arrival else []
        return not told or any(map(self.brought, told))

    def touches(self, lot: Lot) -> bool:
        """Whether some goods of a lot may be meant, whatever their serials and arrivals."""
        return (
            self.names(lot.lot)
            and (self.expiry is None or self.expiry.meets(lot.expiry, lot.expiry))
            and (self.produced is None or self.produced.meets(lot.produced, lot.produced))
        )

    def has_serial(self, serial: str | None) -> bool:
        """Whether a serial is meant; goods without one may be."""
        return not self.serials or serial is None or any(each.has(serial) for each in self.serials)

    def covers(self, lot: Lot, key: str | None, arrivals: Iterable[Arrival] = ()) -> bool:
        """Whether goods are meant.

        Args:
            lot: of which lot they are.
            key: the key of a thing with a serial; None: an amount.
            arrivals: how they came in, one of these; none: nobody knows.
        """
        serial = serial_in(key) if key else None
        return self.touches(lot) and self.has_serial(serial) and self.brought_any(arrivals)

    def members(self) -> dict[str, Any]:
        """What an entry says of it; what is not given is not written."""
        said: dict[str, Any] = {"lots": list(self.lots)}
        if self.patterns:
            said["patterns"] = list(self.patterns)
        for name, ranges in (("ranges", self.ranges), ("serials", self.serials)):
            if ranges:
                said[name] = [list(each) for each in ranges]
        said |= {name: list(window) for name, window in self._windows() if window is not None}
        if self.supplier is not None:
            said["supplier"] = self.supplier
        return said

    @classmethod
    def parse(cls, members: dict[str, Any]) -> Extent:
        """The extent that `members` said."""
        windows = {
            name: Days(*members[name])
            for name in ("expiry", "produced", "received")
            if name in members
        }
        return cls(
            lots=tuple(members["lots"]),
            patterns=tuple(members.get("patterns", ())),
            ranges=tuple(Range(*each) for each in members.get("ranges", ())),
            serials=tuple(Range(*each) for each in members.get("serials", ())),
            supplier=members.get("supplier"),
            **windows,
        )


def _build(name: str) -> tuple[bool, ...]:
    """Which runs of a name are digits: `2405A001` is digits, letters, digits."""
    return tuple(run[0] in "0123456789" for run in _RUNS.findall(name))


def _order(name: str) -> tuple[tuple[int, int, str], ...]:
    """A name for comparing: runs of digits by their value, however long, others by letter."""
    runs = []
    for run in _RUNS.findall(name):
        if run[0] in "0123456789":
            digits = run.lstrip("0")
            runs.append((0, len(digits), digits))
        else:
            runs.append((1, 0, run))
    return tuple(runs)


@lru_cache(maxsize=1024)
def _pattern(text: str) -> re.Pattern[str]:
    parts = {"*": ".*", "?": "."}
    return re.compile("".join(parts.get(c) or re.escape(c) for c in text), re.DOTALL)
