"""How fast a recall is opened and answered over HTTP, however large the ledger.

    python -m benchmarks.recall FOLDER [--engine E] [--rounds N] [--tryton PYTHON] [--pictures DIR]

FOLDER holds hospitals (`python -m benchmarks.sizes`); each is served as in production (granian,
two workers) and asked by one browser on the same machine: the form is sent, and the case is read to
which it leads: where everything is, and whether it adds up. Each round opens a case, which stays.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Final

from uuid6 import uuid7

from benchmarks.ask import tryton
from benchmarks.picture import Points, draw
from benchmarks.service import Desk, serving
from benchmarks.sizes import SEED, Sized, sized
from benchmarks.timing import in_turn, percentile
from demo import Known, QuestionSet, questions

_OFFICE: Final = "4201"
_AIMS: Final = {"open": {2_000: 150.0}, "read": {20: 10.0, 2_000: 60.0}}
"""Milliseconds, p95, by how many boxes are affected."""


class Office:
    """The equipment office of one hospital.

    Args:
        desk: where somebody is signed in.
        asked: the lots to be recalled.
    """

    def __init__(self, desk: Desk, asked: QuestionSet) -> None:
        self._desk = desk
        self._token = desk.token("/recalls/new")
        self.scopes: dict[int, tuple[Known, ...]] = {
            20: (asked.small,),
            100: asked.scope[:1],
            500: asked.scope[:5],
            2_000: asked.scope,
        }
        self._cases = {units: self.open(units) for units in self.scopes}

    def open(self, units: int) -> str:
        """Recall so many boxes: blocked when this returns; gives the address of the case."""
        lots = self.scopes[units]
        fields: dict[str, str | list[str]] = {
            "product": lots[0].product,
            "lot": [lot.lot for lot in lots],
            "other_lots": "",
            "recall_class": "1",
            "reason": "bench",
            "notice": "bench",
            "event_id": str(uuid7()),
        }
        return self._desk.post("/recalls", fields, token=self._token).headers["location"]

    def open_and_read(self, units: int) -> None:
        """Blocked and answered."""
        self._desk.read(self.open(units))

    def read(self, units: int) -> None:
        """The exposure of a case that is open already."""
        self._desk.read(self._cases[units])


def measure(
    folder: Path, engine: str, rounds: int
) -> dict[tuple[str, int], dict[int, list[float]]]:
    """Times in milliseconds: by what was done to how many boxes, and by events in the ledger."""
    times: dict[tuple[str, int], dict[int, list[float]]] = {}
    with ExitStack() as stack:
        offices = {size.events: _office(stack, size) for size in sized(folder, engine)}
        calls: dict[str, list[Callable[[], object]]] = {}
        for events, office in offices.items():
            for units in office.scopes:
                calls[f"open {units} {events}"] = [partial(office.open_and_read, units)]
                calls[f"read {units} {events}"] = [partial(office.read, units)] * 3
        for name, taken in in_turn(calls, rounds).items():
            what, *numbers = name.split()
            affected, size = map(int, numbers)
            times.setdefault((what, affected), {})[size] = taken
    return times


def _office(stack: ExitStack, size: Sized) -> Office:
    url = stack.enter_context(serving(size.settings))
    return Office(Desk(url, size.settings, _OFFICE), questions(size.events, SEED)[-1])


def tell(engine: str, times: dict[tuple[str, int], dict[int, list[float]]]) -> None:
    """A row of a Markdown table for each."""
    for (what, units), by_size in times.items():
        cells = [
            f"{percentile(taken, 0.5):.1f} / {percentile(taken, 0.95):.1f}"
            for taken in by_size.values()
        ]
        first, *rest = (percentile(taken, 0.5) for taken in by_size.values())
        last = rest[-1] if rest else first
        aim = _AIMS[what].get(units)
        sizes = " → ".join(f"{events:,}" for events in by_size)
        print(
            f"| {engine} | {what} {units:,} boxes ({sizes}) | {' | '.join(cells)} "
            f"| {last / first:.2f} | {f'≤ {aim:g}' if aim else ''} |"
        )


def pictures(
    folder: Path, engine: str, times: dict[tuple[str, int], dict[int, list[float]]]
) -> None:
    """Two curves: against the size of the ledger, and against how much is affected."""
    by_events: dict[str, Points] = {
        f"{_WORDS[what]}, {units:,} boxes": [
            (events, percentile(taken, 0.5)) for events, taken in by_size.items()
        ]
        for (what, units), by_size in times.items()
        if units in {20, 2_000}
    }
    largest = max(events for by_size in times.values() for events in by_size)
    by_units: dict[str, Points] = {
        f"{word}, {largest:,} events": [
            (units, percentile(by_size[largest], 0.5))
            for (done, units), by_size in times.items()
            if done == what
        ]
        for what, word in _WORDS.items()
    }
    title = f"A recall over HTTP, {engine}"
    draw(folder / "recall-by-ledger.svg", title, "events in the ledger", "ms (p50)", by_events)
    draw(folder / "recall-by-units.svg", title, "boxes affected", "ms (p50)", by_units)


_WORDS: Final = {"open": "opened and answered", "read": "exposure"}


def main() -> None:
    """Recall."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--engine", default="sqlite", choices=("sqlite", "postgresql"))
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--tryton", help="a Python that has the peer")
    parser.add_argument("--pictures", type=Path)
    given = parser.parse_args()
    peer = tryton(given.tryton) if given.tryton else {}
    times = measure(given.folder, given.engine, given.rounds)
    print("| engine | what | p50 / p95 in ms at each size | ratio | aim, p95 |")
    tell(given.engine, times)
    for name in ("trace_patients_big_lot", "trace_graph_big_lot"):
        if peer:
            print(f"| peer | {name}, 100,000 moves | {peer[name]['p50_ms']:.0f} | | |")
    if given.pictures:
        pictures(given.pictures, given.engine, times)


if __name__ == "__main__":
    main()
