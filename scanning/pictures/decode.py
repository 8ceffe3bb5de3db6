"""`decode`: all symbols in a picture, each once, linear ones only when two readings agree."""

from __future__ import annotations

import time

from scanning.carriers import carrier_of
from scanning.pictures.agree import Verdict
from scanning.pictures.load import pages
from scanning.pictures.search import search
from scanning.symbol import Symbol

BUDGET_MS = 1000
"""A person waits a second at a station; most photos take a thirtieth of it."""


def decode_here(image: bytes, *, budget_ms: int = BUDGET_MS) -> list[Symbol]:
    """All symbols in `image`, decoded in this process; see `decode` in `scanning`.

    Raises:
        Invalid: `image-too-large`, `image-unreadable`.
    """
    deadline = time.perf_counter() + budget_ms / 1000
    symbols: list[Symbol] = []
    for number, page in enumerate(pages(image)):
        *_, verdicts = search(page.pixels, deadline)
        symbols += [symbol_of(verdict, number, page.scale) for verdict in verdicts]
    return symbols


def symbol_of(verdict: Verdict, page: int, scale: float) -> Symbol:
    """The symbol that a verdict amounts to, its corners in pixels of the picture as it came."""
    carrier, _ = carrier_of(verdict.best.raw)
    a, b, c, d = ((round(x * scale), round(y * scale)) for x, y in verdict.best.corners)
    return Symbol(
        raw=verdict.best.raw,
        symbology="unknown" if carrier is None else carrier.name,
        corners=(a, b, c, d),
        page=page,
        uncertain=verdict.uncertain,
        readings=tuple(seen.raw for seen in verdict.readings),
    )
