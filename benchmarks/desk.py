"""How long every page of the desk takes, over HTTP, in a hospital of a known size.

    python -m benchmarks.desk FOLDER [--engine E] [--events 1000000] [--rounds 20]

Every page that a link can lead to is asked of the service as in production, by the first of the
demo's people who may see it (administrators left out: they sign in with a second factor). One that
nobody of them may see, or that isn't there in this hospital, is named. Milliseconds from request to
the last byte, so a little more than the server's own time.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

import httpx

from app import create_app
from benchmarks.service import Desk, serving
from benchmarks.sizes import SEED, Sized, sized
from benchmarks.timing import in_turn, percentile
from demo import questions
from hospital import Hospital, open_hospital
from inventory import find_lot, find_unit, locations, products_by_code
from recall import cases

_PEOPLE: Final = ("4201", "0533", "0417", "5101", "5202", "2307", "3105")
_PAGE, _SEARCH = 200.0, 100.0
"""Milliseconds, p95: what a page and a search may take."""
_LEFT_OUT: Final = ("/api/", "/assets/", "/log/", "/healthz", "/pda", "/sign-in", "/audit/export")


def known_things(hospital: Hospital, size: Sized) -> dict[str, Any]:
    """What pages with a name in their address are asked about: goods that came late."""
    asked = questions(size.events, SEED)[-1]
    with hospital.database.read() as connection:
        own = hospital.ledger_id
        product = products_by_code(connection, own, [asked.large.product])[asked.large.product]
        lot = find_lot(connection, own, product.product_id, asked.large.lot)
        unit = find_unit(connection, own, asked.boxes[0])
        assert lot is not None
        assert unit is not None
        places = {place.code: number for number, place in locations(connection, own).items()}
        return {
            "case_id": cases(connection, own, 1)[0].case_id,
            "lot_id": lot.lot_id,
            "unit_id": unit.unit_id,
            "product_id": product.product_id,
            "location_id": places["IP"],
            "seq": hospital.ledger.head().size // 2,
            "words": (asked.boxes[0], asked.large.lot, product.name, "头孢"),
        }


def addresses(hospital: Hospital, things: dict[str, Any]) -> Iterator[str]:
    """Every page's address, and some searches."""
    app = create_app(hospital)
    for rule in sorted(app.url_map.iter_rules(), key=str):
        if "GET" not in (rule.methods or ()) or str(rule).startswith(_LEFT_OUT):
            continue
        if rule.arguments <= things.keys():
            with app.test_request_context():
                values = {name: things[name] for name in rule.arguments}
                yield app.url_map.bind("").build(rule.endpoint, values)
    for words in things["words"]:
        yield f"/search?{urlencode({'q': words})}"


def seen_by(desks: list[Desk], path: str) -> Desk | None:
    """The first who may see a page."""
    for desk in desks:
        try:
            desk.get(path)
        except httpx.HTTPStatusError:
            continue
        return desk
    return None


def tell(name: str, times: list[float]) -> None:
    """A row of a Markdown table."""
    aim = _SEARCH if name.startswith("/search?") else _PAGE
    p50, p95 = percentile(times, 0.5), percentile(times, 0.95)
    print(f"| `{name}` | {p50:.0f} / {p95:.0f} | {aim:g} | {'' if p95 <= aim else 'missed'} |")


def main() -> None:
    """Open every page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--engine", default="sqlite", choices=("sqlite", "postgresql"))
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=20)
    given = parser.parse_args()
    size = next(s for s in sized(given.folder, given.engine) if s.events == given.events)
    hospital = open_hospital(size.settings)
    paths = list(addresses(hospital, known_things(hospital, size)))
    hospital.close()
    with serving(size.settings) as url:
        desks = [Desk(url, size.settings, number) for number in _PEOPLE]
        readers = {path: seen_by(desks, path) for path in paths}
        calls: dict[str, list[Callable[[], object]]] = {
            path: [partial(desk.get, path)] for path, desk in readers.items() if desk
        }
        times = in_turn(calls, given.rounds)
    print(f"| page, {given.engine}, {given.events:,} events | p50 / p95 ms | aim, p95 | |")
    for path, taken in sorted(times.items(), key=lambda pair: -percentile(pair[1], 0.95)):
        tell(path, taken)
    print("not seen:", " ".join(path for path, desk in readers.items() if not desk))


if __name__ == "__main__":
    main()
