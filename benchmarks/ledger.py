"""How fast the bare ledger appends, proves and verifies, beside its baselines in the same run.

    python -m benchmarks.ledger [--quick] [append|writers|proofs|verify]…

Entries carry the events of 420 bytes that the baselines carry. `append` writes chain, tree and
head; its baselines insert rows (`b_sqlite`) or events (`eventsourcing`). `writers` are 200 threads
in 4 processes that each wait for their receipt; the baseline (`h_design`) keeps a bare chain.
`proofs` come from the stored tiles, beside pymerkle. `verify` re-hashes entries, chain and tree
from SQLite, beside hashing the chain in memory (`f_hash`).
"""

from __future__ import annotations

import argparse
import hashlib
import multiprocessing
import os
import random
import sqlite3
import statistics
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from multiprocessing.queues import Queue
from pathlib import Path
from typing import Any
from uuid import uuid4

from eventsourcing.persistence import StoredEvent
from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteDatastore

from benchmarks.machine import baseline, postgres_url, sqlite_url
from database import Database, migrate
from ledger import SHA256, Batcher, Draft, Ledger, Receipt, encode
from ledger.shelves import DatabaseShelf
from ledger.tiles import StoredTiles
from ledger.tree import Tree
from ledger.walk import walk

_SECONDS = 4.0
_TURN = 2.0
_PROOFS = 1000


def now() -> datetime:
    """The time."""
    return datetime.now(UTC)


def draft(number: int) -> Draft:
    """A scan as the baselines write it, without their own chain's members."""
    serial = f"SN{number:012d}"
    event = {
        "actor": "user:nurse-0421",
        "exp": "2028-05-31",
        "gtin": "06901234567892",
        "location": "WH-03/OR-12/CAB-7",
        "lot": "LOT2026A17",
        "occurred_at": "2026-11-22T02:07:17.123456Z",
        "qty": 1,
        "serial": serial,
        "type": "SCAN",
        "udi": f"(01)06901234567892(17)280531(10)LOT2026A17(21){serial}",
        "uom": "EA",
    }
    return Draft("trace", encode(event))


DRAFTS = [draft(number) for number in range(2000)]


def open_ledger(url: str, *, fresh: bool = False) -> Ledger:
    """A ledger on a database, which is prepared and founded first where it is `fresh`."""
    if fresh:
        migrate(url)
    ledger = Ledger(Database(url), 1, now)
    if fresh:
        ledger.found("medtrace.example/bench", SHA256, encode({"type": "bench"}))
    return ledger


def append(ledger: Ledger, drafts: Sequence[Draft]) -> list[Receipt]:
    """One transaction."""
    with ledger.transaction() as transaction:
        return transaction.append(drafts)


def fill(ledger: Ledger, size: int) -> None:
    """Append until there are `size` entries."""
    while (missing := size - ledger.head().size) > 0:
        append(ledger, DRAFTS[: min(missing, 2000)])


def ratio(what: str, ours: float, theirs: float, aim: float, *, low: bool = False) -> None:
    """Print a ratio beside what was aimed at; `low`: less is better."""
    found = ours / theirs
    good = found <= aim if low else found >= aim
    verdict = "" if good else "   MISSED"
    sign = "≤" if low else "≥"
    print(f"  {what}: {ours:,.1f} / {theirs:,.1f} = {found:.2f} (aim {sign} {aim}){verdict}")


def _figures(rows: Sequence[dict[str, Any]], name: str) -> dict[str, Any] | None:
    return next((row for row in rows if row["name"].startswith(name)), None)


def measure_append(*, quick: bool) -> None:
    """One caller, 1, 50 and 500 entries a transaction, on SQLite.

    The baselines' loops (`b_sqlite.py`, `e_es.py`) run here again, turn by turn with ours: a disk
    that others use too is no longer the same a minute later.
    """
    ways: dict[str, Callable[[int], float]] = {
        "ledger": _append_for,
        "rows (b_sqlite)": _insert_rows_for,
        "eventsourcing (e_es)": _insert_events_for,
    }
    rates: dict[tuple[str, int], float] = {}
    for size in (1, 50, 500):
        runs: dict[str, list[float]] = {way: [] for way in ways}
        for _ in range(3 if quick else 6):
            for way, run in ways.items():
                runs[way].append(run(size))
        for way, found in runs.items():
            rates[way, size] = statistics.median(found)
            print(f"{size:>3} a transaction, {way:<21}: {rates[way, size]:>9,.0f} entries/s")
    ratio("500, ours / rows", rates["ledger", 500], rates["rows (b_sqlite)", 500], 0.3)
    ratio("50, ours / eventsourcing", rates["ledger", 50], rates["eventsourcing (e_es)", 50], 1.5)


def _append_for(size: int) -> float:
    with sqlite_url() as url:
        ledger = open_ledger(url, fresh=True)
        rate = _repeat(lambda at: append(ledger, DRAFTS[at : at + size]), size)
        ledger.database.close()
    return rate


def _insert_rows_for(size: int) -> float:
    with sqlite_url() as url:
        connection = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute(
            "CREATE TABLE ev (seq INTEGER PRIMARY KEY, prev BLOB NOT NULL, hash BLOB NOT NULL,"
            " body TEXT NOT NULL)"
        )
        bodies = [each.event.decode() for each in DRAFTS]
        state: list[Any] = [0, bytes(32)]

        def insert(at: int) -> None:
            seq, previous = state
            connection.execute("BEGIN IMMEDIATE")
            for body in bodies[at : at + size]:
                digest = hashlib.sha256(previous + body.encode()).digest()
                connection.execute("INSERT INTO ev VALUES (?,?,?,?)", (seq, previous, digest, body))
                seq, previous = seq + 1, digest
            connection.execute("COMMIT")
            state[:] = seq, previous

        rate = _repeat(insert, size)
        connection.close()
    return rate


def _insert_events_for(size: int) -> float:
    with sqlite_url() as url:
        datastore = SQLiteDatastore(url.removeprefix("sqlite:///"))
        recorder = SQLiteApplicationRecorder(datastore)
        recorder.create_table()
        body = DRAFTS[1].event

        def insert(_: int) -> None:
            recorder.insert_events([StoredEvent(uuid4(), 1, "x:Y", body) for _ in range(size)])

        rate = _repeat(insert, size)
        datastore.close()
    return rate


def _repeat(work: Callable[[int], object], size: int) -> float:
    """How many entries a second, when `work` takes `size` of the drafts at a time."""
    count, begin = 0, time.perf_counter()
    while time.perf_counter() - begin < _TURN:
        work(count % (len(DRAFTS) - size + 1))
        count += size
    return count / (time.perf_counter() - begin)


def _writers(url: str, threads: int, start: float, answers: Queue[tuple[list[float], int]]) -> None:
    ledger = open_ledger(url)
    batches = 0

    def write(drafts: Sequence[Draft]) -> list[Receipt]:
        nonlocal batches
        batches += 1
        return append(ledger, drafts)

    batcher: Batcher[Draft, Receipt] = Batcher(write)
    times: list[float] = []
    guard = threading.Lock()

    def run(number: int) -> None:
        own: list[float] = []
        while time.time() < start:
            time.sleep(0.01)
        while time.time() < start + _SECONDS:
            before = time.perf_counter()
            batcher.submit([DRAFTS[(number + len(own)) % 2000]])
            own.append(time.perf_counter() - before)
        with guard:
            times.extend(own)

    running = [threading.Thread(target=run, args=(n,)) for n in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    answers.put((times, batches))


def _together(url: str) -> tuple[float, float]:
    """200 threads in 4 processes: entries per second, and p99 of a call in ms."""
    context = multiprocessing.get_context("spawn")
    answers: Queue[tuple[list[float], int]] = context.Queue()
    start = time.time() + 5
    workers = [context.Process(target=_writers, args=(url, 50, start, answers)) for _ in range(4)]
    for worker in workers:
        worker.start()
    said = [answers.get() for _ in workers]
    for worker in workers:
        worker.join()
    times = sorted(each for mine, _ in said for each in mine)
    print(f"  mean batch {len(times) / sum(batches for _, batches in said):.1f}")
    return len(times) / _SECONDS, times[len(times) * 99 // 100] * 1000


def measure_writers(*, quick: bool) -> None:
    """200 writers in 4 processes, on both engines."""
    with sqlite_url() as url:
        _compare_writers("sqlite_batch_flock", url, quick=quick)
    with postgres_url() as postgres:
        if postgres is not None:
            _compare_writers("pg_batch", postgres, quick=quick)


def _compare_writers(mode: str, url: str, *, quick: bool) -> None:
    open_ledger(url, fresh=True).database.close()
    ours, theirs = [], []
    for _ in range(1 if quick else 3):
        theirs += baseline("ledger/h_design.py", mode, "4", "50", str(_SECONDS), "1")
        ours.append(_together(url))
    rate, p99 = (statistics.median(each) for each in zip(*ours, strict=True))
    print(f"200 writers, {mode}: {rate:,.0f} entries/s, p99 {p99:.1f} ms")
    if theirs:
        ratio("rate", rate, statistics.median(row["median"] for row in theirs), 0.5)
        other = statistics.median(row["p99_ms"][0] for row in theirs)
        ratio("p99", p99, other, 1.5, low=True)


def measure_proofs(*, quick: bool) -> None:
    """Proofs from ledgers of growing size, each for random entries."""
    rows = baseline("ledger/d_pymerkle.py")
    theirs = _figures(rows, "d_pymerkle_inclusion_proof_100k")
    with sqlite_url() as url:
        ledger = open_ledger(url, fresh=True)
        for size in (1_000, 10_000, 100_000, *([] if quick else [1_000_000])):
            fill(ledger, size)
            inclusion = _time_proofs(ledger, lambda tree, at: tree.inclusion_proof(at - 1))
            _time_proofs(ledger, lambda tree, at: tree.consistency_proof(at), "consistency")
            if theirs and size == 100_000:
                ratio("pymerkle over ours, ms", theirs["median"], inclusion, 100)
        ledger.database.close()


def _time_proofs(
    ledger: Ledger, prove: Callable[[Tree, int], object], name: str = "inclusion"
) -> float:
    size, chance, times = ledger.head().size, random.Random(1), []
    for _ in range(_PROOFS):
        at = chance.randint(1, size)
        before = time.perf_counter()
        with ledger.database.read() as connection:
            prove(Tree(StoredTiles(connection, 1), SHA256, size), at)
        times.append((time.perf_counter() - before) * 1000)
    times.sort()
    p50, p99 = times[len(times) // 2], times[len(times) * 99 // 100]
    print(f"{name:<11} proof, {size:>9,} entries: p50 {p50:.2f} ms  p99 {p99:.2f} ms")
    return p50


def measure_verify(*, quick: bool) -> None:
    """Entries, chain and tree from SQLite, on one core and on all.

    The baseline is the loop of `f_hash.py`, the same bytes hashed as a chain in memory, turn by
    turn with ours. One core is measured by processor time: what others do meanwhile doesn't count.
    """
    with sqlite_url() as url:
        ledger = open_ledger(url, fresh=True)
        fill(ledger, 200_000 if quick else 1_000_000)
        bodies = [entry.body for entry in ledger.entries(0, 20_000)]
        cores = len(os.sched_getaffinity(0))
        turns = [
            (_verify(ledger, url, 1), _verify(ledger, url, cores), _chain_in_memory(bodies))
            for _ in range(5)
        ]
        ledger.database.close()
    one, every, theirs = zip(*turns, strict=True)
    cpu, wall = (statistics.median(each) for each in zip(*one, strict=True))
    all_wall = statistics.median(each for _, each in every)
    print(f"verify: {cpu:,.0f} entries per processor second, {wall:,.0f} by the clock")
    print(f"verify, {cores} processes: {all_wall:,.0f} entries/s by the clock")
    ratio("ours / in memory, per processor second", cpu, statistics.median(theirs), 0.35)
    if cores > 1:
        ratio("all cores over one, by the clock", all_wall, wall, 1.7)


def _verify(ledger: Ledger, url: str, processes: int) -> tuple[float, float]:
    """Entries per processor second (of this process), and per second by the clock."""
    size = ledger.head().size
    with ledger.database.read() as connection:
        source = StoredTiles(connection, 1)
        used, begin = time.process_time(), time.perf_counter()
        walk(DatabaseShelf(url, 1, mapped=True), SHA256, size, source=source, processes=processes)
        used, took = time.process_time() - used, time.perf_counter() - begin
    return size / used, size / took


def _chain_in_memory(bodies: list[bytes]) -> float:
    sha256, digest = hashlib.sha256, bytes(32)
    kept = []
    for body in bodies * 10:
        digest = sha256(digest + body).digest()
        kept.append(digest)
    digest = bytes(32)
    begin = time.process_time()
    for body, expected in zip(bodies * 10, kept, strict=True):
        digest = sha256(digest + body).digest()
        if digest != expected:
            raise SystemExit("bad")
    return len(kept) / (time.process_time() - begin)


MEASURES: dict[str, Callable[..., None]] = {
    "append": measure_append,
    "writers": measure_writers,
    "proofs": measure_proofs,
    "verify": measure_verify,
}


def main() -> None:
    """Measure what is asked for, or everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="shorter, for a first look")
    parser.add_argument("what", nargs="*", choices=[*MEASURES, []], help="default: everything")
    asked = parser.parse_args()
    print(f"{Path(__file__).name}: {now():%Y-%m-%d %H:%M} UTC")
    for name in asked.what or MEASURES:
        MEASURES[name](quick=asked.quick)


if __name__ == "__main__":
    main()
