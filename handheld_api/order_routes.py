"""Orders over HTTP: place them, see what a station waits for, change and close them."""

from __future__ import annotations

from typing import Any

from flask.views import MethodView

from access import Action
from errors import Invalid, NotFound
from handheld_api import order_schemas as schemas
from handheld_api import store_examples as examples
from handheld_api.asking import require
from handheld_api.identity import address, device, for_person, hospital, person
from handheld_api.orders_told import filed_told, head_of, lines_of, order_told, paper_of
from handheld_api.outcomes import done
from handheld_api.parsing import HandheldBlueprint
from hospital import examine, file_papers, with_patients
from orders import (
    ORDERS_OF_CARE,
    OrderFile,
    OrderType,
    Revision,
    Schedule,
    find_order,
    open_orders,
)
from trace import Dose

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
        return {"orders": [head_of(order) for order in found]}

    @for_person("orders")
    @orders_blueprint.arguments(schemas.PapersSchema, example=examples.PAPERS)
    @orders_blueprint.response(200, schemas.FiledAllSchema, example=examples.FILED)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Place orders, each whole or not at all; all that is wrong is told at once."""
        told = [paper_of(each, f"orders.{number}") for number, each in enumerate(body["orders"])]
        for paper in told:
            require(_managing(paper.type), paper.destination)
        papers, strangers = with_patients(hospital(), told, by=person(), address=address())
        examined = examine(hospital(), papers, person=person().number)
        if not body["dry_run"]:
            file_papers(hospital(), examined)
        answers = {each.paper.at: each for each in (*examined, *strangers)}
        return {"orders": [filed_told(answers[paper.at]) for paper in told]}


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
        return order_told(found)


@orders_blueprint.route("/order/revisions")
class Revisions(MethodView):
    """Changes of an order."""

    @for_person("orders")
    @orders_blueprint.arguments(schemas.RevisionSchema, example=examples.REVISION)
    @orders_blueprint.response(200, schemas.DoneSchema, example=examples.DONE)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Change, close or cancel an order; what it was stays on record."""
        found = _find(body["type"], body["number"])
        require(_managing(body["type"]), found.order.destination)
        revision = Revision(
            id=body["id"],
            time=body["time"],
            type=body["type"],
            number=body["number"],
            doing=body["doing"],
            quantities={each["line"]: each["quantity"] for each in body["lines"]},
            added=lines_of(body["added"], body["type"]),
            person=person().number,
            note=body.get("note"),
            dose=Dose.of(**body["dose"]) if "dose" in body else None,
            route=body.get("route"),
            schedule=_schedule(body),
        )
        (outcome,) = hospital().recorder.record([revision])
        return done(outcome)


def _managing(type_: OrderType) -> Action:
    """Who orders care neither hands it out nor gives it."""
    return Action.ORDER_CARE if type_ in ORDERS_OF_CARE else Action.MANAGE_ORDERS


def _schedule(body: dict[str, Any]) -> Schedule | None:
    """The new schedule of a medication order.

    Raises:
        Invalid: `frequency-unknown`; or `required`, where it is bounded and not named.
    """
    if "frequency" not in body:
        if "start" in body or "stop" in body:
            raise Invalid("required", field="frequency")
        return None
    start = body.get("start") or body["time"]
    return hospital().usual.schedule(body["frequency"], start, body.get("stop"))


def _find(type_: OrderType, number: str) -> OrderFile:
    house = hospital()
    with house.database.read() as connection:
        found = find_order(connection, house.ledger_id, type_, number)
    if found is None:
        raise NotFound("not-found", field="number", what=number)
    return found
