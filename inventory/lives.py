"""The whole life of a thing, through dividing and mixing: back to the supplier, on to patients.

What happens to a container, a pack or a bag is in the index of everything that lay in it, so each
life is a few look-ups by key. Only upstream more is to be read: what a part's pack went through
before, and what went into a bag.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

import bulk
from inventory import models
from inventory.lookups import units_by_key
from inventory.rows import UNIT_COLUMNS, unit_of_row
from inventory.things import Unit
from ledger import read_entries_at
from trace import Step, first_seq_of_lot, seqs_of_units, step_of

_CHILDREN = bulk.Lookup(models.unit, UNIT_COLUMNS, by="parent")
_UNIT_IDS = bulk.Lookup(models.unit, UNIT_COLUMNS, by="unit_id")
_CONTENTS = bulk.Lookup(models.content, ("parent", "lot_id"), by="parent")


def history(connection: Connection, ledger_id: int, unit: Unit) -> list[Step]:
    """Everything that touched a thing, in the order of the ledger.

    Of a part of a pack also what its pack went through while the part was in it, and of a box its
    case; of a bag the lives of all that was mixed into it, and of an amount in it how its lot came.

    Args:
        connection: where to read.
        ledger_id: which ledger.
        unit: the thing, the container or the bag.
    """
    inside = [unit, *(_inside(connection, ledger_id, unit) if unit.is_bag else ())]
    packs = {each.pack: each for each in inside if each.pack is not None}
    rows = seqs_of_units(connection, ledger_id, [each.unit_id for each in inside])
    seqs = {seq for _, seq in rows} | _first_arrivals(connection, ledger_id, inside)
    keys = {row[0]: row[1] for row in _UNIT_IDS.fetch(connection, ledger_id, list(packs))}
    shared = {seq for _, seq in seqs_of_units(connection, ledger_id, list(packs))} - seqs
    steps = [step_of(entry) for entry in read_entries_at(connection, ledger_id, sorted(seqs))]
    starts = {pack: _range_in(steps, part.key) for pack, part in packs.items()}
    for entry in read_entries_at(connection, ledger_id, sorted(shared)):
        step = step_of(entry)
        things = entry.context.get("things", ())
        if any(_meets(things, keys[pack], starts[pack]) for pack in packs):
            steps.append(step)
    steps += _before_unpacking(connection, ledger_id, steps, {each.key for each in inside})
    known = {step.entry.seq: step for step in steps}
    return [known[seq] for seq in sorted(known)]


def _before_unpacking(
    connection: Connection, ledger_id: int, steps: list[Step], keys: set[str]
) -> list[Step]:
    """What the cases went through that boxes came out of, up to then."""
    until: dict[str, int] = {}
    for step in steps:
        for said in step.entry.context.get("things", ()):
            if "case" in said and said["key"] in keys:
                until[said["case"]] = max(until.get(said["case"], 0), step.entry.seq)
    cases = units_by_key(connection, ledger_id, list(until))
    numbers = {unit.unit_id: until[key] for key, unit in cases.items()}
    found = seqs_of_units(connection, ledger_id, list(numbers))
    seqs = {seq for number, seq in found if seq < numbers[number]}
    return [step_of(entry) for entry in read_entries_at(connection, ledger_id, sorted(seqs))]


def _inside(connection: Connection, ledger_id: int, bag: Unit) -> list[Unit]:
    found, level = list[Unit](), [bag.unit_id]
    while level:
        units = [unit_of_row(row) for row in _CHILDREN.fetch(connection, ledger_id, level)]
        found += units
        level = [unit.unit_id for unit in units if unit.is_container]
    return found


def _first_arrivals(connection: Connection, ledger_id: int, units: list[Unit]) -> set[int]:
    """How the lots of amounts in bags first came."""
    bags = [unit.unit_id for unit in units if unit.is_bag]
    lots = {row[1] for row in _CONTENTS.fetch(connection, ledger_id, bags)}
    return {first_seq_of_lot(connection, ledger_id, lot_id) for lot_id in lots}


def _range_in(steps: list[Step], key: str) -> tuple[int, int]:
    """The base units that a part was made of: its first entry says it."""
    for step in sorted(steps, key=lambda each: each.entry.seq):
        for said in step.entry.context.get("things", ()):
            if said.get("key") == key and "start" in said:
                return said["start"], said["start"] + said["units"]
    return 0, 0


def _meets(things: Any, pack: str, part: tuple[int, int]) -> bool:  # noqa: ANN401 -- an entry's words
    """Whether an entry is about base units of a part: those of its range, or the whole pack."""
    for said in things:
        if pack not in {said.get("pack"), said.get("key")}:
            keys = {key for group in said.get("contents", ()) for key in group.get("keys", ())}
            if pack in keys:
                return True
            continue
        first = said.get("start", 0)
        last = first + said["units"] if "start" in said else part[1]
        if first < part[1] and part[0] < last:
            return True
    return False
