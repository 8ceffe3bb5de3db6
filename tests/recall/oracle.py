"""What a recall's answer must say, worked out from the entries alone, in plain dictionaries.

It knows no table and no rule: every event it sees did happen, and its entry says of every thing how
it was before and is afterwards. What was declared wrong is left out, as if it had never been told.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from ledger import Entry

Lot = tuple[str, str, str | None, str | None]
"""A lot by its product's code, its name, its last day and its owner."""

USING = frozenset({"administered", "used", "implanted"})
"""Kinds that use goods on a patient."""

GIVING = USING | {"dispensed", "explanted", "brought"}
"""Kinds that make goods a patient's."""

WITH_PATIENT = USING | {"dispensed", "opened", "explanted", "patients-own", "handed-back"}
"""States of goods that may be a patient's."""

HELD = frozenset({"dispensed", "opened", "patients-own"})
"""States of what a patient has and has not used."""

NOT_GIVEN = frozenset({"withheld", "declined"})
"""Kinds after which goods are where and how they were."""

STAYING = frozenset({"moved", "packed", "unpacked", "opened", "handed-back", "split"})
"""Kinds that take nothing back from anybody."""


@dataclass(slots=True)
class Box:
    """A base unit of a serialised thing."""

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
        self.boxes: dict[tuple[str, int], Box] = {}
        self.sizes: dict[str, int] = {}
        self.ranges: dict[str, tuple[str, range]] = {}
        self.amounts: Counter[tuple[Lot, str, str]] = Counter()
        self._in_body: dict[tuple[Lot, UUID], Counter[str]] = defaultdict(Counter)
        self._explanted: Counter[tuple[Lot, UUID]] = Counter()
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
        everybody = (*self._in_body, *self._holding, *self._explanted)
        keys = {key for key in everybody if key[0] in lots}
        found = {key: (self._in_body[key].total(), self._holding[key].total()) for key in keys}
        return {key: both for key, both in found.items() if any(both) or self._explanted[key]}

    def _happened(self, event: dict[str, Any], things: Iterable[dict[str, Any]]) -> None:
        here, there = (_code(event[place]) for place in ("readPoint", "bizLocation"))
        said = event.get("medtrace:patient")
        kind: str = event["medtrace:kind"]
        act = Act(kind, here, there, UUID(said) if said else None)
        if "parentID" in event or kind in NOT_GIVEN:
            return  # what lies in which container changes neither place nor state
        for thing in things:
            if "contents" in thing:
                for group in thing["contents"]:
                    self._inside(act, thing, group)
            elif "quantity" in thing:
                self._amount(act, _lot(thing), thing, "", act.patient)
            elif "product" in thing:
                self._box(act, _lot(thing), thing["key"], thing)

    def _inside(self, act: Act, container: dict[str, Any], group: dict[str, Any]) -> None:
        """What came or went with its container, which says how all of it was and is."""
        about = {name: container[name] for name in ("was", "is", "at") if name in container}
        bag, hers = container.get("bag", False), container.get("holder")
        if bag and hers and act.kind in GIVING:
            act = replace(act, patient=act.patient or UUID(hers))
        for key in group.get("keys", ()):
            holder = group.get("holders", {}).get(key)
            told = about | {"since": None} | ({"holder": holder} if holder else {})
            if key in group.get("units", {}):
                told["arrived"] = told["units"] = group["units"][key]
            self._box(act, _lot(group), key, told)
        if "quantity" in group:
            told = about | {"quantity": group["quantity"]}
            holder = UUID(hers) if bag and hers else None
            named = (container["key"], holder) if bag else ("", act.patient)
            self._amount(act, _lot(group), told, *named)

    def _box(self, act: Act, lot: Lot, key: str, said: dict[str, Any]) -> None:
        if "was" not in said:
            assert key not in self.sizes, "what is there doesn't arrive"
            self.sizes[key] = said.get("arrived", 1)
        elif "since" not in said:  # the late word about a thing that stays as it was
            self._hand(act, lot, said.get("pack", key), said.get("units", 1), None, None)
            return
        pack, span = self._span(key, said)
        for number in span:
            self._base_unit(act, lot, (pack, number), said)

    def _span(self, key: str, said: dict[str, Any]) -> tuple[str, range]:
        """Which base units of which pack it is about: a pack's own are the last of it."""
        if "start" in said:
            span = range(said["start"], said["start"] + said["units"])
            self.ranges[key] = (said["pack"], span)
        if key in self.sizes:
            size = self.sizes[key]
            first = size - said.get("units", size) if "was" in said else 0
            return key, range(first, size)
        return self.ranges[key]

    def _base_unit(self, act: Act, lot: Lot, name: tuple[str, int], said: dict[str, Any]) -> None:
        box, place = self.boxes.get(name), act.there
        if "was" not in said:
            assert box is None
            self.received[lot] += 1
            place, holder = said.get("at", act.there), None
            box = self.boxes[name] = Box(lot, place, said["is"])
            if said["is"] == "available":
                return  # also of a pack that came in unseen, and of which only a part was used
        else:
            assert box is not None
            assert box.lot == lot
            holder = box.patient
            assert (box.status, box.place) == (said["was"], said.get("at", act.here)), name
            assert said.get("holder") == (holder.hex if holder else None)
        box.place, box.status = place, said["is"]
        handed = act.patient if act.kind in GIVING else None
        box.patient = (handed or holder) if box.status in WITH_PATIENT else None
        self._hand(act, lot, name[0], 1, said.get("was"), holder)

    def _amount(
        self, act: Act, lot: Lot, said: dict[str, Any], key: str, holder: UUID | None
    ) -> None:
        count = said["quantity"]
        arrived = said.get("arrived", 0 if "was" in said else count)
        self.received[lot] += arrived
        if count > arrived:
            self.amounts[lot, said.get("at", act.here), said["was"]] -= count - arrived
        self.amounts[lot, act.there, said["is"]] += count
        self._hand(act, lot, key, count, said.get("was"), holder)

    def _hand(  # noqa: PLR0913, PLR0917 -- how much of what comes into whose hands, or out of them
        self, act: Act, lot: Lot, key: str, count: int, was: str | None, holder: UUID | None
    ) -> None:
        if act.kind in GIVING:
            patient = act.patient or holder
            if patient is None or (act.kind == "brought" and was is not None):
                return
            held, inside = self._holding[lot, patient], self._in_body[lot, patient]
            if act.kind == "explanted":
                self._explanted[lot, patient] += count
                inside[key] = max(inside[key] - count, 0)
                return
            if act.kind in {"dispensed", "brought"}:
                held[key] += count
                return
            inside[key] += count
            held[key] = max(held[key] - count, 0)
        elif was in HELD and act.kind not in STAYING and holder is not None:
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
