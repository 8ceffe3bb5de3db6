"""The pages of one product's stock and of one place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from web.view.table import TableView, Tile
from web.view.things import Fact


@dataclass(frozen=True, slots=True)
class Movement:
    """What came and went, day by day.

    Args:
        days: the day, what came into the house, what was handed out, used or wasted.
        table: the same as a table.
        cut: there was more than could be read: the first days are not whole.
    """

    days: tuple[tuple[date, int, int], ...]
    table: TableView
    cut: bool = False

    @property
    def came(self) -> int:
        """What came in all."""
        return sum(came for _, came, _ in self.days)

    @property
    def went(self) -> int:
        """What went in all."""
        return sum(went for _, _, went in self.days)

    @property
    def chart(self) -> dict[str, object]:
        """What left each day, for the chart."""
        return {"points": [[f"{day:%m-%d}", went] for day, _, went in self.days], "running": True}


@dataclass(frozen=True, slots=True)
class ProductView:
    """The stock of a product (`stock_product.html`, variable `product`).

    Args:
        name: the product's name.
        spec: strength and pack.
        facts: what the catalogue says.
        tiles: its figures.
        stock: what lies where, in the order in which to use it.
        movement: what came and went.
        lots: every lot there ever was.
        recall: opens the recall form; None without the permission.
    """

    name: str
    spec: str
    facts: tuple[Fact, ...]
    tiles: tuple[Tile, ...]
    stock: TableView
    movement: Movement
    lots: str
    recall: str | None = None


@dataclass(frozen=True, slots=True)
class PlaceView:
    """A place (`stock_place.html`, variable `spot`): its name and what it is."""

    name: str
    facts: tuple[Fact, ...]
