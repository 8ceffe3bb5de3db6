"""From symbols to identifiers: reads, decodes and draws everything that is printed on a box.

`read` takes the characters that a scanner or a person sent and answers a `Scan`; it never raises.
`decode` takes a picture or a PDF and answers the `Symbol`s in it, whose `raw` goes into `read`.
`draw_symbol` draws one symbol and reads it back before it leaves. This folder knows no database:
which product a code names is the catalogue's to say (`Scan.product_ids`).
"""

from __future__ import annotations

from scanning.decode import decode
from scanning.drawing.modules import SymbolKind
from scanning.drawing.symbols import draw_symbol
from scanning.join import join
from scanning.pictures.engines import HAS_SECOND_READER
from scanning.read import read
from scanning.scan import Alternative, Finding, Granularity, Measure, Scan, Scheme
from scanning.symbol import Symbol

__all__ = [
    "HAS_SECOND_READER",
    "Alternative",
    "Finding",
    "Granularity",
    "Measure",
    "Scan",
    "Scheme",
    "Symbol",
    "SymbolKind",
    "decode",
    "draw_symbol",
    "join",
    "read",
]
