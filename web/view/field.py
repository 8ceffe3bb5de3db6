"""A field of a form as it is shown again."""

from __future__ import annotations

from dataclasses import dataclass

from web.view.said import Said


@dataclass(frozen=True, slots=True)
class Field:
    """What was typed into one field of a form, and what is wrong with it."""

    value: str = ""
    error: Said | None = None


EMPTY = Field()
"""A field nobody typed into yet."""
