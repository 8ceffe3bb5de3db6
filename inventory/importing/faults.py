"""What an import says of the rows it read: every fault with its row and column, and the sums."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from errors import Invalid
from texts import Text, text_of


@dataclass(frozen=True, slots=True)
class ImportFault:
    """Something about one row.

    Args:
        row: its number as a spreadsheet shows it, or the ordinal of a device.
        column: the header or element as the file spells it; empty: the row as a whole.
        code: what is wrong, for `texts`.
        values: what fills the sentence.
        blocking: whether the row is left out for it; a notice is recorded all the same.
    """

    row: int
    column: str
    code: str
    values: Mapping[str, object] = field(default_factory=dict)
    blocking: bool = True

    @property
    def text(self) -> Text:
        """What is wrong and what to do, in Chinese and English."""
        return text_of(self.code).filled(self.values)


Tell = Callable[[ImportFault], None]
"""Takes each fault as it is found, so that a long list needs no memory."""


def fault_of(error: Invalid, row: int, column: str) -> ImportFault:
    """What a check said about a cell."""
    return ImportFault(row, column, error.code, error.values)


@dataclass(slots=True)
class ImportReport:
    """What an import did, or would do.

    Args:
        read: rows that were looked at.
        bad: rows that were left out; `tell` was told why.
        notices: rows that are taken with a remark.
        new: things that were not there.
        changed: things that were there and say something else now.
        unchanged: things that are there just so.
        passed: devices of the UDI database that nobody here asks for.
        recorded: entries that were made; 0 in a dry run.
    """

    read: int = 0
    bad: int = 0
    notices: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    passed: int = 0
    recorded: int = 0
