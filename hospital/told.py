"""What a device told of a record, and what the record says: both in a form that can be compared."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from hospital.told_event import SEALED, said_event, told_event
from hospital.told_parts import Essence, Said, Told
from hospital.told_records import (
    said_correction,
    said_count,
    said_count_lines,
    said_task_step,
    told_correction,
    told_count,
    told_count_lines,
    told_task_step,
)
from inventory import COUNT_LINES_TYPE, COUNT_TYPE
from recall import TASK_STEP_TYPE
from trace import CORRECTION_TYPE, EVENT_TYPES


def said_in(members: Mapping[str, Any]) -> Said | None:
    """What an entry's record says; None: it is none that a handheld tells.

    Args:
        members: the entry's event, of a refusal too.
    """
    reading = _SAID.get(members.get("type", ""))
    return None if reading is None else reading(dict(members))


def parts_of(body: Mapping[str, Any]) -> Iterator[tuple[str, Told]]:
    """What a signed batch tells, each with its kind; what can be no record is left out."""
    for event in body.get("events", ()):
        yield "event", event
    for upload in body.get("uploads", ()):
        for what in _TOLD:
            told = upload.get(what, {})
            with suppress(ValueError, TypeError, AttributeError):
                if UUID(told.get("id")):
                    yield what, told | {SEALED: SEALED in upload}


def essence_of(what: str, told: Told) -> Essence:
    """What a device told of a record.

    Raises:
        KeyError, ValueError, TypeError: it can be no such record.
    """
    return _TOLD[what](told)


_SAID: Final[Mapping[str, Callable[[dict[str, Any]], Said]]] = MappingProxyType(
    {
        **dict.fromkeys(EVENT_TYPES, said_event),
        COUNT_TYPE: said_count,
        COUNT_LINES_TYPE: said_count_lines,
        CORRECTION_TYPE: said_correction,
        TASK_STEP_TYPE: said_task_step,
    }
)

_TOLD: Final[Mapping[str, Callable[[Told], Essence]]] = MappingProxyType(
    {
        "event": told_event,
        "count": told_count,
        "count_lines": told_count_lines,
        "correction": told_correction,
        "task_step": told_task_step,
    }
)
