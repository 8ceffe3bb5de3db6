"""How fast questions are answered, however large the ledger, on both engines.

    python -m benchmarks.ask FOLDER [--rounds N] [--tryton PYTHON] [--picture FILE.svg]

FOLDER holds hospitals of 100,000 to 10,000,000 events (`python -m benchmarks.sizes`). At each size
the same questions are asked of goods that came early, in the middle and late, all sizes in turn:
the life of a box with 20 entries; where a lot of 20 and one of 2,000 boxes is, unit by unit, and
who had it. `--tryton` is a Python with Tryton in it: its figures are taken in the same run.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from benchmarks.machine import BASELINES
from benchmarks.picture import Points, draw
from benchmarks.sizes import SEED, Sized, sized
from benchmarks.timing import in_turn, percentile
from database import Database
from demo import Known, questions
from inventory import (
    balances,
    exposures,
    find_lot,
    find_unit,
    locations,
    products,
    products_by_code,
    units_of_lots,
)
from trace import Step, history_of_unit

AIMS = {
    "life of a box, 20 entries": 2.0,
    "where a lot of 20 is": 2.0,
    "where one of 2,000 is": 20.0,
}
"""Milliseconds, p95."""

PEERS = {
    "life of a box, 20 entries": "trace_all_moves_small_lot",
    "where a lot of 20 is": "trace_patients_small_lot",
    "where one of 2,000 is": "trace_patients_big_lot",
}
"""The peer's nearest question; its documented walk of the large lot takes forty times as long."""


def life(connection: Connection, ledger_id: int, key: str) -> list[Step]:
    """Everything that happened to the thing with this code."""
    unit = find_unit(connection, ledger_id, key)
    assert unit is not None, key
    return history_of_unit(connection, ledger_id, unit.unit_id)


def where(connection: Connection, ledger_id: int, known: Known) -> tuple[int, int]:
    """Every unit of a lot with its place and state, its sums, and who had it; how many of each."""
    product = products_by_code(connection, ledger_id, [known.product])[known.product]
    lot = find_lot(connection, ledger_id, product.product_id, known.lot)
    assert lot is not None, known
    units = units_of_lots(connection, ledger_id, [lot.lot_id])
    sums = balances(connection, ledger_id, [lot.lot_id])
    patients = exposures(connection, ledger_id, [lot.lot_id])
    products(connection, ledger_id, {unit.product_id for unit in units})
    locations(connection, ledger_id, {row.location_id for row in sums})
    return len(units), len(patients)


def questions_at(size: Sized, database: Database) -> dict[str, list[Callable[[], object]]]:
    """The questions, each about goods from the beginning to the end of the ledger."""
    own = size.settings.ledger_id

    def asking(answer: Callable[..., object], thing: object) -> Callable[[], object]:
        def ask() -> object:
            with database.read() as connection:
                return answer(connection, own, thing)

        return ask

    sets = questions(size.events, SEED)
    chosen = (sets[0], sets[len(sets) // 2], sets[-1])
    return {
        "life of a box, 20 entries": [asking(life, key) for each in chosen for key in each.boxes],
        "where a lot of 20 is": [asking(where, each.small) for each in chosen] * 5,
        "where one of 2,000 is": [asking(where, each.large) for each in chosen],
    }


def measure(folder: Path, engine: str, rounds: int) -> dict[str, dict[str, list[float]]]:
    """Times in milliseconds by question and size."""
    sizes = list(sized(folder, engine))
    databases = {size.name: Database(size.settings.database_url) for size in sizes}
    calls = {
        f"{question}|{size.name}": group
        for size in sizes
        for question, group in questions_at(size, databases[size.name]).items()
    }
    times = in_turn(calls, rounds)
    for database in databases.values():
        database.close()
    found: dict[str, dict[str, list[float]]] = {}
    for name, taken in times.items():
        question, _, size_name = name.partition("|")
        found.setdefault(question, {})[size_name] = taken
    return found


def tell(engine: str, times: dict[str, dict[str, list[float]]], peer: dict[str, Any]) -> None:
    """A row of a Markdown table for each question."""
    for question, by_size in times.items():
        cells = [
            f"{percentile(taken, 0.5):.2f} / {percentile(taken, 0.95):.2f}"
            for taken in by_size.values()
        ]
        first, *rest = (percentile(taken, 0.5) for taken in by_size.values())
        last = rest[-1] if rest else first
        beside = ""
        if peer:
            theirs = peer[PEERS[question]]["p50_ms"]
            beside = f"{theirs:.0f} ms, × {theirs / first:.0f}"
        names = " → ".join(by_size)
        print(
            f"| {engine} | {question} ({names}) | {' | '.join(cells)} "
            f"| {last / first:.2f} | {AIMS[question]:g} | {beside} |"
        )


def tryton(python: str) -> dict[str, Any]:
    """The peer's figures at 100,000 moves, taken now."""
    with tempfile.TemporaryDirectory() as folder:
        answer = Path(folder) / "figures.json"
        script = BASELINES / "tryton" / "bench_tryton.py"
        options = ["--moves", "100000", "--dir", folder, "--json", str(answer)]
        subprocess.run([python, str(script), *options], check=True, stdout=subprocess.DEVNULL)
        figures: dict[str, Any] = json.loads(answer.read_text(encoding="utf-8"))
        return figures


def main() -> None:
    """Ask on both engines, where there are hospitals for them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--tryton", help="a Python that has the peer")
    parser.add_argument("--picture", type=Path)
    given = parser.parse_args()
    peer = tryton(given.tryton) if given.tryton else {}
    print("| engine | question | p50 / p95 in ms at each size | ratio | aim, p95 | peer |")
    curves: dict[str, Points] = {}
    for engine in ("sqlite", "postgresql"):
        if not any(sized(given.folder, engine)):
            continue
        times = measure(given.folder, engine, given.rounds)
        tell(engine, times, peer)
        events = {size.name: size.events for size in sized(given.folder, engine)}
        for question, by_size in times.items():
            curves[f"{question}, {engine}"] = [
                (events[name], percentile(taken, 0.5)) for name, taken in by_size.items()
            ]
    if given.picture:
        draw(given.picture, "Answers stay as fast", "events in the ledger", "ms (p50)", curves)


if __name__ == "__main__":
    main()
