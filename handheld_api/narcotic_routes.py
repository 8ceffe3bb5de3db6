"""Narcotics over HTTP (麻精药品): the account book, the daily closing, empty ampoules."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any, TypeVar

from flask.views import MethodView

from access import Action, Deed, signatures_needed
from handheld_api import narcotic_schemas as schemas
from handheld_api import order_schemas
from handheld_api import store_examples as examples
from handheld_api.asking import place_of, product_of
from handheld_api.identity import address, device, for_person, hospital, person
from handheld_api.outcomes import done
from handheld_api.parsing import HandheldBlueprint
from handheld_api.signatures import shown_by
from hospital import account_rows, day_bounds
from inventory import EmptyAmpoules, NarcoticClosing, account_of, last_closings, standing_of
from trace import Signature

narcotics_blueprint = HandheldBlueprint(
    "narcotic-accounts",
    __name__,
    url_prefix="/api/handheld/v1",
    description="Narcotics (麻精药品): what lies where, by whom, closed every day.",
)


@narcotics_blueprint.route("/narcotics")
class Narcotics(MethodView):
    """What a place answers for."""

    @for_person("narcotics")
    @narcotics_blueprint.arguments(schemas.NarcoticPlaceSchema, location="query")
    @narcotics_blueprint.response(200, schemas.StandingAllSchema, example=schemas.STANDING)
    def get(self, asked: dict[str, Any]) -> dict[str, Any]:
        """List the narcotics of a place: what lies there, and what was used since it was closed."""
        place, house = place_of(asked, Action.SEE_NARCOTICS), hospital()
        with house.database.read() as connection:
            last = last_closings(connection, house.ledger_id, [place.location_id])
            closed = last.get(place.location_id)
            found = standing_of(
                connection,
                house.ledger_id,
                place.location_id,
                since=closed.seq if closed else -1,
            )
        rows = [each.members() for each in found.values()]
        return {
            "location": place.code,
            "closed": closed.day if closed else None,
            "products": sorted(rows, key=lambda row: str(row["product"])),
        }


@narcotics_blueprint.route("/narcotics/account")
class Account(MethodView):
    """An account book."""

    @for_person("narcotics")
    @narcotics_blueprint.arguments(schemas.AccountQuerySchema, location="query")
    @narcotics_blueprint.response(200, schemas.AccountSchema, example=schemas.ACCOUNT)
    def get(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Show every line of a product at a place: in, out, balance, and the two persons."""
        place, house = place_of(asked, Action.SEE_NARCOTICS), hospital()
        product = product_of(asked["product"])
        since, until = day_bounds(house, asked.get("since"), asked.get("until"))
        with house.database.read() as connection:
            opening, lines = account_of(
                connection,
                house.ledger_id,
                place.location_id,
                product.product_id,
                since=since,
                until=until,
            )
            rows = account_rows(connection, house.ledger_id, lines)
        return {
            "location": place.code,
            "product": product.code,
            "opening": opening,
            "lines": [each.members() for each in rows],
        }


@narcotics_blueprint.route("/narcotics/closing")
class Closing(MethodView):
    """The end of a day."""

    @for_person("narcotics")
    @narcotics_blueprint.arguments(schemas.ClosingSchema, example=schemas.CLOSING)
    @narcotics_blueprint.response(200, order_schemas.DoneSchema, example=examples.DONE)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Close a place's day: every narcotic counted, held against the books, by two who sign.

        What differs is an exception on the work-list. What happened before is not told afterwards:
        `day-closed`; corrections go on.
        """
        place = place_of(body, Action.CLOSE_NARCOTICS)
        said = NarcoticClosing(
            id=body["id"],
            time=body["time"],
            location=place.code,
            day=body["day"],
            counted={each["product"]: each["quantity"] for each in body["counted"]},
            person=person().number,
            device=device().device,
            note=body.get("note"),
        )
        return _signed(said, body["signatures"])


@narcotics_blueprint.route("/narcotics/ampoules")
class Ampoules(MethodView):
    """Empty ampoules."""

    @for_person("narcotics")
    @narcotics_blueprint.arguments(schemas.AmpoulesSchema, example=schemas.AMPOULES)
    @narcotics_blueprint.response(200, order_schemas.DoneSchema, example=examples.DONE)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Give empty ampoules back (空安瓿回收): who gives and who takes them sign."""
        place = place_of(body, Action.CLOSE_NARCOTICS)
        said = EmptyAmpoules(
            id=body["id"],
            time=body["time"],
            location=place.code,
            counted={each["product"]: each["quantity"] for each in body["counted"]},
            person=person().number,
            device=device().device,
            note=body.get("note"),
        )
        return _signed(said, body["signatures"])


_Said = TypeVar("_Said", NarcoticClosing, EmptyAmpoules)


def _signed(said: _Said, shown: list[dict[str, str]]) -> dict[str, Any]:
    """Record it with the signatures of both.

    Raises:
        Refused, Unauthenticated: a signature is missing or wrong.
    """
    house = hospital()
    deed = Deed(
        action=Action.CLOSE_NARCOTICS,
        about=f"urn:uuid:{said.id}",
        needed=signatures_needed(Action.CLOSE_NARCOTICS),
        shown=tuple(shown_by(each, f"signatures.{place}") for place, each in enumerate(shown)),
        place=said.location,
        digest=hashlib.sha256(said.encode()).hexdigest(),
        field="signatures",
    )
    (signed,) = house.access.signing.sign(person(), [deed], address=address())
    others = [each.number for each in signed if each.number != said.person]
    told = replace(
        said,
        second_person=others[0] if others else None,
        signatures=tuple(Signature(each.number, each.method.value, each.at) for each in signed),
    )
    return done(house.recorder.record([told])[0])
