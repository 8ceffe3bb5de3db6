"""What a recall is about: products, and how far it reaches into each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from sqlalchemy import Connection

from inventory import Extent, Lot, lots_named, lots_of, units_of_lots
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
        whole: the lots that it has whatever their serials.
        partly: the lots of which it has some serials only.
        units: which things of those; amounts of them, which have no serial, are all in it.
    """

    whole: tuple[Lot, ...]
    partly: tuple[Lot, ...]
    units: frozenset[int]

    @property
    def lots(self) -> tuple[Lot, ...]:
        """All lots concerned."""
        return tuple(sorted((*self.whole, *self.partly), key=lambda lot: lot.lot_id))


def goods_of(connection: Connection, ledger_id: int, scope: Sequence[Part]) -> Goods:
    """The goods of a scope that the books know."""
    whole, partly = dict[int, Lot](), dict[int, tuple[Lot, list[Extent]]]()
    for part in scope:
        for lot in _lots(connection, ledger_id, part):
            if not part.extent.serials:
                whole[lot.lot_id] = lot
            else:
                partly.setdefault(lot.lot_id, (lot, []))[1].append(part.extent)
    partly = {number: told for number, told in partly.items() if number not in whole}
    units = units_of_lots(connection, ledger_id, list(partly)) if partly else []
    codes = {unit.unit_id: unit.key for unit in units}
    return Goods(
        tuple(whole.values()),
        tuple(lot for lot, _ in partly.values()),
        frozenset(
            unit.unit_id
            for unit in units
            if _is_meant(codes.get(unit.pack or 0, unit.key), partly[unit.lot_id][1])
        ),
    )


def _is_meant(key: str, extents: Sequence[Extent]) -> bool:
    """Whether a thing is meant by its serial; of what was taken out of a pack, by the pack's."""
    return any(extent.has_serial(serial_in(key)) for extent in extents)


def _lots(connection: Connection, ledger_id: int, part: Part) -> list[Lot]:
    extent = part.extent
    by_name = extent.lots and not (extent.patterns or extent.ranges or "*" in extent.lots)
    if by_name and len(extent.lots) <= _FEW:
        found = [
            lot
            for name in extent.lots
            for lot in lots_named(connection, ledger_id, part.product_id, name)
        ]
    else:
        found = lots_of(connection, ledger_id, part.product_id)
    return [lot for lot in found if extent.touches(lot)]


_FEW = 20
"""So many lots are looked up by name; for more, all of the product are read at once."""
