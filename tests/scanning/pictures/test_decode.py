"""Pictures: many symbols, pages, bounds, and bars that are only believed with a witness."""

from __future__ import annotations

import io
from contextlib import suppress

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from benchmarks.label_photos import KINDS, PER_CELL, TROUBLES, photos
from errors import Invalid
from scanning import Label, SymbolKind, draw_label, draw_sheet
from scanning.carriers import carrier_of
from scanning.drawing.modules import encode
from scanning.drawing.symbols import paint
from scanning.pictures import load
from scanning.pictures.agree import settle
from scanning.pictures.bars import corners_of, region_of
from scanning.pictures.decode import decode_here
from scanning.pictures.engines import Seen
from scanning.pictures.places import by_place
from scanning.pictures.regions import Region, find_regions
from scanning.symbol import Symbol

Pixels = NDArray[np.uint8]
BOX = ((0, 0), (10, 0), (10, 10), (0, 10))


def picture(
    *parts: tuple[str, SymbolKind, int, int], size: tuple[int, int] = (900, 1200)
) -> Pixels:
    page = np.full(size, 235, np.uint8)
    for content, kind, left, top in parts:
        symbol = paint(encode(content, kind), 3)
        page[top : top + symbol.shape[0], left : left + symbol.shape[1]] = symbol
    return page


def file(pixels: Pixels, suffix: str = ".png") -> bytes:
    return bytes(cv2.imencode(suffix, pixels)[1])


SHEET = [
    ("(01)06901234567892(10)A1", SymbolKind.GS1_DATAMATRIX, 40, 40),
    ("(01)06901234567892(10)A1", SymbolKind.GS1_DATAMATRIX, 40, 500),
    ("(01)06901234567892(10)B2", SymbolKind.GS1_DATAMATRIX, 400, 40),
    ("81234567890123456789", SymbolKind.CODE_128, 500, 250),
    ("http://x.cn/c?code=81234567890123456789", SymbolKind.QR, 700, 550),
    ("6901234567892", SymbolKind.EAN_13, 300, 600),
]


def test_all_symbols_of_a_sticker_sheet_are_found_each_once_with_its_place() -> None:
    symbols = decode_here(file(picture(*SHEET)))
    assert not any(symbol.uncertain for symbol in symbols)
    wanted = [(encode(content, kind).raw, left, top) for content, kind, left, top in SHEET]
    assert sorted(symbol.raw for symbol in symbols) == sorted(raw for raw, _, _ in wanted)
    for raw, left, top in wanted:
        near = [s for s in symbols if s.raw == raw and _inside(s, left, top)]
        assert len(near) == 1, raw


def _inside(symbol: Symbol, left: int, top: int) -> bool:
    x, y = (sum(corner[axis] for corner in symbol.corners) / 4 for axis in (0, 1))
    return left < x < left + 480 and top < y < top + 250


def test_bars_one_close_below_the_other_are_two_symbols() -> None:
    page = np.full((700, 1000), 235, np.uint8)
    wanted = []
    for number, top in enumerate((40, 190, 340, 490)):
        modules = encode(f"(01)06901234567892(10)LOT{number}", SymbolKind.GS1_128)
        bars = paint(modules, 2)[:130]
        page[top : top + bars.shape[0], 60 : 60 + bars.shape[1]] = bars
        wanted.append(modules.raw)
    for blur in (0.0, 1.2):
        soft = cv2.GaussianBlur(page, (0, 0), blur) if blur else page
        symbols = decode_here(file(np.asarray(soft, np.uint8)))
        assert sorted(s.raw for s in symbols if not s.uncertain) == wanted, blur
        assert not [s for s in symbols if s.uncertain], blur


def test_a_turned_symbol_beside_an_upright_one_is_found_too() -> None:
    page = picture(SHEET[0], size=(700, 700))
    bars = cv2.rotate(
        paint(encode("81234567890123456789", SymbolKind.CODE_128), 2), cv2.ROTATE_90_CLOCKWISE
    )
    page[100 : 100 + bars.shape[0], 450 : 450 + bars.shape[1]] = bars
    raws = {symbol.raw for symbol in decode_here(file(page)) if not symbol.uncertain}
    assert raws == {"]d2010690123456789210A1", "]C081234567890123456789"}


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp"])
def test_each_kind_of_file_is_opened(suffix: str) -> None:
    assert len(decode_here(file(picture(SHEET[0]), suffix))) == 1


def test_a_delivery_note_of_several_pages() -> None:
    labels = [Label(f"MT{number:017d}", SymbolKind.DATAMATRIX, "箱") for number in range(40)]
    symbols = decode_here(draw_sheet(labels), budget_ms=10_000)
    assert {symbol.page for symbol in symbols} == {0, 1}
    assert len(symbols) == 40


def test_a_picture_of_nothing_has_no_symbols() -> None:
    chance = np.random.default_rng(1)
    noise = chance.integers(0, 256, (720, 1280)).astype(np.uint8)
    for pixels in (noise, np.zeros((720, 1280), np.uint8), np.full((1, 1), 7, np.uint8)):
        assert decode_here(file(pixels)) == []
        assert find_regions(np.zeros((3, 3), np.uint8)) == []


def bomb(width: int, height: int) -> bytes:
    output = io.BytesIO()
    Image.new("1", (width, height)).save(output, "PNG")
    return output.getvalue()


BAD = [
    (b"", "image-unreadable"),
    (b"garbage", "image-unreadable"),
    (b"\x89PNG\r\n\x1a\n" + b"\0" * 60, "image-unreadable"),
    (b"%PDF-1.7\nnothing", "image-unreadable"),
    (b"\xff\xd8\xff\xe0" + b"\0" * 200, "image-unreadable"),
    (b"0" * (load.MOST_BYTES + 1), "image-too-large"),
    (bomb(30_000, 30_000), "image-too-large"),
    (bomb(9_000, 8_000), "image-too-large"),
]


@pytest.mark.parametrize(("data", "code"), BAD, ids=[f"{data[:6]!r}" for data, _ in BAD])
def test_what_is_no_picture_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        decode_here(data)
    assert refusal.value.code == code


def test_a_pdf_of_too_many_pages_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load, "MOST_PAGES", 1)
    labels = [Label(f"MT{number:017d}", SymbolKind.DATAMATRIX) for number in range(28)]
    with pytest.raises(Invalid, match="image-too-large"):
        decode_here(draw_sheet(labels))


def test_a_large_photo_is_looked_at_smaller() -> None:
    page = picture(SHEET[0], size=(900, 1200))
    large = cv2.resize(page, None, fx=5, fy=5, interpolation=cv2.INTER_NEAREST)
    ((pixels, scale),) = load.pages(file(np.asarray(large, np.uint8)))
    assert pixels.size <= load.WORKING_PIXELS
    assert scale == 4
    (small,), (symbol,) = decode_here(file(page)), decode_here(file(np.asarray(large, np.uint8)))
    for corner, place in zip(symbol.corners, small.corners, strict=True):
        assert np.allclose(corner, np.array(place) * 5, atol=12)


def seen(text: str, engine: str) -> Seen:
    return Seen("]C0", text, BOX, engine)


VERDICTS = [
    (["zxing=A"], ["A"], "uncertain"),
    (["zbar=A"], ["A"], "uncertain"),
    (["zxing=A", "zbar=A"], ["A"], "read"),
    (["zxing=A", "zbar=B"], ["A", "B"], "uncertain"),
    (["zxing=A", "zbar=A", "zxing:strip1=B"], ["A", "B"], "uncertain"),
    (["zxing:strip0=A", "zxing:strip1=A"], ["A"], "uncertain"),
    (["zxing:strip0=A", "zxing:strip1=A", "zxing:strip2=A"], ["A"], "read"),
    (["zxing:s0=A", "zxing:s1=A", "zxing:s2=A", "zxing:s3=B"], ["A", "B"], "uncertain"),
    (["zxing=A", "zxing=A", "zxing=A"], ["A"], "uncertain"),
]


@pytest.mark.parametrize(("votes", "texts", "verdict"), VERDICTS)
def test_bars_count_only_with_a_witness(votes: list[str], texts: list[str], verdict: str) -> None:
    readings = [seen(text, engine) for engine, text in (vote.split("=") for vote in votes)]
    settled = settle(readings)
    assert settled is not None
    assert [reading.text for reading in settled.readings] == texts
    assert ("uncertain" if settled.uncertain else "read") == verdict
    assert settle([]) is None


def test_two_engines_that_disagree_are_both_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """zxing-cpp has read a wrong lot from a clean GS1-128: then both readings come back."""

    def other(patch: Pixels) -> list[Seen]:
        height, width = patch.shape
        place = ((30, 30), (width - 30, 30), (width - 30, height - 30), (30, height - 30))
        return [Seen("]C0", "81234567890123456780", place, "zbar")]

    monkeypatch.setattr("scanning.pictures.bars.by_zbar", other)
    (symbol,) = decode_here(file(picture(SHEET[3])))
    assert symbol.uncertain
    assert {raw[3:] for raw in symbol.readings} == {"81234567890123456789", "81234567890123456780"}


def test_without_the_second_reader_strips_of_the_bars_are_the_witnesses(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("scanning.pictures.engines.pyzbar", None)
    (symbol,) = decode_here(file(picture(SHEET[3])))
    assert (symbol.raw, symbol.uncertain) == ("]C081234567890123456789", False)


def test_when_there_is_no_time_the_fast_pass_still_answers() -> None:
    symbols = decode_here(file(picture(SHEET[0])), budget_ms=0)
    assert len(symbols) == 1


def judged(number: int, step: int) -> tuple[int, int, list[str]]:
    read, wrong, total = 0, [], 0
    for position, photo in enumerate(photos()):
        if position % step != number:
            continue
        total += 1
        for symbol in decode_here(photo.jpeg):
            if symbol.uncertain:
                continue
            if carrier_of(symbol.raw)[1] == photo.text:
                read += 1
            else:
                wrong.append(photo.name)
    return total, read, wrong


def test_a_sample_of_the_drawn_photos_is_read_and_none_wrong() -> None:
    total, read, wrong = 0, 0, []
    for position, photo in enumerate(photos(per_cell=1)):
        if position % 3:
            continue
        total += 1
        raws = [s.raw for s in decode_here(photo.jpeg) if not s.uncertain]
        read += photo.text in [carrier_of(raw)[1] for raw in raws]
        wrong += [raw for raw in raws if carrier_of(raw)[1] != photo.text]
    assert wrong == []
    assert read >= 0.7 * total


@pytest.mark.long
def test_all_drawn_photos_are_read_and_none_wrong() -> None:
    assert len(KINDS) * len(TROUBLES) * PER_CELL >= 400
    total, read, wrong = judged(0, 1)
    assert total >= 400
    assert wrong == []
    assert read >= 0.8 * total


def test_the_same_seed_draws_the_same_photos() -> None:
    first, second = next(photos(7)), next(photos(7))
    assert first == second
    assert next(photos(8)).jpeg != first.jpeg


GOOD = draw_label(Label("(01)06901234567892(10)A1(21)S7", title="盐酸"), size="40x20")


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_damaged_file_is_refused_or_read_but_never_raises_anything_else(
    data: st.DataObject,
) -> None:
    place = data.draw(st.integers(0, len(GOOD) - 1))
    patch = data.draw(st.binary(max_size=40))
    broken = GOOD[:place] + patch + GOOD[place + data.draw(st.integers(0, 60)) :]
    with suppress(Invalid):
        decode_here(broken)


def test_the_corners_of_a_turned_region_begin_top_left_of_the_upright_bars() -> None:
    region = Region((100.0, 50.0), (40.0, 20.0), 90.0, bars=True, energy=0.0)
    assert corners_of(region) == ((110, 30), (110, 70), (90, 70), (90, 30))
    back = region_of(Seen("]C0", "x", corners_of(region), "zxing"))
    assert (back.centre, round(back.angle), round(back.size[0])) == ((100.0, 50.0), 90, 40)


def test_bars_under_noise_are_found_where_they_are() -> None:
    """Too dark for the passes over the whole page: only averaging along the bars reads them."""
    bars = paint(encode("81234567890123456789", SymbolKind.CODE_128), 2)
    page = np.full((720, 1280), 60, np.float64)
    page[200 : 200 + bars.shape[0], 300 : 300 + bars.shape[1]] = 25 + bars / 255 * 40
    turned = cv2.warpAffine(
        page, cv2.getRotationMatrix2D((460, 240), 14, 1), (1280, 720), borderValue=(60,)
    )
    noisy = turned + np.random.default_rng(3).normal(0, 13, page.shape)
    (symbol,) = decode_here(file(np.clip(noisy, 0, 255).astype(np.uint8)))
    assert (symbol.raw[3:], symbol.uncertain) == ("81234567890123456789", False)
    x, y = (sum(corner[axis] for corner in symbol.corners) / 4 for axis in (0, 1))
    assert abs(x - 460) < 30
    assert abs(y - 240) < 30


def test_texts_side_by_side_are_two_places_and_texts_over_each_other_one() -> None:
    def at(text: str, left: int, engine: str = "zbar") -> Seen:
        box = ((left, 0), (left + 50, 0), (left + 50, 20), (left, 20))
        return Seen("]C0", text, box, engine)

    apart = by_place([at("A", 0), at("B", 200), at("A", 4, "zxing")])
    assert [[seen.text for seen in place] for place in apart] == [["A", "A"], ["B"]]
    over = by_place([at("A", 0), at("B", 10)])
    assert [[seen.text for seen in place] for place in over] == [["A", "B"]]
