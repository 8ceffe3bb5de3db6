"""Signatures at the handhelds' door: who must sign which event, and that they did, just now.

How many sign hangs on what is done and on what the goods are (`access.signatures_needed`). Secrets
are compared here and go no further; the event says who signed, by what and when.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace

from access import Action, Deed, Principal, Shown, signatures_needed
from access import Signature as Signed
from errors import Invalid
from hospital import Hospital
from inventory import Flag, catalogue_version, find_product
from trace import Event, Signature, identifier_of

Sent = Sequence[dict[str, str]]
"""The signatures of one event, as `schemas.PersonSignatureSchema` loads them."""


class NarcoticProducts:
    """Tells which goods are narcotic; asks the catalogue anew when it has changed.

    Args:
        hospital: whose catalogue.
    """

    def __init__(self, hospital: Hospital) -> None:
        self._hospital = hospital
        self._known: tuple[int, dict[str, bool]] = (-1, {})

    def among(self, keys: Iterable[str]) -> frozenset[str]:
        """Those of these keys that name narcotic goods."""
        names = {key: identifier_of(key) for key in keys}
        own = self._hospital.ledger_id
        with self._hospital.database.glance() as connection:
            version = catalogue_version(connection, own)
        known = self._known[1] if version == self._known[0] else {}
        if any(name not in known for name in names.values()):
            known = self._learn(names)
        return frozenset(key for key, name in names.items() if known[name])

    def _learn(self, names: dict[str, str]) -> dict[str, bool]:
        """Ask the catalogue; what is known of the same version stays known."""
        own = self._hospital.ledger_id
        with self._hospital.database.read() as connection:
            version = catalogue_version(connection, own)
            known = self._known[1] if version == self._known[0] else {}
            found = {
                name: product is not None and Flag.NARCOTIC in product.flags
                for key, name in names.items()
                if name not in known
                for product in (find_product(connection, own, key),)
            }
        known = {**known, **found}
        # Scans of goods that nobody knows must not fill the memory.
        self._known = (version, known if len(known) <= _MOST else {})
        return known


_MOST = 50_000
_WITNESSED = 2
"""Who gives a dose, and who sees the rest of it thrown away."""


def sign_all(  # noqa: PLR0913, PLR0917 -- where, who, what was sent, and what became of it
    hospital: Hospital,
    narcotics: NarcoticProducts,
    person: Principal,
    events: Sequence[tuple[Event, Action]],
    sent: Sequence[Sent],
    address: str,
) -> list[Event]:
    """The events with the signatures that they need, and any others that were given.

    Args:
        hospital: where.
        narcotics: knows which goods are narcotic.
        person: who acts, at which device.
        events: what happened, each with the permission that it takes.
        sent: for each event, what people showed.
        address: the network address.

    Raises:
        Refused: `signature-required`, `second-signature-required` or `same-person`; the field names
            the event.
        Unauthenticated: a secret is wrong, or somebody is locked out; recorded.
        Forbidden: a second person may not do it there; recorded.
        Invalid: a signature shows no secret or several.
    """
    narcotic = narcotics.among({thing.key for event, _ in events for thing in event.things})
    deeds = {
        number: deed
        for number, ((event, action), shown) in enumerate(zip(events, sent, strict=True))
        if (deed := _deed(event, action, shown, narcotic, f"events.{number}.signatures"))
    }
    taken = hospital.access.signing.sign(person, list(deeds.values()), address=address)
    signed = dict(zip(deeds, taken, strict=True))
    return [
        _with(event, signed[number]) if number in signed else event
        for number, (event, _) in enumerate(events)
    ]


def _deed(
    event: Event, action: Action, sent: Sent, narcotic: frozenset[str], field: str
) -> Deed | None:
    """What is to be signed; None: nothing, and nobody did."""
    among = any(thing.key in narcotic for thing in event.things)
    needed = signatures_needed(action, narcotic=among)
    if event.wasted is not None:
        needed = max(needed, _WITNESSED)
    if event.after_the_fact:  # never lost: nobody's signature is an exception then
        needed = 0
    if not needed and not sent:
        return None
    return Deed(
        action=action,
        about=f"urn:uuid:{event.id}",
        needed=needed,
        shown=tuple(shown_by(each, f"{field}.{place}") for place, each in enumerate(sent)),
        place=event.location,
        digest=hashlib.sha256(event.encode()).hexdigest(),
        field=field,
    )


def shown_by(sent: dict[str, str], field: str) -> Shown:
    """What one person showed, with errors that name the field."""
    try:
        return Shown(**sent)
    except Invalid as error:
        error.field = f"{field}.{error.field}"
        raise


def _with(event: Event, signed: Sequence[Signed]) -> Event:
    others = [each.number for each in signed if each.number != event.person]
    return replace(
        event,
        second_person=others[0] if others else None,
        signatures=tuple(Signature(each.number, each.method.value, each.at) for each in signed),
    )
