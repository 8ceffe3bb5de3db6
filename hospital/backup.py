"""Backups: the whole database in one file with its checksum, and back; the keys are left out.

What is in a backup can't read or sign for anybody: identities, password hashes and second factors
are encrypted under keys that have a backup of their own. A restored database is believed only after
its ledger was verified from the first entry on (GB/T 22239-2019 §8.1.4.9).
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any, Final

from sqlalchemy import URL, inspect, make_url

from database import Database, migrate
from errors import Conflict, Invalid, Unavailable
from hospital.batches import check_batches
from ledger import (
    Auditor,
    Clock,
    DatabaseShelf,
    Head,
    Ledger,
    VerificationError,
    read_entries_at,
    stored_entries,
    timestamp,
)
from settings import Settings

_FORMAT: Final = 1
_MANIFEST: Final = "manifest.json"
_DUMPS: Final = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
_CHUNK: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Backup:
    """What the manifest of a backup says.

    Args:
        engine: `sqlite` or `postgresql`.
        origin: the ledger's name.
        size: how many entries it holds at least.
        head: the hash of the last of these, in hex.
        made: when.
        sha256: of the dump beside the manifest, in hex.
    """

    engine: str
    origin: str
    size: int
    head: str
    made: str
    sha256: str

    def encode(self) -> bytes:
        """The manifest as JSON."""
        said = {name: getattr(self, name) for name in self.__slots__}
        return json.dumps({"format": _FORMAT, **said}, indent=1).encode()

    @classmethod
    def parse(cls, content: bytes) -> Backup:
        """The manifest that `encode` wrote.

        Raises:
            VerificationError: `backup-damaged`.
        """
        try:
            said: dict[str, Any] = json.loads(content)
            if said.pop("format") != _FORMAT or said["engine"] not in _DUMPS:
                raise VerificationError("backup-damaged", _MANIFEST)
            return cls(**said)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise VerificationError("backup-damaged", _MANIFEST) from error


def back_up(settings: Settings, file: Path, clock: Clock) -> Backup:
    """Write the whole database to one file while the service goes on.

    Args:
        settings: whose database.
        file: where to; its folder must be there, it itself must not.
        clock: tells the time for the manifest.

    Raises:
        Conflict: `backup-exists`.
        Unavailable: `backup-tool-failed`: pg_dump is missing or did not get through.
    """
    if file.exists():
        raise Conflict("backup-exists", what=file)
    url = make_url(settings.database_url)
    engine = url.get_backend_name()
    head = _head(settings)
    with TemporaryDirectory(dir=file.resolve().parent) as folder:
        dump = Path(folder) / _DUMPS[engine]
        if engine == "sqlite":
            _copy_sqlite(Path(str(url.database)), dump)
        else:
            _run(url, "pg_dump", "--format=custom", "--no-owner", f"--file={dump}")
        digest = _sha256(dump)
        made = timestamp(clock())
        backup = Backup(engine, head.origin, head.size, head.hash.hex(), made, digest)
        draft = Path(folder) / "backup.tar"
        _pack(draft, backup, dump)
        draft.chmod(0o600)
        draft.replace(file)
    return backup


def restore(settings: Settings, file: Path, clock: Clock) -> Backup:
    """Fill an empty database from a backup, and verify its ledger from the first entry on.

    On SQLite nothing is put into place before it was verified; a PostgreSQL database that fails is
    left as it is, to be looked at and dropped.

    Raises:
        Conflict: `restore-not-empty`: there is something in the database already.
        Invalid: `backup-other-engine`.
        Unavailable: `backup-tool-failed`.
        VerificationError: `backup-damaged`, or what `medtrace ledger verify` would say.
    """
    url = make_url(settings.database_url)
    _check_empty(url)
    with TemporaryDirectory(dir=_folder(url)) as folder:
        backup, dump = _unpack(file, Path(folder))
        if backup.engine != url.get_backend_name():
            raise Invalid("backup-other-engine", found=backup.engine)
        if backup.engine == "sqlite":
            _verify(settings, f"sqlite:///{dump}", backup, clock)
            _copy_sqlite(dump, Path(str(url.database)))
        else:
            _run(url, "pg_restore", "--no-owner", "--single-transaction", str(dump), into=True)
            _verify(settings, settings.database_url, backup, clock)
    return backup


def _head(settings: Settings) -> Head:
    database = Database(settings.database_url)
    with closing(database):
        return Ledger(database, settings.ledger_id, _no_clock).head()


def _no_clock() -> Any:  # noqa: ANN401 -- nothing is written here
    raise NotImplementedError


def _copy_sqlite(source: Path, target: Path) -> None:
    """SQLite's online backup: one consistent state, whoever writes meanwhile."""
    with closing(sqlite3.connect(source)) as reads, closing(sqlite3.connect(target)) as writes:
        reads.backup(writes)
    target.chmod(0o600)


def _run(url: URL, tool: str, *options: str, into: bool = False) -> None:
    """Run one of PostgreSQL's own tools; the password goes by the environment, not by `ps`."""
    plain = url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    target = [f"--dbname={plain}", *(["--exit-on-error"] if into else [])]
    secret = {"PGPASSWORD": str(url.password)} if url.password else {}
    program = shutil.which(tool)
    if program is None:
        raise Unavailable("backup-tool-failed", what=tool, detail="PATH")
    done = subprocess.run(  # noqa: S603 -- PostgreSQL's own tool, no shell
        [program, *target, *options],
        env={**os.environ, **secret},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Unavailable("backup-tool-failed", what=tool, detail=done.stderr.strip()[:500])


def _pack(draft: Path, backup: Backup, dump: Path) -> None:
    content = backup.encode()
    with tarfile.open(draft, "w") as tar:
        entry = tarfile.TarInfo(_MANIFEST)
        entry.size, entry.mode = len(content), 0o600
        tar.addfile(entry, io.BytesIO(content))
        tar.add(dump, arcname=dump.name)


def _unpack(file: Path, folder: Path) -> tuple[Backup, Path]:
    """The manifest, and the dump once its checksum was found right."""
    try:
        with tarfile.open(file, "r:") as tar:
            backup = Backup.parse(_member(tar, _MANIFEST).read(_CHUNK))
            dump = folder / _DUMPS[backup.engine]
            with _member(tar, dump.name) as packed, dump.open("wb") as out:
                shutil.copyfileobj(packed, out, _CHUNK)
    except (tarfile.TarError, OSError, EOFError) as error:
        raise VerificationError("backup-damaged", str(error)) from error
    if _sha256(dump) != backup.sha256:
        raise VerificationError("backup-damaged", dump.name)
    return backup, dump


def _member(tar: tarfile.TarFile, name: str) -> IO[bytes]:
    # Read by name into a file of ours: nothing in the archive says where on the disk it goes.
    try:
        found = tar.extractfile(name)
    except KeyError:
        found = None
    if found is None:
        raise VerificationError("backup-damaged", name)
    return found


def _sha256(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _check_empty(url: URL) -> None:
    if url.get_backend_name() == "sqlite" and not Path(str(url.database)).exists():
        return
    database = Database(url.render_as_string(hide_password=False))
    with closing(database):
        if inspect(database.engine).get_table_names():
            raise Conflict("restore-not-empty")


def _folder(url: URL) -> Path | None:
    """Where the dump is unpacked: beside the database that is made of it, or anywhere."""
    if url.get_backend_name() != "sqlite":
        return None
    folder = Path(str(url.database)).resolve().parent
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _verify(settings: Settings, url: str, backup: Backup, clock: Clock) -> None:
    """The ledger of a restored database: whole, signed, and up to where the backup was taken."""
    migrate(url)
    database = Database(url)
    with closing(database):
        ledger = Ledger(database, settings.ledger_id, clock)
        audit = Auditor(ledger, clock).audit(full=True)
        check_batches(stored_entries(DatabaseShelf(url, ledger.ledger_id), audit.size))
        with database.read() as connection:
            last = read_entries_at(connection, ledger.ledger_id, [backup.size - 1])
        if not last or last[0].hash.hex() != backup.head:
            raise VerificationError("backup-damaged", f"entry {backup.size - 1}")
