"""Hypothesis strategies that build valid GS1 messages of any identifiers."""

from __future__ import annotations

from hypothesis import strategies as st

from scanning.checks import CSET82, gs1_check_digit, gs1_check_pair
from scanning.gs1.ai import GS, IDENTIFIERS, Component, Identifier
from scanning.gs1.pairs import matches

_KINDS = {
    "N": "0123456789",
    "X": CSET82,
    "Y": "#-/0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "Z": "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_=",
}
_FIXED = {
    "iso3166": ["156", "276", "840"],
    "iso3166999": ["156", "999"],
    "iso3166alpha2": ["CN", "DE"],
    "iso4217": ["156", "978"],
    "iso5218": ["0", "1", "2", "9"],
    "yesno": ["0", "1"],
    "winding": ["0", "1", "9"],
    "zero": ["0"],
    "hyphen": ["-"],
    "yymmd0": ["270131", "280200", "280229"],
    "yymmdd": ["270131", "280229"],
    "yyyymmdd": ["19700131", "20280229"],
    "hhmi": ["0000", "2359"],
    "hh": ["00", "23"],
    "mi": ["00", "59"],
    "ss": ["00", "59"],
    "packagetype": ["CT", "8", "X11"],
    "mediatype": ["01", "80"],
    "importeridx": ["A", "_"],
    "pieceoftotal": ["0101", "0212"],
    "posinseqslash": ["1/3", "3/3"],
    "latitude": ["0000000000", "1800000000"],
    "longitude": ["0000000000", "3600000000"],
    "iban": ["DE89370400440532013000", "GB29NWBK60161331926819"],
    "pcenc": ["ABC", "%E5%8C%BB"],
    "nozeroprefix": ["0", "12"],
    "couponcode": ["01234561234561111" + "0123"],
    "couponposoffer": ["001234561234560123456"],
}


def _component(part: Component) -> st.SearchStrategy[str]:
    names = [linter.__name__ for linter in part.linters]
    for name in names:
        if name in _FIXED:
            return st.sampled_from(_FIXED[name])
    alphabet = _KINDS[part.kind]
    if "csum" in names:
        return st.text("0123456789", min_size=part.most - 1, max_size=part.most - 1).map(
            lambda digits: digits + gs1_check_digit(digits)
        )
    if "csumalpha" in names:
        body = st.text(alphabet, min_size=1, max_size=part.most - 6)
        return body.map(lambda text: _paired("1987" + text + "a"))
    if "gcppos1" in names:
        return st.text(alphabet, min_size=1, max_size=part.most - 4).map(lambda t: "1987" + t)
    text = st.text(alphabet, min_size=part.least, max_size=part.most)
    return text.filter(lambda t: bool(t.strip("0"))) if "nonzero" in names else text


def _paired(text: str) -> str:
    return text + gs1_check_pair(text)


@st.composite
def values(draw: st.DrawFn, identifier: Identifier) -> str:
    """A valid value of `identifier`."""
    text = ""
    for part in identifier.components:
        if part.optional and not draw(st.booleans()):
            break
        text += draw(_component(part))
    return text


@st.composite
def messages(draw: st.DrawFn) -> tuple[tuple[str, str], ...]:
    """Elements that satisfy each other: required partners are added, excluded ones left out."""
    chosen: list[str] = []
    for ai in draw(st.lists(st.sampled_from(sorted(IDENTIFIERS)), min_size=1, max_size=4)):
        grown = _with_required(draw, [*chosen, ai])
        if grown is not None:
            chosen = grown
    order = draw(st.permutations(list(dict.fromkeys(chosen)))) if chosen else ["01"]
    return tuple((ai, draw(values(IDENTIFIERS[ai]))) for ai in order)


def _with_required(draw: st.DrawFn, ais: list[str]) -> list[str] | None:
    """`ais` and what they require; None where that excludes itself."""
    for _ in range(12):
        missing = [
            rule
            for ai in ais
            for rule in IDENTIFIERS[ai].required
            if not any(all(any(matches(p, a) for a in ais) for p in group) for group in rule)
        ]
        if not missing:
            break
        group = draw(st.sampled_from(missing[0]))
        ais = [*ais, *(_first(pattern) for pattern in group)]
    else:
        return None
    clash = any(
        a != b and matches(pattern, b)
        for a in ais
        for pattern in IDENTIFIERS[a].excluded
        for b in ais
    )
    return None if clash else ais


def _first(pattern: str) -> str:
    return next(ai for ai in IDENTIFIERS if matches(pattern, ai))


def element_string(elements: tuple[tuple[str, str], ...]) -> str:
    """The characters of a GS1 symbol that holds `elements`."""
    text = ""
    for position, (ai, value) in enumerate(elements, start=1):
        closed = IDENTIFIERS[ai].predefined or position == len(elements)
        text += ai + value + ("" if closed else GS)
    return text
