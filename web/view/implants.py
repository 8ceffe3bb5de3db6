"""The page of one implant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from web.view.said import Said
from web.view.things import Expiry


@dataclass(frozen=True, slots=True)
class ImplantView:
    """An implant that was put into a patient (`implant.html`, variable `one`).

    Args:
        name, spec: the product and its model.
        udi_di, lot, serial, expiry: what its label says.
        holder, registration: who made it, and under which licence.
        at, place: when and where it was implanted (UTC).
        surgeon, site: by whom and where in the body; None: nobody said.
        quantity: how many.
        state: how it stands.
        removed_at: when it was taken out; None: it was not.
        pseudonym: the end of the patient's.
        seq, proof: its entry, and the page of the proof.
        thing: the page of its life; None: it has no code of its own.
        back: the register.
        card: the card, with a line for the name.
        named_card: where the form for a card with the name goes; None: not for this reader.
        reasons: why somebody may want the name.
    """

    name: str
    spec: str
    udi_di: str
    lot: str
    serial: str | None
    expiry: Expiry | None
    holder: str
    registration: str | None
    at: datetime
    place: str
    surgeon: str | None
    site: str | None
    quantity: str
    state: Said
    removed_at: datetime | None
    pseudonym: str
    seq: int
    proof: str | None
    thing: str | None
    back: str
    card: str
    named_card: str | None = None
    reasons: tuple[tuple[str, Said], ...] = ()
