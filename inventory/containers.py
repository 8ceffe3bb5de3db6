"""Containers: all that lies in one goes with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from inventory.act import Act
from inventory.changes import View
from inventory.things import Status, Unit
from trace import Reason

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
    mark: int,
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
        mark: how many things the event had changed before it.
        amounts: how much of each lot lies in it, and in the containers within it.
        now: its state afterwards.
        was: its state before; None: it arrived.
        more: what a correction needs to know.
    """
    groups: dict[int, dict[str, Any]] = {}
    containers = []
    for unit in act.change.units[mark:]:
        if not unit.is_container:
            group = _group(act, groups, unit.lot_id)
            group.setdefault("keys", []).append(unit.key)
            before = act.view.unit(unit.key)
            if before is not None and before.patient is not None:
                group.setdefault("holders", {})[unit.key] = before.patient.hex()
        elif unit.key != key:
            containers.append(unit.key)
    for lot_id, quantity in amounts.items():
        _group(act, groups, lot_id)["quantity"] = quantity
    described: dict[str, Any] = {"key": key, "contents": list(groups.values())}
    if containers:
        described["containers"] = containers
    if was is not None:
        described["was"] = was.value
    described["is"] = now.value
    act.change.things.append(described | more)
    _check_size(act, key, mark)


def _check_size(act: Act, key: str, mark: int) -> None:
    units = act.change.units[mark:]
    if len(units) > LIMIT or sum(len(unit.key) for unit in units) > _LETTERS:
        act.object(Reason.TOO_MANY_THINGS, key=key, limit=LIMIT, count=len(units))


def _group(act: Act, groups: dict[int, dict[str, Any]], lot_id: int) -> dict[str, Any]:
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
        groups[lot_id] = group
    return groups[lot_id]
