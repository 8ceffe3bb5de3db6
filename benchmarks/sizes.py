"""Hospitals of 100,000, of 1,000,000 and of 10,000,000 events, to measure answers and rates in.

    python -m benchmarks.sizes FOLDER [--engine sqlite|postgresql] [--events N]

Fills one demo hospital and keeps a copy of it at each of these sizes: `FOLDER/{engine}/{size}` is
its data folder, on PostgreSQL with a database of the size's name. What is there already is kept, so
it goes on where it stopped. A line for each 100,000 events goes into `FOLDER/{engine}/fill.jsonl`.
"""

from __future__ import annotations

import argparse
import json
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import psycopg
from psycopg import sql

from benchmarks.machine import processor_seconds, server
from demo import HistoryClock, Progress, fill, is_seeded, seed
from hospital import Hospital, open_hospital, prepare_database
from settings import Settings

SEED: Final = 1
"""Of the load in every one of these hospitals."""
_STEP = 100_000
_NAMES = {100_000: "100k", 1_000_000: "1m", 10_000_000: "10m"}


@dataclass(frozen=True, slots=True)
class Sized:
    """A hospital with a load of a known size.

    Args:
        engine: `sqlite` or `postgresql`.
        events: how large the load is.
        settings: what opens it.
    """

    engine: str
    events: int
    settings: Settings

    @property
    def name(self) -> str:
        """The size in short: 100k, 1m, 10m."""
        return name_of(self.events)


def name_of(events: int) -> str:
    """A size in short."""
    return _NAMES.get(events, str(events))


def sized(folder: Path, engine: str) -> Iterator[Sized]:
    """The hospitals that stand in a folder, the smallest first, brought up to this program."""
    for events in sorted(_NAMES):
        settings = _settings(folder, engine, events)
        if (settings.data_dir / "whole").exists():
            prepare_database(settings)
            yield Sized(engine, events, settings)


def _settings(folder: Path, engine: str, events: int) -> Settings:
    data = folder.resolve() / engine / name_of(events)
    environ = {"MEDTRACE_DATA": str(data)}
    if engine == "postgresql":
        environ["MEDTRACE_DATABASE_URL"] = _database_url(name_of(events))
    return Settings.from_environment(environ)


def _database_url(name: str) -> str:
    return f"{server().rsplit('/', 1)[0]}/medtrace_{name}"


def make(folder: Path, engine: str, events: int) -> None:
    """Fill one hospital, and leave a copy at each size on the way."""
    settings = _settings(folder, engine, events)
    _open(settings, engine, f"medtrace_{name_of(events)}")
    for size in sorted({size for size in _NAMES if size <= events} | {events}):
        _grow(settings, size, settings.data_dir.parent / "fill.jsonl")
        kept = _settings(folder, engine, size)
        if size != events and not (kept.data_dir / "whole").exists():
            _copy(settings, kept, engine)
        (kept.data_dir / "whole").touch()
        print(f"{engine} {name_of(size)}: {kept.data_dir}", flush=True)


def _open(settings: Settings, engine: str, database: str) -> None:
    """The demo hospital with its people and its history, made where there is none."""
    if engine == "postgresql":
        with psycopg.connect(server(), autocommit=True) as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname=%s", (database,))
            if known.fetchone() is None:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))
    prepare_database(settings)
    clock = HistoryClock(datetime.now(UTC))
    hospital = open_hospital(settings, clock)
    if not is_seeded(hospital):
        seed(hospital, clock)
    hospital.close()


def _grow(settings: Settings, size: int, notes: Path) -> None:
    hospital = open_hospital(settings)
    begun = [(Progress(0, 0, 0.0, 0.0), _spent(hospital))]

    def told(progress: Progress) -> None:
        last, spent = begun[-1]
        if progress.done // _STEP > last.done // _STEP:
            now = _spent(hospital)
            if progress.added > last.added:
                _note(notes, _line(last, progress, now - spent))
            begun.append((progress, now))

    fill(hospital.ledger, hospital.recorder, size, SEED, told)
    hospital.close()


def _spent(hospital: Hospital) -> float:
    """Processor seconds of this process and of the database server's for it."""
    return time.process_time() + processor_seconds(hospital.database)


def _line(last: Progress, progress: Progress, spent: float) -> dict[str, float]:
    added, seconds = progress.added - last.added, progress.seconds - last.seconds
    return {
        "done": progress.done,
        "rate": round(added / seconds),
        "processor_rate": round(added / spent),
    }


def _note(notes: Path, line: dict[str, float]) -> None:
    with notes.open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")
    print(line, flush=True)


def _copy(settings: Settings, kept: Settings, engine: str) -> None:
    if engine == "sqlite":
        database = open_hospital(settings).database
        with database.engine.connect() as connection:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        database.close()
    else:
        names = [each.database_url.rpartition("/")[2] for each in (kept, settings)]
        with psycopg.connect(server(), autocommit=True) as connection:
            copied = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
            connection.execute(copied.format(*map(sql.Identifier, names)))
    shutil.copytree(settings.data_dir, kept.data_dir)


def main() -> None:
    """Fill."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--engine", default="sqlite", choices=("sqlite", "postgresql"))
    parser.add_argument("--events", type=int, default=1_000_000)
    given = parser.parse_args()
    make(given.folder, given.engine, given.events)


if __name__ == "__main__":
    main()
