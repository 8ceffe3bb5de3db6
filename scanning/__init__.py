"""From symbols to identifiers: reads, decodes and draws everything that is printed on a box.

`read` takes the characters that a scanner or a person sent and answers a `Scan`; it never raises.
`join` puts the scans of a split label together. `decode` takes a picture or a PDF and answers the
`Symbol`s in it, whose `raw` goes into `read`. `draw_symbol`, `draw_label` and `draw_sheet` draw and
read back what they drew before it leaves. `new_label_number` numbers goods without a code of their
own. `explain` tells a person what a code is, `diagnose` what is wrong with a reader; `COMMANDS` are
both at the command line. This folder knows no database: which product a code names is the
catalogue's to say (`Scan.product_ids`).
"""

from __future__ import annotations

from scanning.checks import has_gs1_check_digit
from scanning.commands import COMMANDS
from scanning.decode import decode
from scanning.drawing.label import SIZES as LABEL_SIZES
from scanning.drawing.label import Label
from scanning.drawing.labels import draw_label, draw_sheet
from scanning.drawing.modules import SymbolKind
from scanning.drawing.symbols import draw_symbol
from scanning.explain import explain
from scanning.in_house import new_label_number
from scanning.join import join
from scanning.pictures.engines import HAS_SECOND_READER
from scanning.read import read
from scanning.scan import Alternative, Finding, Granularity, Measure, Scan, Scheme
from scanning.scanner_test import Diagnosis, diagnose, page_of_tests
from scanning.symbol import Symbol

__all__ = [
    "COMMANDS",
    "HAS_SECOND_READER",
    "LABEL_SIZES",
    "Alternative",
    "Diagnosis",
    "Finding",
    "Granularity",
    "Label",
    "Measure",
    "Scan",
    "Scheme",
    "Symbol",
    "SymbolKind",
    "decode",
    "diagnose",
    "draw_label",
    "draw_sheet",
    "draw_symbol",
    "explain",
    "has_gs1_check_digit",
    "join",
    "new_label_number",
    "page_of_tests",
    "read",
]
