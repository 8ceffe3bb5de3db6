"""Orders between JSON and what the program knows."""

from __future__ import annotations

from typing import Any

from errors import Invalid
from handheld_api.identity import hospital
from hospital import Filed
from inventory import GENERIC, identifiers_of, products_by_code
from orders import (
    ORDERS_OF_CARE,
    Line,
    OpenLine,
    OpenOrder,
    OrderFile,
    OrderType,
    Paper,
    PaperLine,
    PaperPackage,
)
from trace import Dose


def lines_of(
    sent: list[dict[str, Any]], type_: OrderType, *, at: str = "added"
) -> tuple[Line, ...]:
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
            field = f"{at}.{place}.product"
            raise Invalid("unknown-product", field=field, product=each["product"])
    return tuple(
        Line(
            names.get(known[each["product"]].product_id, ()),
            each["quantity"],
            each["product"],
            each.get("lot"),
            each.get("expiry"),
            known[each["product"]].details.get(GENERIC) if type_ in ORDERS_OF_CARE else None,
        )
        for each in sent
    )


_OF_CARE = (
    *("patient", "patient_number", "wristband", "frequency", "start", "stop", "planned"),
    "high_alert",
)


def paper_of(sent: dict[str, Any], at: str) -> Paper:
    """An order as `order_schemas.PaperSchema` loads it.

    Args:
        sent: what was sent.
        at: where it stands in the request.

    Raises:
        Invalid: a dose is none.
    """
    return Paper(
        at=at,
        type=OrderType(sent["type"]),
        number=sent["number"],
        party=sent.get("party"),
        source=sent.get("source"),
        destination=sent.get("destination"),
        references=tuple(sent["references"]),
        lines=tuple(
            _line(each, f"{at}.lines.{place}", OrderType(sent["type"]))
            for place, each in enumerate(sent["lines"])
        ),
        packages=tuple(
            PaperPackage(at=f"{at}.packages.{place}", **each)
            for place, each in enumerate(sent["packages"])
        ),
        **{name: sent[name] for name in _OF_CARE if name in sent},
    )


def _line(sent: dict[str, Any], at: str, type_: OrderType) -> PaperLine:
    told = dict(sent)
    if told["quantity"] is None:
        if type_ is not OrderType.MEDICATION:
            raise Invalid("required", field=f"{at}.quantity")
        told["quantity"] = 1
    if type_ not in ORDERS_OF_CARE and "product" not in told:
        raise Invalid("required", field=f"{at}.product")
    if "dose" in told:
        try:
            told["dose"] = Dose.of(**told["dose"])
        except Invalid as error:
            error.field = f"{at}.{error.field}"
            raise
    return PaperLine(at=at, **{"product": None, **told})


def filed_told(filed: Filed) -> dict[str, Any]:
    """What became of an order, as `order_schemas.FiledSchema` writes it."""
    return {
        "type": filed.paper.type,
        "number": filed.paper.number,
        "placed": filed.placed,
        "faults": [
            {"at": fault.at, "code": fault.code, "text": fault.text} for fault in filed.faults
        ],
    }


def order_told(found: OrderFile) -> dict[str, Any]:
    """An order with its lines, as `order_schemas.OrderFileSchema` writes it."""
    order = found.order
    return {
        **head_of(order),
        "frequency": order.schedule.frequency if order.schedule else None,
        "planned": order.planned,
        "high_alert": order.high_alert,
        "lines": [_line_told(line) for line in found.lines],
        "steps": found.steps,
    }


def _line_told(line: OpenLine) -> dict[str, Any]:
    return {
        "line": line.number,
        "product": line.product,
        "identifiers": line.identifiers,
        "lot": line.lot,
        "expiry": line.expiry,
        "quantity": line.quantity,
        "fulfilled": line.fulfilled,
        "accepted": line.accepted,
        "generic": line.generic,
        "substitution": line.substitution,
        "dose": line.dose.members() if line.dose else None,
        "route": line.route,
    }


def head_of(order: OpenOrder) -> dict[str, Any]:
    """An order as it stands, as `order_schemas.OrderSchema` writes it."""
    type_, number = order.name
    return {
        "type": OrderType(type_),
        "number": number,
        "state": order.state,
        "party": order.party,
        "source": order.source,
        "destination": order.destination,
        "patient": f"urn:uuid:{order.patient}" if order.patient else None,
        "seq": order.seq,
    }
