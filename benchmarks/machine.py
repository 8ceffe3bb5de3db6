"""Where benchmarks run: fresh databases on both engines, and the baselines beside them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from database import Database
from settings import ROOT

BASELINES = Path(os.environ.get("MEDTRACE_BASELINES") or ROOT.parent / "shared" / "baselines")
"""The folder of the baseline scripts (MEDTRACE_BASELINES)."""

_POSTGRES = "postgresql://postgres@127.0.0.1:55432/postgres"
"""The server that the baselines' own `pg_up.sh` makes: both sides are measured on the same one."""


@contextmanager
def sqlite_url() -> Iterator[str]:
    """A fresh SQLite database on the disk that the baselines use too."""
    with tempfile.TemporaryDirectory(prefix="medtrace-bench-") as folder:
        yield f"sqlite:///{folder}/bench.sqlite3"


@contextmanager
def postgres_url() -> Iterator[str | None]:
    """A fresh PostgreSQL database beside the baselines'; None where no server can be had."""
    server = _server()
    if server is None:
        print("PostgreSQL: no server (MEDTRACE_BENCH_POSTGRES, or root for pg_up.sh)")
        yield None
        return
    name = f"bench_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
        try:
            base = server.rsplit("/", 1)[0]
            yield f"{base}/{name}".replace("postgresql://", "postgresql+psycopg://")
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


def server() -> str:
    """The PostgreSQL server that databases are made on.

    Raises:
        SystemExit: there is none.
    """
    found = _server()
    if found is None:
        sys.exit("PostgreSQL: no server (MEDTRACE_BENCH_POSTGRES, or root for pg_up.sh)")
    return found


def processor_seconds(database: Database) -> float:
    """Processor time that a PostgreSQL server on this machine has spent for our connections.

    0 on SQLite, which runs in our own process.
    """
    if database.dialect == "sqlite":
        return 0.0
    query = "SELECT pid FROM pg_stat_activity WHERE datname=current_database()"
    with database.read() as connection:
        servants = list(connection.exec_driver_sql(query).scalars())
    return sum(_spent(pid) for pid in servants)


def children_seconds() -> float:
    """Processor time that the processes have spent which we started, and those that they did."""
    parents = {int(each.name): _parent(each) for each in Path("/proc").glob("[0-9]*")}
    ours = {os.getpid()}
    while more := {pid for pid, parent in parents.items() if parent in ours} - ours:
        ours |= more
    return sum(_spent(pid) for pid in ours - {os.getpid()})


def wait_until_idle(within: float = 60) -> None:
    """Wait until the processes that we started rest, so that each worker is up and takes its share.

    Args:
        within: seconds after which we go on all the same.
    """
    until = time.monotonic() + within
    spent = -1.0
    while time.monotonic() < until and children_seconds() - spent > _RESTING_S:
        spent = children_seconds()
        time.sleep(1)


_RESTING_S = 0.05
"""Processor seconds in one second."""


def _parent(process: Path) -> int | None:
    try:
        return int((process / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1])
    except OSError:
        return None


def _spent(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _server() -> str | None:
    given = os.environ.get("MEDTRACE_BENCH_POSTGRES")
    if given:
        return given
    script = BASELINES / "ledger" / "pg_up.sh"
    if not _answers(_POSTGRES) and script.exists() and os.getuid() == 0:
        subprocess.run(["/bin/sh", str(script)], check=False, stdout=subprocess.DEVNULL)
    return _POSTGRES if _answers(_POSTGRES) else None


def _answers(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def baseline(script: str, *arguments: str) -> list[dict[str, Any]]:
    """Run a baseline script now and return the lines of figures that it prints."""
    path = BASELINES / script
    if not path.exists():
        print(f"baseline {script}: not here (set MEDTRACE_BASELINES)")
        return []
    print(f"… {script} {' '.join(arguments)}", flush=True)
    run = subprocess.run(
        [sys.executable, path.name, *arguments],
        cwd=path.parent,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    lines = [line for line in run.stdout.splitlines() if line.startswith('{"')]
    if run.returncode != 0:
        print(f"baseline {script} failed: {run.stderr[-300:]}")
    return [json.loads(line) for line in lines]
