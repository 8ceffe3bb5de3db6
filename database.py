"""The database: one engine, two dialects, and the two ways to open a transaction.

SQLite (WAL, synchronous=FULL) is the embedded default, PostgreSQL the production one. Every table's
key begins with `ledger_id`, so that a group of hospitals can spread over a distributed PostgreSQL.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Connection, MetaData, PoolProxiedConnection, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection

metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pkey",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ix": "%(table_name)s_%(column_0_N_name)s_idx",
        "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
        "ck": "%(table_name)s_%(constraint_name)s_check",
    }
)
"""Every table of the program, filled by the folders' `models.py`."""


class Database:
    """One database and how to talk to it. Safe to share between threads; make one per process.

    Args:
        url: an SQLAlchemy address, `sqlite:///path` or `postgresql+psycopg://…`.
        pool_size: connections kept open at the most (PostgreSQL).
    """

    def __init__(self, url: str, *, pool_size: int = 8) -> None:
        parsed = make_url(url)
        self.dialect = parsed.get_backend_name()
        self._lock_path: Path | None = None
        if self.dialect == "sqlite":
            path = Path(str(parsed.database)).resolve()
            path.parent.mkdir(parents=True, exist_ok=True)
            self._lock_path = path.with_name(path.name + ".lock")
            self.engine = create_engine(parsed, connect_args={"cached_statements": 512})
            event.listen(self.engine, "connect", _prepare_sqlite)
            event.listen(self.engine, "begin", _begin_sqlite)
        else:
            self.engine = create_engine(
                parsed,
                pool_size=pool_size,
                max_overflow=pool_size,
                connect_args=_POSTGRES,
            )

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that sees one consistent state and writes nothing."""
        with self.engine.connect() as connection:
            if self.dialect == "postgresql":
                connection.execution_options(
                    isolation_level="REPEATABLE READ", postgresql_readonly=True
                )
            with connection.begin() as transaction:
                yield connection
                # After a ROLLBACK psycopg forgets the statements that it prepared; what is
                # read-only may as well be committed. SQLite has no such transactions.
                if self.dialect == "sqlite":
                    transaction.rollback()

    @contextmanager
    def glance(self) -> Iterator[PoolProxiedConnection]:
        """A connection for single statements that write nothing; each sees what is committed.

        For what every request asks by `bulk` or `compiled`: to begin and end a transaction takes
        longer than such a statement, and on PostgreSQL two more ways to the server and back.
        """
        connection = self.engine.raw_connection()
        raw = connection.driver_connection
        try:
            if isinstance(raw, psycopg.Connection):
                raw.autocommit = True
            yield connection
        finally:
            try:
                if isinstance(raw, psycopg.Connection):
                    raw.autocommit = False
            except psycopg.Error:
                connection.invalidate()
            connection.close()

    @contextmanager
    def write(self, *, durable: bool = True) -> Iterator[Connection]:
        """A transaction that may write: committed when the block ends, rolled back when it raises.

        On SQLite writers stand in a fair queue (`flock`) before BEGIN IMMEDIATE: SQLite's own busy
        handler sleeps and lets late comers overtake (docs/architecture.md, "Write path").

        Args:
            durable: it is on the disk when the block has ended. False: nobody waits for the disk,
                and when the power fails the last of it may be lost, but never a part of it.
        """
        with self._queue(), self.engine.connect() as connection:
            if self.dialect == "sqlite":
                connection.execution_options(medtrace_write=True)
            with nullcontext() if durable else _unwaited(connection), connection.begin():
                if not durable and self.dialect == "postgresql":
                    connection.exec_driver_sql("SET LOCAL synchronous_commit TO off")
                yield connection

    @contextmanager
    def _queue(self) -> Iterator[None]:
        if self._lock_path is None:
            yield
            return
        descriptor = os.open(self._lock_path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def close(self) -> None:
        """Give every connection back to the operating system."""
        self.engine.dispose()


@contextmanager
def _unwaited(connection: Connection) -> Iterator[None]:
    """Let a commit on SQLite not wait for the disk; the log stays whole (`synchronous=NORMAL`)."""
    raw = connection.connection.driver_connection
    if not isinstance(raw, sqlite3.Connection):
        yield
        return
    (level,) = raw.execute("PRAGMA synchronous").fetchone()
    raw.execute(f"PRAGMA synchronous={min(level, _NORMAL)}").close()
    try:
        yield
    finally:
        raw.execute(f"PRAGMA synchronous={level}").close()


def migrate(url: str) -> None:
    """Bring the tables of a database to the form this program needs.

    Args:
        url: as for `Database`.
    """
    from alembic import command  # noqa: PLC0415 -- slow to load, and seldom needed
    from alembic.config import Config  # noqa: PLC0415 -- the same

    config = Config(str(_ALEMBIC))
    config.set_main_option("medtrace_url", url.replace("%", "%%"))
    command.upgrade(config, "head")
    if make_url(url).get_backend_name() == "sqlite":
        database = Database(url)
        with database.write() as connection:
            _advise_planner(connection)
        database.close()


def _advise_planner(connection: Connection) -> None:
    """Tell SQLite's planner once and for all what large tables look like.

    Without statistics it takes every equality for equally good: it looks for `ledger_id` alone, and
    so through a whole table, where that spares it a sort. Statistics that are taken differ from day
    to day; these are those of a large house, and a plan stays what the tests have seen.
    """
    connection.exec_driver_sql("ANALYZE sqlite_schema")  # makes the table of statistics, no more
    known = connection.exec_driver_sql("SELECT tbl, idx, stat FROM sqlite_stat1 ORDER BY 1, 2")
    advice = sorted(_advice(connection))
    if list(map(tuple, known)) != advice:
        connection.exec_driver_sql("DELETE FROM sqlite_stat1")
        connection.exec_driver_sql("INSERT INTO sqlite_stat1 VALUES (?, ?, ?)", advice)


def _advice(connection: Connection) -> Iterator[tuple[str, str, str]]:
    tables = connection.exec_driver_sql(
        "SELECT name, sql LIKE '%WITHOUT ROWID%' FROM sqlite_schema"
        " WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    )
    for table, clustered in tables.all():
        for _, index, unique, origin, _ in connection.exec_driver_sql(
            "SELECT * FROM pragma_index_list(?)", (table,)
        ).all():
            columns = connection.exec_driver_sql("SELECT * FROM pragma_index_info(?)", (index,))
            name = table if clustered and origin == "pk" else index
            yield table, name, _stat(len(columns.all()), unique=bool(unique))


def _stat(columns: int, *, unique: bool) -> str:
    """Rows in a table, then rows that share the first, the first two … columns of an index.

    <https://www.sqlite.org/fileformat2.html#stat1tab>; every first column is `ledger_id`.
    """
    shared = [_ROWS, *(max(_ROWS // 1000 ** (place + 1), 10) for place in range(columns - 1))]
    if unique:
        shared[-1] = 1
    return " ".join(map(str, [_ROWS, *shared]))


_ROWS = 1_000_000

_NORMAL = 1
"""What SQLite calls `synchronous=NORMAL`."""

_ALEMBIC = Path(__file__).with_name("alembic.ini")

# Parallel workers and the compiler make 8 ms queries 18 ms (docs/architecture.md, "Storage");
# every statement that the recorder repeats is prepared at its second use.
_POSTGRES: dict[str, Any] = {
    "options": "-c jit=off -c max_parallel_workers_per_gather=0 -c timezone=UTC",
    "application_name": "medtrace",
    "prepare_threshold": 1,
}

_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA recursive_triggers=ON",  # REPLACE deletes past the triggers of the ledger otherwise
    "PRAGMA busy_timeout=30000",
    "PRAGMA cache_size=-65536",
    "PRAGMA temp_store=MEMORY",
)


def _prepare_sqlite(connection: DBAPIConnection, _record: object) -> None:
    assert isinstance(connection, sqlite3.Connection)  # noqa: S101 -- tells the type checker
    connection.isolation_level = None  # we say BEGIN ourselves, see _begin_sqlite
    for pragma in _PRAGMAS:
        connection.execute(pragma).close()


def _begin_sqlite(connection: Connection) -> None:
    write = connection.get_execution_options().get("medtrace_write")
    raw = connection.connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)  # noqa: S101 -- tells the type checker
    # Past SQLAlchemy: its cursor and result took a third of the time of an empty transaction.
    raw.execute("BEGIN IMMEDIATE" if write else "BEGIN DEFERRED").close()
