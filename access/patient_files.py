"""The stored identities: a key for each person, wrapped by the master key; a blind index beside.

To erase a person is to destroy their key: what it encrypted is noise from then on, in this database
and in every copy of its rows without the key.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from access.context import Act, Context
from access.identity import IdentifierKind, Identity, identifier_value
from access.models import patient, patient_index
from access.tokens import uuid4
from access.vault import KEY_SIZE, Vault

_IMPATIENT: Final = "busy_timeout=200"
"""Writers wait while a checkpoint waits for readers: milliseconds, not the usual half minute."""


@dataclass(frozen=True, slots=True)
class PatientFile:
    """A stored person.

    Args:
        pseudonym: the 16 random bytes that events know.
        wrapped_key: the person's key, encrypted; None once erased.
        identity: who it is, encrypted; None once erased.
        erased: since when, or None.
    """

    pseudonym: bytes
    wrapped_key: bytes | None
    identity: bytes | None
    erased: datetime | None


class PatientFiles:
    """Reads, writes and destroys what is stored about persons. Asks nobody, records nothing."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._master = Vault(context.keys.patients, context.entropy, context.cipher)

    def lookup(self, connection: Connection, kind: IdentifierKind, value: str) -> bytes | None:
        """The pseudonym that belongs to an identifier."""
        columns = patient_index.c
        found = connection.execute(
            select(columns.pseudonym).where(
                columns.ledger_id == self._context.ledger_id,
                columns.digest == self._digest(kind, value),
            )
        ).scalar()
        return None if found is None else bytes(found)

    def load(self, connection: Connection, pseudonyms: list[bytes]) -> dict[bytes, PatientFile]:
        """The stored persons among these, by pseudonym."""
        rows = connection.execute(
            select(patient).where(
                patient.c.ledger_id == self._context.ledger_id, patient.c.pseudonym.in_(pseudonyms)
            )
        )
        files = [
            PatientFile(
                bytes(row.pseudonym), _bytes(row.wrapped_key), _bytes(row.identity), row.erased
            )
            for row in rows
        ]
        return {file.pseudonym: file for file in files}

    def create(self, act: Act, identity: Identity) -> bytes:
        """Store a person; gives the new pseudonym."""
        pseudonym = uuid4(self._context.entropy).bytes
        key = self._context.entropy(KEY_SIZE)
        act.connection.execute(
            insert(patient).values(
                ledger_id=self._context.ledger_id,
                pseudonym=pseudonym,
                wrapped_key=self._master.encrypt(key, bound_to=self._bound_to("key", pseudonym)),
                identity=self._encrypted(key, pseudonym, identity),
                registered=act.now,
            )
        )
        self._index(act, pseudonym, identity)
        return pseudonym

    def replace(self, act: Act, file: PatientFile, identity: Identity) -> None:
        """Store what is now known about a person, and find them by that only."""
        key = self._key(file)
        act.connection.execute(
            update(patient)
            .where(*self._row(file.pseudonym))
            .values(identity=self._encrypted(key, file.pseudonym, identity))
        )
        self._unindex(act, file.pseudonym)
        self._index(act, file.pseudonym, identity)

    def identity(self, file: PatientFile) -> Identity | None:
        """Who it is; None once erased.

        Raises:
            Tampered: a row was changed by hand, or the master key is another one.
        """
        if file.identity is None:
            return None
        vault = self._vault(self._key(file))
        bound_to = self._bound_to("identity", file.pseudonym)
        return Identity.from_bytes(vault.decrypt(file.identity, bound_to=bound_to))

    def note_encrypted(self, file: PatientFile, note: str) -> bytes:
        """A text about a person, encrypted under their key."""
        bound_to = self._bound_to("note", file.pseudonym)
        return self._vault(self._key(file)).encrypt(note.encode(), bound_to=bound_to)

    def note(self, file: PatientFile, stored: bytes) -> str:
        """The text that `note_encrypted` encrypted; raises as `identity`."""
        bound_to = self._bound_to("note", file.pseudonym)
        return self._vault(self._key(file)).decrypt(stored, bound_to=bound_to).decode()

    def destroy(self, act: Act, pseudonym: bytes) -> None:
        """Destroy a person's key, what it encrypted, and the ways to find them."""
        if self._context.database.dialect == "sqlite":
            # SQLite only unlinks what is deleted, unless told to overwrite it with zeros.
            act.connection.exec_driver_sql("PRAGMA secure_delete=ON")
        act.connection.execute(
            update(patient)
            .where(*self._row(pseudonym))
            .values(wrapped_key=None, identity=None, erased=act.now)
        )
        self._unindex(act, pseudonym)

    def scrub(self) -> None:
        """After a destruction, empty the write-ahead log that still holds the old pages (SQLite).

        A long reader can keep it from being emptied; it then is at the next checkpoint. On
        PostgreSQL old row versions go with VACUUM FULL and the log files with their retention,
        and backups of either with theirs: erasure is complete when the oldest one is gone.
        """
        if self._context.database.dialect != "sqlite":
            return
        with self._context.database.engine.connect() as connection:
            # On the driver's connection: SQLAlchemy would begin a transaction first, and a
            # checkpoint can't run inside one.
            raw = connection.connection.driver_connection
            assert isinstance(raw, sqlite3.Connection)  # noqa: S101 -- tells the type checker
            before = raw.execute("PRAGMA busy_timeout").fetchone()[0]
            for pragma in (_IMPATIENT, "wal_checkpoint(TRUNCATE)", f"busy_timeout={before:d}"):
                raw.execute(f"PRAGMA {pragma}").close()

    def _key(self, file: PatientFile) -> bytes:
        bound_to = self._bound_to("key", file.pseudonym)
        return self._master.decrypt(file.wrapped_key or b"", bound_to=bound_to)

    def _encrypted(self, key: bytes, pseudonym: bytes, identity: Identity) -> bytes:
        bound_to = self._bound_to("identity", pseudonym)
        return self._vault(key).encrypt(identity.to_bytes(), bound_to=bound_to)

    def _vault(self, key: bytes) -> Vault:
        return Vault(key, self._context.entropy, self._context.cipher)

    def _bound_to(self, part: str, pseudonym: bytes) -> bytes:
        return f"patient {part} {self._context.ledger_id} {pseudonym.hex()}".encode()

    def _index(self, act: Act, pseudonym: bytes, identity: Identity) -> None:
        digests = [self._digest(kind, value) for kind, value in identity.identifiers()]
        # A wristband number that is used again belongs to the person who wears it now.
        columns = patient_index.c
        act.connection.execute(
            delete(patient_index).where(
                columns.ledger_id == self._context.ledger_id, columns.digest.in_(digests)
            )
        )
        act.connection.execute(
            insert(patient_index),
            [
                {"ledger_id": self._context.ledger_id, "digest": digest, "pseudonym": pseudonym}
                for digest in digests
            ],
        )

    def _unindex(self, act: Act, pseudonym: bytes) -> None:
        columns = patient_index.c
        act.connection.execute(
            delete(patient_index).where(
                columns.ledger_id == self._context.ledger_id, columns.pseudonym == pseudonym
            )
        )

    def _digest(self, kind: IdentifierKind, value: str) -> bytes:
        return self._context.digest(
            self._context.keys.index, f"patient {kind}", identifier_value(value)
        )

    def _row(self, pseudonym: bytes) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
        return patient.c.ledger_id == self._context.ledger_id, patient.c.pseudonym == pseudonym


def _bytes(value: bytes | None) -> bytes | None:
    return None if value is None else bytes(value)
