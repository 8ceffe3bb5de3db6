"""Orders from sheets, as purchasing offices and suppliers write them; bad rows most of all."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errors import Invalid
from orders import COLUMNS, Fault, OrderType, Paper, PaperLine, papers_of, sheet_of_file
from sheets import cell_text, sheet_of
from tests.inventory.importing_house import write_xlsx

Cell = str | float | date | bool | None
"""What a spreadsheet holds in a cell."""
HEADS = ("类型", "单号", "供应商", "收货地点", "产品编码", "数量", "批号", "有效期")


def told(*rows: Sequence[Cell], heads: Sequence[Cell] = HEADS) -> tuple[list[Paper], list[Fault]]:
    lines = ([cell_text(cell) for cell in row] for row in (heads, *rows))
    return papers_of(sheet_of("orders", enumerate(lines, 1)))


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
        (("价格",), ["sheet-column", "sheet-column-missing", "sheet-column-missing"]),
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
    papers, wrong = told(*rows, heads=list(COLUMNS)[:8])
    assert all(fault.text.zh for fault in wrong)
    assert all(paper.lines or paper.packages for paper in papers)


@given(st.binary(max_size=60) | st.sampled_from([b"[[]]", b'{"orders":[{"lines":[1]}]}', b"{}"]))
def test_any_json_is_read_or_refused(content: bytes) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "orders.json"
        path.write_bytes(content)
        try:
            papers_of(sheet_of_file(path))
        except Invalid as error:
            assert error.code == "sheet-unreadable"  # noqa: PT017 -- either is right


CSV = "类型,单号,收货地点,产品编码,数量\n采购单,PO-1,STORE,D001,20\n"


def workbook(rows: Sequence[Sequence[str | float]]) -> bytes:
    with TemporaryDirectory() as folder:
        return write_xlsx(Path(folder) / "orders.xlsx", rows).read_bytes()


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
    ids=["csv", "mark.csv", "chinese.csv", "xlsx", "json", "rows.json"],
)
def test_a_file_says_the_same_in_every_form(
    content: bytes, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    path = tmp_path / f"orders.{request.node.callspec.id}"
    path.write_bytes(content)
    papers, wrong = papers_of(sheet_of_file(path))
    assert not wrong
    assert [(paper.number, paper.destination, paper.lines) for paper in papers] == [
        ("PO-1", "STORE", (PaperLine("2", "D001", 20),))
    ]


CARE = (
    "类型",
    "单号",
    "患者",
    "产品编码",
    "剂量",
    "剂量单位",
    "途径",
    "频次",
    "开始时间",
    "停止时间",
)


def test_orders_of_care_come_in_rows_too() -> None:
    """As a hospital's system exports them, doses in one column or two."""
    starts = datetime(2026, 11, 22, 8, 30)  # noqa: DTZ001 -- as a spreadsheet gives it
    papers, wrong = told(
        ("医嘱", "YZ-1", "ZY20260001", "D001", "0.5g", "", "iv", "每日两次", starts, ""),
        ("医嘱", "YZ-2", "ZY20260001", "D001", "100", "毫克", "po", "q8h", "2026/11/22 08:30", ""),
        heads=CARE,
    )
    assert not wrong
    first, second = papers
    assert (first.type, first.patient_number) == (OrderType.MEDICATION, "ZY20260001")
    assert (first.frequency, first.start, second.start) == ("每日两次", starts, starts)
    assert [str(each.lines[0].dose) for each in papers] == ["0.5 g", "100 mg"]
    assert "ZY20260001" not in repr(first), "no log learns whose it is"


def test_a_prescription_names_a_group_and_forbids_what_stands_in() -> None:
    heads = ("类型", "单号", "患者", "产品编码", "替换组", "可替换", "数量")
    papers, wrong = told(
        ("处方", "CF-1", "ZY20260001", "", "头孢曲松", "", 3),
        ("处方", "CF-1", "", "D002", "", "否", 1),
        heads=heads,
    )
    assert not wrong
    (paper,) = papers
    assert [(each.generic, each.substitution) for each in paper.lines] == [
        ("头孢曲松", True),
        (None, False),
    ]


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (("医嘱", "1", "Z", "D001", "半片", "", "po", "qd"), ("2 dose", "dose-amount")),
        (("医嘱", "1", "Z", "D001", "5", "一勺", "po", "qd"), ("2 dose", "dose-unit")),
        (("医嘱", "1", "Z", "D001", "5", "", "po", "qd"), ("2 dose", "dose-unit")),
        (("医嘱", "1", "Z", "D001", "5mg", "", "po", "qd", "8点"), ("2 start", "time-malformed")),
        (("po", "1", "Z", "D001", "", "", "", ""), ("2 patient", "not-wanted")),
    ],
)
def test_what_is_wrong_with_a_row_of_care_is_told(
    row: tuple[Cell, ...], fault: tuple[str, str]
) -> None:
    assert fault in faults(row, heads=CARE)


@given(st.text(max_size=12), st.text(max_size=12))
def test_no_dose_that_anybody_writes_breaks_the_import(amount: str, unit: str) -> None:
    row = ("医嘱", "1", "Z", "D001", amount, unit, "po", "qd")
    papers, _ = told(row, heads=CARE)
    assert len(papers) <= 1
