"""What the recorder answers: one outcome for each thing that was to be put on record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ledger import Receipt
from texts import Text, text_of
from trace.reasons import Reason


class Touch(NamedTuple):
    """What an entry is about, for the history index.

    Args:
        units: surrogates of serialised things.
        lots: surrogates of lots, those of the units too.
    """

    units: tuple[int, ...] = ()
    lots: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """It may not happen. The refusal itself is on record and changed nothing else.

    Args:
        reason: from the closed list.
        values: what fills the sentence: which thing, where it is, when it was used …
        touch: the things that the attempt was about, as far as they are known.
        receipt: of the refusal's own entry; None until it is written, and for an id conflict.
    """

    reason: Reason
    values: Mapping[str, str | int] = field(default_factory=dict)
    touch: Touch = field(default_factory=Touch)
    receipt: Receipt | None = None

    @property
    def text(self) -> Text:
        """What went wrong and what to do next, in Chinese and English."""
        return text_of(self.reason.value).filled(self.values)


@dataclass(frozen=True, slots=True)
class Recorded:
    """It is on record, and durable.

    Args:
        receipt: of its entry.
        exceptions: the rules that it broke, where it had happened already and was not to be
            refused; each is on the work-list.
    """

    receipt: Receipt
    exceptions: tuple[Refused, ...] = ()


@dataclass(frozen=True, slots=True)
class AlreadyRecorded:
    """The same event was put on record before, under the same id; this is the first answer."""

    receipt: Receipt
    exceptions: tuple[Refused, ...] = ()


def exceptions_in(context: Mapping[str, Any]) -> tuple[Refused, ...]:
    """The broken rules that an entry's context names."""
    return tuple(
        Refused(Reason(each["reason"]), each.get("values", {}))
        for each in context.get("exceptions", ())
    )


Outcome = Recorded | AlreadyRecorded | Refused
"""One of the three answers."""
