"""Reading a recall notice, Chinese or English: what it says of the goods, and what is left over.

Whatever the text, the answer is a draft for a person to check. Every letter of it is either behind
a value of the draft or in `unread`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from errors import Invalid
from inventory import ALL_LOTS, Days, Extent, Range
from recall.case import RecallClass
from recall.notice_words import (
    CLASS,
    IDENTIFIER,
    LISTS,
    TEXTS,
    WINDOWS,
    class_of,
    plain,
    split_list,
    window_of,
)

LONGEST_NOTICE: Final = 200_000
"""Letters of a notice that are read; what comes after is unread."""

_CLAUSES: Final = re.compile(r"[^\n。；;]+")


@dataclass(slots=True)
class Draft:
    """What a notice says, to be checked by a person.

    Args:
        lots: names of lots; `inventory.ALL_LOTS`: all.
        patterns: names with wildcards.
        ranges: names from one to another.
        serials: serials from one to another.
        windows: `expiry`, `produced` and `received` days.
        recall_class: how dangerous it is.
        texts: `name`, `maker`, `model`, `licence`, `supplier`, `number`, `source`, `reason`: the
            values of each, in the order of the text.
        notified: the day that the notice bears.
        identifiers: GTINs and drug traceability codes, as they stand there.
        understood: what stands behind some value, piece by piece.
        unread: what was not understood, clause by clause.
    """

    lots: list[str] = field(default_factory=list)
    patterns: list[str] = field(default_factory=list)
    ranges: list[Range] = field(default_factory=list)
    serials: list[Range] = field(default_factory=list)
    windows: dict[str, Days] = field(default_factory=dict)
    recall_class: RecallClass | None = None
    texts: dict[str, list[str]] = field(default_factory=dict)
    notified: date | None = None
    identifiers: list[str] = field(default_factory=list)
    understood: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)

    def text(self, name: str) -> str:
        """The first value of a text, or nothing."""
        return next(iter(self.texts.get(name, ())), "")

    def extent(self) -> Extent:
        """How far it reaches, by all that it says."""
        return Extent(
            lots=tuple(dict.fromkeys(self.lots)),
            patterns=tuple(dict.fromkeys(self.patterns)),
            ranges=tuple(dict.fromkeys(self.ranges)),
            serials=tuple(dict.fromkeys(self.serials)),
            supplier=self.text("supplier") or None,
            **self.windows,
        )


class _Reading:
    """A text being read: which of its letters are behind some value already."""

    def __init__(self, text: str) -> None:
        self.raw = text
        self.text = plain(text)
        self.used = bytearray(len(text))
        self.draft = Draft()

    def find(self, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        for match in pattern.finditer(self.text):
            if not any(self.used[match.start() : match.end()]):
                yield match

    def use(self, start: int, end: int) -> None:
        self.used[start:end] = b"\x01" * (end - start)


def read_notice(text: str) -> Draft:
    """What a notice says; never raises.

    >>> draft = read_notice("二级召回。批号：2405A01、2405A03至2405A09，24B*；请立即停用")
    >>> draft.recall_class.value, draft.lots, draft.patterns
    ('II', ['2405A01'], ['24B*'])
    >>> draft.ranges, draft.unread
    ([Range(first='2405A03', last='2405A09')], ['请立即停用'])
    """
    reading = _Reading(text[:LONGEST_NOTICE])
    for step in (_identifiers, _class, _windows, _lists, _texts):
        step(reading)
    draft = reading.draft
    draft.understood = [text[m.start() : m.end()] for m in re.finditer(rb"\x01+", reading.used)]
    draft.unread = list(_unread(reading))
    if len(text) > LONGEST_NOTICE:
        draft.unread.append(text[LONGEST_NOTICE:])
    return draft


def _identifiers(reading: _Reading) -> None:
    for match in reading.find(IDENTIFIER):
        reading.draft.identifiers.append(match["value"])
        reading.use(*match.span())


def _class(reading: _Reading) -> None:
    for match in reading.find(CLASS):
        found = class_of(match)
        if reading.draft.recall_class in (None, found):
            reading.draft.recall_class = found
            reading.use(*match.span())


def _windows(reading: _Reading) -> None:
    for name, pattern in WINDOWS.items():
        for match in reading.find(pattern):
            found = window_of(reading.text, match.end())
            if found is None:
                continue
            window, end = found
            if name == "notified":
                if window.first and reading.draft.notified is None:
                    reading.draft.notified = date.fromisoformat(window.first)
                    reading.use(match.start(), end)
            elif reading.draft.windows.get(name, window) == window:
                reading.draft.windows[name] = window
                reading.use(match.start(), end)


def _lists(reading: _Reading) -> None:
    take: dict[str, Callable[[_Reading, str, str | None], bool]]
    take = {"lot": _lot, "serial": _serial}
    found = [(match, name) for name, each in LISTS.items() for match in reading.find(each)]
    # As they stand in the text: a lot may be called SN0, and no serial begins there.
    for match, name in sorted(found, key=lambda each: each[0].start()):
        at = match.start()
        for start, end, first, last in split_list(reading.text, match.end()):
            if any(reading.used[start:end]) or not take[name](reading, first, last):
                break
            reading.use(at, end)  # with the label, or what stands between two names
            at = end


def _lot(reading: _Reading, first: str, last: str | None) -> bool:
    draft = reading.draft
    if last is not None:
        return _span(draft.ranges, first, last)
    if first == ALL_LOTS:
        draft.lots.append(ALL_LOTS)
    elif "*" in first or "?" in first:
        draft.patterns.append(first)
    else:
        draft.lots.append(first)
        head, dash, tail = first.partition("-")
        if dash and len(head) == len(tail) >= _BOTH_ENDS:  # one name, or two with all between?
            _span(draft.ranges, head, tail)
    return True


_BOTH_ENDS: Final = 4


def _serial(reading: _Reading, first: str, last: str | None) -> bool:
    if "*" in first or "?" in first:
        return False
    return _span(reading.draft.serials, first, last or first)


def _span(ranges: list[Range], first: str, last: str) -> bool:
    try:
        Extent(ranges=(Range(first, last),))
    except Invalid:
        return False
    ranges.append(Range(first, last))
    return True


def _texts(reading: _Reading) -> None:
    for name, pattern in TEXTS.items():
        for match in reading.find(pattern):
            value = reading.raw[match.start("value") : match.end("value")].strip(" \t,，、：:")
            if value:
                reading.draft.texts.setdefault(name, []).append(value)
                reading.use(*match.span())


def _unread(reading: _Reading) -> Iterator[str]:
    """What stands behind no value: the rest of each clause, as it was written."""
    for clause in _CLAUSES.finditer(reading.raw):
        for part in re.finditer(rb"\x00+", bytes(reading.used[clause.start() : clause.end()])):
            start = clause.start() + part.start()
            rest = reading.raw[start : start + len(part.group())].strip()
            if any(letter.isalnum() for letter in rest):
                yield rest
