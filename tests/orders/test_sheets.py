"""Orders from sheets, as purchasing offices and suppliers write them; bad rows most of all."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Sequence
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errors import Invalid
from orders import COLUMNS, Cell, Fault, OrderType, Paper, PaperLine, papers_of, rows_of_file

HEADS = ("类型", "单号", "供应商", "收货地点", "产品编码", "数量", "批号", "有效期")


def told(*rows: Sequence[Cell], heads: Sequence[Cell] = HEADS) -> tuple[list[Paper], list[Fault]]:
    return papers_of([heads, *rows])


def faults(*rows: Sequence[Cell], heads: Sequence[Cell] = HEADS) -> list[tuple[str, str]]:
    return [(fault.at, fault.code) for fault in told(*rows, heads=heads)[1]]


def test_rows_of_one_number_are_one_order() -> None:
    papers, wrong = told(
        ("采购单", "PO-1", "国控江州", "STORE", "D001", 20, "", ""),
        ("采购单", "PO-2", "", "STORE", "D001", "5", "B1", "2027-12-31"),
        ("采购单", "PO-1", "", "", "C001", 100.0, None, None),
    )
    assert not wrong
    first, second = papers
    assert (first.type, first.number, first.party) == (OrderType.PURCHASE, "PO-1", "国控江州")
    assert first.lines == (PaperLine("2", "D001", 20), PaperLine("4", "C001", 100))
    assert second.lines == (PaperLine("3", "D001", 5, "B1", date(2027, 12, 31)),)


DAYS: list[Cell] = ["2027-12-31", "2027/12/31", "2027.12.31", "20271231", date(2027, 12, 31)]
DAYS.append(datetime(2027, 12, 31, 8, 0))  # noqa: DTZ001 -- as a spreadsheet gives it


@pytest.mark.parametrize("said", DAYS)
def test_days_are_written_in_many_ways(said: Cell) -> None:
    papers, wrong = told(("po", "1", "", "STORE", "D001", 1, "B1", said))
    assert not wrong
    assert papers[0].lines[0].expiry == date(2027, 12, 31)


def test_every_bad_row_is_told() -> None:
    assert faults(
        ("借条", "PO-1", "", "STORE", "D001", 1),
        ("po", "", "", "STORE", "D001", 1),
        ("po", "PO-1", "", "STORE", "", 1),
        ("po", "PO-1", "", "STORE", "D001", "两盒"),
        ("po", "PO-1", "", "STORE", "D001", 0),
        ("po", "PO-1", "", "STORE", "D001", ""),
        ("po", "PO-1", "", "STORE", "D001", 1, "B1", "2027-02-30"),
        ("po", "PO-1", "", "W07", "D001", 1),
        ("po", "PO-1", "", "STORE", "D" * 65, 1),
        ("po", "PO-1", "", "STORE", "D\x00", 1),
        (),
        ("", "", "", None),
    ) == [
        ("2 type", "sheet-type"),
        ("3 number", "required"),
        ("4 product", "required"),
        ("5 quantity", "sheet-quantity"),
        ("6 quantity", "sheet-quantity"),
        ("7 quantity", "required"),
        ("8 expiry", "field-date"),
        ("9 destination", "sheet-differs"),
        ("10 product", "sheet-text"),
        ("11 product", "sheet-text"),
    ]


def test_an_order_with_a_bad_row_is_left_out_and_the_others_are_not() -> None:
    papers, wrong = told(
        ("po", "PO-1", "", "STORE", "D001", 1),
        ("po", "PO-2", "", "STORE", "D001", 1),
        ("po", "PO-1", "", "STORE", "D001", "x"),
    )
    assert [paper.number for paper in papers] == ["PO-2"]
    assert len(wrong) == 1


@pytest.mark.parametrize(
    ("heads", "codes"),
    [
        (("类型", "单号", "价格"), ["sheet-column"]),
        (("类型", "数量"), ["sheet-column-missing"]),
        (("类型", "单号", "type"), ["sheet-column-twice"]),
        ((), ["sheet-column-missing", "sheet-column-missing"]),
    ],
)
def test_heads_say_which_column_is_which(heads: Sequence[str], codes: list[str]) -> None:
    assert [code for _, code in faults(("po", "1"), heads=heads)] == codes


def test_a_code_that_a_spreadsheet_cut_is_not_taken() -> None:
    heads = ("type", "number", "container", "code")
    row = ("desadv", "DN-1", "(00)106141412345678908", 83271160045839207715.0)
    assert faults(row, heads=heads) == [("2 code", "sheet-rounded")]


def test_a_package_needs_both_its_codes() -> None:
    heads = ("type", "number", "container", "code")
    rows = [("desadv", "DN-1", "", "X"), ("desadv", "DN-1", "X", "")]
    assert faults(*rows, heads=heads) == [("2 container", "required"), ("3 code", "required")]


cells = st.none() | st.text(max_size=9) | st.floats() | st.integers() | st.dates() | st.booleans()


@given(st.lists(st.lists(cells, max_size=8), max_size=5))
def test_any_sheet_is_read_or_faulted(rows: list[list[Cell]]) -> None:
    papers, wrong = papers_of([list(COLUMNS)[:8], *rows])
    assert all(fault.text.zh for fault in wrong)
    assert all(paper.lines or paper.packages for paper in papers)


@given(st.binary(max_size=60) | st.sampled_from([b"[[]]", b'{"orders":[{"lines":[1]}]}', b"{}"]))
def test_any_file_is_read_or_refused(content: bytes) -> None:
    try:
        papers_of(rows_of_file(content))
    except Invalid as error:
        assert error.code == "sheet-unreadable"  # noqa: PT017 -- either is right


CSV = "类型,单号,收货地点,产品编码,数量\n采购单,PO-1,STORE,D001,20\n"


def workbook(rows: Sequence[Sequence[object]]) -> bytes:
    """A small XLSX, as ECMA-376 asks for at the least."""

    def cell(value: object) -> str:
        if isinstance(value, int):
            return f"<c><v>{value}</v></c>"
        return f'<c t="inlineStr"><is><t>{value}</t></is></c>'

    data = "".join(f"<row>{''.join(map(cell, row))}</row>" for row in rows)
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    rels = "http://schemas.openxmlformats.org/package/2006/relationships"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    types = "http://schemas.openxmlformats.org/package/2006/content-types"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{types}">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package'
        '.relationships+xml"/><Override PartName="/xl/workbook.xml" '
        f'ContentType="{kind}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" '
        f'ContentType="{kind}.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{rels}"><Relationship Id="r1" '
        f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
        '<sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{rels}"><Relationship Id="r1" '
        f'Type="{office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{data}</sheetData>'
        "</worksheet>",
    }
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, body in parts.items():
            archive.writestr(name, head + body)
    return content.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        CSV.encode(),
        b"\xef\xbb\xbf" + CSV.encode(),
        CSV.encode("gb18030"),
        workbook(
            [("类型", "单号", "收货地点", "产品编码", "数量"), ("po", "PO-1", "STORE", "D001", 20)]
        ),
        json.dumps(
            {
                "orders": [
                    {
                        "type": "po",
                        "number": "PO-1",
                        "destination": "STORE",
                        "lines": [{"product": "D001", "quantity": 20}],
                    }
                ]
            }
        ).encode(),
        b'[{"type":"po","number":"PO-1","destination":"STORE","product":"D001","quantity":20}]',
    ],
    ids=["csv", "csv with a mark", "csv of a Chinese Excel", "xlsx", "json", "json rows"],
)
def test_a_file_says_the_same_in_every_form(content: bytes) -> None:
    papers, wrong = papers_of(rows_of_file(content))
    assert not wrong
    assert [(paper.number, paper.destination, paper.lines) for paper in papers] == [
        ("PO-1", "STORE", (PaperLine("2", "D001", 20),))
    ]
