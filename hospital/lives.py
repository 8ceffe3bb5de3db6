"""The lives of many things at once: what happened to each, for reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from inventory import units_by_key
from orders import OrderStep, milliseconds
from trace import Step, histories_of_units

Life = Sequence[OrderStep]
"""The steps of a thing in the order of the ledger; refused and corrected ones are left out."""


def lives_of(connection: Connection, ledger_id: int, keys: Sequence[str]) -> Mapping[str, Life]:
    """What happened to some serialised things, by key.

    Args:
        connection: where to read.
        ledger_id: which ledger.
        keys: of the things; those that are not in the books are left out.
    """
    units = units_by_key(connection, ledger_id, keys)
    numbers = [unit.unit_id for unit in units.values()]
    histories = histories_of_units(connection, ledger_id, numbers)
    return {key: _life(histories.get(unit.unit_id, [])) for key, unit in units.items()}


def _life(steps: Sequence[Step]) -> Life:
    wrong = {step.entry.context["corrects"] for step in steps if "corrects" in step.entry.context}
    return [
        OrderStep(
            step.entry.seq,
            step.event.kind.value,
            milliseconds(step.event.time),
            step.event.whereabouts,
        )
        for step in steps
        if step.event is not None and step.refused is None and step.entry.seq not in wrong
    ]
