"""Papers as PDF: what is printed, signed by hand and filed.

`Paper` says what stands on it, `print_paper` makes the file. Fonts are embedded, and the same paper
is the same file, byte for byte.
"""

from __future__ import annotations

from web.print.card import Card, print_card
from web.print.paper import (
    Bar,
    BarPart,
    Block,
    Facts,
    Paper,
    Section,
    Signing,
    Table,
    Texture,
    Words,
)
from web.print.printing import print_paper

__all__ = [
    "Bar",
    "BarPart",
    "Block",
    "Card",
    "Facts",
    "Paper",
    "Section",
    "Signing",
    "Table",
    "Texture",
    "Words",
    "print_card",
    "print_paper",
]
