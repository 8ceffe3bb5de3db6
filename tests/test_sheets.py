"""Tables come in every encoding and format that a hospital has; what can't be read says why."""

from __future__ import annotations

import csv
import io
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from errors import Invalid
from sheets import heading, read_sheet
from tests.inventory.importing_house import write_xlsx

ROWS = [["院内编码", "名称", "GTIN"], ["D001", "贝伐珠单抗注射液", "06901234567892"]]


def text_of(rows: list[list[str]], delimiter: str = ",") -> str:
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=delimiter).writerows(rows)
    return file.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_text_files_of_every_kind_say_the_same(
    tmp_path: Path, encoding: str, delimiter: str
) -> None:
    path = tmp_path / "products.csv"
    path.write_bytes(text_of(ROWS, delimiter).encode(encoding))
    sheet = read_sheet(path)
    assert sheet.header == ("院内编码", "名称", "gtin")
    (row,) = sheet.rows
    assert row.number == 2
    assert list(row.cells.values()) == ROWS[1]


def test_a_spreadsheet_says_what_people_see_in_it(tmp_path: Path) -> None:
    rows: list[list[str | float]] = [
        ["  院内编码 ", "ＧＴＩＮ", "Tracing Code"],
        ["D001", 6901234567892.0, 83271160045839207715.0],
        [],
        ["D002", "069\u200b01234567892", "two\nlines"],
        [12.0, 2.5, "'=SUM(A1)"],
    ]
    sheet = read_sheet(write_xlsx(tmp_path / "products.xlsx", rows, first=3))
    assert sheet.header == ("院内编码", "gtin", "tracingcode")
    first, second, third = sheet.rows
    assert (first.number, second.number, third.number) == (4, 6, 7)
    assert list(first.cells.values()) == ["D001", "6901234567892", "8.327116e+19"]
    assert list(second.cells.values()) == ["D002", "06901234567892", "two lines"]
    assert list(third.cells.values()) == ["12", "2.5", "=SUM(A1)"]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.pdf", b"%PDF", "table-unknown"),
        ("a", b"", "table-unknown"),
        ("a.csv", b"", "table-empty"),
        ("a.csv", b"\n,,\n", "table-empty"),
        ("a.csv", b"\xff\xff\xff\x00", "table-encoding"),
        ("a.csv", b"a,A\n1,2\n", "table-column-twice"),
        ("a.xlsx", b"", "table-unreadable"),
        ("a.xlsx", b"PK\x03\x04 no archive", "table-unreadable"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 cut off", "table-unreadable"),
        ("a.ods", b"nonsense", "table-unreadable"),
    ],
)
def test_what_is_no_table_says_why(tmp_path: Path, name: str, content: bytes, code: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(Invalid) as caught:
        list(read_sheet(path).rows)
    assert caught.value.code == code


def test_a_broken_quote_is_told_with_its_row(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('code,name\n1,a\n2,"b" c\n')
    rows = read_sheet(path).rows
    assert next(rows).number == 2
    with pytest.raises(Invalid) as caught:
        next(rows)
    assert (caught.value.code, caught.value.values) == ("table-malformed", {"row": 3})


def test_a_file_that_is_not_there_or_too_large_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Invalid) as caught:
        read_sheet(tmp_path / "none.csv")
    assert caught.value.code == "table-unreadable"
    monkeypatch.setattr("sheets.LARGEST_FILE", 1_000)
    bomb = write_xlsx(tmp_path / "bomb.xlsx", [["a"], ["0" * 900]])
    (tmp_path / "long.csv").write_text("a\n" + "0" * 1_000)
    for path in (bomb, tmp_path / "long.csv"):
        with pytest.raises(Invalid) as caught:
            list(read_sheet(path).rows)
        assert caught.value.code == "table-too-large"


def test_an_archive_that_unpacks_to_too_much_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import zipfile  # noqa: PLC0415 -- this test alone

    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 1_000_000)
    monkeypatch.setattr("sheets.LARGEST_FILE", 500_000)
    with pytest.raises(Invalid) as caught:
        list(read_sheet(path).rows)
    assert caught.value.code == "table-too-large"


@pytest.mark.parametrize("text", ["ＭＡ码", "MA 码", " ma码 ", "Ma\u3000码"])
def test_headings_compare_whatever_their_width_case_and_blanks(text: str) -> None:
    assert heading(text) == "ma码"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.binary(max_size=200), st.sampled_from([".csv", ".xlsx", ".xls", ".ods", ".tsv"]))
def test_whatever_the_bytes_only_our_own_error_comes_out(
    tmp_path: Path, content: bytes, ending: str
) -> None:
    path = tmp_path / f"any{ending}"
    path.write_bytes(content)
    with suppress(Invalid):
        list(read_sheet(path).rows)
