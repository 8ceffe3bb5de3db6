"""One thing goes from where and how it is to where and how it is afterwards."""

from __future__ import annotations

from inventory.act import Act
from inventory.things import Lot, Product, Status, Unit


def go(act: Act, unit: Unit, lot: Lot, status: Status, *, parent: int | None) -> None:
    """A thing with a code of its own goes, whole."""
    there = act.there.location_id
    act.change.units.append(
        Unit(
            unit.unit_id,
            unit.key,
            unit.lot_id,
            unit.product_id,
            there,
            status,
            act.owner(unit, status),
            unit.quantity,
            parent,
            act.time,
            0,
            unit.start,
            unit.pack,
        )
    )
    if unit.pack is not None:
        act.change.seen[unit.pack] = unit.lot_id
    source = (unit.location_id, unit.status)
    act.flow(lot, source, status, unit.quantity, drawn=False, laid=False)
    act.expose(lot, unit.pack or unit.unit_id, unit.quantity, unit.status, unit.patient)


def more_of(act: Act, unit: Unit) -> dict[str, str | int]:
    """What a correction needs to know of how it was, where the event itself doesn't say it."""
    more: dict[str, str | int] = {}
    if unit.location_id != act.here.location_id:
        more["at"] = act.view.location_code(unit.location_id)
    if unit.patient is not None:
        more["holder"] = unit.patient.hex()
    if unit.parent is not None:
        more["from"] = act.view.unit_numbered(unit.parent).key
    if unit.pack is not None or unit.start:
        more |= range_of(act, unit, unit.quantity)
    return more


def range_of(act: Act, unit: Unit, count: int) -> dict[str, str | int]:
    """Which base units of which pack: `[start, start + units)`."""
    pack = unit if unit.pack is None else act.view.unit_numbered(unit.pack)
    return {"pack": pack.key, "start": unit.start, "units": count}


def late_word(act: Act, unit: Unit, count: int) -> dict[str, str | int]:
    """How much of a thing somebody had by a late word that leaves it as it is, if not one."""
    late: dict[str, str | int] = {"units": count} if count != 1 else {}
    if unit.pack is not None:
        late["pack"] = act.view.unit_numbered(unit.pack).key
    return late


def take_out(  # noqa: PLR0913 -- how much of what, and what it is called afterwards
    act: Act, source: Unit, product: Product, lot: Lot, count: int, *, key: str
) -> Unit:
    """So many base units leave a pack, the first that are left, and are a thing of their own.

    Returns:
        What is left of the source.
    """
    status = act.target(source.status, [(lot, source.key)])
    known = act.view.unit(key)
    pack = source.pack or source.unit_id
    part = source._replace(
        unit_id=known.unit_id if known else act.next_unit(),
        key=key,
        location_id=act.there.location_id,
        status=status,
        patient=act.owner(source, status),
        quantity=count,
        parent=act.into,
        time=act.time,
        seq=0,
        pack=pack,
    )
    left = source._replace(start=source.start + count, quantity=source.quantity - count, seq=0)
    act.change.units += (left, part)
    act.change.seen[pack] = source.lot_id
    act.flow(lot, (source.location_id, source.status), status, count, drawn=False, laid=False)
    act.expose(lot, pack, count, source.status, source.patient)
    more = more_of(act, source) | range_of(act, source, count) | {"out": source.key}
    more.pop("from", None)  # the source stays in its container
    act.describe(key, product, lot, now=status, was=source.status, since=source.seq, **more)
    return left
