"""What carried the characters: AIM symbology identifiers (ISO/IEC 15424) at the start of a scan."""

from __future__ import annotations

from typing import NamedTuple


class Carrier(NamedTuple):
    """A kind of symbol.

    Args:
        name: medtrace's word for it.
        gs1: its data are GS1 element strings.
        retail: its data are one GTIN.
        linear: it has bars; its check characters are too weak to trust one reading.
    """

    name: str
    gs1: bool = False
    retail: bool = False
    linear: bool = False


CARRIERS: dict[str, Carrier] = {
    "]A0": Carrier("code-39", linear=True),
    "]C0": Carrier("code-128", linear=True),
    "]C1": Carrier("gs1-128", gs1=True, linear=True),
    "]C2": Carrier("code-128", linear=True),
    "]C4": Carrier("code-128", linear=True),
    "]E0": Carrier("ean-13", retail=True, linear=True),
    "]E1": Carrier("ean-add-on", linear=True),
    "]E2": Carrier("ean-add-on", linear=True),
    "]E3": Carrier("ean-13-add-on", retail=True, linear=True),
    "]E4": Carrier("ean-8", retail=True, linear=True),
    "]F0": Carrier("codabar", linear=True),
    "]G0": Carrier("code-93", linear=True),
    "]I0": Carrier("itf", linear=True),
    "]I1": Carrier("itf-14", retail=True, linear=True),
    "]J0": Carrier("dotcode"),
    "]J1": Carrier("gs1-dotcode", gs1=True),
    "]L0": Carrier("pdf417"),
    "]L2": Carrier("pdf417"),
    "]Q0": Carrier("qr-model-1"),
    "]Q1": Carrier("qr"),
    "]Q2": Carrier("qr"),
    "]Q3": Carrier("gs1-qr", gs1=True),
    "]Q4": Carrier("gs1-qr", gs1=True),
    "]U0": Carrier("maxicode"),
    "]X0": Carrier("other"),
    "]d0": Carrier("datamatrix-old"),
    "]d1": Carrier("datamatrix"),
    "]d2": Carrier("gs1-datamatrix", gs1=True),
    "]d4": Carrier("datamatrix"),
    "]d5": Carrier("gs1-datamatrix", gs1=True),
    # zxing's numbers for the extended oblong sizes of Data Matrix (ISO/IEC 21471)
    "]d7": Carrier("datamatrix"),
    "]d8": Carrier("gs1-datamatrix", gs1=True),
    "]da": Carrier("datamatrix"),
    "]db": Carrier("gs1-datamatrix", gs1=True),
    "]e0": Carrier("gs1-databar", gs1=True, linear=True),
    "]e1": Carrier("gs1-composite", gs1=True),
    "]e2": Carrier("gs1-composite", gs1=True),
    "]z0": Carrier("aztec"),
    "]z1": Carrier("gs1-aztec", gs1=True),
    "]z3": Carrier("aztec"),
}
"""The carriers that a hospital may meet, by AIM identifier."""

PLAIN = Carrier("unknown")
"""A carrier that did not say what it is."""


def carrier_of(text: str) -> tuple[Carrier | None, str]:
    """The carrier that `text` names at its start, and the characters behind that name.

    >>> carrier_of("]d20106901234567892")[1]
    '0106901234567892'
    """
    if len(text) > 2 and text[0] == "]" and text[1].isalpha() and text[2].isalnum():  # noqa: PLR2004 -- three characters of an AIM identifier
        carrier = CARRIERS.get(text[:3])
        if carrier is None:
            families = (name for name in CARRIERS if name[1] == text[1])
            family = next(families, None)
            carrier = PLAIN if family is None else CARRIERS[family]._replace(gs1=False)
        return carrier, text[3:]
    return None, text
