"""What a recall is about: products, and how far it reaches into each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from sqlalchemy import Connection

from inventory import Arrival, Extent, Lot, Unit, arrivals_of, lots_named, lots_of, units_of_lots
from trace import serial_in


@dataclass(frozen=True, slots=True)
class Scope:
    """What a recall is about: goods of one product.

    Args:
        product: the product's code in the catalogue.
        lots: the lots' names; `inventory.ALL_LOTS` alone stands for all of them.
        within: what else its goods have in common.
    """

    product: str
    lots: tuple[str, ...] = ()
    within: Extent = field(default_factory=Extent)

    @property
    def extent(self) -> Extent:
        """All that is said of the goods."""
        return replace(self.within, lots=self.lots)

    def members(self) -> dict[str, Any]:
        """The scope as an entry says it."""
        return {"product": self.product, **self.extent.members()}

    @classmethod
    def parse(cls, members: dict[str, Any]) -> Scope:
        """The scope that `members` said."""
        extent = Extent.parse(members)
        return cls(members["product"], extent.lots, replace(extent, lots=()))


class Part(NamedTuple):
    """A part of a case's scope, as the books know it.

    Args:
        product_id: the product.
        extent: what of it.
    """

    product_id: int
    extent: Extent


def merged(parts: Iterable[Part]) -> tuple[Part, ...]:
    """Parts, each said once; those of one product that only name lots become one."""
    names: dict[int, dict[str, None]] = {}
    found: dict[tuple[int, Extent | None], Part] = {}
    for part in parts:
        plain = part.extent.only_names
        if plain:
            names.setdefault(part.product_id, {}).update(dict.fromkeys(part.extent.lots))
        found.setdefault((part.product_id, None if plain else part.extent), part)
    return tuple(
        part._replace(extent=Extent(lots=tuple(names[part.product_id])))
        if part.extent.only_names
        else part
        for part in found.values()
    )


def without(parts: Iterable[Part], dropped: Sequence[Part]) -> tuple[Part, ...]:
    """Parts less others: lots that are only named are taken out of their product's names."""
    names = {(part.product_id, lot) for part in dropped for lot in _plain(part)}
    left = []
    for part in parts:
        if part.extent.only_names:
            lots = tuple(lot for lot in part.extent.lots if (part.product_id, lot) not in names)
            if lots:
                left.append(part._replace(extent=Extent(lots=lots)))
        elif part not in dropped:
            left.append(part)
    return tuple(left)


def _plain(part: Part) -> tuple[str, ...]:
    return part.extent.lots if part.extent.only_names else ()


@dataclass(frozen=True, slots=True)
class Goods:
    """The goods of a scope.

    Args:
        whole: the lots that it has whole.
        partly: the lots of which it has some serials, or some arrivals, only.
        units: which things of those.
        amounts: of which of those lots it has the amounts without a code, all of them: they are
            not told apart.
        mixed: how much of these amounts came by arrivals that it does not have.
    """

    whole: tuple[Lot, ...]
    partly: tuple[Lot, ...]
    units: frozenset[int]
    amounts: frozenset[int] = frozenset()
    mixed: int = 0

    @property
    def lots(self) -> tuple[Lot, ...]:
        """All lots concerned."""
        return tuple(sorted((*self.whole, *self.partly), key=lambda lot: lot.lot_id))


class _Cut:
    """A lot of which a scope may have a part.

    Args:
        lot: the lot.
        extents: all that the scope says of it.
        arrivals: how its goods came in.
    """

    def __init__(self, lot: Lot, extents: Sequence[Extent], arrivals: Sequence[Arrival]) -> None:
        self.lot = lot
        self.extents = [each for each in extents if each.brought_any(arrivals)]
        self._arrivals = {each.seq: each for each in arrivals}
        self._loose = [each for each in arrivals if each.amount]

    @property
    def is_whole(self) -> bool:
        """Whether all of it is meant."""
        every = self._arrivals.values()
        whole = [each for each in self.extents if not each.serials]
        return any(not each.by_arrival or all(map(each.brought, every)) for each in whole)

    def has(self, unit: Unit, code: str) -> bool:
        """Whether a thing is meant by its serial and its arrival."""
        arrival = self._arrivals.get(unit.arrival)
        came, serial = [arrival] if arrival else [], serial_in(code)
        return any(each.has_serial(serial) and each.brought_any(came) for each in self.extents)

    @property
    def has_amounts(self) -> bool:
        """Whether amounts of it are meant."""
        return any(each.brought_any(self._loose) for each in self.extents)

    @property
    def mixed(self) -> int:
        """How much of its amounts came by arrivals that are not meant."""
        if not self.has_amounts:
            return 0
        return sum(
            arrival.amount
            for arrival in self._loose
            if not any(each.brought_any([arrival]) for each in self.extents)
        )


def lots_in(connection: Connection, ledger_id: int, scope: Sequence[Part]) -> list[_Cut]:
    """The lots of a scope, each with what the scope says of it."""
    named: dict[int, tuple[Lot, list[Extent]]] = {}
    for part in scope:
        for lot in _lots(connection, ledger_id, part):
            named.setdefault(lot.lot_id, (lot, []))[1].append(part.extent)
    asked = [n for n, (_, extents) in named.items() if any(each.by_arrival for each in extents)]
    arrivals = arrivals_of(connection, ledger_id, asked) if asked else {}
    cuts = [_Cut(lot, extents, arrivals.get(n, ())) for n, (lot, extents) in named.items()]
    return [cut for cut in cuts if cut.extents]


def goods_of(connection: Connection, ledger_id: int, scope: Sequence[Part]) -> Goods:
    """The goods of a scope that the books know."""
    cuts = lots_in(connection, ledger_id, scope)
    partly = {cut.lot.lot_id: cut for cut in cuts if not cut.is_whole}
    units = units_of_lots(connection, ledger_id, list(partly)) if partly else []
    codes = {unit.unit_id: unit.key for unit in units}
    return Goods(
        tuple(cut.lot for cut in cuts if cut.lot.lot_id not in partly),
        tuple(cut.lot for cut in partly.values()),
        frozenset(
            unit.unit_id
            for unit in units
            # What was taken out of a pack is meant by the pack's serial.
            if partly[unit.lot_id].has(unit, codes.get(unit.pack or 0, unit.key))
        ),
        frozenset(number for number, cut in partly.items() if cut.has_amounts),
        sum(cut.mixed for cut in partly.values()),
    )


def _lots(connection: Connection, ledger_id: int, part: Part) -> list[Lot]:
    extent = part.extent
    by_name = extent.lots and not (extent.patterns or extent.ranges or "*" in extent.lots)
    if by_name and len(extent.lots) <= _FEW:
        found = lots_named(connection, ledger_id, part.product_id, *extent.lots)
    else:
        found = lots_of(connection, ledger_id, part.product_id)
    return [lot for lot in found if extent.touches(lot)]


_FEW = 64
"""So many lots are looked up by name; for more, all of the product are read at once."""
