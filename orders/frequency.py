"""How often: the words of orders (`bid`, `q8h`, `st`, `prn`, `08:00,20:00`) into schedules."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from errors import Invalid
from orders.schedule import Rhythm, Schedule

Times = tuple[tuple[str, ...], int]
"""Times of the day, and every how many days."""

USUAL_TIMES: Mapping[str, Times] = MappingProxyType(
    {
        "qd": (("08:00",), 1),
        "bid": (("08:00", "16:00"), 1),
        "tid": (("08:00", "12:00", "16:00"), 1),
        "qid": (("08:00", "12:00", "16:00", "20:00"), 1),
        "qn": (("20:00",), 1),
        "qod": (("08:00",), 2),
        "qw": (("08:00",), 7),
    }
)
"""When doses of each word are due where the hospital says nothing else."""

_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "stat": "st",
        "once": "st",
        "立即": "st",
        "即刻": "st",
        "一次": "st",
        "必要时": "prn",
        "sos": "prn",
        "每日一次": "qd",
        "每日1次": "qd",
        "每日两次": "bid",
        "每日2次": "bid",
        "每日三次": "tid",
        "每日3次": "tid",
        "每日四次": "qid",
        "每日4次": "qid",
        "每晚一次": "qn",
        "每晚": "qn",
        "隔日一次": "qod",
        "每周一次": "qw",
    }
)
_EVERY = re.compile(r"(?:q([1-9][0-9]{0,3})(h|min)|每([1-9][0-9]{0,3})(小时|分钟)(?:一次|1次)?)")
_TIMES = re.compile(r"[0-2][0-9]:[0-5][0-9](?:[,;，；、][0-2][0-9]:[0-5][0-9])*")
_HOUR = 60


@dataclass(frozen=True, slots=True)
class Usual:
    """What the hospital's orders mean where they don't say it themselves.

    Args:
        zone: the zone of the times of day.
        times: when doses are due, by the word of the frequency.
        early: how many minutes before its time a dose may be given.
        late: how many minutes afterwards.
    """

    zone: str
    times: Mapping[str, Times] = field(default_factory=lambda: USUAL_TIMES)
    early: int = 60
    late: int = 60

    def schedule(self, frequency: str, start: datetime, stop: datetime | None = None) -> Schedule:
        """The schedule that a frequency means here.

        Args:
            frequency: a word of `times`, `st`, `prn`, `q8h`, `q30min`, `q4h prn`, or times of day.
            start: no dose is due before.
            stop: no dose is due then or afterwards.

        Raises:
            Invalid: `frequency-unknown`; or what `Schedule` says.
        """
        rhythm, every, (times, days) = self._read(frequency)
        return Schedule(
            frequency=frequency.strip(),
            rhythm=rhythm,
            start=start,
            stop=stop,
            zone=self.zone,
            times=times,
            days=days,
            every=every,
            early=self.early,
            late=self.late,
        )

    def _read(self, frequency: str) -> tuple[Rhythm, int, Times]:
        said = frequency.strip().lower()
        words = [_WORDS.get(word, word) for word in said.split()]
        match words:
            case ["st"]:
                return Rhythm.ONCE, 0, _NEVER
            case ["prn"]:
                return Rhythm.AS_NEEDED, 0, _NEVER
            case [each, "prn"] | ["prn", each] if _EVERY.fullmatch(each):
                return Rhythm.AS_NEEDED, _minutes(each), _NEVER
            case [each] if _EVERY.fullmatch(each):
                return Rhythm.INTERVAL, _minutes(each), _NEVER
            case [each] if each in self.times:
                return Rhythm.CLOCK, 0, self.times[each]
            case [each] if _TIMES.fullmatch(each):
                return Rhythm.CLOCK, 0, (tuple(sorted(set(re.split(_BETWEEN, each)))), 1)
        known = ", ".join([*self.times, "q8h", "st", "prn", "08:00,20:00"])
        raise Invalid("frequency-unknown", field="frequency", found=frequency[:32], known=known)


_NEVER: Times = ((), 1)
_BETWEEN = re.compile("[,;，；、]")


def _minutes(said: str) -> int:
    """The minutes of `q8h`, `q30min` or 每8小时."""
    read = _EVERY.fullmatch(said)
    assert read is not None  # noqa: S101 -- the caller has matched it
    count, unit = (read[1], read[2]) if read[1] else (read[3], read[4])
    return int(count) * (_HOUR if unit in {"h", "小时"} else 1)


def times_from(text: str) -> Mapping[str, Times]:
    """The usual times that a setting says: `bid=08:00,16:00 qod=08:00/2`.

    Raises:
        Invalid: `schedule-times`.
    """
    found: dict[str, Times] = {}
    for part in text.split():
        word, _, told = part.partition("=")
        times, _, days = told.partition("/")
        if not word or not _TIMES.fullmatch(times) or not re.fullmatch(r"([1-9][0-9]?)?", days):
            raise Invalid("schedule-times", field="MEDTRACE_DOSE_TIMES", most=24)
        found[word.lower()] = (tuple(sorted(set(re.split(_BETWEEN, times)))), int(days or 1))
    return found
