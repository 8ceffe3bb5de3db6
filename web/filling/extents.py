"""How far a recall reaches, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from inventory import ALL_LOTS, Days, Extent, Range
from recall import Part
from web.filling.page import Page


def scope_words(page: Page, scope: Sequence[Part]) -> tuple[str, ...]:
    """What a scope names, each lot and criterion by itself."""
    return tuple(word for part in scope for word in extent_words(page, part.extent))


def extent_words(page: Page, extent: Extent) -> Iterator[str]:
    """What an extent names: lots first, then what its goods have in common besides."""
    if not (extent.lots or extent.patterns or extent.ranges):
        yield page.say("all-lots")
    for lot in extent.lots:
        yield page.say("all-lots") if lot == ALL_LOTS else lot
    yield from extent.patterns
    yield from map(_span, extent.ranges)
    if extent.serials:
        yield page.say("extent-serials", what=", ".join(map(_span, extent.serials)))
    for name in ("expiry", "produced", "received"):
        window: Days | None = getattr(extent, name)
        if window is not None:
            yield page.say(f"extent-{name}", what=f"{window.first or ''}–{window.last or ''}")
    if extent.supplier is not None:
        yield page.say("extent-supplier", what=extent.supplier)


def _span(each: Range) -> str:
    return each.first if each.first == each.last else f"{each.first}–{each.last}"
