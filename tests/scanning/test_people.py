"""What people see: explanations, the commands, the reader test, the texts."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

import scanning
from scanning import decode, draw_symbol, read
from scanning.commands import read_command, scanner_test_command
from scanning.explain import explain, sentence
from scanning.gs1.ai import GS
from scanning.scan import Finding, Scheme
from scanning.scanner_test import Diagnosis, diagnose, expected_raws, page_of_tests
from texts import CATALOGUE

ROOT = Path(scanning.__file__).parent
GTIN = "06901234567892"


def test_the_face_is_small_and_sorted() -> None:
    assert sorted(scanning.__all__) == sorted(set(scanning.__all__))
    assert set(scanning.__all__) == {
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
    }


def test_a_code_is_explained_in_two_languages() -> None:
    scan = read(f"]d201{GTIN}1727013110AB1")
    assert explain(scan, "zh") == [
        "类别: GS1",
        "条码: gs1-datamatrix",
        f"产品码 GTIN: {GTIN}",
        "批号: AB1",
        "有效期至: 2027-01-31",
        f"名称: https://id.gs1.org/01/{GTIN}/10/AB1",
        "内容:",
        f"  (01) GTIN: {GTIN}",
        "  (17) USE BY or EXPIRY: 270131",
        "  (10) BATCH/LOT: AB1",
        "没有问题",
    ]
    assert explain(scan, "en")[3:5] == ["Lot: AB1", "Use by: 2027-01-31"]
    assert explain(read("abc\x1d"), "en")[-3] == "As it came: abc\u241d"


def _codes_said() -> set[str]:
    """Every code that stands in the sources, in `Finding("…")`, `problem("…")`, `Invalid("…")`."""
    said = set()
    for file in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                code = str(node.args[0].value)
                if name in {"Finding", "problem", "unknown"}:
                    said.add("scan-" + code)
                elif name in {"Diagnosis", "Invalid"}:
                    said.add(code)
    return said


def test_every_code_has_its_sentence_in_both_languages() -> None:
    said = _codes_said() | {f"scan-kind-{scheme}" for scheme in Scheme}
    assert {"scan-gs-missing", "reader-drops-gs", "image-too-large"} <= said
    assert said - set(CATALOGUE) == set()
    assert all(CATALOGUE[code].zh and CATALOGUE[code].en for code in said)


def test_a_finding_s_sentence_holds_value_and_expectation() -> None:
    finding = Finding("check-digit", "01", "6901234567893", "6901234567892")
    assert sentence(finding, "zh") == "校验位不对：6901234567893，应是 6901234567892"
    assert "{" not in sentence(read("01" + GTIN + "10A B").findings[0], "en")


def test_medtrace_read_explains_characters_and_pictures(tmp_path: Path) -> None:
    run = CliRunner()
    text = run.invoke(read_command, [f"01{GTIN}10AB1<GS>17270131", "--language", "en"])
    assert text.exit_code == 0
    assert "Lot: AB1" in text.output
    picture = tmp_path / "photo.png"
    picture.write_bytes(draw_symbol(f"(01){GTIN}(10)AB1", "gs1-datamatrix"))
    photo = run.invoke(read_command, [str(picture)])
    assert photo.exit_code == 0
    assert "批号: AB1" in photo.output


def test_medtrace_read_says_what_it_cannot_open(tmp_path: Path) -> None:
    file = tmp_path / "note.txt"
    file.write_text("no picture", encoding="utf-8")
    answer = CliRunner().invoke(read_command, [str(file), "--language", "en"])
    assert answer.exit_code == 1
    assert "Can't open this file" in answer.output
    for odd in ("x" * 3000, "a\0b", "药" * 300):
        assert CliRunner().invoke(read_command, [odd]).exit_code == 0


def test_the_test_page_decodes_to_what_a_good_reader_sends() -> None:
    symbols = decode(page_of_tests("en"), budget_ms=10_000)
    assert sorted(symbol.raw for symbol in symbols) == sorted(expected_raws())


GARBLED: dict[str, Callable[[str], str]] = {
    "nothing": lambda raw: raw + "\r\n",
    "drop gs": lambda raw: raw.replace(GS, ""),
    "replace gs": lambda raw: raw.replace(GS, "|"),
    "no aim": lambda raw: raw[3:],
    "case": lambda raw: raw[:3] + raw[3:].swapcase(),
    "trim": str.rstrip,
    "layout": lambda raw: raw[:3] + raw[3:].replace("/", "-"),
    "missing": lambda raw: "" if "MEDTRACE" in raw else raw,
}


def garbled(change: str) -> list[str]:
    return [GARBLED[change](raw) for raw in expected_raws()]


DIAGNOSES = [
    ("nothing", ["reader-ok"]),
    ("drop gs", ["reader-drops-gs"]),
    ("replace gs", ["reader-replaces-gs"]),
    ("no aim", ["reader-no-aim"]),
    ("case", ["reader-changes-case"]),
    ("trim", ["reader-trims-blanks"]),
    ("layout", ["reader-changes-characters"]),
    ("missing", ["reader-missing"]),
]


@pytest.mark.parametrize(("change", "codes"), DIAGNOSES)
def test_a_reader_is_diagnosed_from_what_arrives(change: str, codes: list[str]) -> None:
    assert sorted({diagnosis.code for diagnosis in diagnose(garbled(change))}) == codes


def test_a_code_that_is_not_on_the_page_is_named() -> None:
    assert Diagnosis("reader-unknown", "xyz") in diagnose(["xyz", *expected_raws()])


def test_medtrace_scanner_test_reads_lines_and_says_what_to_switch() -> None:
    lines = "\n".join(garbled("drop gs"))
    answer = CliRunner().invoke(scanner_test_command, ["--language", "en"], input=lines)
    assert answer.exit_code == 0
    assert "switch on “send FNC1 as GS (0x1D)”" in answer.output


def test_medtrace_scanner_test_writes_its_page(tmp_path: Path) -> None:
    page = tmp_path / "page.pdf"
    assert CliRunner().invoke(scanner_test_command, ["--page", str(page)]).exit_code == 0
    assert page.read_bytes().startswith(b"%PDF")
