"""How fast the recorder records, on both engines, beside the baselines in the same run.

    python -m benchmarks.record [--quick]

Events go through `Recorder.record` with all rules and projections: received, moved, dispensed and
administered, by serial number and by lot. The baselines insert rows (`b_sqlite`) or keep one hash
chain under concurrent writers (`h_design`) and know no rules.
"""

from __future__ import annotations

import argparse
import multiprocessing
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from multiprocessing.queues import Queue
from pathlib import Path
from typing import Any
from uuid import uuid4

from uuid6 import uuid7

from benchmarks.machine import baseline, postgres_url, sqlite_url
from benchmarks.timing import percentile
from database import Database, migrate
from hospital import DECODERS, collect_seldom, new_participants
from inventory import Category, Definition, Location, Product
from ledger import SHA256, Ledger, encode
from trace import (
    Event,
    EventKind,
    Recordable,
    Recorded,
    Recorder,
    RecorderProcess,
    RemoteRecorder,
    Thing,
    rebuild,
)

_GTIN = "https://id.gs1.org/01/06901234567892"
_LOT_GTIN = "https://id.gs1.org/01/06945678901232"
_EXPIRY = date(2030, 1, 1)
_PRODUCTS = (
    Product("D1", "药", "1 盒", Category.DRUG, "盒", "厂", (_GTIN,)),
    Product("C1", "耗材", "1 支", Category.CONSUMABLE, "支", "厂", (_LOT_GTIN,)),
)
_LOCATIONS = tuple(
    Location(code, code, kind)
    for code, kind in (("STORE", "store"), ("PHARM", "pharmacy"), ("WARD", "ward"))
)


def now() -> datetime:
    """The time."""
    return datetime.now(UTC)


def open_recorder(url: str, *, fresh: bool = False) -> Recorder:
    """A recorder on a database, which is prepared first where it is `fresh`."""
    if fresh:
        migrate(url)
    ledger = Ledger(Database(url), 1, now)
    recorder = Recorder(ledger, new_participants())
    if fresh:
        ledger.found("medtrace.example/bench", SHA256, encode({"type": "bench"}))
        things: tuple[Product | Location, ...] = (*_PRODUCTS, *_LOCATIONS)
        recorder.record([Definition(id=uuid7(), time=now(), thing=thing) for thing in things])
    return recorder


def _event(kind: EventKind, thing: Thing, at: str, to: str | None, patient: Any = None) -> Event:  # noqa: ANN401 -- a UUID or None
    return Event(
        id=uuid7(),
        kind=kind,
        time=now(),
        things=(thing,),
        location=at,
        destination=to,
        patient=patient,
        person="2307",
        device="019a0000-0000-7000-8000-000000000001",
    )


def life(name: str, lot: str) -> list[Event]:
    """Four events of one box, every eighth time of goods counted by lot instead."""
    patient = uuid4()
    if name.endswith("7"):
        first = Thing(f"{_LOT_GTIN}/10/{lot}", 2, lot, _EXPIRY)
        later = Thing(f"{_LOT_GTIN}/10/{lot}", 1)
    else:
        first = Thing(f"{_GTIN}/21/{name}", None, lot, _EXPIRY)
        later = Thing(f"{_GTIN}/21/{name}")
    return [
        _event(EventKind.RECEIVED, first, "STORE", None),
        _event(EventKind.MOVED, later, "STORE", "PHARM"),
        _event(EventKind.DISPENSED, later, "PHARM", "WARD", patient),
        _event(EventKind.ADMINISTERED, later, "WARD", None, patient),
    ]


def load(count: int, prefix: str) -> list[Event]:
    """About `count` events: 500 boxes arrive, all are moved, all are dispensed, all are given."""
    events: list[Event] = []
    for block in range(max(1, count // 2000)):
        lives = [
            life(f"{prefix}{block:05}{box:04}", f"L{prefix}{(block * 500 + box) // 100}")
            for box in range(500)
        ]
        for stage in range(4):
            events += [each[stage] for each in lives]
    return events


def alone(
    recorder: Recorder, size: int, events: Sequence[Recordable]
) -> tuple[float, float, float]:
    """One caller with batches of `size`: events per second, p50 and p95 of a call in ms."""
    times = []
    begin = time.perf_counter()
    for start in range(0, len(events), size):
        before = time.perf_counter()
        outcomes = recorder.record(events[start : start + size])
        times.append(time.perf_counter() - before)
        assert all(isinstance(outcome, Recorded) for outcome in outcomes)
    took = time.perf_counter() - begin
    return len(events) / took, percentile(times, 0.5) * 1000, percentile(times, 0.95) * 1000


def _worker(  # noqa: PLR0913, PLR0917 -- the parts of one process's work
    url: str, name: str, threads: int, seconds: float, start: float, answers: Queue[list[float]]
) -> None:
    socket = Path(url.removeprefix("unix:"))
    recorder = RemoteRecorder(socket) if url.startswith("unix:") else open_recorder(url)
    made = [
        [event for box in range(int(seconds * 60)) for event in life(f"{name}-{t}-{box}", "LW")]
        for t in range(threads)
    ]
    times: list[float] = []
    guard = threading.Lock()

    def run(mine: list[Event]) -> None:
        own = []
        while time.time() < start:
            time.sleep(0.01)
        for event in mine:
            if time.time() > start + seconds:
                break
            before = time.perf_counter()
            (outcome,) = recorder.record([event])
            own.append(time.perf_counter() - before)
            assert isinstance(outcome, Recorded), outcome
        with guard:
            times.extend(own)

    running = [threading.Thread(target=run, args=(mine,)) for mine in made]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    answers.put(times)


def together(url: str, way: str, callers: int, seconds: float) -> tuple[float, float, float]:
    """`callers` threads in 4 processes, one event a call: events/s, p50 and p99 of a call in ms.

    Args:
        url: the database, or `unix:` and the socket of a recorder process.
        way: names this run's boxes, so that no two runs use the same.
        callers: threads in all.
        seconds: how long.
    """
    context = multiprocessing.get_context("spawn")
    answers: Queue[list[float]] = context.Queue()
    start = time.time() + 8 + callers * seconds / 100
    arguments = [
        (url, f"{way}{callers}-{n}", callers // 4, seconds, start, answers) for n in range(4)
    ]
    workers = [context.Process(target=_worker, args=each) for each in arguments]
    for worker in workers:
        worker.start()
    times = sorted(each for _ in workers for each in answers.get(timeout=seconds + 120))
    for worker in workers:
        worker.join()
    return len(times) / seconds, times[len(times) // 2] * 1000, times[len(times) * 99 // 100] * 1000


def measure(engine: str, url: str, *, quick: bool) -> dict[str, float]:
    """All figures of one engine, printed as they come."""
    recorder = open_recorder(url, fresh=True)
    figures: dict[str, float] = {}
    for size, count in ((500, 20_000), (50, 10_000), (1, 2_000)):
        part = load(count // 4 if quick else count, f"a{size}-")
        rate, p50, p95 = alone(recorder, size, part)
        figures[f"batch of {size}"] = rate
        print(f"{engine:<10} batch of {size:>3}: {rate:>8,.0f} events/s   ", end="")
        print(f"p50 {p50:6.2f} ms  p95 {p95:6.2f} ms a call")
    _rebuild(engine, url)
    with recorder_process(url) as socket:
        for callers in (32, 200):
            for way, address in (("workers", url), ("process", f"unix:{socket}")):
                rate, p50, p99 = together(address, way, callers, 2 if quick else 4)
                best = max(rate, figures.get(f"{callers} callers", 0))
                figures[f"{callers} callers"] = best
                print(
                    f"{engine:<10} {callers:>3} callers ({way}): {rate:>8,.0f} events/s   ", end=""
                )
                print(f"p50 {p50:6.2f} ms  p99 {p99:6.2f} ms")
    return figures


def _rebuild(engine: str, url: str) -> None:
    ledger = Ledger(Database(url), 1, now)
    begin = time.perf_counter()
    rebuild(ledger, new_participants(), DECODERS)
    count = ledger.head().size
    print(f"{engine:<10} rebuild:      {count / (time.perf_counter() - begin):>8,.0f} entries/s")


@contextmanager
def recorder_process(url: str) -> Iterator[Path]:
    """A recorder process on the database, as `medtrace recorder` runs it."""
    with tempfile.TemporaryDirectory(prefix="medtrace-bench-") as folder:
        socket = Path(folder) / "recorder"
        process = multiprocessing.get_context("spawn").Process(target=_serve, args=(url, socket))
        process.start()
        while not socket.exists():
            time.sleep(0.05)
        yield socket
        process.terminate()
        process.join()


def _serve(url: str, socket: Path) -> None:
    RecorderProcess(socket, open_recorder(url), DECODERS).serve()


def compare(engine: str, figures: dict[str, float], *, quick: bool) -> None:
    """The baselines, now, and the ratio of each to ours."""
    seconds = "2" if quick else "4"
    if engine == "sqlite":
        for row in baseline("ledger/b_sqlite.py"):
            size = row["name"].rpartition("_")[2]
            _ratio(f"batch of {size}", figures, row["name"], row["median"])
    mode = "sqlite_batch_flock" if engine == "sqlite" else "pg_batch"
    for callers in (32, 200):
        for row in baseline("ledger/h_design.py", mode, "4", str(callers // 4), seconds, "1"):
            _ratio(
                f"{callers} callers", figures, f"{row['name']} p99 {row['p99_ms']}", row["median"]
            )


def _ratio(name: str, figures: dict[str, float], what: str, other: float) -> None:
    if name in figures:
        ours = figures[name]
        print(f"  {name}: ours {ours:,.0f} / {what} {other:,.0f} = {ours / other:.2f}")


def main() -> None:
    """Measure both engines."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="shorter, for a first look")
    quick = parser.parse_args().quick
    collect_seldom()
    print(f"{Path(__file__).name}: {now():%Y-%m-%d %H:%M} UTC")
    with sqlite_url() as url:
        compare("sqlite", measure("sqlite", url, quick=quick), quick=quick)
    with postgres_url() as url:
        if url is not None:
            compare("postgresql", measure("postgresql", url, quick=quick), quick=quick)


if __name__ == "__main__":
    main()
