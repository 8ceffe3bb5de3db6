"""The open class I recall: lot 2608A17 of 注射用头孢曲松钠, over five wards, five hours ago.

1,200 vials came in three deliveries. 60 went back to the supplier at once; when the notice came 536
had been given to 214 patients in five wards, 24 were handed out, 118 lay ready in wards and on a
cart, and 462 were quarantined within half an hour. 462 + 118 + 24 + 536 + 60 = 1,200.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from demo.care import admit, prescribe
from demo.people import NURSES
from demo.script import Doing
from demo.stage import Stage
from orders import OrderType
from recall import RecallClass, Scope
from trace import Document, EventKind, Reason, Thing

PRODUCT: Final = "D002"
LOT: Final = "2608A17"
NOTICE_BEFORE: Final = timedelta(hours=4, minutes=23)
"""How long before now the notice came: of 24 hours, 19:37 are left."""

_RECEIVED = ((-22, 500), (-19, 400), (-15, 300))
_SENT_BACK = 60
_CASE = 100
"""Boxes that are received or quarantined with one event at the most: what is in a case."""


@dataclass(frozen=True, slots=True)
class Ward:
    """What a ward did with the lot.

    Args:
        patients: how many got it.
        used: how many vials they got together.
        source: the pharmacy it came from.
        ready: how many lay ready when the notice came.
        ready_at: where.
        handed_out: how many were handed out for patients and not given.
    """

    patients: int
    used: int
    source: str
    ready: int = 0
    ready_at: str = ""
    handed_out: int = 0


WARDS: Final = {
    "HX3": Ward(71, 188, "IP", 40, "HX3"),
    "PW5": Ward(58, 152, "IP", 36, "PW5"),
    "ED": Ward(42, 64, "EP", 18, "CART7", 4),
    "EK8": Ward(24, 55, "IP", handed_out=20),
    "ICU": Ward(19, 77, "IP", 24, "ICU"),
}
"""By the ward's code; the sums stand in this module's first lines."""

QUARANTINED: Final = {"EP": 42, "STORE-A03": 320, "IP": 100}
"""What was quarantined where, in the order in which it was done."""


class Ceftriaxone:
    """The story of the lot.

    Args:
        stage: where it plays.
    """

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        item = stage.items[PRODUCT]
        self._expiry = date(stage.now.year + 2, 7, 31)
        self._boxes = item.boxes(1_200, LOT, self._expiry, stage.rng)
        self._wanted: dict[tuple[int, str], int] = defaultdict(int)
        self._shelf: dict[str, list[Thing]] = {}
        self._arrivals: dict[tuple[int, str], list[int]] = defaultdict(list)
        for ward in WARDS:
            for day, vials in self._days_of(ward):
                self._arrivals[day, ward].append(vials)

    def _days_of(self, ward: str) -> list[tuple[int, int]]:
        """For each patient of a ward: the day of the prescription, and how many vials."""
        plan, rng = WARDS[ward], self._stage.rng
        vials = [1] * plan.patients
        while sum(vials) < plan.used:
            chosen = rng.randrange(plan.patients)
            vials[chosen] += vials[chosen] < 6  # noqa: PLR2004 -- three days, two a day
        courses = []
        for count in vials:
            last = -1 - (count + 1) // 2 if plan.source == "IP" else -1
            day = rng.randint(-20, last)
            self._wanted[day, plan.source] += count
            courses.append((day, count))
        return courses

    def begin(self) -> None:
        """Deliveries, and what goes to pharmacies and wards."""
        self._receive()
        self._move()

    def day(self, day: int) -> None:
        """The patients whose course begins on a day; on the last one, what is handed out only."""
        for ward in WARDS:
            courses = self._arrivals[day, ward]
            patients = admit(self._stage, day, ward, len(courses))
            for patient, vials in zip(patients, courses, strict=True):
                self._treat(day, ward, patient, vials)
        if day == -1:
            self._hand_out()

    def _receive(self) -> None:
        """Three deliveries, case by case; a fifth of the third has wet boxes and goes back."""
        stage, rest = self._stage, list(self._boxes)
        item = stage.items[PRODUCT]
        for day, count in _RECEIVED:
            doing = Doing("0417", party="江州医药配送")
            number, time = stage.number("CG", day), stage.at(day, 7.2)
            paper = stage.script.order(
                OrderType.PURCHASE, number, time, [(item, count)], doing, "STORE"
            )
            doing = Doing("0417", "0422", (paper,), party="江州医药配送")
            time = stage.at(day, 7.6, 0.2)
            for case in _cases(rest[:count]):
                self._happen(EventKind.RECEIVED, time, case, "STORE-R2", "STORE-A03", doing)
                time += timedelta(seconds=stage.rng.randint(50, 110))
            del rest[:count]
        doing = Doing("0422", party="江州医药配送", note="外箱受潮")
        wet = self._boxes[-_SENT_BACK:]
        time = stage.at(-15, 11, 1)
        self._happen(EventKind.RETURNED, time, wet, "STORE-A03", None, doing)
        self._shelf["STORE-A03"] = self._boxes[:-_SENT_BACK]

    def _move(self) -> None:
        """Every morning the pharmacies get what the day needs; what lies ready later, first."""
        ready = [(-20, ward.source, ward.ready + ward.handed_out) for ward in WARDS.values()]
        kept = [(-21, place, count) for place, count in QUARANTINED.items() if place != "STORE-A03"]
        needs = [(day, place, count) for (day, place), count in self._wanted.items()]
        for day, place, count in sorted((*needs, *ready, *kept)):
            if count:
                doing = Doing("0422", documents=(self._transfer(day),))
                self._carry(self._stage.at(day, 8.1, 0.4), "STORE-A03", place, count, doing)
        for name, ward in WARDS.items():
            if ward.ready:
                day = -12 if name != "ED" else -9
                doing = Doing(NURSES[name], documents=(self._transfer(day),))
                self._carry(
                    self._stage.at(day, 9, 1), ward.source, ward.ready_at, ward.ready, doing
                )

    def _transfer(self, day: int) -> Document:
        return Document("urn:medtrace:btt:transfer", self._stage.number("DB", day))

    def _carry(self, time: datetime, source: str, target: str, count: int, doing: Doing) -> None:
        boxes = self._take(source, count)
        for case in _cases(boxes):
            self._happen(EventKind.MOVED, time, case, source, target, doing)
        self._shelf.setdefault(target, []).extend(boxes)

    def _treat(self, day: int, ward: str, patient: UUID, vials: int) -> None:
        """In the emergency department it is given from the shelf; else prescribed first."""
        if WARDS[ward].source == "EP":
            boxes, time = self._take("EP", vials), self._stage.at(day, 9, 9)
            doing = Doing("0557", patient=patient)
            self._happen(EventKind.DISPENSED, time, boxes, "EP", "ED", doing)
            self._dose(time + timedelta(minutes=9), ward, patient, boxes)
            return
        boxes = self._prescribed(day, ward, patient, vials)
        for number in range(0, vials, 2):
            time = self._stage.at(day + number // 2, 15.6 if number == 0 else 8.2, 1.6)
            self._dose(time, ward, patient, boxes[number : number + 2])

    def _prescribed(self, day: int, ward: str, patient: UUID, vials: int) -> list[Thing]:
        stage, source = self._stage, WARDS[ward].source
        item, boxes = stage.items[PRODUCT], self._take(source, vials)
        written = stage.at(day, 10, 2)
        paper = prescribe(stage, day, written, [(item, vials)], patient, ward)
        pharmacist = Doing("0533" if source == "IP" else "0557", None, (paper,), patient=patient)
        self._happen(EventKind.DISPENSED, stage.at(day, 13, 2), boxes, source, ward, pharmacist)
        return boxes

    def _dose(self, time: datetime, ward: str, patient: UUID, boxes: list[Thing]) -> None:
        doing = Doing(NURSES[ward], patient=patient)
        self._happen(EventKind.ADMINISTERED, time, boxes, ward, None, doing)

    def _hand_out(self) -> None:
        """The evening before: prescribed and handed out, not given yet."""
        for ward, plan in WARDS.items():
            patients = admit(self._stage, -1, ward, plan.handed_out // 2)
            for patient in patients:
                self._prescribed(-1, ward, patient, 2)

    def recall(self) -> None:
        """The notice, the hold within seconds, quarantine, and four attempts that are stopped."""
        stage, notified = self._stage, self._stage.now - NOTICE_BEFORE
        stage.script.recall(
            case_id(notified),
            notified,
            notified + timedelta(seconds=7),
            RecallClass.FIRST,
            (Scope(PRODUCT, (LOT,)),),
            "可见异物",
            "青禾制药主动召回",
        )
        people = {"EP": "0557", "STORE-A03": "0422", "IP": "0533"}
        for (place, count), minutes in zip(QUARANTINED.items(), (18, 22, 31), strict=True):
            time = notified + timedelta(minutes=minutes)
            boxes = self._take(place, count)
            for case in _cases(boxes):
                doing = Doing(people[place], note="召回隔离")
                self._happen(EventKind.QUARANTINED, time, case, place, None, doing)
                time += timedelta(seconds=15)
        for minutes in (3, 47, 102, 158):
            self._attempt(notified + timedelta(minutes=minutes))

    def _attempt(self, time: datetime) -> None:
        """Somebody scans a vial that lies ready in a ward, and is stopped."""
        ward = self._stage.rng.choice(("HX3", "PW5", "ICU"))
        # After midnight the attempts were yesterday, and who comes this morning is not there yet.
        there = {each.stand_in for each in self._stage.script.admissions if each.time < time}
        lying = [each for each in self._stage.patients[ward] if each in there]
        patient = self._stage.rng.choice(lying)
        box = self._stage.rng.choice(self._shelf[ward])
        doing, why = Doing(NURSES[ward], patient=patient), Reason.RECALLED
        self._stage.script.happen(EventKind.ADMINISTERED, time, [box], ward, None, doing, why)

    def _take(self, place: str, count: int) -> list[Thing]:
        shelf = self._shelf[place]
        taken = shelf[:count]
        del shelf[:count]
        return taken

    def _happen(  # noqa: PLR0913, PLR0917 -- as Script.happen
        self,
        kind: EventKind,
        time: datetime,
        boxes: list[Thing],
        at: str,
        to: str | None,
        doing: Doing,
    ) -> None:
        self._stage.script.happen(kind, time, boxes, at, to, doing)


def case_id(notified: datetime) -> str:
    """The number of the case."""
    return f"RC-{notified.year}-0031"


def _cases(boxes: list[Thing]) -> list[list[Thing]]:
    return [boxes[start : start + _CASE] for start in range(0, len(boxes), _CASE)]
