"""Counts over HTTP: open, count by scans, see every difference, approve."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask.views import MethodView

from access import Action, Principal
from errors import Conflict, NotFound
from handheld_api import order_schemas
from handheld_api import store_examples as examples
from handheld_api import store_schemas as schemas
from handheld_api.asking import place_of, require
from handheld_api.identity import device, for_person, hospital, person
from handheld_api.outcomes import done
from handheld_api.parsing import HandheldBlueprint
from handheld_api.reading import thing_of
from inventory import (
    Approver,
    Count,
    Counted,
    CountFile,
    CountLines,
    Difference,
    Product,
    approval_records,
    differences,
    digest_of,
    find_count,
    lines_counted,
    locations,
    open_counts,
    products,
)
from texts import text_of

Require = Callable[[Action, str], None]
"""Lets somebody pass who may do it there, or raises `Forbidden`."""

counts_blueprint = HandheldBlueprint(
    "counts",
    __name__,
    url_prefix="/api/handheld/v1",
    description="Counts (盘点): what is there, held against the books.",
)


@counts_blueprint.route("/counts")
class Counts(MethodView):
    """Counts."""

    @for_person("counts")
    @counts_blueprint.response(200, schemas.OpenCountsSchema, example=examples.OPEN_COUNTS)
    def get(self) -> dict[str, Any]:
        """List the counts of this station that nobody has approved."""
        house, place = hospital(), place_of({}, Action.COUNT)
        with house.database.read() as connection:
            found = open_counts(connection, house.ledger_id, place.location_id)
        return {"counts": [_head(file, place.code) for file in found]}

    @for_person("counts")
    @counts_blueprint.arguments(schemas.CountSchema, example=examples.COUNT)
    @counts_blueprint.response(200, order_schemas.DoneSchema, example=examples.DONE)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Open a count of a place; its id is the id of this request."""
        place = place_of(body, Action.COUNT)
        record = Count(
            id=body["id"],
            time=body["time"],
            location=place.code,
            products=tuple(body["products"]),
            person=person().number,
        )
        return done(hospital().recorder.record([record])[0])


@counts_blueprint.route("/count")
class OneCount(MethodView):
    """One count."""

    @for_person("counts")
    @counts_blueprint.arguments(schemas.CountQuerySchema, location="query")
    @counts_blueprint.response(200, schemas.CountFileSchema, example=examples.COUNT_FILE)
    def get(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Show a count with everything that differs from the books, all at once."""
        house, (file, place) = hospital(), _find(asked["id"])
        require(Action.COUNT, place)
        own = house.ledger_id
        with house.database.read() as connection:
            found = differences(connection, own, file)
            counted = lines_counted(connection, own, file.count_id)
            known = products(connection, own, [each.product_id for each in found])
        return {
            **_head(file, place),
            "counted": counted,
            "digest": digest_of(found),
            "differences": [_difference(each, known.get(each.product_id)) for each in found],
        }


@counts_blueprint.route("/count/lines")
class Lines(MethodView):
    """What was seen."""

    @for_person("counts")
    @counts_blueprint.arguments(schemas.CountLinesSchema, example=examples.COUNT_LINES)
    @counts_blueprint.response(200, order_schemas.DoneSchema, example=examples.DONE)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Count what was scanned, held against the books as they are now."""
        file, place = _find(body["count"])
        require(Action.COUNT, place)
        record = _lines(person(), body, file)
        return done(hospital().recorder.record([record])[0])


@counts_blueprint.route("/count/approval")
class Approval(MethodView):
    """The approval of a count."""

    @for_person("counts")
    @counts_blueprint.arguments(schemas.CountApprovalSchema, example=examples.APPROVAL)
    @counts_blueprint.response(200, schemas.ApprovedSchema, example=examples.APPROVED)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Approve the differences that were shown; the books follow, all of them or none.

        Somebody who did not count approves.
        """
        house, (file, place) = hospital(), _find(body["count"])
        require(Action.COUNT, place)
        if file.approval == body["id"]:
            told = {"outcome": "already-recorded", "receipt": None, "reason": None, "text": None}
            return told | {"events": []}
        with house.database.read() as connection:
            found = differences(connection, house.ledger_id, file)
        if file.state == "open" and digest_of(found) != body["digest"]:
            raise Conflict("count-changed", field="digest")
        by = Approver(
            person=person().number,
            location=place,
            time=body["time"],
            device=device().device,
            counted_by=next(iter(file.people), None),
        )
        records = approval_records(body["id"], file.count_id, found, by)
        first, *events = house.recorder.record(records)
        return {**done(first), "events": [done(each) for each in events]}


def _find(count_id: UUID) -> tuple[CountFile, str]:
    """A count, and the code of its place.

    Raises:
        NotFound: there is no such count.
    """
    house = hospital()
    with house.database.read() as connection:
        file = find_count(connection, house.ledger_id, count_id)
        if file is None:
            raise NotFound("not-found", field="count", what=str(count_id))
        place = locations(connection, house.ledger_id, [file.location_id])[file.location_id]
    return file, place.code


def count_record(by: Principal, body: dict[str, Any], require: Require) -> Count:
    """The opening of a count that a handheld tells afterwards.

    Args:
        by: who opened it.
        body: as `store_schemas.CountSchema` loads it.
        require: lets them pass, or raises.
    """
    place = body.get("location") or by.station or ""
    require(Action.COUNT, place)
    products = tuple(body["products"])
    return Count(
        id=body["id"], time=body["time"], location=place, products=products, person=by.number
    )


def lines_record(by: Principal, body: dict[str, Any], require: Require) -> CountLines:
    """What somebody counted, told afterwards.

    Args:
        by: who counted.
        body: as `store_schemas.CountLinesSchema` loads it.
        require: lets them pass, or raises.

    Raises:
        NotFound: there is no such count.
        Invalid: a scan can't be read.
    """
    file, place = _find(body["count"])
    require(Action.COUNT, place)
    return _lines(by, body, file)


def _lines(by: Principal, body: dict[str, Any], file: CountFile) -> CountLines:
    return CountLines(
        id=body["id"],
        time=body["time"],
        count=file.count_id,
        lines=tuple(_counted(each, number) for number, each in enumerate(body["lines"])),
        person=by.number,
        device=by.device,
    )


def _counted(sent: dict[str, Any], number: int) -> Counted:
    named = {name: value for name, value in sent.items() if value != 0 or name != "quantity"}
    thing = thing_of(named, f"lines.{number}")
    quantity = 0 if thing.quantity is not None and sent.get("quantity") == 0 else thing.quantity
    return Counted(thing.key, quantity, thing.lot, thing.expiry, sent["again"])


def _head(file: CountFile, place: str) -> dict[str, Any]:
    return {
        "id": file.count_id,
        "location": place,
        "state": file.state,
        "people": file.people,
        "seq": file.seq,
    }


def _difference(found: Difference, product: Product | None) -> dict[str, Any]:
    name = product.name if product else None
    values = {"product": name or found.key, "location": ""}
    return {
        "key": found.key,
        "product": product.code if product else None,
        "name": name,
        "lot": found.lot,
        "expiry": found.expiry,
        "counted": found.counted,
        "expected": found.expected,
        "difference": found.amount,
        "problem": found.problem,
        "text": text_of(found.problem).filled(values) if found.problem else None,
    }
