"""AHM codes (阿里健康): the third issuer of device identifiers in China.

Its layout is not public; the national database counted 30 products with it against a million of
GS1's. The code is kept whole and marked, so that a catalogue may still know it.
"""

from __future__ import annotations

from scanning.incoming import Incoming
from scanning.scan import Finding, Scan, Scheme


def read_ahm(incoming: Incoming) -> Scan | None:
    """Keeps a text that begins with `AHM` as it is; None for any other."""
    if not incoming.text.startswith("AHM"):
        return None
    finding = Finding("layout-unknown", None, incoming.text)
    return Scan(
        incoming.raw,
        Scheme.AHM,
        incoming.symbology,
        findings=(finding,),
        product_ids=((Scheme.AHM.value, incoming.text),),
    )
