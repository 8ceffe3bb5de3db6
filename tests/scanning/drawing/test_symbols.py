"""What is drawn is read by others than those who drew it, and what others draw is read here."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import cv2
import numpy as np
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st

from errors import Invalid
from scanning import HAS_SECOND_READER, SymbolKind, decode, draw_symbol, read
from scanning.drawing.modules import encode
from scanning.drawing.symbols import paint, svg
from scanning.gs1.ai import GS
from scanning.pictures.decode import decode_here

GTIN = "06901234567892"
FULL = f"(01){GTIN}(10)A/1(17)270131(21)S7"
ELEMENTS = f"01{GTIN}10A/1{GS}1727013121S7"

CASES = [
    (SymbolKind.GS1_DATAMATRIX, FULL, "]d2" + ELEMENTS),
    (SymbolKind.GS1_DATAMATRIX, ELEMENTS, "]d2" + ELEMENTS),
    (SymbolKind.GS1_DATAMATRIX, (("01", GTIN), ("10", "A(1)")), f"]d201{GTIN}10A(1)"),
    (SymbolKind.GS1_128, f"(01){GTIN}(10)AB1(17)270131", f"]C101{GTIN}10AB1{GS}17270131"),
    (SymbolKind.GS1_QR, FULL, "]Q3" + ELEMENTS),
    (SymbolKind.CODE_128, "81234567890123456789", "]C081234567890123456789"),
    (SymbolKind.CODE_128, "aB /%$+-.~", "]C0aB /%$+-.~"),
    (
        SymbolKind.QR,
        "http://x.cn/药?c=81234567890123456789",
        "]Q1http://x.cn/药?c=81234567890123456789",
    ),
    (SymbolKind.DATAMATRIX, "MT06H013BM00000000E", "]d1MT06H013BM00000000E"),
    (SymbolKind.EAN_13, "6901234567892", "]E06901234567892"),
]


@pytest.mark.parametrize(("kind", "content", "raw"), CASES)
@pytest.mark.parametrize("module", [2, 5])
def test_a_drawn_symbol_says_what_was_put_in(
    kind: SymbolKind, content: str, raw: str, module: int
) -> None:
    (symbol,) = decode_here(draw_symbol(content, kind, module=module))
    assert (symbol.raw, symbol.uncertain) == (raw, False)


@pytest.mark.parametrize(("kind", "content", "raw"), CASES)
def test_an_svg_has_the_modules_of_the_png(kind: SymbolKind, content: str, raw: str) -> None:
    text = draw_symbol(content, kind, fmt="svg").decode()
    assert text == svg(encode(content, kind))
    assert text.startswith("<svg ")
    assert encode(content, kind).raw == raw


REFUSED = [
    ("(01)06901234567893", "gs1-datamatrix", "label-content"),
    ("(10)A B", "gs1-128", "label-content"),
    ("", "gs1-datamatrix", "label-content"),
    ("", "qr", "label-content"),
    ("药", "code-128", "label-content"),
    ("69012", "ean-13", "label-content"),
    ("6901234567893", "ean-13", "label-content"),
    (f"(01){GTIN}(10){'A' * 20}(21){'B' * 20}", "gs1-128", "label-too-much"),
    ("x" * 4000, "qr", "label-too-much"),
    ("x", "maxicode", "label-format"),
]


@pytest.mark.parametrize(("content", "kind", "code"), REFUSED)
def test_what_cannot_be_a_symbol_is_refused(content: str, kind: str, code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        draw_symbol(content, kind)
    assert refusal.value.code == code


@pytest.mark.parametrize("arguments", [{"fmt": "gif"}, {"module": 0}, {"module": 41}])
def test_an_unknown_form_is_refused(arguments: dict[str, object]) -> None:
    with pytest.raises(Invalid, match="label-format"):
        draw_symbol("x", "qr", **arguments)  # type: ignore[arg-type]


@pytest.mark.skipif(not HAS_SECOND_READER, reason="libzbar is not installed")
@pytest.mark.parametrize(("kind", "content", "raw"), [c for c in CASES if c[0].is_linear])
def test_pyzbar_reads_our_bars(kind: SymbolKind, content: str, raw: str) -> None:
    from pyzbar import pyzbar  # noqa: PLC0415 -- absent without libzbar

    pixels = paint(encode(content, kind), 4)
    found = pyzbar.decode(pixels)
    assert [symbol.data.decode().lstrip(GS) for symbol in found] == [raw[3:]]


ZINT = [
    (
        "--barcode=DATAMATRIX",
        "--gs1",
        "[01]06901234567892[10]A/1[17]270131",
        f"]d201{GTIN}10A/1{GS}17270131",
    ),
    (
        "--barcode=GS1_128",
        "--gs1",
        "[01]06901234567892[10]AB1[17]270131",
        f"]C101{GTIN}10AB1{GS}17270131",
    ),
    ("--barcode=CODE128", "--scale=2", "81234567890123456789", "]C081234567890123456789"),
    (
        "--barcode=QRCODE",
        "--scale=2",
        "https://x.cn/01/06901234567892",
        "]Q1https://x.cn/01/06901234567892",
    ),
    ("--barcode=EANX", "--scale=2", "6901234567892", "]E06901234567892"),
    ("--barcode=GS1_128", "--gs1", "[00]069012345678901238", "]C100069012345678901238"),
    ("--barcode=DBAR_EXP", "--scale=2", "[01]06901234567892[10]AB1", f"]e001{GTIN}10AB1"),
]


@pytest.mark.skipif(shutil.which("zint") is None, reason="zint is not installed")
@pytest.mark.parametrize(("kind", "option", "data", "raw"), ZINT)
def test_what_zint_draws_is_read(
    kind: str, option: str, data: str, raw: str, tmp_path: Path
) -> None:
    file = tmp_path / "zint.png"
    subprocess.run(
        ["zint", kind, option, "--quietzones", f"--data={data}", f"--output={file}"], check=True
    )
    image = cv2.imread(str(file), cv2.IMREAD_GRAYSCALE)
    assert image is not None
    large = cv2.resize(image, None, fx=2, fy=2, interpolation=cv2.INTER_NEAREST)
    padded = np.pad(large, 40, constant_values=255)
    (symbol,) = decode_here(bytes(cv2.imencode(".png", padded)[1]))
    assert symbol.raw == raw
    assert read(symbol.raw).findings == ()


@settings(max_examples=60, deadline=None)
@given(
    st.from_regex(r"[A-Z0-9/\-.]{1,20}", fullmatch=True),
    st.sampled_from(["gs1-datamatrix", "gs1-qr"]),
)
def test_any_lot_survives_paper(lot: str, kind: str) -> None:
    png = draw_symbol((("01", GTIN), ("10", lot)), kind)
    pixels = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert pixels is not None
    (found,) = zxingcpp.read_barcodes(pixels, text_mode=zxingcpp.TextMode.Plain)
    assert read(found.symbology_identifier + found.text).lot == lot


def test_a_symbol_that_cannot_be_read_back_does_not_leave(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scanning.drawing.symbols.zxingcpp.read_barcodes", lambda *_, **__: [])
    with pytest.raises(Invalid, match="label-unreadable"):
        draw_symbol("x", "qr")


def test_the_face_decodes_what_it_drew() -> None:
    (symbol,) = decode(draw_symbol(FULL, "gs1-datamatrix"))
    assert read(symbol.raw).serial == "S7"
