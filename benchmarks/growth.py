"""Whether recording stays as fast while the ledger grows, and how fast projections are rebuilt.

    python -m benchmarks.growth FOLDER [--engine E] [--rounds 5] [--rebuild SIZE]

FOLDER holds hospitals (`python -m benchmarks.sizes`). Batches of 500 are recorded in each in
turn, events that none has seen yet; they stay. Rates are told by the clock on the wall, and by
processor time (ours and the database server's), which other work on the machine disturbs less.
`--rebuild 1m` rebuilds that hospital, too.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import click

from benchmarks.machine import processor_seconds
from benchmarks.sizes import SEED, Sized, sized
from demo import generate
from hospital import Hospital, collect_seldom, open_hospital, rebuild_projections
from trace import Recorded

_EACH = 4_000


class Spent:
    """Time since this was made: on the wall, and of processors.

    Args:
        hospital: whose database server counts too.
    """

    def __init__(self, hospital: Hospital) -> None:
        self._hospital = hospital
        self._begin = self._now()

    def _now(self) -> tuple[float, float]:
        worked = time.process_time() + processor_seconds(self._hospital.database)
        return time.perf_counter(), worked

    def rates(self, count: int) -> tuple[float, float]:
        """So many a second, by each."""
        wall, worked = (now - then for now, then in zip(self._now(), self._begin, strict=True))
        return count / wall, count / worked


def record(hospital: Hospital) -> tuple[float, float]:
    """Rates of some batches of goods that nobody has seen; a load's serials tell 1,000 seeds."""
    first, *batches = generate(_EACH, SEED + 1 + hospital.ledger.head().size // 1_000 % 998)
    hospital.recorder.record(first)
    spent = Spent(hospital)
    for batch in batches:
        outcomes = hospital.recorder.record(batch)
        assert all(isinstance(outcome, Recorded) for outcome in outcomes)
    return spent.rates(sum(map(len, batches)))


def grow(sizes: list[Sized], rounds: int) -> None:
    """A row of a Markdown table for each way of telling time."""
    hospitals = {size.name: open_hospital(size.settings) for size in sizes}
    rates: dict[str, list[tuple[float, float]]] = {name: [] for name in hospitals}
    for turn in range(rounds + 1):
        for name, hospital in hospitals.items():
            told = record(hospital)
            if turn:  # the first warms up
                rates[name].append(told)
    for place, clock in enumerate(("wall", "processor")):
        medians = [statistics.median(each[place] for each in told) for told in rates.values()]
        cells = " | ".join(f"{median:,.0f}" for median in medians)
        names = " → ".join(rates)
        ratio = medians[-1] / medians[0]
        print(f"| {sizes[0].engine} | events a {clock} second, {names} | {cells} | {ratio:.2f} |")
    for hospital in hospitals.values():
        hospital.close()


def rebuild(hospital: Hospital, engine: str) -> None:
    """Rebuild, with progress on a terminal, and a row of figures."""
    size, spent = hospital.ledger.head().size, Spent(hospital)
    with click.progressbar(length=size, label="entries", file=sys.stderr) as bar:
        rebuild_projections(hospital, _progress(bar.update))
    wall, worked = spent.rates(size)
    print(f"| {engine} | rebuild of {size:,} entries, a second | {wall:,.0f} | {worked:,.0f} cpu |")


def _progress(update: Callable[[int], object]) -> Callable[[int, int], None]:
    done = [0]

    def told(now: int, _: int) -> None:
        update(now - done[-1])
        done[-1] = now

    return told


def main() -> None:
    """Record at each size, and rebuild where that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--engine", default="sqlite", choices=("sqlite", "postgresql"))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--rebuild", help="the name of a size: 100k, 1m, 10m")
    given = parser.parse_args()
    sizes = list(sized(given.folder, given.engine))
    collect_seldom()
    if given.rounds:
        grow(sizes, given.rounds)
    for size in sizes:
        if size.name == given.rebuild:
            hospital = open_hospital(size.settings)
            rebuild(hospital, given.engine)
            hospital.close()


if __name__ == "__main__":
    main()
