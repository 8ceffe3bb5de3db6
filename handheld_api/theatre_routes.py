"""Theatre over HTTP: loaner sets (跟台), kits, preference lists, what was bought by using it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask.views import MethodView

from access import Action
from errors import NotFound
from handheld_api import order_schemas
from handheld_api import store_examples as examples
from handheld_api import theatre_schemas as schemas
from handheld_api.asking import place_of, require
from handheld_api.identity import device, for_person, hospital, person
from handheld_api.orders_told import lines_of
from handheld_api.outcomes import done
from handheld_api.parsing import HandheldBlueprint
from hospital import day_bounds
from inventory import (
    Kit,
    KitAct,
    advise,
    bought_from,
    kits,
    locations,
    lots_by_id,
    products,
    products_by_code,
    wants_of,
    within,
)
from orders import (
    LoanerFile,
    LoanerNote,
    LoanerSet,
    Noting,
    OrderType,
    Preference,
    PreferenceList,
    Preferred,
    find_loaner,
    open_loaners,
    preference_lists,
)

theatre_blueprint = HandheldBlueprint(
    "theatre",
    __name__,
    url_prefix="/api/handheld/v1",
    description="Theatre: loaner sets, emergency kits, preference lists, what was bought.",
)


@theatre_blueprint.route("/loaners")
class Loaners(MethodView):
    """Loaner sets."""

    @for_person("loaners")
    @theatre_blueprint.arguments(schemas.PlaceSchema, location="query")
    @theatre_blueprint.response(200, schemas.LoanersSchema, example=schemas.LOANERS)
    def get(self, asked: dict[str, Any]) -> dict[str, Any]:
        """List the sets of a place that are not closed; those first that are due first."""
        place, house = place_of(asked, Action.SEE_ORDERS), hospital()
        with house.database.read() as connection:
            found = open_loaners(connection, house.ledger_id, location=place.code)
        return {"loaners": [_loaner(file) for file in found]}

    @for_person("loaners")
    @theatre_blueprint.arguments(schemas.LoanerSchema, example=schemas.LOANER)
    @theatre_blueprint.response(200, order_schemas.DoneSchema, example=examples.DONE)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Declare a set that comes: its supplier, what is in it, and by when the rest is out.

        Its goods are received, used, implanted and returned by events that name it
        (`{"type": "loaner", "id": number}`), with the supplier as their `owner`.
        """
        place = place_of(body, Action.RECEIVE)
        record = LoanerSet(
            id=body["id"],
            time=body["time"],
            number=body["number"],
            party=body["party"],
            location=place.code,
            due=body["due"],
            lines=lines_of(body["lines"], OrderType.PURCHASE, at="lines"),
            procedure=body.get("procedure"),
            person=person().number,
        )
        return done(hospital().recorder.record([record])[0])


@theatre_blueprint.route("/loaner/closing")
class LoanerClosing(MethodView):
    """The end of a set."""

    @for_person("loaners")
    @theatre_blueprint.arguments(schemas.LoanerClosingSchema, example=schemas.LOANER_CLOSING)
    @theatre_blueprint.response(200, order_schemas.DoneSchema, example=examples.DONE)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Close a set: what came and was neither used nor went out is on the work-list."""
        house = hospital()
        with house.database.read() as connection:
            found = find_loaner(connection, house.ledger_id, body["number"])
        if found is None:
            raise NotFound("not-found", field="number", what=body["number"])
        require(Action.RETURN, found.location)
        record = LoanerNote(
            id=body["id"],
            time=body["time"],
            number=found.number,
            location=found.location,
            noting=Noting.CLOSE,
            person=person().number,
            note=body.get("note"),
        )
        return done(house.recorder.record([record])[0])


@theatre_blueprint.route("/kits")
class Kits(MethodView):
    """Emergency kits and trolleys."""

    @for_person("kits")
    @theatre_blueprint.response(200, schemas.KitsSchema, example=schemas.KITS)
    def get(self) -> dict[str, Any]:
        """List every kit, what lies in it and what somebody has to see to."""
        require(Action.SEE_STOCK, None)
        house = hospital()
        today, now = house.today(), house.clock()
        with house.database.read() as connection:
            found = kits(connection, house.ledger_id)
            told = []
            for kit in found:
                inside = within(connection, house.ledger_id, kit, today)
                rows = [
                    {
                        "product": inside.codes[row.product_id],
                        "lot": row.lot,
                        "expiry": row.expiry,
                        "quantity": row.quantity,
                        "expired": row.expired(today),
                        "held": row.held,
                    }
                    for row in inside.rows
                ]
                told.append(
                    {
                        "location": kit.code,
                        "seal": kit.seal,
                        "soonest": inside.soonest,
                        "wants": wants_of(kit, inside, now),
                        "short": inside.short,
                        "contents": rows,
                    }
                )
        return {"kits": told}

    @for_person("kits")
    @theatre_blueprint.arguments(schemas.KitSchema, example=schemas.KIT)
    @theatre_blueprint.response(200, order_schemas.DoneSchema, example=examples.DONE)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Say what belongs in a kit from now on; nothing: it is a kit no longer."""
        place = place_of(body, Action.COUNT)
        record = Kit(
            id=body["id"],
            time=body["time"],
            location=place.code,
            contents={each["product"]: each["quantity"] for each in body["contents"]},
            every=body["every"],
            person=person().number,
        )
        return done(hospital().recorder.record([record])[0])


@theatre_blueprint.route("/kit/acts")
class KitActs(MethodView):
    """What is done with a kit."""

    @for_person("kits")
    @theatre_blueprint.arguments(schemas.KitActSchema, example=schemas.KIT_ACT)
    @theatre_blueprint.response(200, order_schemas.DoneSchema, example=examples.DONE)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Seal, check or open a kit. It is sealed only while complete, in date and not recalled.

        Whoever takes goods out of a sealed kit opens it by that; it waits to be filled and sealed.
        """
        place = place_of(body, Action.COUNT)
        record = KitAct(
            id=body["id"],
            time=body["time"],
            location=place.code,
            doing=body["doing"],
            seal=body.get("seal"),
            intact=body["intact"],
            person=person().number,
            note=body.get("note"),
        )
        return done(hospital().recorder.record([record])[0])


@theatre_blueprint.route("/preference-lists")
class PreferenceLists(MethodView):
    """What to lay out for a procedure."""

    @for_person("preference_lists")
    @theatre_blueprint.arguments(schemas.PreferenceQuerySchema, location="query")
    @theatre_blueprint.response(200, schemas.PreferenceListsSchema, example=schemas.PREFERENCES)
    def get(self, asked: dict[str, Any]) -> dict[str, Any]:
        """List preference lists, and with a place which lots to take there: first expired first."""
        place, house = place_of(asked, Action.SEE_ORDERS), hospital()
        with house.database.read() as connection:
            found = preference_lists(
                connection,
                house.ledger_id,
                procedure=asked.get("procedure"),
                code=asked.get("code"),
            )
        surgeon = asked.get("surgeon")
        mine = [each for each in found if surgeon is None or each.surgeon in (None, surgeon)]
        return {"lists": [_preferred(each, place.location_id) for each in mine]}

    @for_person("preference_lists")
    @theatre_blueprint.arguments(schemas.PreferenceListSchema, example=schemas.PREFERENCE)
    @theatre_blueprint.response(200, order_schemas.DoneSchema, example=examples.DONE)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Say what a list holds from now on; nothing: it is withdrawn."""
        require(Action.USE, None)
        lines_of(body["lines"], OrderType.PURCHASE, at="lines")  # products that there are
        record = PreferenceList(
            id=body["id"],
            time=body["time"],
            code=body["code"],
            procedure=body["procedure"],
            surgeon=body.get("surgeon"),
            lines=tuple(Preference(**each) for each in body["lines"]),
            person=person().number,
        )
        return done(hospital().recorder.record([record])[0])


@theatre_blueprint.route("/bought")
class Bought(MethodView):
    """What was bought by using it."""

    @for_person("bought")
    @theatre_blueprint.arguments(schemas.BoughtQuerySchema, location="query")
    @theatre_blueprint.response(200, schemas.BoughtSchema, example=schemas.BOUGHT)
    def get(self, asked: dict[str, Any]) -> dict[str, Any]:
        """List what a supplier is to be paid for: consigned goods that were opened or used up."""
        require(Action.SEE_ORDERS, device().station)
        house = hospital()
        since, until = day_bounds(house, asked.get("since"), asked.get("until"))
        with house.database.read() as connection:
            own = house.ledger_id
            found = bought_from(connection, own, asked["party"], since=since, until=until)
            lots = lots_by_id(connection, own, [each.lot_id for each in found])
            known = products(connection, own, {lot.product_id for lot in lots.values()})
            places = locations(connection, own, [each.location_id for each in found])
        lines = [
            {
                "seq": each.seq,
                "product": known[lots[each.lot_id].product_id].code,
                "name": known[lots[each.lot_id].product_id].name,
                "lot": lots[each.lot_id].lot,
                "location": places[each.location_id].code,
                "quantity": each.quantity,
            }
            for each in found
        ]
        return {"party": asked["party"], "lines": lines}


def _loaner(file: LoanerFile) -> dict[str, Any]:
    today = hospital().today().isoformat()
    return {
        "number": file.number,
        "party": file.party,
        "location": file.location,
        "due": file.due,
        "overdue": file.due < today,
        "procedure": file.procedure,
        "lines": [
            {
                "line": line.line,
                "product": line.product,
                "quantity": line.quantity,
                "came": line.came,
                "used": line.used,
                "out": line.went_out,
            }
            for line in file.lines
        ],
    }


def _preferred(found: Preferred, location_id: int) -> dict[str, Any]:
    house = hospital()
    lines = []
    with house.database.read() as connection:
        own = house.ledger_id
        known = products_by_code(connection, own, [line.product for line in found.lines])
        for line in found.lines:
            product = known[line.product]
            advice = advise(
                connection,
                own,
                location_id,
                product.product_id,
                line.quantity,
                today=house.today(),
            )
            picks = [
                {"lot": pick.row.lot, "expiry": pick.row.expiry, "take": pick.quantity}
                for pick in advice.picks
            ]
            lines.append(
                {**asdict(line), "name": product.name, "picks": picks, "short": advice.short}
            )
    return {
        "code": found.code,
        "procedure": found.procedure,
        "surgeon": found.surgeon,
        "seq": found.seq,
        "lines": lines,
    }
