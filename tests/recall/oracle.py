"""What a recall's answer must say, worked out from the entries alone, in plain dictionaries.

It knows no table and no rule: every event it sees did happen, and its entry says of every thing how
it was before and is afterwards. What was declared wrong is left out, as if it had never been told.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from ledger import Entry

Lot = tuple[str, str, str | None, str | None]
"""A lot by its product's code, its name, its last day and its owner."""

WITH_PATIENT = frozenset({"dispensed", "administered", "implanted"})
"""What makes goods a patient's, as a kind of event and as a state."""

STAYING = frozenset({"moved", "packed", "unpacked"})
"""Kinds that take nothing back from anybody."""


@dataclass(slots=True)
class Box:
    """A serialised thing."""

    lot: Lot
    place: str
    status: str
    patient: UUID | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """What an entry says of all its things."""

    kind: str
    here: str
    there: str
    patient: UUID | None


class Oracle:
    """The hospital after a history.

    Args:
        entries: the whole ledger.
    """

    def __init__(self, entries: Iterable[Entry]) -> None:
        told = [entry for entry in entries if entry.kind in {"trace", "correction"}]
        wrong = {e.event["medtrace:corrects"] for e in told if e.kind == "correction"}
        self.lots = {lot for entry in told if entry.kind == "trace" for lot in _lots_in(entry)}
        self.received: Counter[Lot] = Counter()
        self.boxes: dict[str, Box] = {}
        self.amounts: Counter[tuple[Lot, str, str]] = Counter()
        self.used: Counter[tuple[Lot, UUID]] = Counter()
        self._holding: dict[tuple[Lot, UUID], Counter[str]] = defaultdict(Counter)
        for entry in told:
            if entry.kind == "trace" and entry.event["eventID"] not in wrong:
                self._happened(entry.event, entry.context.get("things", ()))

    def balances(self, lots: set[Lot]) -> Counter[tuple[Lot, str, str]]:
        """How much of some lots is where and in which state."""
        found = Counter({key: count for key, count in self.amounts.items() if key[0] in lots})
        found.update((b.lot, b.place, b.status) for b in self.boxes.values() if b.lot in lots)
        assert all(count >= 0 for count in found.values()), "nobody takes what is not there"
        return +found

    def patients(self, lots: set[Lot]) -> dict[tuple[Lot, UUID], tuple[int, int]]:
        """Who used how much of a lot, and holds how much of it."""
        keys = {key for key in (*self.used, *self._holding) if key[0] in lots}
        found = {key: (self.used[key], self._holding[key].total()) for key in keys}
        return {key: both for key, both in found.items() if any(both)}

    def _happened(self, event: dict[str, Any], things: Iterable[dict[str, Any]]) -> None:
        here, there = (_code(event[place]) for place in ("readPoint", "bizLocation"))
        said = event.get("medtrace:patient")
        kind: str = event["medtrace:kind"]
        act = Act(kind, here, there, UUID(said) if said else None)
        if "parentID" in event:
            return  # what lies in which container changes neither place nor state
        for thing in things:
            if "contents" in thing:
                for group in thing["contents"]:
                    self._inside(act, thing, group)
            elif "quantity" in thing:
                self._amount(act, _lot(thing), thing)
            else:
                self._box(act, _lot(thing), thing["key"], thing)

    def _inside(self, act: Act, container: dict[str, Any], group: dict[str, Any]) -> None:
        """What came or went with its container, which says how all of it was and is."""
        about = {name: container[name] for name in ("was", "is", "at") if name in container}
        for key in group.get("keys", ()):
            holder = group.get("holders", {}).get(key)
            told = about | {"since": None} | ({"holder": holder} if holder else {})
            self._box(act, _lot(group), key, told)
        if "quantity" in group:
            self._amount(act, _lot(group), about | {"quantity": group["quantity"]})

    def _box(self, act: Act, lot: Lot, key: str, said: dict[str, Any]) -> None:
        box = self.boxes.get(key)
        if "was" not in said:
            assert box is None, "what is there doesn't arrive"
            self.received[lot] += 1
            box = self.boxes[key] = Box(lot, act.there, said["is"])
            holder = None
        else:
            assert box is not None
            assert box.lot == lot
            if "since" not in said:  # the late word about a thing that stays as it was
                self._hand(act, lot, key, 1, None, None)
                return
            holder = box.patient
            assert (box.status, box.place) == (said["was"], said.get("at", act.here))
            assert said.get("holder") == (holder.hex if holder else None)
            box.place, box.status = act.there, said["is"]
        handed = act.patient if act.kind in WITH_PATIENT else None
        box.patient = (handed or holder) if box.status in WITH_PATIENT else None
        self._hand(act, lot, key, 1, said.get("was"), holder)

    def _amount(self, act: Act, lot: Lot, said: dict[str, Any]) -> None:
        count = said["quantity"]
        arrived = said.get("arrived", 0 if "was" in said else count)
        self.received[lot] += arrived
        if count > arrived:
            self.amounts[lot, said.get("at", act.here), said["was"]] -= count - arrived
        self.amounts[lot, act.there, said["is"]] += count
        self._hand(act, lot, "", count, said.get("was"), act.patient)

    def _hand(  # noqa: PLR0913, PLR0917 -- how much of what comes into whose hands, or out of them
        self, act: Act, lot: Lot, key: str, count: int, was: str | None, holder: UUID | None
    ) -> None:
        if act.kind in WITH_PATIENT:
            patient = act.patient or holder
            if patient is None:
                return
            held = self._holding[lot, patient]
            if act.kind == "dispensed":
                held[key] += count
                return
            self.used[lot, patient] += count
            held[key] = max(held[key] - count, 0)
        elif was == "dispensed" and act.kind not in STAYING and holder is not None:
            held = self._holding[lot, holder]
            held[key] = max(held[key] - count, 0)


def _lots_in(entry: Entry) -> Iterator[Lot]:
    for thing in entry.context.get("things", ()):
        yield from map(_lot, thing.get("contents", ()))
        if "product" in thing:
            yield _lot(thing)


def _lot(said: dict[str, Any]) -> Lot:
    return said["product"], said["lot"], said.get("expiry"), said.get("owner")


def _code(place: dict[str, str]) -> str:
    return place["id"].removeprefix("urn:medtrace:loc:")
