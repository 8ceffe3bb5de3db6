"""The participant of kits: sealed only when complete and usable, open as soon as goods leave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from sqlalchemy import Connection, Table

import bulk
from inventory import care_models
from inventory.kit_queries import KITS, KitFile, Within, kit_of_row, within
from inventory.kits import Kit, KitAct, KitDoing
from inventory.queries import products_by_code
from inventory.store_queries import locations_by_code
from ledger import encode
from trace import (
    NO_CHANGE,
    Event,
    EventKind,
    NoChange,
    Reason,
    Recordable,
    Refused,
    Touch,
)

_PUT = bulk.Insert(
    care_models.kit,
    key=("ledger_id", "location_id"),
    replace=("contents", "every", "seal", "checked", "seq"),
)
_DROP = bulk.Delete(care_models.kit, key=("ledger_id", "location_id"))

_AS_IT_IS = frozenset({EventKind.LOST, EventKind.FOUND, EventKind.WITHHELD, EventKind.DECLINED})
"""Kinds that take nothing out of a kit and put nothing in."""


@dataclass(frozen=True, slots=True)
class KitChange:
    """The change: kits are as these files say."""

    files: tuple[KitFile, ...]
    context: Mapping[str, Any] = field(default_factory=dict)
    touch: Touch = field(default_factory=Touch)


class KitState:
    """The working state of one batch: the kits that it names, and what lies in them."""

    def __init__(self, ledger_id: int) -> None:
        self.ledger_id = ledger_id
        self.kits: dict[str, KitFile] = {}
        self.places: dict[str, int] = {}
        self.products: set[str] = set()
        self.within: dict[str, Within] = {}
        self.changed: dict[int, KitFile] = {}


class Kits:
    """Participant: kits, their seals and checks."""

    tables: ClassVar[Sequence[Table]] = (care_models.kit,)

    def forget(self) -> None:
        """Nothing is remembered between batches."""

    def load(
        self, connection: Connection, ledger_id: int, records: Sequence[Recordable]
    ) -> KitState | None:
        """The kits among the places of the batch; mostly there are none."""
        said = [each for each in records if isinstance(each, Kit | KitAct)]
        codes = {each.location for each in said}
        for each in records:
            if isinstance(each, Event):
                codes.add(each.location)
                codes.add(each.whereabouts)
        found = KITS.fetch(connection, ledger_id, list(codes)) if codes else []
        if not said and not found:
            return None
        state = KitState(ledger_id)
        state.kits = {file.code: file for file in map(kit_of_row, found)}
        if said:
            places = locations_by_code(connection, ledger_id, {each.location for each in said})
            state.places = {code: place.location_id for code, place in places.items()}
            wanted = {code for each in said if isinstance(each, Kit) for code in each.contents}
            state.products = set(products_by_code(connection, ledger_id, wanted))
        for act in (each for each in said if isinstance(each, KitAct)):
            file = state.kits.get(act.location)
            if file is not None:
                today = act.time.date()
                state.within[act.location] = within(connection, ledger_id, file, today)
        return state

    def decide(self, state: KitState | None, record: Recordable) -> KitChange | NoChange | Refused:
        """A kit is sealed when it is ready, and open when something leaves it or comes in."""
        if state is None:
            return NO_CHANGE
        if isinstance(record, Kit):
            return _define(state, record)
        if isinstance(record, KitAct):
            return _act(state, record)
        if isinstance(record, Event):
            return _touched(state, record)
        return NO_CHANGE

    def accept(self, state: KitState, _record: Recordable, change: KitChange, seq: int) -> None:
        """Take it into the working state."""
        for file in change.files:
            new = replace(file, seq=seq)
            state.kits[file.code] = state.changed[file.location_id] = new

    def apply(self, connection: Connection, state: KitState | None) -> None:
        """Write the kits."""
        if state is None:
            return
        kept = [file for file in state.changed.values() if file.contents]
        _PUT.run(connection, [_row(state.ledger_id, file) for file in kept])
        gone = [file for file in state.changed.values() if not file.contents]
        _DROP.run(connection, [(state.ledger_id, file.location_id) for file in gone])


def _define(state: KitState, record: Kit) -> KitChange | Refused:
    place = state.places.get(record.location)
    if place is None:
        return Refused(Reason.UNKNOWN_LOCATION, {"location": record.location})
    for code in record.contents:
        if code not in state.products:
            return Refused(Reason.UNKNOWN_PRODUCT, {"product": code})
    file = KitFile(place, record.location, dict(record.contents), record.every, None, 0, 0)
    return KitChange((file,))


def _act(state: KitState, record: KitAct) -> KitChange | Refused:
    file, found = state.kits.get(record.location), state.within.get(record.location)
    if file is None or found is None:
        return Refused(Reason.NOT_A_KIT, {"location": record.location})
    time = int(record.time.timestamp() * 1000)
    if record.doing is KitDoing.OPEN:
        return KitChange((replace(file, seal=None),), {"kit": _told(found)})
    if record.doing is KitDoing.SEAL:
        refused = _not_ready(file, found)
        if refused is not None:
            return refused
        return KitChange((replace(file, seal=record.seal, checked=time),), {"kit": _told(found)})
    whole = record.intact and file.seal == record.seal
    broken = [] if whole else [_seal_broken(file, record)]
    context: dict[str, Any] = {"kit": _told(found)}
    exceptions = broken + _stale(found)
    if exceptions:
        context["exceptions"] = exceptions
    seal = file.seal if whole else None
    return KitChange((replace(file, seal=seal, checked=time),), context)


def _not_ready(file: KitFile, found: Within) -> Refused | None:
    if file.seal is not None:
        return Refused(Reason.KIT_SEALED, {"seal": file.seal})
    for row in found.recalled:
        return Refused(Reason.RECALLED, {"product": found.codes[row.product_id], "lot": row.lot})
    for row in found.expired:
        expiry, code = row.expiry or "", found.codes[row.product_id]
        return Refused(Reason.EXPIRED, {"product": code, "expiry": expiry})
    for code, lacking in sorted(found.short.items()):
        return Refused(Reason.KIT_INCOMPLETE, {"product": code, "short": lacking})
    return None


def _told(found: Within) -> dict[str, Any]:
    """What lies in it, for the reader of the log alone."""
    told: dict[str, Any] = {
        "contents": [
            {
                "product": found.codes[row.product_id],
                "lot": row.lot,
                "expiry": row.expiry or "",
                "quantity": row.quantity,
            }
            for row in found.rows
        ]
    }
    if found.soonest is not None:
        told["soonest"] = found.soonest
    return told


def _seal_broken(file: KitFile, record: KitAct) -> dict[str, Any]:
    values = {"location": file.code, "seal": file.seal or "–", "found": record.seal or "–"}
    return {"reason": Reason.SEAL_BROKEN.value, "values": values}


def _stale(found: Within) -> list[dict[str, Any]]:
    exceptions: list[dict[str, Any]] = [
        {
            "reason": Reason.EXPIRED.value,
            "values": {"product": found.codes[row.product_id], "expiry": row.expiry or ""},
        }
        for row in found.expired
    ]
    exceptions += [
        {
            "reason": Reason.RECALLED.value,
            "values": {"product": found.codes[row.product_id], "lot": row.lot},
        }
        for row in found.recalled
    ]
    return exceptions


def _touched(state: KitState, event: Event) -> KitChange | NoChange:
    """Goods that leave a sealed kit, or come in, have opened it: nobody is stopped for that."""
    if event.kind in _AS_IT_IS:
        return NO_CHANGE
    files = tuple(
        replace(file, seal=None)
        for code in dict.fromkeys((event.location, event.whereabouts))
        if (file := state.kits.get(code)) is not None and file.seal is not None
    )
    if not files:
        return NO_CHANGE
    return KitChange(files, {"kitOpened": [file.code for file in files]})


def _row(ledger_id: int, file: KitFile) -> bulk.Row:
    return (
        ledger_id,
        file.location_id,
        file.code,
        encode(dict(file.contents)).decode(),
        file.every,
        file.seal,
        file.checked,
        file.seq,
    )
