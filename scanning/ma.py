"""MA codes (IDcode, 中关村工信二维码技术研究院): `MA.156.M0.`, registrant, item, parts.

The check digits inside are not public: a code is not refused for them. The letters are those of
the NMPA's UDI rules: S serial, M or the older P made, L lot, D sterilisation lot, E 失效期,
V 有效期, Y national insurance code, C check.
"""

from __future__ import annotations

import re

from scanning.fields import Fields
from scanning.incoming import Incoming
from scanning.scan import Scan, Scheme

_CODE = re.compile(r"MA\.[0-9]{3}\.[A-Z0-9]{2}\.[A-Z0-9]{6}\.[A-Z0-9]{8}(?:\.[A-Za-z0-9\-_/]*)*")
_DEVICE = "M0"
_DI_PARTS = 5


def read_ma(incoming: Incoming) -> Scan | None:
    """Reads an MA code, alone or inside an address; None where there is none.

    >>> from scanning import read
    >>> scan = read("MA.156.M0.100761.21234561.Sx8.M220117.L2201.E270130.C3")
    >>> scan.di, scan.serial, scan.lot, scan.expiry.isoformat(), scan.findings
    ('MA.156.M0.100761.21234561', 'x8', '2201', '2027-01-30', ())
    """
    match = _CODE.search(incoming.text)
    if match is None:
        return None
    fields = Fields(incoming, Scheme.MA)
    parts = match[0].split(".")
    fields.di = ".".join(parts[:_DI_PARTS])
    fields.add("DI", fields.di)
    fields.product_ids.append(("ma", fields.di))
    if parts[2] != _DEVICE:
        fields.problem("field-unknown", "DI", parts[2], _DEVICE)
    for part in parts[_DI_PARTS:]:
        _unit(fields, part)
    return fields.scan()


def _unit(fields: Fields, part: str) -> None:
    name, value = part[:1], part[1:]
    if not value:
        fields.problem("value-missing", name or None, part)
        return
    fields.add(name, value)
    match name:
        case "S":
            fields.serial = value
        case "L":
            fields.lot = value
        case "M" | "P":
            fields.production_date = fields.date(name, value)
        case "E" | "V":
            # Where both are printed the earlier day counts: never later than either says.
            day = fields.date(name, value)
            fields.expiry = min(filter(None, (fields.expiry, day)), default=None)
        case "Y":
            fields.product_ids.append(("nhsa", value))
        case "D" | "C":
            pass  # sterilisation lot and check: kept in the elements
        case _:
            fields.problem("field-unknown", name, part)
