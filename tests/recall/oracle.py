"""What a recall's answer must say, worked out from the entries alone, in plain dictionaries.

It knows no table and no rule: every event it sees did happen. It only follows the goods.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any
from uuid import UUID

from ledger import Entry

Lot = tuple[str, str]
"""A lot by its product's code and its name."""

AFTERWARDS = {
    "dispensed": "dispensed",
    "administered": "administered",
    "implanted": "implanted",
    "quarantined": "quarantined",
    "returned": "available",
    "released": "available",
    "sent-back": "sent-back",
}
DRAWN_FROM = {
    "moved": ("available", "quarantined", "dispensed"),
    "dispensed": ("available",),
    "administered": ("dispensed", "available"),
    "implanted": ("dispensed", "available"),
    "quarantined": ("available", "dispensed"),
    "returned": ("dispensed",),
    "sent-back": ("available", "quarantined"),
    "released": ("quarantined",),
}


@dataclass(slots=True)
class Box:
    """A serialised thing."""

    lot: Lot
    place: str
    status: str
    patient: UUID | None


class Oracle:
    """The hospital after a history.

    Args:
        entries: the whole ledger.
    """

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.received: Counter[Lot] = Counter()
        self.boxes: dict[str, Box] = {}
        self.amounts: Counter[tuple[Lot, str, str]] = Counter()
        self.used: Counter[tuple[Lot, UUID]] = Counter()
        self._handed: Counter[tuple[Lot, UUID]] = Counter()
        self._recalled: set[Lot] = set()
        self._whole: set[str] = set()
        self._expiry: dict[Lot, str | None] = {}
        self._today = ""
        for entry in entries:
            if entry.kind == "recall":
                self._recall(entry.event)
            elif entry.kind == "trace":
                self._happened(entry.event, entry.context["things"])

    def balances(self, lots: set[Lot]) -> Counter[tuple[Lot, str, str]]:
        """How much of some lots is where and in which state."""
        found = Counter({key: count for key, count in self.amounts.items() if key[0] in lots})
        found.update((b.lot, b.place, b.status) for b in self.boxes.values() if b.lot in lots)
        return +found

    def patients(self, lots: set[Lot]) -> dict[tuple[Lot, UUID], tuple[int, int]]:
        """Who used how much of a lot, and holds how much of it."""
        holding = Counter({key: count for key, count in self._handed.items() if key[0] in lots})
        for each in self.boxes.values():
            if each.status == "dispensed" and each.patient and each.lot in lots:
                holding[each.lot, each.patient] += 1
        keys = {key for key in (*self.used, *holding) if key[0] in lots}
        found = {key: (self.used[key], holding[key]) for key in keys}
        return {key: both for key, both in found.items() if any(both)}

    def _recall(self, case: dict[str, Any]) -> None:
        for part in case["scope"]:
            self._recalled.update((part["product"], lot) for lot in part["lots"])
            if "*" in part["lots"]:
                self._whole.add(part["product"])

    def _happened(self, event: dict[str, Any], things: list[dict[str, str]]) -> None:
        self._today = _day(event)
        kind = event["medtrace:kind"]
        if kind == "returned" and "medtrace:party" in event:
            kind = "sent-back"
        here, there = (_code(event[place]) for place in ("readPoint", "bizLocation"))
        said = event.get("medtrace:patient")
        patient = UUID(said) if said else None
        amounts = {each["epcClass"]: each["quantity"] for each in event.get("quantityList", ())}
        for thing in things:
            lot = (thing["product"], thing["lot"])
            self._expiry.setdefault(lot, thing.get("expiry"))
            if thing["key"] in amounts:
                self._amount(kind, lot, (here, there), amounts[thing["key"]], patient)
            else:
                self._box(kind, lot, there, thing["key"], patient)

    def _box(self, kind: str, lot: Lot, there: str, key: str, patient: UUID | None) -> None:
        if kind == "received":
            self.received[lot] += 1
            self.boxes[key] = Box(lot, there, self._shelved("available", lot), None)
            return
        box = self.boxes[key]
        box.place, box.status = there, self._after(kind, box.status, lot)
        stays = box.status in {"dispensed", "administered", "implanted"}
        handed = patient if kind != "moved" else None
        box.patient = (handed or box.patient) if stays else None
        if box.status in {"administered", "implanted"} and box.patient:
            self.used[lot, box.patient] += 1

    def _amount(
        self, kind: str, lot: Lot, way: tuple[str, str], count: int, patient: UUID | None
    ) -> None:
        here, there = way
        if kind == "received":
            self.received[lot] += count
            self.amounts[lot, there, self._shelved("available", lot)] += count
            return
        source = next(s for s in DRAWN_FROM[kind] if self.amounts[lot, here, s] >= count)
        self.amounts[lot, here, source] -= count
        self.amounts[lot, there, self._after(kind, source, lot)] += count
        if patient is None:
            return
        if kind in {"administered", "implanted"}:
            self.used[lot, patient] += count
        if kind == "dispensed":
            self._handed[lot, patient] += count
        elif (source == "dispensed" and kind != "moved") or kind in {"administered", "implanted"}:
            self._handed[lot, patient] = max(self._handed[lot, patient] - count, 0)

    def _after(self, kind: str, before: str, lot: Lot) -> str:
        if kind == "released":
            return "available"
        return self._shelved(AFTERWARDS.get(kind, before), lot)

    def _shelved(self, status: str, lot: Lot) -> str:
        """Goods on a shelf are held apart when they are recalled or past their last day."""
        recalled = lot in self._recalled or lot[0] in self._whole
        expired = (self._expiry.get(lot) or "9999") < self._today
        return "quarantined" if status == "available" and (recalled or expired) else status


def _code(place: dict[str, str]) -> str:
    return place["id"].removeprefix("urn:medtrace:loc:")


def _day(event: dict[str, Any]) -> str:
    hours, minutes = event["eventTimeZoneOffset"][1:].split(":")
    sign = -1 if event["eventTimeZoneOffset"][0] == "-" else 1
    zone = timezone(sign * timedelta(hours=int(hours), minutes=int(minutes)))
    return datetime.fromisoformat(event["eventTime"]).astimezone(zone).date().isoformat()
