"""Working out where a lot went, from what the ledger says of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import pairwise
from typing import Final

from flask import url_for

from errors import NotFound
from inventory import corrections_of, lots_by_id
from texts import text_of
from trace import Event, EventKind, Step, history_of_lot
from web.filling.page import Page
from web.filling.steps import Goods, amount_of
from web.small_tables import with_files
from web.view import Lane
from web.view.flow import FlowLink, FlowNode, FlowView
from web.view.table import Cell, Column, Row, TableView

ENTRIES: Final = 6_000
"""Entries of a lot that are read: 2,000 units with three steps each."""
_PLACES: Final = 12
"""Places of one kind that are drawn by themselves; the smallest stand together."""

_COMES: Final = frozenset({EventKind.ARRIVED, EventKind.RECEIVED})
_ENDS: Final = {
    EventKind.ADMINISTERED: "patients",
    EventKind.IMPLANTED: "patients",
    EventKind.WASTED: "gone",
    EventKind.DESTROYED: "gone",
    EventKind.LOST: "missing",
}
_BACK: Final = {EventKind.FOUND: "missing"}
_COLUMNS: Final = (
    Column("source"),
    Column("destination"),
    Column("quantity", "number"),
    Column("unit"),
)
_LANES: Final = {
    Lane.STORE: "store",
    Lane.PHARMACY: "pharmacy",
    Lane.WARD: "ward",
    Lane.THEATRE: "theatre",
    Lane.SUPPLIER: "supplier",
}

Streams = Counter[tuple[str, str]]


class _Flow:
    """The streams of one lot while they are gathered, by the names of the places."""

    def __init__(self, page: Page, goods: Goods) -> None:
        self._page = page
        self._goods = goods
        self.nodes: dict[str, FlowNode] = {}
        self.streams: Streams = Counter()

    def take(self, step: Step) -> None:
        """Take in what an entry moved."""
        event = step.event
        if event is None or step.refused is not None:
            return
        count = amount_of(step, event, self._goods)
        source, target = self._ends(event)
        if count and source != target:
            self.streams[source, target] += count

    def _ends(self, event: Event) -> tuple[str, str]:
        here = self._place(event.location)
        if event.kind in _COMES:
            return self._end("supplier", event.party or "–"), here
        if event.kind is EventKind.RETURNED and event.party:
            return here, self._end("gone", "sent-back")
        if event.kind in _ENDS:
            kind = _ENDS[event.kind]
            return here, self._end(kind, kind)
        if event.kind in _BACK:
            return self._end(_BACK[event.kind], _BACK[event.kind]), here
        return here, self._place(event.whereabouts)

    def _place(self, code: str) -> str:
        lane, name = self._page.places.lane(code)
        said = name or self._page.places.name(code)
        name_of = f"{_LANES[lane]}:{said}"
        self.nodes.setdefault(name_of, FlowNode(name_of, said, _LANES[lane]))
        return name_of

    def _end(self, kind: str, what: str) -> str:
        name_of = f"{kind}:{what}"
        said = what if kind == "supplier" else text_of(f"flow-{what}")
        self.nodes.setdefault(name_of, FlowNode(name_of, said, kind))
        return name_of


def flow_view(page: Page, lot_id: int) -> FlowView:
    """The picture of a lot's way.

    Raises:
        NotFound: there is no such lot.
    """
    lot = lots_by_id(page.connection, page.ledger_id, [lot_id]).get(lot_id)
    if lot is None:
        raise NotFound("not-found", what=str(lot_id))
    product = page.product(lot.product_id)
    history = history_of_lot(page.connection, page.ledger_id, lot_id, limit=ENTRIES)
    wrong = corrections_of(page.connection, page.ledger_id, [each.entry.seq for each in history])
    flow = _Flow(page, Goods.of(product, lot))
    for step in history:
        if step.entry.seq not in wrong:
            flow.take(step)
    streams = _without_circles(_netted(_together(flow)))
    links = tuple(
        FlowLink(flow.nodes[source], flow.nodes[target], count)
        for (source, target), count in streams.most_common()
    )
    return FlowView(
        name=product.name,
        spec=product.specification,
        lot=lot.lot or page.say("lot-none"),
        back=url_for("lots.page", lot_id=lot_id),
        unit=product.unit,
        links=links,
        table=_table(lot_id, product.unit, links),
        steps=len(history),
        cut=len(history) == ENTRIES,
    )


def _table(lot_id: int, unit: str, links: tuple[FlowLink, ...]) -> TableView:
    rows = tuple(
        Row((Cell(link.source.name), Cell(link.target.name), Cell(link.count), Cell(unit)))
        for link in links
    )
    table = TableView(url_for("lots.flow", lot_id=lot_id), _COLUMNS, rows)
    return with_files(table, "lot-flow")


def _together(flow: _Flow) -> Streams:
    """The same with the smallest places of a kind as one, so that the picture can be read."""
    sizes = Counter[str]()
    for (_, target), count in flow.streams.items():
        sizes[target] += count
    renamed: dict[str, str] = {}
    for kind in ("store", "pharmacy", "ward", "theatre", "supplier"):
        own = [name for name, _ in sizes.most_common() if flow.nodes[name].kind == kind]
        for name in own[_PLACES:]:
            others = f"{kind}:…"
            flow.nodes.setdefault(others, FlowNode(others, text_of("flow-others"), kind))
            renamed[name] = others
    found: Streams = Counter()
    for (source, target), count in flow.streams.items():
        pair = renamed.get(source, source), renamed.get(target, target)
        if pair[0] != pair[1]:
            found[pair] += count
    return found


def _netted(streams: Streams) -> Streams:
    """What went there and came back is left out: the picture shows where goods stayed."""
    return Counter(
        {
            (source, target): count - streams[target, source]
            for (source, target), count in streams.items()
            if count > streams[target, source]
        }
    )


def _without_circles(streams: Streams) -> Streams:
    """The same without the smallest stream of every circle: such a picture can't be drawn."""
    left = Counter(streams)
    while circle := _circle(left):
        least = min(circle, key=lambda pair: left[pair])
        taken = left[least]
        for pair in circle:
            left[pair] -= taken
            if not left[pair]:
                del left[pair]
    return left


def _circle(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The streams of one circle; empty: there is none."""
    onward: dict[str, list[str]] = {}
    for source, target in pairs:
        onward.setdefault(source, []).append(target)
    done: set[str] = set()
    for start in list(onward):
        path: list[str] = []
        found = _walk(start, onward, path, done)
        if found:
            return found
    return []


def _walk(
    node: str, onward: dict[str, list[str]], path: list[str], done: set[str]
) -> list[tuple[str, str]]:
    if node in path:
        circle = [*path[path.index(node) :], node]
        return list(pairwise(circle))
    if node in done:
        return []
    path.append(node)
    for target in onward.get(node, ()):
        found = _walk(target, onward, path, done)
        if found:
            return found
    path.pop()
    done.add(node)
    return []
