"""One symbol found in a picture."""

from __future__ import annotations

from dataclasses import dataclass

Corner = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Symbol:
    """A symbol, where it is, and how far its characters can be trusted.

    Args:
        raw: AIM identifier and characters, ready for `read`; of an uncertain symbol the reading
            that speaks loudest, never to be used without asking.
        symbology: the carrier's name (`gs1-datamatrix`).
        corners: top left, top right, bottom right, bottom left of the symbol,
            in pixels of the picture as it came; of a PDF page at 200 dpi.
        page: page of a PDF, from 0.
        uncertain: no two engines or passes agreed on this linear code.
        readings: everything that was read here, most agreed first; more than one only if uncertain.
    """

    raw: str
    symbology: str
    corners: tuple[Corner, Corner, Corner, Corner]
    page: int = 0
    uncertain: bool = False
    readings: tuple[str, ...] = ()
