"""Containers, and bags that were mixed: all that lies in one goes with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from inventory.act import Act
from inventory.changes import View
from inventory.going import go, more_of
from inventory.keeping import check_kept, settle_kept
from inventory.rules import reason_against
from inventory.things import GONE, Lot, Status, Unit
from trace import EventKind, Reason, Thing, Touch

LIMIT = 2_000
"""The most things that one event takes by their container: its entry names them all."""

_LETTERS = 40_000
"""The most letters their keys may have: an entry has 65,535 bytes."""


def inside(view: View, container: Unit) -> Iterator[Unit]:
    """Everything with a code of its own that lies in a container, parents first."""
    level = list(view.children(container.unit_id))
    while level:
        yield from level
        containers = [unit.unit_id for unit in level if unit.is_container]
        level = [child for number in containers for child in view.children(number)]


def describe_container(  # noqa: PLR0913 -- the container, what lies in it, and what became of it
    act: Act,
    key: str,
    units: Sequence[Unit],
    amounts: Mapping[int, int],
    *,
    now: Status,
    was: Status | None = None,
    **more: str | int,
) -> None:
    """Say what came or went with a container, lot by lot.

    Args:
        act: the event.
        key: the container's.
        units: what has codes of its own and lies in it, however deep; it itself may be among them.
        amounts: how much of each lot lies in it, and in the containers within it.
        now: its state afterwards.
        was: its state before; None: it arrived.
        more: what a correction needs to know.
    """
    groups: dict[int, dict[str, Any]] = {}
    containers = []
    for unit in units:
        if not unit.is_container:
            group = _group(act, groups, unit.lot_id, arrives=was is None)
            group.setdefault("keys", []).append(unit.key)
            divided = unit.start > 0 or unit.pack is not None
            if divided or (was is None and unit.quantity != 1):
                group.setdefault("units", {})[unit.key] = unit.quantity
            before = act.view.unit(unit.key)
            if before is not None and before.patient is not None:
                group.setdefault("holders", {})[unit.key] = before.patient.hex()
        elif unit.key != key:
            containers.append(unit.key)
    for lot_id, quantity in amounts.items():
        _group(act, groups, lot_id, arrives=was is None)["quantity"] = quantity
    described: dict[str, Any] = {"key": key, "contents": list(groups.values())}
    if containers:
        described["containers"] = containers
    if was is not None:
        described["was"] = was.value
    described["is"] = now.value
    around = act.view.unit(key)
    if around is not None and around.is_bag:
        described["bag"] = True
    act.change.things.append(described | more)
    _check_size(act, key, units)


def _check_size(act: Act, key: str, units: Sequence[Unit]) -> None:
    if len(units) > LIMIT or sum(len(unit.key) for unit in units) > _LETTERS:
        act.object(Reason.TOO_MANY_THINGS, key=key, limit=LIMIT, count=len(units))


def _group(
    act: Act, groups: dict[int, dict[str, Any]], lot_id: int, *, arrives: bool
) -> dict[str, Any]:
    if lot_id not in groups:
        lot = act.lot(lot_id)
        group: dict[str, Any] = {
            "product": act.view.product_of(lot.product_id).code,
            "lot": lot.lot,
        }
        if lot.expiry is not None:
            group["expiry"] = lot.expiry
        if lot.owner is not None:
            group["owner"] = lot.owner
        if arrives and lot.produced is not None:
            group["produced"] = lot.produced
        groups[lot_id] = group
    return groups[lot_id]


def take_container(act: Act, thing: Thing, container: Unit) -> None:
    """The container and all that lies in it: each passes the gate, or none goes."""
    touch = Touch((container.unit_id,), ())
    if not _check_container(act, container, thing, touch):
        return
    units = sorted(inside(act.view, container), key=lambda unit: unit.unit_id)
    if any(act.has_taken(unit.key) for unit in units):
        act.object(Reason.LISTED_TWICE, touch, thing.key)
        return
    for unit in units:
        if not unit.is_container:
            check_goods(act, unit)
    amounts = [
        (each, act.view.lot(lot_id), quantity)
        for each in (container, *(unit for unit in units if unit.is_container))
        for lot_id, quantity in sorted(act.view.contents(each.unit_id).items())
    ]
    for _, lot, quantity in amounts:
        product = act.view.product_of(lot.product_id)
        within = Touch((container.unit_id,), (lot.lot_id,))
        act.gate(product, lot, Thing(thing.key, quantity), within, container.status)
        act.check_persons(product, within)
    goods: list[tuple[Lot, str | None]] = [
        (act.view.lot(unit.lot_id), unit.key) for unit in units if not unit.is_container
    ]
    status = act.target(container.status, goods + [(lot, None) for _, lot, _ in amounts])
    if container.is_bag and status is Status.AVAILABLE:
        status = Status.COMPOUNDED
    _go_together(act, container, units, amounts, status)


def _check_container(act: Act, container: Unit, thing: Thing, touch: Touch) -> bool:
    """Object to what is wrong; False: whatever happens, it stays as it is."""
    where = act.view.location_named(container.location_id)
    if not container.is_bag and (act.rule.for_patient or act.kind is EventKind.COMPOUNDED):
        act.object(Reason.IS_CONTAINER, touch, thing.key)
        return False
    if thing.part is not None:
        act.object(Reason.NOT_DIVISIBLE, touch, thing.key)
        return False
    if container.parent is not None and act.view.unit_numbered(container.parent).is_bag:
        act.object(Reason.COMPOUNDED, touch, thing.key)
        return False
    if container.is_bag and act.sends_back:
        act.object(Reason.COMPOUNDED, touch, thing.key)
    if _counts_as(container) not in act.rule.sources:
        reason = reason_against(act.kind, _counts_as(container))
        act.object(reason, touch, thing.key, location=where, product=thing.key)
        if container.status in GONE:
            return False
    if container.location_id != act.here.location_id:
        act.object(Reason.NOT_HERE, touch, thing.key, location=where)
    if container.patient is not None and act.patient not in (None, container.patient):
        act.object(Reason.WRONG_PATIENT, touch, thing.key)
    if container.status is Status.RESERVED and act.rule.gated:
        check_kept(act, container, touch)
    return True


def _counts_as(container: Unit) -> Status:
    """A bag in stock may do what other goods in stock may."""
    mixed = container.is_bag and container.status is Status.COMPOUNDED
    return Status.AVAILABLE if mixed else container.status


def check_goods(act: Act, unit: Unit) -> None:
    """Hold goods that go along with something else against the gate."""
    lot, product = act.view.lot(unit.lot_id), act.view.product_of(unit.product_id)
    touch = Touch((unit.unit_id,), (unit.lot_id,))
    thing = Thing(unit.key)
    act.gate(product, lot, thing, touch, unit.status)
    act.check_persons(product, touch)
    if act.rule.sealed and (unit.is_opened or (unit.pack and act.sends_back)):
        act.object(Reason.IS_OPENED, touch, unit.key)
    if unit.patient is not None and act.patient not in (None, unit.patient):
        act.object(Reason.WRONG_PATIENT, touch, unit.key)


def _go_together(
    act: Act,
    container: Unit,
    units: Sequence[Unit],
    amounts: Sequence[tuple[Unit, Lot, int]],
    status: Status,
) -> None:
    mark, kept = len(act.change.units), settle_kept(act, container)
    moving: dict[int, int] = {}
    there = act.there.location_id
    for each in (container, *(unit for unit in units if unit.is_container)):
        parent = act.into if each is container else each.parent
        moved = each._replace(location_id=there, status=status, parent=parent, time=act.time, seq=0)
        if each is container and each.is_bag:
            handed_over = act.patient if act.rule.counts_as else None
            moved = moved._replace(patient=handed_over or each.patient)
        act.change.units.append(moved)
    # Who is to get the bag gets what was mixed into it, though only the bag names her.
    hers = container.patient if act.rule.counts_as else None
    for unit in units:
        if not unit.is_container:
            held = unit._replace(patient=unit.patient or hers)
            go(act, held, act.view.lot(unit.lot_id), status, parent=unit.parent)
    for each, lot, quantity in amounts:
        source = (each.location_id, each.status)
        act.flow(lot, source, status, quantity, drawn=False, laid=False)
        moving[lot.lot_id] = moving.get(lot.lot_id, 0) + quantity
        number = container.unit_id if container.is_bag else 0
        holder = container.patient if container.is_bag else act.patient
        act.expose(lot, number, quantity, each.status, holder)
    more: dict[str, Any] = {**more_of(act, container), **kept}
    if all(unit.seq == container.seq for unit in units):
        more["since"] = container.seq
    gone = act.change.units[mark:]
    describe_container(act, container.key, gone, moving, now=status, was=container.status, **more)
