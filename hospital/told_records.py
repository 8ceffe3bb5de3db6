"""Counts, corrections and tasks: as they stand in the ledger and as their device told them."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from hospital.told_parts import Essence, Said, Told, Unsaid, moment_in, thing_in, uuid_of
from inventory import Count, CountLines
from recall import TaskStep
from trace import Correction

_STATION: Final = Unsaid(str)
"""Where the device stands, which the entries don't tell."""


def said_count(members: dict[str, Any]) -> Said:
    """What an entry says of a count."""
    count = Count.parse(members)
    return Said(count.id, "count", None, (count.time, count.location, sorted(count.products)))


def told_count(told: Told) -> Essence:
    """What its device said of a count."""
    return (moment_in(told), told.get("location") or _STATION, sorted(told.get("products", ())))


def said_count_lines(members: dict[str, Any]) -> Said:
    """What an entry says of lines of a count."""
    counted = CountLines.parse(members)
    lines = sorted(
        (line.key, 1 if line.quantity is None else line.quantity, line.again)
        for line in counted.lines
    )
    return Said(counted.id, "count_lines", counted.device, (counted.time, counted.count, lines))


def told_count_lines(told: Told) -> Essence:
    """What its device said of lines of a count."""
    lines = sorted((*_counted(each), bool(each.get("again"))) for each in told["lines"])
    return (moment_in(told), UUID(told["count"]), lines)


def _counted(told: Told) -> tuple[str, int]:
    key, amount = thing_in(told)
    return key, 0 if told.get("quantity") == 0 else amount


def said_correction(members: dict[str, Any]) -> Said:
    """What an entry says of a correction."""
    correction = Correction.parse(members)
    essence = (
        correction.time,
        correction.corrects,
        correction.error.value,
        correction.note,
        correction.corrective,
    )
    return Said(correction.id, "correction", None, essence)


def told_correction(told: Told) -> Essence:
    """What its device said of a correction."""
    instead = tuple(UUID(each) for each in told.get("corrective", ()))
    return (moment_in(told), UUID(told["corrects"]), told["error"], told["note"], instead)


def said_task_step(members: dict[str, Any]) -> Said:
    """What an entry says of a step of a recall's task."""
    step = TaskStep.parse(members)
    essence = (
        step.time,
        step.case_id,
        step.work.value,
        step.place,
        step.patient,
        step.step.value,
        step.owner,
        step.count,
        step.note,
    )
    return Said(step.id, "task_step", None, essence)


def told_task_step(told: Told) -> Essence:
    """What its device said of a step of a task."""
    return (
        moment_in(told),
        told["case"],
        told["work"],
        told.get("place") or _STATION,
        uuid_of(told.get("patient")),
        told["step"],
        told.get("owner"),
        told.get("count"),
        told.get("note", ""),
    )
