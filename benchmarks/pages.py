"""How long the server takes for the pages of the desk, with tables of a hundred thousand rows.

    python -m benchmarks.pages [rows]

Fills a database with lots, stock and documents past the recorder (the pages read tables, not the
way they were filled), signs in, asks for every list at its beginning and deep inside, and prints
the median and the 95th percentile of the server's time in milliseconds.
"""

from __future__ import annotations

import re
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from statistics import quantiles

from argon2 import PasswordHasher
from flask.testing import FlaskClient
from sqlalchemy import Connection, Table, insert
from uuid6 import uuid7

from access import OPERATOR, Access, Policy, Role, keys_from
from app import create_app
from database import metadata
from hospital import Hospital, open_hospital, prepare_database
from inventory import Category, Definition, Location, Product
from orders import Line, Order, OrderType
from settings import Settings

_PASSWORD = "Qing-he-2026"  # noqa: S105 -- of an account that lives as long as the benchmark
_PRODUCTS, _PLACES = 2_000, 60
_TIMES = 20
_PAGES = (
    "/",
    "/work",
    "/work/inspections",
    "/work/transfers",
    "/stock",
    "/stock?after=1500",
    "/stock?q=ypjh",
    "/stock/places",
    "/stock/places/7",
    "/stock/expiring",
    "/stock/products/77",
    "/documents",
    "/documents?type=po&state=open",
    "/catalogue",
    "/catalogue?q=ypjh&after=P01500",
    "/catalogue/suppliers",
    "/board",
    "/search?q=L0004711",
    "/search?q=ypjh77",
)


def _now() -> datetime:
    return datetime.now(UTC)


@contextmanager
def _house() -> Iterator[Hospital]:
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings.from_environment({"MEDTRACE_DATA": folder})
        prepare_database(settings)
        house = open_hospital(settings, _now)
        cheap = Policy(hasher=PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        keys = keys_from(settings.secret)
        access = Access(house.database, house.ledger, keys, _now, policy=cheap)
        house = replace(house, access=access)
        yield house
        house.close()


def _furnish(house: Hospital) -> None:
    now = _now()
    things: list[Product | Location] = [
        Location(f"W{n:02}", f"病区 {n}", "ward" if n else "store") for n in range(_PLACES)
    ]
    things += [
        Product(
            code=f"P{n:05}",
            name=f"药品甲乙丙 {n}",
            specification="1 g × 10 支",
            category=Category.DRUG,
            unit="支",
            holder="青禾制药",
            identifiers=(f"urn:medtrace:hibc:H{n:05}",),
            details={"price": "12.5", "pinyin": f"ypjh{n}"},
        )
        for n in range(_PRODUCTS)
    ]
    for start in range(0, len(things), 500):
        definitions = [
            Definition(id=uuid7(), time=now, thing=thing) for thing in things[start : start + 500]
        ]
        house.recorder.record(definitions)
    house.recorder.record(
        [
            Order(
                id=uuid7(),
                time=now,
                type=OrderType.PURCHASE,
                number=f"CG-{n}",
                lines=(Line(("urn:medtrace:hibc:H00001",), 5, product="P00001"),),
                party="国控江州",
                destination="W00",
            )
            for n in range(500)
        ]
    )


def _fill(house: Hospital, rows: int) -> None:
    today, lots = house.today(), rows // 2
    tables = metadata.tables
    with house.database.write() as connection:
        _put(
            connection,
            tables["lot"],
            [
                {
                    "ledger_id": 1,
                    "lot_id": n,
                    "product_id": 1 + n % _PRODUCTS,
                    "lot": f"L{n:07}",
                    "expiry": (today + timedelta(days=n % 900 - 100)).isoformat(),
                    "supplier": f"供应商 {n % 40}",
                    "owner": None,
                    "received": 20,
                }
                for n in range(1, lots + 1)
            ],
        )
        _put(connection, tables["balance"], list(_balances(lots)))
        connection.exec_driver_sql("ANALYZE")


def _balances(lots: int) -> Iterator[dict[str, object]]:
    for n in range(1, lots + 1):
        for place, status in ((1 + n % _PLACES, "available"), (1 + n % 7, _STATES[n % 20])):
            yield {
                "ledger_id": 1,
                "location_id": place,
                "product_id": 1 + n % _PRODUCTS,
                "lot_id": n,
                "status": status,
                "quantity": 1 + n % 9,
                "loose": 1 + n % 9,
            }


_STATES = ("to-inspect", "in-transit", "quarantined", *(["administered"] * 17))


def _put(connection: Connection, table: Table, rows: Sequence[dict[str, object]]) -> None:
    for start in range(0, len(rows), 5_000):
        connection.execute(insert(table), rows[start : start + 5_000])


def _signed_in(house: Hospital) -> FlaskClient:
    house.access.staff.add(
        OPERATOR,
        number="P1",
        name="药师",
        roles=[Role.PHARMACIST],
        places=[],
        password=_PASSWORD,
        must_change=False,
    )
    client = create_app(house).test_client()
    form = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/sign-in").text)
    assert form is not None
    sent = {"csrf_token": form[1], "number": "P1", "password": _PASSWORD}
    answer = client.post("/sign-in", data=sent)
    assert answer.status_code == 303, answer.text
    return client


def _measure(client: FlaskClient, page: str) -> tuple[float, float]:
    taken = []
    for _ in range(_TIMES):
        begun = time.perf_counter()
        answer = client.get(page, follow_redirects=True)
        answer.get_data()
        taken.append(1000 * (time.perf_counter() - begun))
        assert answer.status_code == 200, (page, answer.status_code)
    cuts = quantiles(taken, n=20)
    return cuts[9], cuts[18]


def main() -> None:
    """Fill, ask, print."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with _house() as house:
        _furnish(house)
        _fill(house, rows)
        client = _signed_in(house)
        print(f"{rows:,} rows of stock, {_PRODUCTS:,} products, {date.today()}")  # noqa: DTZ011 -- the day of the run
        for page in _PAGES:
            median, late = _measure(client, page)
            print(f"{page:40} median {median:7.1f} ms   p95 {late:7.1f} ms")
        begun = time.perf_counter()
        file = client.get("/stock/expiring?format=csv").get_data()
        print(f"CSV of what expires: {len(file):,} bytes in {time.perf_counter() - begun:.1f} s")


if __name__ == "__main__":
    main()
