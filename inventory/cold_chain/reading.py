"""What a sensor measured, and what a person decided about an excursion: two records.

A reading is written with the words of EPCIS 2.0 §7.3.6 (`sensorElementList`), temperatures in °C
(`CEL`, UN/ECE Recommendation 20).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any, ClassVar, Final
from urllib.parse import quote, unquote
from uuid import UUID

from errors import Invalid
from inventory.storage import checked_temperature
from ledger import encode, timestamp
from trace import LOCATION, checked_offset

READING_TYPE = "medtrace:Reading"
EXCURSION_DECISION_TYPE = "medtrace:ExcursionDecision"

MOST_SAMPLES: Final = 1_000
"""Samples in one reading."""

_SENSOR = "urn:medtrace:sensor:"


@dataclass(frozen=True, slots=True)
class Sample:
    """What a sensor measured at a moment, or in the time since the sample before.

    Args:
        time: the moment, or the end of the time; aware of its zone, kept in UTC.
        lowest: °C, two decimals at most.
        highest: °C; the same where it measured once.
    """

    time: datetime
    lowest: Decimal
    highest: Decimal

    def __post_init__(self) -> None:
        """Hold what no caller may break.

        Raises:
            Invalid: the time has no zone, or the temperatures can't be or stand the wrong way
                round.
        """
        checked_offset(self.time, "time")
        object.__setattr__(self, "time", self.time.astimezone(UTC))
        for name in ("lowest", "highest"):
            object.__setattr__(self, name, checked_temperature(getattr(self, name), name))
        if self.lowest > self.highest:
            raise Invalid(
                "temperature-upside-down", field="lowest", lowest=self.lowest, highest=self.highest
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The samples of one sensor at one place, in the order of their times.

    Args:
        id: made by who sends it (UUIDv7).
        place: the code of the location.
        sensor: its number there.
        samples: 1 to 1,000.
        device: the id of the device that sent them.
        person: the staff number of who sent them.
    """

    ledger_kind: ClassVar[str] = "reading"

    id: UUID
    place: str
    sensor: str
    samples: tuple[Sample, ...]
    device: str | None = None
    person: str | None = None

    def __post_init__(self) -> None:
        """Hold what no caller may break.

        Raises:
            Invalid: there is no sample, or too many, or they are not in order of time; or the place
                or sensor is missing.
        """
        for name in ("place", "sensor", "samples"):
            if not getattr(self, name):
                raise Invalid("required", field=name)
        if len(self.samples) > MOST_SAMPLES:
            raise Invalid("samples-too-many", field="samples", limit=MOST_SAMPLES)
        if any(first.time >= second.time for first, second in pairwise(self.samples)):
            raise Invalid("samples-out-of-order", field="samples")

    def encode(self) -> bytes:
        """The reading as canonical JSON."""
        members: dict[str, Any] = {
            "type": READING_TYPE,
            "eventID": f"urn:uuid:{self.id}",
            "eventTime": timestamp(self.samples[-1].time),
            "readPoint": {"id": LOCATION + self.place},
            "sensorElementList": [
                {
                    "sensorMetadata": {"deviceID": _SENSOR + quote(self.sensor, safe="")},
                    "sensorReport": [_report(sample) for sample in self.samples],
                }
            ],
        }
        if self.device is not None:
            members["medtrace:device"] = self.device
        if self.person is not None:
            members["medtrace:person"] = self.person
        return encode(members)

    @classmethod
    def parse(cls, members: dict[str, Any]) -> Reading:
        """The reading that `encode` wrote, from its parsed JSON."""
        (element,) = members["sensorElementList"]
        return cls(
            id=UUID(members["eventID"]),
            place=members["readPoint"]["id"].removeprefix(LOCATION),
            sensor=unquote(element["sensorMetadata"]["deviceID"].removeprefix(_SENSOR)),
            samples=tuple(_sample(report) for report in element["sensorReport"]),
            device=members.get("medtrace:device"),
            person=members.get("medtrace:person"),
        )


def _report(sample: Sample) -> dict[str, Any]:
    report: dict[str, Any] = {
        "type": "Temperature",
        "uom": "CEL",
        "time": timestamp(sample.time),
    }
    if sample.lowest == sample.highest:
        return report | {"value": float(sample.lowest)}
    return report | {"minValue": float(sample.lowest), "maxValue": float(sample.highest)}


def _sample(report: dict[str, Any]) -> Sample:
    lowest = report.get("minValue", report.get("value"))
    highest = report.get("maxValue", report.get("value"))
    time = datetime.fromisoformat(report["time"])
    return Sample(time, Decimal(str(lowest)), Decimal(str(highest)))


@dataclass(frozen=True, slots=True, kw_only=True)
class ExcursionDecision:
    """A person has judged an excursion: it is off the work-list and holds nothing more.

    What it held stays held until it is released or disposed of like any other goods.

    Args:
        id: made by who decides (UUIDv7).
        time: when, aware of its zone.
        number: of the excursion.
        person: the staff number of who decided.
        note: what was found, and what follows.
    """

    ledger_kind: ClassVar[str] = "reading"

    id: UUID
    time: datetime
    number: int
    person: str
    note: str

    def __post_init__(self) -> None:
        """Hold what no caller may break.

        Raises:
            Invalid: nobody decided, nothing was said, or the time can't be written.
        """
        checked_offset(self.time, "time")
        for name in ("person", "note"):
            if not getattr(self, name):
                raise Invalid("required", field=name)

    def encode(self) -> bytes:
        """The decision as canonical JSON."""
        return encode(
            {
                "type": EXCURSION_DECISION_TYPE,
                "eventID": f"urn:uuid:{self.id}",
                "eventTime": timestamp(self.time),
                "excursion": self.number,
                "medtrace:person": self.person,
                "medtrace:note": self.note,
            }
        )

    @classmethod
    def parse(cls, members: dict[str, Any]) -> ExcursionDecision:
        """The decision that `encode` wrote, from its parsed JSON."""
        return cls(
            id=UUID(members["eventID"]),
            time=datetime.fromisoformat(members["eventTime"]),
            number=members["excursion"],
            person=members["medtrace:person"],
            note=members["medtrace:note"],
        )
