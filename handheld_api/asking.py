"""Who asks for what, where: the place of a request, and whether they may."""

from __future__ import annotations

from typing import Any

from access import Action
from errors import NotFound
from handheld_api.identity import address, device, hospital, person
from inventory import Location, Product, locations_by_code, products_by_code


def require(action: Action, place: str | None) -> None:
    """Let the person through who may do this there; None: at the device's station.

    Raises:
        Forbidden: they may not; recorded.
    """
    at = place or device().station
    hospital().access.require(person(), action, at, address=address())


def place_of(asked: dict[str, Any], action: Action) -> Location:
    """The place that a request names, or the station; the person may do `action` there.

    Raises:
        Forbidden: they may not; recorded.
        NotFound: there is no such place.
    """
    code = asked.get("location") or device().station or ""
    require(action, code)
    house = hospital()
    with house.database.read() as connection:
        found = locations_by_code(connection, house.ledger_id, [code]).get(code)
    if found is None:
        raise NotFound("not-found", field="location", what=code)
    return found


def product_of(code: str) -> Product:
    """The product of this code.

    Raises:
        NotFound: there is none.
    """
    house = hospital()
    with house.database.read() as connection:
        found = products_by_code(connection, house.ledger_id, [code]).get(code)
    if found is None:
        raise NotFound("not-found", field="product", what=code)
    return found
