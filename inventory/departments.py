"""Departments: the places whose people answer for what lies in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from sqlalchemy import Connection

from inventory.queries import locations
from inventory.things import Location

DEPARTMENTS: Final = frozenset({"store", "pharmacy", "ward", "theatre", "theatre-suite"})
"""The kinds of location that are departments (`inventory.kinds`)."""


def departments_around(
    connection: Connection, ledger_id: int, codes: Iterable[str]
) -> list[Location]:
    """The outermost departments around some locations, each once, by code.

    A place outside of every department stands for itself.
    """
    by_code = {place.code: place for place in locations(connection, ledger_id).values()}
    found = {_department(by_code, by_code[code]) for code in set(codes) if code in by_code}
    return sorted((by_code[code] for code in found), key=lambda place: place.code)


def _department(by_code: Mapping[str, Location], place: Location) -> str:
    outermost, around, seen = place.code, place, set[str]()
    while around.code not in seen:
        seen.add(around.code)
        if around.kind in DEPARTMENTS:
            outermost = around.code
        around = by_code.get(around.parent or "", around)
    return outermost
