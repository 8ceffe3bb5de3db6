"""Who a patient is, and why somebody wants to know: values only."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields
from enum import StrEnum
from typing import Final
from uuid import UUID

from access.context import text_field
from errors import Invalid
from ledger import encode

_URN: Final = "urn:uuid:"
_TAIL: Final = 4


class Purpose(StrEnum):
    """Why identities are read: codes of HL7 v3 PurposeOfUse, a closed list.

    A free text would end up in the ledger for ever, and people write names into free texts.
    """

    TREATMENT = "TREAT"
    EMERGENCY_TREATMENT = "ETREAT"
    PATIENT_SAFETY = "PATSFTY"
    """A recall, an adverse event."""
    PUBLIC_HEALTH = "PUBHLTH"
    QUALITY = "HQUALIMP"
    PATIENT_REQUEST = "PATRQT"
    LEGAL = "HLEGAL"
    OPERATIONS = "HOPERAT"
    """Admission, transfer, discharge: the hospital's own paperwork."""


class IdentifierKind(StrEnum):
    """What a patient can be found by."""

    RECORD_NUMBER = "record_number"
    """病案号, HL7 v2 table 0203 `MR`."""
    WRISTBAND = "wristband"
    """What the band says: the number of the stay, HL7 v2 table 0203 `VN`."""


@dataclass(frozen=True, slots=True)
class DisplayName:
    """What a page shows of a patient: enough to tell the person in the bed from the next one."""

    bed: str
    name: str
    tail: str
    """The last four characters of the record number."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A patient's real identity. Never logged, never put on record: its repr says nothing.

    Args:
        record_number: the hospital's number of the person.
        name: the person's name.
        wristband: what the wristband says, while they are here.
        ward: the code of the place where they lie.
        bed: the bed's number.
        birth_date: as FHIR writes a date, `1958-03-07`.
        sex: a code of FHIR AdministrativeGender.
        phone: where to reach them when there is a recall.
    """

    record_number: str = field(repr=False)
    name: str = field(repr=False)
    wristband: str = field(default="", repr=False)
    ward: str = field(default="", repr=False)
    bed: str = field(default="", repr=False)
    birth_date: str = field(default="", repr=False)
    sex: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)

    @property
    def display(self) -> DisplayName:
        """Bed, name and the tail of the record number."""
        return DisplayName(self.bed, self.name, self.record_number[-_TAIL:])

    def identifiers(self) -> list[tuple[IdentifierKind, str]]:
        """What the person can be found by."""
        pairs = [
            (IdentifierKind.RECORD_NUMBER, self.record_number),
            (IdentifierKind.WRISTBAND, self.wristband),
        ]
        return [(kind, value) for kind, value in pairs if value]

    def checked(self) -> Identity:
        """The identity, stripped.

        Raises:
            Invalid: a field is missing, too long or can't be printed.
        """
        needed = {"record_number", "name"}
        return Identity(
            **{
                item.name: text_field(
                    getattr(self, item.name), item.name, empty=item.name not in needed
                )
                for item in fields(self)
            }
        )

    def to_bytes(self) -> bytes:
        """The bytes that are encrypted."""
        return encode(asdict(self))

    @classmethod
    def from_bytes(cls, plain: bytes) -> Identity:
        """The identity that was encrypted."""
        return cls(**json.loads(plain))


def identifier_value(text: str) -> str:
    """An identifier as it is compared: without blanks around it, in capitals."""
    return text.strip().upper()


def pseudonym_text(raw: bytes) -> str:
    """A pseudonym as events and entries write it, `urn:uuid:…`."""
    return f"{_URN}{UUID(bytes=raw)}"


def pseudonym_bytes(text: str) -> bytes:
    """The 16 bytes of a pseudonym.

    Raises:
        Invalid: `pseudonym-malformed`.
    """
    try:
        value = UUID(text.removeprefix(_URN))
    except ValueError:
        raise Invalid("pseudonym-malformed", field="patient") from None
    if text != f"{_URN}{value}":
        raise Invalid("pseudonym-malformed", field="patient")
    return value.bytes
