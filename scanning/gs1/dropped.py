"""Readers that drop the group separator: finds the split that fits without it.

A value of free length swallows all that follows when its separator is gone. A date, a GTIN or a
logistic unit inside it, with a valid check and at the very place where it would stand, is strong
evidence; a lone `21` in a lot is none, and the lot stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterator

from scanning.gs1.ai import GS, IDENTIFIERS
from scanning.gs1.element_strings import Elements, split
from scanning.gs1.pairs import pair_findings

_STRONG = ("01", "17", "11", "15", "13", "00", "02")
"""Identifiers whose value proves itself: a check digit or a date of the calendar."""
_FREE = ("21", "10", "30", "37", "240", "241", "22", "250")
"""Identifiers that a box may carry behind a lot or a serial."""
_MOST_SPLITS = 8


def splits(elements: Elements) -> list[Elements]:
    """Other splits of a message without any separator that fit once some are put in; best first.

    Args:
        elements: how the message splits as it is.

    >>> whole, _ = split("0106901234567892" "10AB1" "17270131" "21S7")
    >>> splits(whole)[0][1:]
    (('10', 'AB1'), ('17', '270131'), ('21', 'S7'))
    """
    if not elements or len(elements[-1][1]) < 3 or IDENTIFIERS[elements[-1][0]].predefined:  # noqa: PLR2004 -- an identifier and a character
        return []
    ai, tail = elements[-1]
    head = elements[:-1]
    broken = bool(IDENTIFIERS[ai].problems(tail))
    seen = {name for name, _ in head}
    found: list[Elements] = []
    for rest in _cuts(ai, tail, seen, broken=broken):
        candidate = (*head, *rest)
        if not pair_findings(tuple(name for name, _ in candidate)) and candidate not in found:
            found.append(candidate)
        if len(found) == _MOST_SPLITS:
            break
    return found


def _cuts(ai: str, tail: str, seen: set[str], *, broken: bool) -> Iterator[Elements]:
    """Ways to end `ai`'s value inside `tail`, each followed by elements that have no problems."""
    # When the value can't stand as it is, weaker identifiers may explain it too.
    openers = (*_STRONG, *_FREE) if broken else _STRONG
    least = IDENTIFIERS[ai].least
    for position in range(least, len(tail) - 2):
        opener = next((o for o in openers if tail.startswith(o, position)), None)
        if opener is None:
            continue
        value = tail[:position]
        if IDENTIFIERS[ai].problems(value):
            continue
        rest, findings = split(tail[position:])
        if not findings and _proves(rest, seen | {ai}):
            deeper = splits_of_rest(rest, seen | {ai})
            yield ((ai, value), *deeper)


def splits_of_rest(rest: Elements, seen: set[str]) -> Elements:
    """`rest` with its own last value cut once more where a strong identifier stands in it."""
    ai, tail = rest[-1]
    if IDENTIFIERS[ai].predefined:
        return rest
    names = seen | {name for name, _ in rest[:-1]}
    again = next(_cuts(ai, tail, names, broken=False), None)
    return rest if again is None else (*rest[:-1], *again)


def _proves(rest: Elements, seen: set[str]) -> bool:
    names = [name for name, _ in rest]
    return len(set(names)) == len(names) and seen.isdisjoint(names)


def with_separators(elements: Elements) -> str:
    """The element string that a reader with GS would have sent."""
    text = ""
    for position, (ai, value) in enumerate(elements, start=1):
        last = position == len(elements)
        text += ai + value + ("" if last or IDENTIFIERS[ai].predefined else GS)
    return text
