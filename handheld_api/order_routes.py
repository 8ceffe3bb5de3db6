"""Orders over HTTP: place them, see what a station waits for, change and close them."""

from __future__ import annotations

from typing import Any

from flask.views import MethodView

from access import Action
from errors import Invalid, NotFound
from handheld_api import order_schemas as schemas
from handheld_api import store_examples as examples
from handheld_api.asking import require
from handheld_api.identity import device, for_person, hospital, person
from handheld_api.outcomes import done
from handheld_api.parsing import HandheldBlueprint
from hospital import Filed, examine, file_papers
from inventory import identifiers_of, products_by_code
from orders import (
    Line,
    OpenOrder,
    OrderFile,
    OrderType,
    Paper,
    PaperLine,
    PaperPackage,
    Revision,
    find_order,
    open_orders,
)

orders_blueprint = HandheldBlueprint(
    "orders",
    __name__,
    url_prefix="/api/handheld/v1",
    description="Orders: what is meant to happen, and how far it has.",
)


@orders_blueprint.route("/orders")
class Orders(MethodView):
    """Orders."""

    @for_person("orders")
    @orders_blueprint.arguments(schemas.OrderQuerySchema, location="query")
    @orders_blueprint.response(200, schemas.OpenOrdersSchema, example=examples.OPEN_ORDERS)
    def get(self, asked: dict[str, Any]) -> dict[str, Any]:
        """List the orders that this station waits for, or that are asked of it."""
        station = device().station or ""
        require(Action.SEE_ORDERS, station)
        house = hospital()
        with house.database.read() as connection:
            found = open_orders(connection, house.ledger_id, [station], type_=asked.get("type"))
        return {"orders": [_head(order) for order in found]}

    @for_person("orders")
    @orders_blueprint.arguments(schemas.PapersSchema, example=examples.PAPERS)
    @orders_blueprint.response(200, schemas.FiledAllSchema, example=examples.FILED)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Place orders, each whole or not at all; all that is wrong is told at once."""
        papers = [_paper(each, f"orders.{number}") for number, each in enumerate(body["orders"])]
        for paper in papers:
            require(Action.MANAGE_ORDERS, paper.destination)
        examined = examine(hospital(), papers, person=person().number)
        if not body["dry_run"]:
            file_papers(hospital(), examined)
        return {"orders": [_filed(each) for each in examined]}


@orders_blueprint.route("/order")
class OneOrder(MethodView):
    """One order."""

    @for_person("orders")
    @orders_blueprint.arguments(schemas.OrderNameSchema, location="query")
    @orders_blueprint.response(200, schemas.OrderFileSchema, example=examples.ORDER)
    def get(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Show an order with its lines, how far they are, and its entries."""
        found = _find(asked["type"], asked["number"])
        require(Action.SEE_ORDERS, found.order.destination)
        lines = [
            {
                "line": line.number,
                "product": line.product,
                "identifiers": line.identifiers,
                "lot": line.lot,
                "expiry": line.expiry,
                "quantity": line.quantity,
                "fulfilled": line.fulfilled,
                "accepted": line.accepted,
            }
            for line in found.lines
        ]
        return {**_head(found.order), "lines": lines, "steps": found.steps}


@orders_blueprint.route("/order/revisions")
class Revisions(MethodView):
    """Changes of an order."""

    @for_person("orders")
    @orders_blueprint.arguments(schemas.RevisionSchema, example=examples.REVISION)
    @orders_blueprint.response(200, schemas.DoneSchema, example=examples.DONE)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Change, close or cancel an order; what it was stays on record."""
        found = _find(body["type"], body["number"])
        require(Action.MANAGE_ORDERS, found.order.destination)
        revision = Revision(
            id=body["id"],
            time=body["time"],
            type=body["type"],
            number=body["number"],
            doing=body["doing"],
            quantities={each["line"]: each["quantity"] for each in body["lines"]},
            added=_lines(body["added"]),
            person=person().number,
            note=body.get("note"),
        )
        (outcome,) = hospital().recorder.record([revision])
        return done(outcome)


def _find(type_: OrderType, number: str) -> OrderFile:
    house = hospital()
    with house.database.read() as connection:
        found = find_order(connection, house.ledger_id, type_, number)
    if found is None:
        raise NotFound("not-found", field="number", what=number)
    return found


def _lines(sent: list[dict[str, Any]]) -> tuple[Line, ...]:
    """Further lines, with the identifiers of their products.

    Raises:
        Invalid: `unknown-product`.
    """
    house = hospital()
    with house.database.read() as connection:
        known = products_by_code(connection, house.ledger_id, [each["product"] for each in sent])
        numbers = [product.product_id for product in known.values()]
        names = identifiers_of(connection, house.ledger_id, numbers)
    for place, each in enumerate(sent):
        if each["product"] not in known:
            field = f"added.{place}.product"
            raise Invalid("unknown-product", field=field, product=each["product"])
    return tuple(
        Line(
            names.get(known[each["product"]].product_id, ()),
            each["quantity"],
            each["product"],
            each.get("lot"),
            each.get("expiry"),
        )
        for each in sent
    )


def _paper(sent: dict[str, Any], at: str) -> Paper:
    return Paper(
        at=at,
        type=OrderType(sent["type"]),
        number=sent["number"],
        party=sent.get("party"),
        source=sent.get("source"),
        destination=sent.get("destination"),
        references=tuple(sent["references"]),
        lines=tuple(
            PaperLine(at=f"{at}.lines.{place}", **each) for place, each in enumerate(sent["lines"])
        ),
        packages=tuple(
            PaperPackage(at=f"{at}.packages.{place}", **each)
            for place, each in enumerate(sent["packages"])
        ),
    )


def _filed(filed: Filed) -> dict[str, Any]:
    return {
        "type": filed.paper.type,
        "number": filed.paper.number,
        "placed": filed.placed,
        "faults": [
            {"at": fault.at, "code": fault.code, "text": fault.text} for fault in filed.faults
        ],
    }


def _head(order: OpenOrder) -> dict[str, Any]:
    type_, number = order.name
    return {
        "type": OrderType(type_),
        "number": number,
        "state": order.state,
        "party": order.party,
        "source": order.source,
        "destination": order.destination,
        "seq": order.seq,
    }
