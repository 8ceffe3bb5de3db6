"""Which application identifiers must stand together and which must not.

The rules hold for all the symbols on one item together (General Specifications 4.14 and 4.15), so
a split label is judged after its parts are joined.
"""

from __future__ import annotations

from functools import lru_cache

from scanning.gs1.ai import IDENTIFIERS
from scanning.scan import Finding


def matches(pattern: str, ai: str) -> bool:
    """Whether `ai` is one of `pattern`, where `n` stands for any digit.

    >>> matches("31nn", "3102"), matches("31nn", "320")
    (True, False)
    """
    stem = pattern.rstrip("n")
    return len(pattern) == len(ai) and ai.startswith(stem)


@lru_cache(maxsize=8192)
def pair_findings(ais: tuple[str, ...]) -> tuple[Finding, ...]:
    """The required and excluded pairs that a message with these identifiers breaks.

    The same few rows of identifiers come again and again, so the answers are remembered.
    """
    present = tuple(dict.fromkeys(ais))
    findings: list[Finding] = []
    for ai in present:
        identifier = IDENTIFIERS[ai]
        findings.extend(
            Finding("required-missing", ai, None, " / ".join("+".join(group) for group in rule))
            for rule in identifier.required
            if not any(_whole(group, present) for group in rule)
        )
        findings.extend(
            Finding("excluded-pair", ai, other, f"{ai} without {pattern}")
            for pattern in identifier.excluded
            for other in present
            if other != ai and matches(pattern, other)
        )
    return tuple(findings)


def _whole(group: tuple[str, ...], present: tuple[str, ...]) -> bool:
    return all(any(matches(pattern, ai) for ai in present) for pattern in group)


def repeat_findings(elements: tuple[tuple[str, str], ...]) -> list[Finding]:
    """An identifier that comes again must say the same (General Specifications 4.14.1)."""
    first: dict[str, str] = {}
    findings = []
    for ai, value in elements:
        if first.setdefault(ai, value) != value:
            findings.append(Finding("repeated-differs", ai, value, first[ai]))
    return findings
