"""Labels: every size in every form, with Chinese on them, read back from the finished file."""

from __future__ import annotations

import cv2
import numpy as np
import pypdfium2
import pytest

from errors import Invalid
from scanning import LABEL_SIZES, Label, SymbolKind, draw_label, draw_sheet, new_label_number
from scanning.drawing.label import fitted, human_readable, lay_out
from scanning.drawing.modules import encode
from scanning.pictures.decode import decode_here

DRUG = "81234567890123456789"
BOX = Label(
    "(01)06901234567892(17)270131(10)AB1234(21)S789012",
    title="注射用头孢曲松钠 1g",
    lines=("西药库 A-03", "有效期 2027-01-31"),
)
CODE = Label(DRUG, SymbolKind.CODE_128, "阿莫西林胶囊", ("住院药房",))
PLATE = Label("MT06H013BM00000000E", SymbolKind.DATAMATRIX, "骨科钢板")
LINK = Label(f"http://x.cn/c?code={DRUG}", SymbolKind.QR, "阿莫西林胶囊")


@pytest.mark.parametrize("label", [BOX, CODE, PLATE, LINK], ids=["box", "code", "plate", "link"])
@pytest.mark.parametrize("size", LABEL_SIZES)
@pytest.mark.parametrize("dpi", [203, 300])
def test_a_png_label_has_its_size_and_says_its_code(label: Label, size: str, dpi: int) -> None:
    if label is CODE and size == "40x20":
        with pytest.raises(Invalid, match="label-too-much"):
            draw_label(label, size=size, dpi=dpi)
        return
    png = draw_label(label, size=size, dpi=dpi)
    pixels = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert pixels is not None
    width, height = LABEL_SIZES[size]
    assert pixels.shape == (round(height * dpi / 25.4), round(width * dpi / 25.4))
    assert set(np.unique(pixels)) == {0, 255}
    (symbol,) = decode_here(png)
    assert symbol.raw == encode(label.content, label.kind).raw
    assert not symbol.uncertain


def test_a_zpl_label_is_the_same_picture_as_the_png() -> None:
    zpl = draw_label(BOX, fmt="zpl", dpi=203).decode()
    assert zpl.startswith("^XA^PW400^LL240^FO0,0^GFA,")
    head, _, data = zpl.partition("^FO0,0^GFA,")[2].rpartition(",")
    total, _, stride = (int(number) for number in head.split(","))
    packed = np.frombuffer(bytes.fromhex(data.removesuffix("^FS^XZ\n")), np.uint8)
    assert packed.size == total
    dark = np.unpackbits(packed.reshape(-1, stride), axis=1)[:, :400]
    png = cv2.imdecode(np.frombuffer(draw_label(BOX, dpi=203), np.uint8), cv2.IMREAD_GRAYSCALE)
    assert np.array_equal(dark == 1, png == 0)


def test_an_svg_label_is_in_millimetres_and_holds_its_text() -> None:
    svg = draw_label(BOX, size="70x50", fmt="svg").decode()
    assert 'width="70.0mm" height="50.0mm"' in svg
    assert "注射用头孢曲松钠 1g" in svg
    assert "(10) AB1234" in svg
    hostile = Label(PLATE.content, PLATE.kind, "<script>&", ())
    assert "&lt;script&gt;&amp;" in draw_label(hostile, fmt="svg").decode()


def test_a_pdf_label_has_its_size() -> None:
    with pypdfium2.PdfDocument(draw_label(BOX, size="40x20", fmt="pdf")) as document:
        width, height = document[0].get_size()
        text = document[0].get_textpage().get_text_range()
    assert (round(width * 25.4 / 72), round(height * 25.4 / 72)) == (40, 20)
    assert "06901234567892" in text


def test_a_sheet_fills_its_places_row_by_row_and_goes_on_to_the_next_page() -> None:
    labels = [
        Label(f"MT{number:017d}", SymbolKind.DATAMATRIX, f"第 {number} 张") for number in range(30)
    ]
    sheet = draw_sheet(labels, size="50x30", skip=2)
    symbols = decode_here(sheet, budget_ms=10_000)
    assert {symbol.raw[3:] for symbol in symbols} == {label.content for label in labels}
    # Three columns and nine rows fit between the margins; two places were used up.
    assert [sum(symbol.page == page for symbol in symbols) for page in (0, 1)] == [25, 5]
    first = min(
        symbols, key=lambda symbol: (symbol.page, symbol.corners[0][1] // 40, symbol.corners[0][0])
    )
    assert first.raw == "]d1MT00000000000000000"


def test_the_same_labels_give_the_same_bytes() -> None:
    assert draw_sheet([BOX, CODE]) == draw_sheet([BOX, CODE])


REFUSED = [
    ({"size": "10x10"}, "label-format"),
    ({"fmt": "docx"}, "label-format"),
    ({"dpi": 72}, "label-format"),
]


@pytest.mark.parametrize(("arguments", "code"), REFUSED)
def test_an_unknown_form_is_refused(arguments: dict[str, object], code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        draw_label(BOX, **arguments)  # type: ignore[arg-type]
    assert refusal.value.code == code


def test_a_sheet_of_nothing_or_of_an_unknown_size_is_refused() -> None:
    for labels, size in (([], "50x30"), ([BOX], "9x9")):
        with pytest.raises(Invalid):
            draw_sheet(labels, size=size)


def test_modules_never_fall_below_a_quarter_millimetre() -> None:
    for label in (BOX, CODE, PLATE, LINK):
        for dot in (25.4 / 203, 25.4 / 300):
            layout = lay_out(label, "50x30", dot)
            assert layout.module >= 0.249
            assert abs(layout.module / dot - round(layout.module / dot)) < 1e-6


def test_long_names_are_cut_where_the_label_ends() -> None:
    assert fitted("阿莫西林克拉维酸钾", 6) == "阿莫西林克…"
    assert fitted("short", 6) == "short"


def test_people_read_what_the_machine_reads_but_no_address() -> None:
    assert human_readable(encode("(01)06901234567892(10)A1", SymbolKind.GS1_128)) == [
        "(01) 06901234567892",
        "(10) A1",
    ]
    assert human_readable(encode(LINK.content, LINK.kind)) == []


def test_a_numbered_label_is_read_as_its_number() -> None:
    import datetime as dt  # noqa: PLC0415 -- only here

    number = new_label_number(dt.datetime(2026, 11, 22, tzinfo=dt.UTC), b"\1\2\3\4")
    (symbol,) = decode_here(
        draw_label(Label(number, SymbolKind.DATAMATRIX, "骨水泥"), size="40x20")
    )
    assert symbol.raw == f"]d1{number}"


def test_a_sheet_with_an_unreadable_symbol_does_not_leave(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scanning.drawing.labels.zxingcpp.read_barcodes", lambda *_, **__: [])
    with pytest.raises(Invalid, match="label-unreadable"):
        draw_sheet([BOX])
