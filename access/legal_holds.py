"""Legal holds: a court, an authority or an adverse event keeps a person's data from being erased.

Placing and lifting are entries in the ledger. The note that says why is encrypted under the
person's own key: it would name them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from access.audit import AccessEvent
from access.context import Act, Context, deny, text_field
from access.identity import pseudonym_bytes, pseudonym_text
from access.models import legal_hold
from access.patient_files import PatientFiles
from access.permissions import Action
from access.principal import Principal, permits
from access.tokens import is_id
from errors import NotFound

_UNKNOWN = "urn:medtrace:hold:unknown"


@dataclass(frozen=True, slots=True)
class LegalHold:
    """A hold as those who may see it see it.

    Args:
        hold_id: its id.
        pseudonym: whose data is held.
        note: why; empty once the person was erased.
        placed: since when.
        placed_by: who placed it, as `Principal.uri`.
        lifted: until when, or None while it is in force.
    """

    hold_id: str
    pseudonym: str
    note: str = field(repr=False)
    placed: datetime
    placed_by: str
    lifted: datetime | None


class LegalHolds:
    """Places and lifts holds.

    Args:
        context: what the services share.
        files: whose data is held.
    """

    def __init__(self, context: Context, files: PatientFiles) -> None:
        self._context = context
        self._files = files

    def place(self, pseudonym: str, note: str, *, by: Principal, address: str = "") -> str:
        """Hold a person's data; gives the hold's id. Several holds may be in force at once.

        Args:
            pseudonym: whose, `urn:uuid:…`.
            note: why: the authority, the number of its letter.
            by: who places it.
            address: the network address.

        Raises:
            Forbidden: `by` may not; recorded.
            NotFound: `patient-unknown`, or `patient-erased`: there is nothing left to hold.
            Invalid: the note is missing or malformed.
        """
        raw, text = pseudonym_bytes(pseudonym), text_field(note, "note")
        with self._context.act() as act:
            if not permits(by, Action.HOLD_PATIENTS):
                raise deny(act, by, "legal-hold-placed", pseudonym, address)
            file = self._files.load(act.connection, [raw]).get(raw)
            if file is None or file.erased is not None:
                code = "patient-erased" if file else "patient-unknown"
                raise NotFound(code, field="patient")
            hold_id = self._context.new_id()
            act.connection.execute(
                insert(legal_hold).values(
                    ledger_id=self._context.ledger_id,
                    hold_id=hold_id,
                    pseudonym=raw,
                    note=self._files.note_encrypted(file, text),
                    placed=act.now,
                    placed_by=by.uri,
                )
            )
            details: dict[str, object] = {"hold": hold_id}
            act.record(AccessEvent("legal-hold-placed", by.uri, pseudonym, "ok", address, details))
        return hold_id

    def lift(self, hold_id: str, *, by: Principal, address: str = "") -> None:
        """End a hold.

        Raises:
            Forbidden: `by` may not; recorded.
            NotFound: there is no such hold in force.
        """
        with self._context.act() as act:
            if not permits(by, Action.HOLD_PATIENTS):
                raise deny(act, by, "legal-hold-lifted", _UNKNOWN, address)
            lifted = act.connection.execute(
                update(legal_hold)
                .where(
                    legal_hold.c.ledger_id == self._context.ledger_id,
                    legal_hold.c.hold_id == (hold_id if is_id(hold_id) else ""),
                    legal_hold.c.lifted.is_(None),
                )
                .values(lifted=act.now, lifted_by=by.uri)
                .returning(legal_hold.c.pseudonym)
            ).scalar()
            if lifted is None:
                raise NotFound("not-found", what=hold_id)
            what = pseudonym_text(bytes(lifted))
            details: dict[str, object] = {"hold": hold_id}
            act.record(AccessEvent("legal-hold-lifted", by.uri, what, "ok", address, details))

    def of(self, pseudonym: str, *, by: Principal, address: str = "") -> list[LegalHold]:
        """The holds of a person, the oldest first. Reading them is recorded.

        Raises:
            Forbidden: `by` may not; recorded.
        """
        raw = pseudonym_bytes(pseudonym)
        query = select(legal_hold).where(
            legal_hold.c.ledger_id == self._context.ledger_id, legal_hold.c.pseudonym == raw
        )
        with self._context.act() as act:
            if not permits(by, Action.HOLD_PATIENTS):
                raise deny(act, by, "legal-holds-read", pseudonym, address)
            file = self._files.load(act.connection, [raw]).get(raw)
            rows = act.connection.execute(query.order_by(legal_hold.c.placed)).all()
            act.record(AccessEvent("legal-holds-read", by.uri, pseudonym, address=address))
        return [
            LegalHold(
                hold_id=row.hold_id,
                pseudonym=pseudonym,
                note=self._files.note(file, bytes(row.note)) if file and row.note else "",
                placed=row.placed,
                placed_by=row.placed_by,
                lifted=row.lifted,
            )
            for row in rows
        ]

    def in_force(self, connection: Connection, pseudonym: bytes) -> bool:
        """Whether anything keeps this person's data from being erased."""
        columns = legal_hold.c
        found = connection.execute(
            select(columns.hold_id)
            .where(
                columns.ledger_id == self._context.ledger_id,
                columns.pseudonym == pseudonym,
                columns.lifted.is_(None),
            )
            .limit(1)
        ).first()
        return found is not None

    def forget_notes(self, act: Act, pseudonym: bytes) -> None:
        """Overwrite the notes about a person who is erased; that there were holds stays."""
        columns = legal_hold.c
        act.connection.execute(
            update(legal_hold)
            .where(columns.ledger_id == self._context.ledger_id, columns.pseudonym == pseudonym)
            .values(note=b"")
        )
