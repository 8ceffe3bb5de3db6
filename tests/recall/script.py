"""docs/exposure.py beside the page: the same questions to both."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import Connection

from inventory import ALL_LOTS, Extent, locations, lots_by_id, products
from ledger import Ledger
from recall import Answer, Part, answer

SCRIPT = Path(__file__).parents[2] / "docs" / "exposure.py"


def load() -> ModuleType:
    """The script as a module."""
    spec = importlib.util.spec_from_file_location("exposure", SCRIPT)
    assert spec
    assert spec.loader
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def ask(*words: object) -> Any:  # noqa: ANN401 -- its JSON
    """Ask it as an auditor does: an interpreter that sees nothing but the standard library."""
    command = [sys.executable, "-I", "-S", str(SCRIPT), "--json", *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/", env={})
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def page(connection: Connection, found: Answer) -> dict[str, Any]:
    """The answer that the pages show, in the words of the script."""
    lots = lots_by_id(connection, 1, [lot.lot_id for lot in found.lots])
    numbers = {lot.product_id for lot in found.lots}
    codes = {number: each.code for number, each in products(connection, 1, numbers).items()}
    places = {number: place.code for number, place in locations(connection, 1).items()}

    def name(lot_id: int) -> tuple[str, str, str, str]:
        lot = lots[lot_id]
        return codes[lot.product_id], lot.lot, lot.expiry or "", lot.owner or ""

    return {
        "received": found.received,
        "quarantined": found.quarantined,
        "available": found.available,
        "in transit": found.in_transit,
        "dispensed": found.dispensed,
        "used": found.used,
        "explanted": found.explanted,
        "sent back": found.sent_back,
        "destroyed": found.destroyed,
        "missing": found.missing,
        "unaccounted": found.unaccounted,
        "unnamed": found.unnamed,
        "agrees": found.agrees,
        "mixed": found.mixed,
        "places": sorted(
            (name(row.lot_id), places[row.location_id], row.status.value, row.quantity)
            for row in found.balances
        ),
        "patients": sorted(
            (name(each.lot_id), each.patient.hex, each.used, each.holding, each.explanted)
            for each in found.patients
        ),
    }


def named(product: str, lot: str) -> Callable[[tuple[str, ...]], bool]:
    """Whether a lot of the script's has this name."""
    return lambda each: each[0] == product and lot in {each[1], ALL_LOTS}


def check_all(script: ModuleType, ledger: Ledger) -> int:
    """Compare every lot alone and all of each product; how much was used in all."""
    size = ledger.head().size
    entries, count = script.told(entry.body for entry in ledger.entries(0, size))
    assert count == size
    goods, used = script.follow(entries), 0
    with ledger.database.read() as connection:
        rows = connection.exec_driver_sql("SELECT product_id, lot FROM lot WHERE ledger_id = 1")
        scopes = {(row[0], row[1]) for row in rows}
        scopes |= {(product_id, ALL_LOTS) for product_id, _ in scopes}
        numbers = {product_id for product_id, _ in scopes}
        codes = {number: each.code for number, each in products(connection, 1, numbers).items()}
        for product_id, lot in sorted(scopes):
            found = answer(connection, 1, (Part(product_id, Extent(lots=(lot,))),))
            assert script.exposure(goods, named(codes[product_id], lot)) == page(connection, found)
            used += found.used if lot == ALL_LOTS else 0
    return used
