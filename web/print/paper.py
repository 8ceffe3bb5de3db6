"""What stands on a paper, in the reader's language, before it is painted."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Texture(StrEnum):
    """How a part of a bar is filled: black on white only, so that a copy still tells them apart."""

    HATCHED = "hatched"
    GREY = "grey"
    WHITE = "white"
    DOTTED = "dotted"
    BLACK = "black"


@dataclass(frozen=True, slots=True)
class Facts:
    """Names with their values, two pairs a line.

    Args:
        pairs: name and value.
    """

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table; its head stands on every page, its rows are never split.

    Args:
        heads: of the columns.
        rows: of the same width; the first cell of each may be bold.
        widths: of the columns, in parts of the whole width.
        numbers: which columns are numbers, set to the right.
        strong: which columns are bold.
        totals: whether the last row is a sum.
        empty: what stands there where there is no row.
    """

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]
    numbers: frozenset[int] = frozenset()
    strong: frozenset[int] = frozenset()
    totals: bool = False
    empty: str = ""


@dataclass(frozen=True, slots=True)
class BarPart:
    """A part of a bar: how much, and how it looks."""

    count: int
    texture: Texture


@dataclass(frozen=True, slots=True)
class Bar:
    """Parts of a whole, as a bar and as a written sum.

    Args:
        parts: in order.
        line: the sum in words.
        verdict: whether it adds up, in words.
    """

    parts: tuple[BarPart, ...]
    line: str
    verdict: str


@dataclass(frozen=True, slots=True)
class Words:
    """Plain text, a paragraph a line."""

    text: str


@dataclass(frozen=True, slots=True)
class Signing:
    """Lines for signatures by hand, at most three beside each other.

    Args:
        captions: what stands over each line.
    """

    captions: tuple[str, ...]


Block = Facts | Table | Bar | Words | Signing
"""What a section is made of."""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a paper under a heading."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper of A4 pages.

    Args:
        house: whose paper it is.
        title: what it is.
        line: the second line of its head; the page numbers follow.
        pages: how a page is told: `第 {page} / {pages} 页`.
        sections: what it says.
        numerals: what numbers them.
        foot: the lines at the foot of every page.
        mark: stands in a black band at the top of every page; empty: nothing has to.
        symbol: the content of the QR symbol at the head; empty: none.
        caption: what stands below the symbol.
    """

    house: str
    title: str
    line: str
    pages: str
    sections: tuple[Section, ...]
    numerals: str = "一二三四五六七八九十"
    foot: tuple[str, ...] = ()
    mark: str = ""
    symbol: str = ""
    caption: str = ""
