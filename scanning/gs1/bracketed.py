"""Element strings as people read them: identifiers in round, curly, square or Chinese brackets."""

from __future__ import annotations

import re

from scanning.gs1.ai import IDENTIFIERS
from scanning.gs1.element_strings import Elements
from scanning.scan import Finding

_PAIRS = {"(": ")", "{": "}", "[": "]", "（": "）"}
_MARK = re.compile(r"[({\[（]([0-9]{2,4})[)}\]）]")


def looks_bracketed(text: str) -> bool:
    """Whether `text` begins with digits in brackets, and a known identifier stands in some.

    >>> looks_bracketed("（01）06901234567892"), looks_bracketed("[)>")
    (True, False)
    """
    return _MARK.match(text.lstrip()) is not None and bool(_marks(text))


def split_bracketed(text: str) -> tuple[Elements, list[Finding]]:
    """The elements of bracketed `text`, and what is wrong with each.

    Blanks around values are the typist's; a bracket that opens no known identifier is part of the
    value it stands in.

    >>> split_bracketed("(01) 06901234567892 (10) A(B")
    ((('01', '06901234567892'), ('10', 'A(B')), [])
    """
    marks = _marks(text)
    elements: list[tuple[str, str]] = []
    findings: list[Finding] = []
    before = text[: marks[0].start()].strip() if marks else text.strip()
    if before:
        findings.append(Finding("ai-unknown", None, before, "an application identifier"))
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    for mark, end in zip(marks, ends, strict=False):
        value = text[mark.end() : end].strip(" \x1d\t\u3000")
        elements.append((mark[1], value))
        findings.extend(IDENTIFIERS[mark[1]].problems(value))
    return tuple(elements), findings


def _marks(text: str) -> list[re.Match[str]]:
    found = _MARK.finditer(text)
    return [m for m in found if _PAIRS[m[0][0]] == m[0][-1] and m[1] in IDENTIFIERS]
