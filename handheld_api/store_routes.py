"""Stores over HTTP: what lies where, what to take first, what is lacking and what expires."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from flask.views import MethodView
from uuid6 import uuid7

from access import Action
from handheld_api import order_schemas
from handheld_api import store_examples as examples
from handheld_api import store_schemas as schemas
from handheld_api.asking import place_of, product_of
from handheld_api.identity import device, for_person, hospital, person
from handheld_api.outcomes import done
from handheld_api.parsing import HandheldBlueprint
from hospital import proposals
from inventory import (
    ParLevel,
    StockRow,
    advise,
    expiring,
    locations,
    products,
    stock_at,
    sweep_events,
)

stores_blueprint = HandheldBlueprint(
    "stores",
    __name__,
    url_prefix="/api/handheld/v1",
    description="Stores: what lies where, what to take first, what is lacking, what expires.",
)

_SWEPT: Final = timedelta(days=366)
"""How far back the sweep looks: what expired earlier was swept, or is used up."""


@stores_blueprint.route("/stock")
class Stock(MethodView):
    """What lies at a place."""

    @for_person("stock")
    @stores_blueprint.arguments(schemas.StockQuerySchema, location="query")
    @stores_blueprint.response(200, schemas.StockSchema, example=examples.STOCK)
    def get(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Show what lies at a place, by product and in the order in which to use it."""
        place, house = place_of(asked, Action.SEE_STOCK), hospital()
        wanted = [product_of(asked["product"]).product_id] if "product" in asked else None
        with house.database.read() as connection:
            rows = stock_at(
                connection,
                house.ledger_id,
                place.location_id,
                products=wanted,
                lot=asked.get("lot"),
            )
        return {"stock": _rows(rows)}


@stores_blueprint.route("/stock/expiring")
class Expiring(MethodView):
    """What expires."""

    @for_person("stock")
    @stores_blueprint.arguments(schemas.ExpiringQuerySchema, location="query")
    @stores_blueprint.response(200, schemas.StockSchema, example=examples.STOCK)
    def get(self, asked: dict[str, Any]) -> dict[str, Any]:
        """List available goods of a place that expire soon or have expired, the soonest first."""
        place, house = place_of(asked, Action.SEE_STOCK), hospital()
        today = house.today()
        with house.database.read() as connection:
            rows = expiring(
                connection,
                house.ledger_id,
                today - _SWEPT,
                today + timedelta(days=asked["days"]),
                locations=[place.location_id],
            )
        return {"stock": _rows(rows)}


@stores_blueprint.route("/stock/sweep")
class Sweep(MethodView):
    """The sweep of expired goods."""

    @for_person("stock")
    @stores_blueprint.arguments(schemas.PlaceQuerySchema, example={})
    @stores_blueprint.response(200, schemas.SweptSchema, example=examples.SWEPT)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Put what has expired at a place into quarantine."""
        place, house = place_of(body, Action.QUARANTINE), hospital()
        with house.database.read() as connection:
            events = sweep_events(
                connection,
                house.ledger_id,
                location=(place.location_id, place.code),
                now=house.clock().astimezone(house.zone),
                since=house.today() - _SWEPT,
                new_id=uuid7,
                person=person().number,
                device=device().device,
            )
        outcomes = house.recorder.record(events) if events else []
        count = sum(len(event.things) for event in events)
        return {"things": count, "events": [done(outcome) for outcome in outcomes]}


@stores_blueprint.route("/advice")
class Advice(MethodView):
    """What to take."""

    @for_person("advice")
    @stores_blueprint.arguments(schemas.AdviceQuerySchema, location="query")
    @stores_blueprint.response(200, schemas.AdviceSchema, example=examples.ADVICE)
    def get(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Say which lots to take a quantity from: first expired, first out (FEFO)."""
        place, house = place_of(asked, Action.SEE_STOCK), hospital()
        product = product_of(asked["product"])
        with house.database.read() as connection:
            found = advise(
                connection,
                house.ledger_id,
                place.location_id,
                product.product_id,
                asked["quantity"],
                today=house.today(),
            )
        picked = _rows([pick.row for pick in found.picks])
        return {
            "picks": [
                row | {"take": pick.quantity} for row, pick in zip(picked, found.picks, strict=True)
            ],
            "short": found.short,
            "skipped": _rows(found.skipped),
        }


@stores_blueprint.route("/par-levels")
class ParLevels(MethodView):
    """How much a place wants to have."""

    @for_person("stock")
    @stores_blueprint.arguments(schemas.ParLevelSchema, example=examples.PAR_LEVEL)
    @stores_blueprint.response(200, order_schemas.DoneSchema, example=examples.DONE)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Say what a place wants to have of a product from now on."""
        place = place_of(body, Action.MANAGE_ORDERS)
        record = ParLevel(
            id=body["id"],
            time=body["time"],
            location=place.code,
            product=body["product"],
            least=body["least"],
            target=body["target"],
            source=body.get("source"),
            person=person().number,
        )
        return done(hospital().recorder.record([record])[0])


@stores_blueprint.route("/replenishment")
class Replenishment(MethodView):
    """What to order."""

    @for_person("stock")
    @stores_blueprint.arguments(schemas.PlaceQuerySchema, location="query")
    @stores_blueprint.response(200, schemas.ProposalsSchema, example=examples.PROPOSALS)
    def get(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Propose what to ask for: par levels less what is there, comes or is ordered."""
        place = place_of(asked, Action.SEE_ORDERS)
        return {
            "proposals": [
                {
                    "product": each.product.code,
                    "name": each.product.name,
                    "source": each.source.code if each.source else None,
                    "least": each.need.least,
                    "target": each.need.target,
                    "usable": each.need.usable,
                    "coming": each.need.coming,
                    "ordered": each.ordered,
                    "quantity": each.quantity,
                }
                for each in proposals(hospital(), place)
            ]
        }


def _rows(rows: Sequence[StockRow]) -> list[dict[str, Any]]:
    """The rows with the names of their products and places."""
    house = hospital()
    with house.database.read() as connection:
        known = products(connection, house.ledger_id, [row.product_id for row in rows])
        places = locations(connection, house.ledger_id, [row.location_id for row in rows])
    return [
        {
            "location": places[row.location_id].code,
            "product": known[row.product_id].code,
            "name": known[row.product_id].name,
            "lot": row.lot,
            "expiry": row.expiry,
            "status": row.status,
            "quantity": row.quantity,
            "held": row.held,
            "owner": row.owner,
        }
        for row in rows
    ]
