"""The closed-loop report: figures, totals ward by ward, and the two halves side by side."""

from __future__ import annotations

from dataclasses import dataclass

from web.view.table import Tab, TableView, Tile


@dataclass(frozen=True, slots=True)
class LoopsView:
    """The report's page (`loops.html`, variable `loops`).

    Args:
        month: `2026-11`.
        tabs: doses and implants.
        tiles: of all wards together.
        totals: ward by ward.
    """

    month: str
    tabs: tuple[Tab, ...]
    tiles: tuple[Tile, ...]
    totals: TableView
