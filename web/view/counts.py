"""The page of a count (盘点)."""

from __future__ import annotations

from dataclasses import dataclass

from web.view.table import TableView, Tile


@dataclass(frozen=True, slots=True)
class CountView:
    """A count (`count.html`, variable `count`).

    Args:
        place: what was counted.
        people: who counted.
        open: nobody has approved it yet.
        tiles: its figures.
        table: everything that differs from the books.
        approve: POST address that takes `digest` and `event_id`; None: the reader can't.
        digest: of the differences that are shown: what was seen is what is approved.
        token: of the form.
        own: the reader counted, so somebody else approves.
    """

    place: str
    people: tuple[str, ...]
    open: bool
    tiles: tuple[Tile, ...]
    table: TableView
    approve: str | None
    digest: str
    token: str
    own: bool
