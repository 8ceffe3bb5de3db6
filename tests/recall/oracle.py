"""What a recall's answer must say, worked out from the entries alone, in plain dictionaries.

It knows no table and no rule: every event it sees did happen, and its entry says of every thing how
it was before and is afterwards. What was declared wrong is left out, as if it had never been told.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from ledger import Entry

Lot = tuple[str, str, str | None, str | None]
"""A lot by its product's code, its name, its last day and its owner."""

Came = tuple[str | None, str | None]
"""How goods came in: on which day, brought by whom; None: nobody received them, or nobody said."""

RECEIVING = frozenset({"received", "arrived", "brought"})
"""Kinds that say when goods came in, and who brought them."""

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
    came: Came = (None, None)


@dataclass(slots=True)
class Cut:
    """What a recall by arrival must say of a product.

    Args:
        received: how much of it came in so, amounts that lie together with it included.
        balances: where it is.
        patients: who used how much of it, and holds how much.
        mixed: how much of what was received came in otherwise.
    """

    received: int
    balances: Counter[tuple[Lot, str, str]]
    patients: dict[tuple[Lot, UUID], tuple[int, int]]
    mixed: int


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
        self.came: dict[str, tuple[Lot, Came]] = {}
        self.poured: list[tuple[Lot, Came, int]] = []
        self._bags = {""}
        self._in_body: dict[tuple[Lot, UUID], Counter[str]] = defaultdict(Counter)
        self._explanted: Counter[tuple[Lot, UUID]] = Counter()
        self._out: dict[tuple[Lot, UUID], Counter[str]] = defaultdict(Counter)
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

    def cut(self, product: str, meant: Callable[[Came], bool]) -> Cut:
        """What of a product came in so: things one by one, amounts of a lot all or none."""
        ways: dict[Lot, list[Came]] = defaultdict(list)
        poured: dict[Lot, list[Came]] = defaultdict(list)
        for lot, came in self.came.values():
            ways[lot].append(came)
        for lot, came, _ in self.poured:
            ways[lot].append(came)
            poured[lot].append(came)
        lots = {
            lot
            for lot in self.lots
            if lot[0] == product and (not ways[lot] or any(map(meant, ways[lot])))
        }
        amounts = {lot for lot in lots if not poured[lot] or any(map(meant, poured[lot]))}

        def has(lot: Lot, key: str) -> bool:
            if key in self._bags:
                return lot in amounts
            return lot in lots and (key not in self.came or meant(self.came[key][1]))

        found = Counter({key: n for key, n in self.amounts.items() if key[0] in amounts})
        boxes = [box for (key, _), box in self.boxes.items() if has(box.lot, key)]
        found.update((box.lot, box.place, box.status) for box in boxes)
        counted = [each for each in self.poured if each[0] in amounts]
        patients = {}
        for lot, patient in {*self._in_body, *self._holding, *self._explanted}:
            sums = [
                sum(n for key, n in held[lot, patient].items() if has(lot, key))
                for held in (self._in_body, self._holding, self._out)
            ]
            if any(sums):
                patients[lot, patient] = (sums[0], sums[1])
        return Cut(
            len(boxes) + sum(n for *_, n in counted),
            +found,
            patients,
            sum(n for _, came, n in counted if not meant(came)),
        )

    def _happened(self, event: dict[str, Any], things: Sequence[dict[str, Any]]) -> None:
        here, there = (_code(event[place]) for place in ("readPoint", "bizLocation"))
        said = event.get("medtrace:patient")
        kind: str = event["medtrace:kind"]
        came = (_day(event), event.get("medtrace:party")) if kind in RECEIVING else (None, None)
        act = Act(kind, here, there, UUID(said) if said else None, came)
        for thing in (each for each in things if "case" in each):
            self._out_of_case(thing)
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

    def _out_of_case(self, said: dict[str, Any]) -> None:
        """A box that its case stood for until now is a thing of its own."""
        key, case, count = said["key"], said["case"], said["units"]
        for number in range(count):
            self.boxes[key, number] = self.boxes.pop((case, said["start"] + number))
        self.sizes[key], self.came[key] = count, self.came[case]

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
            self._bags.add(named[0])
            self._amount(act, _lot(group), told, *named)

    def _box(self, act: Act, lot: Lot, key: str, said: dict[str, Any]) -> None:
        if "was" not in said:
            assert key not in self.sizes, "what is there doesn't arrive"
            self.sizes[key] = said.get("arrived", 1)
            self.came[key] = (lot, act.came)
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
        if arrived:
            self.poured.append((lot, act.came, arrived))
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
                self._out[lot, patient][key] += count
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


def _day(event: dict[str, Any]) -> str:
    """The day by the clock of where it happened, which is ahead of UTC in these histories."""
    hours, minutes = map(int, event["eventTimeZoneOffset"].removeprefix("+").split(":"))
    there = datetime.fromisoformat(event["eventTime"]) + timedelta(hours=hours, minutes=minutes)
    return there.date().isoformat()


def _code(place: dict[str, str]) -> str:
    return place["id"].removeprefix("urn:medtrace:loc:")
