"""Files to import, and a house that imports them."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import escape

from uuid6 import uuid7

from inventory import (
    Catalogue,
    Definition,
    Importer,
    ImportFault,
    ImportReport,
    Location,
    Product,
    Unmapped,
    import_places,
    import_products,
)
from ledger import Ledger
from sheets import read_sheet
from tests.support import NOON
from trace import Recorder

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_SHEET_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels"'
    ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-'
    'officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-'
    'officedocument.spreadsheetml.worksheet+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1"'
    f' Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet"'
    ' Target="worksheets/sheet1.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
    '<sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>',
}


def write_xlsx(path: Path, rows: Sequence[Sequence[str | float]], first: int = 1) -> Path:
    """The smallest XLSX file with these rows; numbers are numbers, `first` is the header's row."""
    lines = []
    for number, row in enumerate(rows, first):
        cells = (_cell(f"{chr(65 + place)}{number}", value) for place, value in enumerate(row))
        lines.append(f'<row r="{number}">{"".join(cells)}</row>')
    sheet = f'<worksheet xmlns="{_MAIN}"><sheetData>{"".join(lines)}</sheetData></worksheet>'
    with zipfile.ZipFile(path, "w") as archive:
        for name, part in {**_SHEET_PARTS, "xl/worksheets/sheet1.xml": sheet}.items():
            archive.writestr(name, f'<?xml version="1.0" encoding="UTF-8"?>{part}')
    return path


def _cell(place: str, value: str | float) -> str:
    if isinstance(value, str):
        text = escape(value)
        return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
    return f'<c r="{place}"><v>{value!r}</v></c>'


@dataclass
class House:
    """A ledger with a catalogue, and what the last import said."""

    ledger: Ledger
    faults: list[ImportFault] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Open the door for definitions."""
        self.recorder = Recorder(self.ledger, [Catalogue(), Unmapped()])

    def define(self, *things: Product | Location) -> None:
        """Put things on record without a file."""
        made = [Definition(id=uuid7(), time=NOON, thing=thing) for thing in things]
        self.recorder.record(made)

    def importer(self, *, dry: bool = False) -> Importer:
        """An importer that keeps its faults here."""
        self.faults = []
        return Importer(
            database=self.ledger.database,
            ledger_id=1,
            record=None if dry else self.recorder.record,
            clock=lambda: NOON,
            new_id=uuid7,
            person="0007",
            tell=self.faults.append,
            progress=lambda _: None,
        )

    def products(self, path: Path, *, dry: bool = False) -> ImportReport:
        """Import a table of products."""
        return import_products(self.importer(dry=dry), read_sheet(path))

    def places(self, path: Path, *, dry: bool = False) -> ImportReport:
        """Import a table of places."""
        return import_places(self.importer(dry=dry), read_sheet(path))

    @property
    def told(self) -> list[tuple[int, str, str]]:
        """Row, column and code of every fault."""
        return [(fault.row, fault.column, fault.code) for fault in self.faults]
