"""Where a lot went: supplier, stores, pharmacies, wards, patients, as streams between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from web.view.said import Said
from web.view.table import TableView
from web.view.things import Fact

_DEPTHS: Final = {
    "supplier": 0,
    "store": 1,
    "pharmacy": 2,
    "ward": 3,
    "theatre": 3,
    "patients": 4,
    "gone": 4,
    "missing": 4,
}


@dataclass(frozen=True, slots=True)
class FlowNode:
    """A place in the picture.

    Args:
        id: short, its own.
        name: as people say it.
        kind: `supplier`, `store`, `pharmacy`, `ward`, `theatre`, `patients`, `gone`, `missing`.
    """

    id: str
    name: Said
    kind: str


@dataclass(frozen=True, slots=True)
class FlowLink:
    """So many base units went from one place to another."""

    source: FlowNode
    target: FlowNode
    count: int


@dataclass(frozen=True, slots=True)
class FlowView:
    """The picture of a lot's way (`flow.html`, variable `flow`).

    Args:
        name: the product's name.
        spec: strength and pack.
        lot: the lot.
        back: the lot's page.
        unit: the base unit.
        links: the streams, the largest first.
        table: the same as a table.
        steps: how many entries it is worked out from.
        cut: there were more than could be read: the first ones are left out.
        facts: what was received, and where it is.
    """

    name: str
    spec: str
    lot: str
    back: str
    unit: str
    links: tuple[FlowLink, ...]
    table: TableView
    steps: int
    cut: bool
    facts: tuple[Fact, ...] = ()

    def drawn(self, names: Mapping[str, str]) -> dict[str, object]:
        """For the chart.

        Args:
            names: of the nodes, in the reader's language, by id.
        """
        nodes = {node.id: node for link in self.links for node in (link.source, link.target)}
        return {
            "names": dict(names),
            "nodes": [
                {"id": node.id, "kind": node.kind, "depth": _DEPTHS[node.kind]}
                for node in nodes.values()
            ],
            "links": [[link.source.id, link.target.id, link.count] for link in self.links],
        }

    @property
    def nodes(self) -> tuple[FlowNode, ...]:
        """Every place in the picture, once."""
        found = {node.id: node for link in self.links for node in (link.source, link.target)}
        return tuple(found.values())
