"""Patients: pseudonyms for events, identities for those who may see them.

Events name a random pseudonym only. Who that is lies encrypted beside the ledger, and can be erased
without touching the chain (PIPL art. 47); what was read, by whom and why, is in the chain.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from access.audit import AccessEvent
from access.context import Act, Context, deny, text_field
from access.identity import (
    DisplayName,
    IdentifierKind,
    Identity,
    Purpose,
    pseudonym_bytes,
    pseudonym_text,
)
from access.legal_holds import LegalHolds
from access.patient_files import PatientFile, PatientFiles
from access.permissions import Action
from access.principal import Principal, permits, permits_somewhere
from access.signatures import Signature, check_signatures
from errors import Forbidden, Invalid, NotFound, Refused

_NOBODY = "urn:medtrace:patient:unknown"
_MOST = 5000


class Patients:
    """The door to who patients are.

    Args:
        context: what the services share.
        files: what is stored.
        holds: what keeps it from being erased.
    """

    def __init__(self, context: Context, files: PatientFiles, holds: LegalHolds) -> None:
        self._context = context
        self._files = files
        self.holds = holds

    def register(self, identity: Identity, *, by: Principal, address: str = "") -> str:
        """Store or update a person, known by the record number; gives the pseudonym.

        Raises:
            Forbidden: `by` may not, at the ward the identity names; recorded.
            Invalid: record number or name is missing, or a field is malformed.
        """
        return self.register_many([identity], by=by, address=address)[0]

    def register_many(
        self, identities: Iterable[Identity], *, by: Principal, address: str = ""
    ) -> list[str]:
        """The same for many, in one transaction; pseudonyms in the order given."""
        checked = [identity.checked() for identity in identities]
        with self._context.act() as act:
            return [self._register(act, identity, by, address) for identity in checked]

    def find(
        self,
        kind: IdentifierKind,
        value: str,
        *,
        by: Principal,
        reason: Purpose,
        address: str = "",
    ) -> str:
        """The pseudonym of the person with this record number or wristband.

        Raises:
            Forbidden: `by` may not, or the person lies somewhere else; recorded.
            NotFound: `patient-unknown`, nobody has it; recorded.
        """
        details: dict[str, object] = {"reason": str(reason), "identifier": str(kind)}
        with self._context.act() as act:
            raw = self._files.lookup(act.connection, kind, value)
            what = pseudonym_text(raw) if raw else _NOBODY
            event = AccessEvent(Action.FIND_PATIENTS, by.uri, what, "ok", address, details)
            if not permits_somewhere(by, Action.FIND_PATIENTS):
                raise deny(act, by, Action.FIND_PATIENTS, what, address)
            if raw is None:
                missing = replace(event, result="not-found")
                raise act.denied(NotFound("patient-unknown", field=str(kind)), missing)
            file = self._files.load(act.connection, [raw])[raw]
            if not self._permits(by, Action.FIND_PATIENTS, self._files.identity(file)):
                elsewhere = replace(event, result="forbidden")
                raise act.denied(Forbidden("patient-elsewhere"), elsewhere)
            act.record(event)
            return what

    def identify(
        self,
        pseudonym: str,
        *,
        by: Principal,
        reason: Purpose,
        about: str = "",
        address: str = "",
    ) -> Identity:
        """Who a pseudonym is.

        Args:
            pseudonym: as in events, `urn:uuid:…`.
            by: who wants to know.
            reason: why.
            about: what it is for: the number of a recall case, the id of an event.
            address: the network address.

        Raises:
            Forbidden: `by` may not, or the person lies somewhere else; recorded.
            NotFound: `patient-unknown`, or `patient-erased`; recorded.
            Invalid: `pseudonym-malformed`.
        """
        readings = self._readings([pseudonym], by, reason, about, address)
        match readings[pseudonym]:
            case "ok", Identity() as identity:
                return identity
            case "unknown", _:
                raise NotFound("patient-unknown", field="patient")
            case "erased", _:
                raise NotFound("patient-erased", field="patient")
            case _:
                raise Forbidden("patient-elsewhere")

    def identify_many(
        self,
        pseudonyms: Sequence[str],
        *,
        by: Principal,
        reason: Purpose,
        about: str = "",
        address: str = "",
    ) -> dict[str, Identity | None]:
        """Who these pseudonyms are, None for the erased.

        Unknown ones are left out, and so are those who lie where `by` may not look. One
        entry for each person is recorded, also for those who were left out.

        Raises:
            Forbidden: `by` may see no patient at all; recorded.
            Invalid: one is malformed, or there are more than 5,000.
        """
        readings = self._readings(pseudonyms, by, reason, about, address)
        return {
            text: identity
            for text, (result, identity) in readings.items()
            if result in {"ok", "erased"}
        }

    def display_names(
        self,
        pseudonyms: Sequence[str],
        *,
        by: Principal,
        reason: Purpose,
        about: str = "",
        address: str = "",
    ) -> dict[str, DisplayName | None]:
        """Bed, name and tail of the record number, as `identify_many`."""
        identities = self.identify_many(
            pseudonyms, by=by, reason=reason, about=about, address=address
        )
        return {
            text: None if identity is None else identity.display
            for text, identity in identities.items()
        }

    def erase(
        self,
        pseudonym: str,
        *,
        by: Principal,
        signatures: Iterable[Signature],
        address: str = "",
    ) -> None:
        """Destroy a person's key: nobody learns from us who the pseudonym was, ever again.

        The events stay and keep their sums: a recall then counts "1 implanted, person erased".

        Args:
            pseudonym: whose, `urn:uuid:…`.
            by: who erases.
            signatures: of two persons who may, for `erase_patients` about this pseudonym.
            address: the network address.

        Raises:
            Forbidden: `by` may not; recorded.
            NotFound: `patient-unknown` or `patient-erased`.
            Refused: `signature-required`, `second-signature-required`; `legal-hold`, as long as one
                is in force. Recorded.
        """
        raw = pseudonym_bytes(pseudonym)
        with self._context.act() as act:
            if not permits(by, Action.ERASE_PATIENTS):
                raise deny(act, by, Action.ERASE_PATIENTS, pseudonym, address)
            file = self._files.load(act.connection, [raw]).get(raw)
            if file is None:
                raise NotFound("patient-unknown", field="patient")
            if file.erased is not None:
                raise NotFound("patient-erased", field="patient")
            if self.holds.in_force(act.connection, raw):
                held = AccessEvent(Action.ERASE_PATIENTS, by.uri, pseudonym, "legal-hold", address)
                raise act.denied(Refused("legal-hold", field="patient"), held)
            signed = self._signed(act, pseudonym, by, signatures, address)
            self._files.destroy(act, raw)
            self.holds.forget_notes(act, raw)
            details = {"signed": signed}
            act.record(
                AccessEvent(Action.ERASE_PATIENTS, by.uri, pseudonym, "ok", address, details)
            )
        self._files.scrub()

    def _readings(
        self, pseudonyms: Sequence[str], by: Principal, reason: Purpose, about: str, address: str
    ) -> dict[str, tuple[str, Identity | None]]:
        """Read identities and put each reading on record: its result, and who it is."""
        if len(pseudonyms) > _MOST:
            raise Invalid("too-large", field="patients", limit=_MOST)
        raws = {text: pseudonym_bytes(text) for text in pseudonyms}
        details: dict[str, object] = {"reason": str(reason)}
        if about:
            details["about"] = text_field(about, "about")
        with self._context.act() as act:
            if not permits_somewhere(by, Action.SEE_PATIENTS):
                raise deny(act, by, Action.SEE_PATIENTS, ", ".join(raws)[:200], address)
            files = self._files.load(act.connection, list(raws.values()))
            readings = {text: self._reading(by, files.get(raw)) for text, raw in raws.items()}
            act.record(
                *(
                    AccessEvent(Action.SEE_PATIENTS, by.uri, text, result, address, details)
                    for text, (result, _) in readings.items()
                )
            )
        return readings

    def _reading(self, by: Principal, file: PatientFile | None) -> tuple[str, Identity | None]:
        if file is None:
            return "unknown", None
        identity = self._files.identity(file)
        if identity is None:
            return "erased", None
        if not self._permits(by, Action.SEE_PATIENTS, identity):
            return "forbidden", None
        return "ok", identity

    def _permits(self, by: Principal, action: Action, identity: Identity | None) -> bool:
        """Whether `by` may do it where the person lies; where nobody knows, hospital-wide only."""
        ward = identity.ward if identity and identity.ward else None
        return permits(by, action, ward, self._context.around(ward) if ward else ())

    def _signed(
        self,
        act: Act,
        pseudonym: str,
        by: Principal,
        signatures: Iterable[Signature],
        address: str,
    ) -> list[str]:
        action = Action.ERASE_PATIENTS
        try:
            return check_signatures(action, pseudonym, signatures, by=by, now=act.now)
        except Refused as refused:
            event = AccessEvent(action, by.uri, pseudonym, refused.code, address)
            raise act.denied(refused, event) from None

    def _register(self, act: Act, identity: Identity, by: Principal, address: str) -> str:
        number = identity.record_number
        raw = self._files.lookup(act.connection, IdentifierKind.RECORD_NUMBER, number)
        what = pseudonym_text(raw) if raw else _NOBODY
        file = self._files.load(act.connection, [raw])[raw] if raw else None
        known = self._files.identity(file) if file else None
        # Who moves a person to another ward needs the right at both.
        if not all(
            self._permits(by, Action.REGISTER_PATIENTS, person)
            for person in (identity, known or identity)
        ):
            raise deny(act, by, Action.REGISTER_PATIENTS, what, address)
        if file is None:
            raw = self._files.create(act, identity)
            word = "patient-registered"
        elif known == identity:
            return what
        else:
            raw = file.pseudonym
            self._files.replace(act, file, identity)
            word = "patient-updated"
        act.record(AccessEvent(word, by.uri, pseudonym_text(raw), address=address))
        return pseudonym_text(raw)
