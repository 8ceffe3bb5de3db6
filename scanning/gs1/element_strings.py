"""Element strings: application identifiers and values one behind the other, GS between them.

General Specifications 7.8. This is the hot path: `benchmarks/read.py` measures it.
"""

from __future__ import annotations

from scanning.gs1.ai import AI_LENGTH, GS, IDENTIFIERS, PREDEFINED_LENGTH
from scanning.scan import Finding

Elements = tuple[tuple[str, str], ...]
_RULES = {
    ai: (ai, identifier.length, identifier.pattern.fullmatch, identifier.steps)
    for ai, identifier in IDENTIFIERS.items()
}
"""What the loop needs of each identifier, in a tuple: attributes cost a tenth of its time."""


def split(text: str) -> tuple[Elements, list[Finding]]:
    """The elements of `text`, and what is wrong with each; what isn't understood becomes a finding.

    >>> split("0106901234567892" "10AB1" + GS + "17270131")
    ((('01', '06901234567892'), ('10', 'AB1'), ('17', '270131')), [])
    """
    elements: list[tuple[str, str]] = []
    findings: list[Finding] = []
    position, end = 0, len(text)
    find, rules, ai_length = text.find, _RULES, AI_LENGTH
    while position < end:
        start = position + ai_length.get(text[position : position + 2], 0)
        rule = rules.get(text[position:start])
        if rule is None:
            position = _unknown(text, position, findings)
            continue
        ai, length, fullmatch, steps = rule
        separator = find(GS, start)
        stop = end if separator < 0 else separator
        if length and start + length <= stop:
            stop = start + length
        value = text[start:stop]
        position = stop + 1 if stop == separator else stop
        elements.append((ai, value))
        if fullmatch(value) is None:
            findings.extend(IDENTIFIERS[ai].problems(value))
            continue
        for first, last, linter in steps:
            part = value[first:last]
            if part and (problem := linter(part)) is not None:
                findings.append(Finding(problem[0], ai, part, problem[1]))
    return tuple(elements), findings


def _unknown(text: str, position: int, findings: list[Finding]) -> int:
    """Notes what stands where an identifier should be; answers where to read on."""
    separator = text.find(GS, position)
    stop = len(text) if separator < 0 else separator
    if stop == position:
        # Two separators in a row, or one at the start: FNC1 in first position, sent as GS.
        return position + 1
    predefined = PREDEFINED_LENGTH.get(text[position : position + 2])
    if predefined is not None and position + predefined < stop:
        stop = position + predefined
    findings.append(Finding("ai-unknown", None, text[position:stop], "an application identifier"))
    return stop + 1 if stop == separator else stop
