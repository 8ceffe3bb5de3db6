"""Documents: purchase orders, delivery notes, transfer slips, prescriptions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from flask import url_for

from access import Action
from errors import NotFound
from inventory import find_product, products_by_code
from ledger import Entry, read_entries_at
from orders import (
    OpenLine,
    OpenOrder,
    OrderFile,
    OrderState,
    OrderType,
    lines_of_orders,
    order_page,
    placed_at,
)
from texts import text_of
from trace import step_of
from web.filling.page import Page
from web.filling.steps import proof_of, steps
from web.listing import Listing, Wanted, numbers_in
from web.small_tables import with_files
from web.view import Choice, Fact, pseudonym_tail
from web.view.documents import DocumentView
from web.view.table import Cell, Column, Filter, Row, TableView

_LOOKS: Final = {OrderState.OPEN: "act", OrderState.FULFILLED: "go"}
_DELIVERIES: Final = (OrderType.PURCHASE, OrderType.DELIVERY)
_COLUMNS: Final = (
    Column("document", "strong"),
    Column("document-type"),
    Column("party"),
    Column("destination", wide=True),
    Column("placed", "moment", wide=True),
    Column("done", "share", wide=True),
    Column("state", "chip"),
)


def _documents(page: Page, wanted: Wanted, after: str, limit: int) -> list[Row]:
    key = numbers_in(after, 1)
    types = [each for each in OrderType if each.value == wanted.get("type")]
    states = [each for each in OrderState if each.value == wanted.get("state")]
    found = order_page(
        page.connection,
        page.ledger_id,
        types=types,
        states=states,
        places=page.reach_codes(Action.SEE_ORDERS),
        words=wanted.get("number", ""),
        before=key[0] if key else None,
        limit=limit,
    )
    return _rows(page, found)


def _receiving(page: Page, _wanted: Wanted, after: str, limit: int) -> list[Row]:
    """What suppliers still owe to the places where the reader receives."""
    key = numbers_in(after, 1)
    found = order_page(
        page.connection,
        page.ledger_id,
        types=_DELIVERIES,
        states=(OrderState.OPEN,),
        places=page.reach_codes(Action.RECEIVE),
        toward=True,
        before=key[0] if key else None,
        limit=limit,
    )
    return _rows(page, found)


def _rows(page: Page, found: Sequence[OpenOrder]) -> list[Row]:
    entries = read_entries_at(page.connection, page.ledger_id, [each.seq for each in found])
    placed = {entry.seq: entry.recorded for entry in entries}
    lines = lines_of_orders(page.connection, page.ledger_id, found)
    return [_row(page, each, placed[each.seq], lines[each.name]) for each in found]


def _row(page: Page, order: OpenOrder, placed: datetime, lines: Sequence[OpenLine]) -> Row:
    type_, number = order.name
    source = page.places.name(order.source) if order.source else None
    count = text_of("lines-count").filled({"count": len(lines)})
    return Row(
        (
            Cell(number, url_for("documents.one", seq=order.seq), count),
            Cell(text_of(f"order-{OrderType(type_).value}")),
            Cell(order.party or source),
            Cell(page.places.name(order.destination) if order.destination else None),
            Cell(placed),
            Cell(share(lines, accepted=type_ == OrderType.TRANSFER.value)),
            Cell(text_of(f"order-state-{order.state}"), look=_LOOKS.get(order.state, "")),
        ),
        key=str(order.seq),
    )


def share(lines: Sequence[OpenLine], *, accepted: bool) -> int:
    """How much of an order has happened, in per cent; of a transfer, how much was accepted."""
    asked = sum(line.quantity for line in lines)
    done = sum(min(line.accepted if accepted else line.fulfilled, line.quantity) for line in lines)
    return 100 * done // asked if asked else 0


def _filters(_page: Page, wanted: Wanted) -> tuple[Filter, ...]:
    kind, state = wanted.get("type", ""), wanted.get("state", "")
    types = tuple(
        Choice(each.value, text_of(f"order-{each.value}"), each.value == kind) for each in OrderType
    )
    states = tuple(
        Choice(each.value, text_of(f"order-state-{each.value}"), each.value == state)
        for each in OrderState
    )
    number = Filter("number", wanted.get("number", ""))
    return number, Filter("type", kind, types), Filter("state", state, states)


DOCUMENTS: Final = Listing(
    name="documents",
    columns=_COLUMNS,
    fetch=_documents,
    names=("number", "type", "state"),
    filters=_filters,
    sign="file-text",
)
"""Every document, the last placed first."""

RECEIVING: Final = Listing(
    name="receiving",
    columns=_COLUMNS,
    fetch=_receiving,
    empty=text_of("nothing-to-receive"),
)
"""Purchases and deliveries that are not complete."""

_LINES: Final = (
    Column("line", "number"),
    Column("product", "strong"),
    Column("code", wide=True),
    Column("lot", "lot"),
    Column("ordered", "number"),
    Column("fulfilled", "number"),
    Column("accepted", "number"),
    Column("unit"),
    Column("dose"),
    Column("route"),
)
_DOSES: Final = frozenset({"dose", "route"})


def document_view(page: Page, seq: int) -> DocumentView:
    """One document with its lines and its life.

    Raises:
        NotFound: the entry placed no document.
    """
    found = file_of_entry(page, seq)
    order, type_ = found.order, OrderType(found.order.name[0])
    entries = read_entries_at(page.connection, page.ledger_id, found.steps)
    transfer = type_ is OrderType.TRANSFER
    return DocumentView(
        number=order.name[1],
        type=text_of(f"order-{type_.value}"),
        state=text_of(f"order-state-{order.state}"),
        look=_LOOKS.get(order.state, ""),
        done=share(found.lines, accepted=transfer),
        facts=_facts(page, order, entries[0]),
        lines=_lines(page, found, transfer=transfer),
        steps=steps(page, [step_of(entry) for entry in entries]),
        seq=seq,
        digest=entries[0].hash.hex(),
        proof=proof_of(page, seq),
        printed=page.now,
    )


def file_of_entry(page: Page, seq: int) -> OrderFile:
    """The document that an entry placed.

    Raises:
        NotFound: it placed none.
    """
    found = placed_at(page.connection, page.ledger_id, seq)
    if found is None:
        raise NotFound("not-found", what=f"{seq:,}")
    return found


def _facts(page: Page, order: OpenOrder, entry: Entry) -> tuple[Fact, ...]:
    facts = [
        Fact(text_of("column-party"), order.party),
        Fact(text_of("column-source"), order.source and page.places.name(order.source)),
        Fact(
            text_of("column-destination"),
            order.destination and page.places.name(order.destination),
        ),
        Fact(text_of("column-placed"), page.moment(entry.recorded)),
        Fact(text_of("column-person"), page.person(entry.event.get("medtrace:person"))),
    ]
    facts += [Fact(text_of(f"column-{name}"), said) for name, said in _of_care(page, order)]
    if order.patient is not None:
        tail = pseudonym_tail(str(order.patient))
        facts.append(Fact(text_of("column-patient"), tail, mono=True))
    return tuple(fact for fact in facts if fact.value)


def _of_care(page: Page, order: OpenOrder) -> Iterator[tuple[str, str]]:
    """When and how often, of an order of care."""
    if order.schedule is not None:
        yield "frequency", order.schedule.frequency
        yield "start", page.moment(order.schedule.start)
        if order.schedule.stop is not None:
            yield "stop", page.moment(order.schedule.stop)
    if order.planned is not None:
        yield "planned", page.moment(datetime.fromisoformat(order.planned))
    if order.high_alert:
        yield "high-alert", page.say("high-alert-yes")


def _lines(page: Page, found: OrderFile, *, transfer: bool) -> TableView:
    codes = [line.product for line in found.lines if line.product]
    known = products_by_code(page.connection, page.ledger_id, codes)
    doses = any(line.dose for line in found.lines)
    columns = tuple(
        each
        for each in _LINES
        if (transfer or each.key != "accepted") and (doses or each.key not in _DOSES)
    )
    rows = []
    for line in found.lines:
        product = known.get(line.product or "")
        if product is None and line.identifiers:
            product = find_product(page.connection, page.ledger_id, line.identifiers[0])
        short = line.fulfilled < line.quantity and found.order.state is not OrderState.OPEN
        cells = [
            Cell(line.number),
            Cell(
                product.name if product else page.say("code-unknown"),
                url_for("stock.product", product_id=product.product_id) if product else None,
                product.specification if product else "",
            ),
            Cell(line.product),
            Cell(line.lot),
            Cell(line.quantity),
            Cell(line.fulfilled, look="look" if short else ""),
            *([Cell(line.accepted)] if transfer else []),
            Cell(product.unit if product else None),
            *([Cell(str(line.dose) if line.dose else None), Cell(line.route)] if doses else []),
        ]
        rows.append(Row(tuple(cells)))
    action = url_for("documents.one", seq=found.order.seq)
    return with_files(TableView(action, columns, tuple(rows)), "document")
