"""The application identifiers, made ready for reading from `tables/gs1_ai.json`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scanning.gs1.linters import LINTERS, Linter
from scanning.scan import Finding

GS = "\x1d"
"""Group separator: what FNC1 between elements becomes when it is sent."""
_SETS = {
    "N": "[0-9]",
    "X": r"[!-\"%-/0-9:-?A-Z_a-z]",
    "Y": r"[#\-/0-9A-Z]",
    "Z": r"[0-9A-Za-z_=\-]",
}
"""Characters of a component by its kind: digits, set 82, set 39, base64url."""
_CHARSET = {"N": "not-numeric", "X": "charset-82", "Y": "charset-39", "Z": "charset-64"}


@dataclass(frozen=True, slots=True)
class Component:
    """One part of a value.

    Args:
        kind: N, X, Y or Z, the set of its characters.
        least: its shortest length.
        most: its longest length.
        optional: it may be missing together with all that follows.
        linters: what its content must satisfy besides.
    """

    kind: str
    least: int
    most: int
    optional: bool
    linters: tuple[Linter, ...]


@dataclass(frozen=True, slots=True)
class Identifier:
    """One application identifier with all its rules.

    Args:
        ai: two to four digits.
        title: GS1's data title.
        predefined: it needs no separator behind it.
        length: of a predefined value, else 0.
        attribute: it may stand in the query of a Digital Link.
        components: the parts of its value.
        pattern: matches a value whose characters and lengths are right.
        steps: (start, end, linter) in the order of the components.
        required: for each rule, groups of patterns of which one must be there whole.
        excluded: patterns that must not be there.
        qualifiers: sequences of qualifiers behind it in a Digital Link; None for no key.
    """

    ai: str
    title: str
    predefined: bool
    length: int
    attribute: bool
    components: tuple[Component, ...]
    pattern: re.Pattern[str]
    steps: tuple[tuple[int, int, Linter], ...]
    required: tuple[tuple[tuple[str, ...], ...], ...]
    excluded: tuple[str, ...]
    qualifiers: tuple[tuple[str, ...], ...] | None

    @property
    def least(self) -> int:
        """Characters of its shortest value."""
        return sum(part.least for part in self.components if not part.optional)

    @property
    def most(self) -> int:
        """Characters of its longest value."""
        return sum(part.most for part in self.components)

    def problems(self, value: str) -> list[Finding]:
        """What is wrong with `value`, nothing when it is right."""
        if self.pattern.fullmatch(value) is None:
            return [self._shape(value)]
        findings = []
        for start, end, linter in self.steps:
            part = value[start:end]
            if part and (problem := linter(part)) is not None:
                findings.append(Finding(problem[0], self.ai, part, problem[1]))
        return findings

    def _shape(self, value: str) -> Finding:
        """Why the value does not even have the right characters and length."""
        lengths = f"{self.least}–{self.most}" if self.least < self.most else str(self.most)
        if not value:
            return Finding("value-missing", self.ai, "", lengths)
        for start, part in self.starts():
            text = value[start : start + part.most]
            if re.fullmatch(f"{_SETS[part.kind]}*", text) is None:
                return Finding(_CHARSET[part.kind], self.ai, value, _SETS[part.kind])
        code = "too-long" if len(value) > self.most else "too-short"
        return Finding(code, self.ai, value, lengths)

    def starts(self) -> Iterator[tuple[int, Component]]:
        """Where each component begins: only the last one has a length of its own choice."""
        start = 0
        for part in self.components:
            yield start, part
            start += part.most


def _pattern(components: tuple[Component, ...]) -> re.Pattern[str]:
    text = ""
    for part in reversed(components):
        text = f"{_SETS[part.kind]}{{{part.least},{part.most}}}{text}"
        if part.optional:
            text = f"(?:{text})?"
    return re.compile(text)


def _steps(components: tuple[Component, ...]) -> Iterator[tuple[int, int, Linter]]:
    start = 0
    for part in components:
        for linter in part.linters:
            # Digits always begin with a company prefix as far as it can be told without GS1's list.
            if part.kind == "N" and linter.__name__.startswith("gcppos"):
                continue
            yield start, start + part.most, linter
        start += part.most


def _load() -> Iterator[Identifier]:
    table = Path(__file__).parent.parent / "tables" / "gs1_ai.json"
    for row in json.loads(table.read_text(encoding="utf-8")):
        first, last, predefined, attribute, parts, required, excluded, qualifiers, title = row
        components = tuple(
            Component(kind, least, most, optional, tuple(LINTERS[name] for name in linters))
            for kind, least, most, optional, linters in parts
        )
        for number in range(int(first), int(last) + 1):
            yield Identifier(
                ai=str(number).zfill(len(first)),
                title=title,
                predefined=predefined,
                length=sum(part.most for part in components) if predefined else 0,
                attribute=attribute,
                components=components,
                pattern=_pattern(components),
                steps=tuple(_steps(components)),
                required=tuple(tuple(map(tuple, rule)) for rule in required),
                excluded=tuple(excluded),
                qualifiers=None if qualifiers is None else tuple(map(tuple, qualifiers)),
            )


IDENTIFIERS: dict[str, Identifier] = {identifier.ai: identifier for identifier in _load()}
"""Every application identifier by its digits."""
AI_LENGTH: dict[str, int] = {ai[:2]: len(ai) for ai in IDENTIFIERS}
"""How many digits the application identifiers have that begin with two given digits."""
PREDEFINED_LENGTH: dict[str, int] = {
    "00": 20, "01": 16, "02": 16, "03": 16, "04": 18, "11": 8, "12": 8, "13": 8, "14": 8, "15": 8,
    "16": 8, "17": 8, "18": 8, "19": 8, "20": 4, "31": 10, "32": 10, "33": 10, "34": 10, "35": 10,
    "36": 10, "41": 16,
}  # fmt: skip
"""Element strings that need no separator, by their first two digits: characters with the
identifier. It holds for identifiers not yet given out too (General Specifications 7.8.5)."""
