"""The other forms in which GS1 data arrive: brackets, links, EAN, keyboards, lost separators."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanning import Finding, Scheme, read
from scanning.checks import gs1_check_digit
from scanning.gs1.ai import GS, IDENTIFIERS
from scanning.separators import SPELLINGS
from tests.scanning.building import messages

TODAY = dt.date(2026, 11, 22)
GTIN = "06901234567892"
FOUR = (("01", GTIN), ("17", "270131"), ("10", "AB1"), ("21", "S7"))

SAME = [
    f"(01){GTIN}(17)270131(10)AB1(21)S7",
    f"(01) {GTIN} (17) 270131 (10) AB1 (21) S7",
    f"（01）{GTIN}（17）270131（10）AB1（21）S7",
    f"{{01}}{GTIN}{{17}}270131{{10}}AB1{{21}}S7",
    f"[01]{GTIN}[17]270131[10]AB1[21]S7",
    f"01{GTIN}1727013110AB1{GS}21S7",
    f"{GS}01{GTIN}1727013110AB1{GS}21S7{GS}",
    f"]Q301{GTIN}1727013110AB1{GS}21S7\r\n",
    f"]J101{GTIN}1727013110AB1{GS}21S7",
    f"]e001{GTIN}1727013110AB1{GS}21S7",
]


@pytest.mark.parametrize("raw", SAME)
def test_the_same_message_in_every_spelling(raw: str) -> None:
    scan = read(raw, today=TODAY)
    assert (scan.elements, scan.findings) == (FOUR, ())
    assert scan.key == f"https://id.gs1.org/01/{GTIN}/21/S7"


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_keyboard_spelling_of_gs_is_understood_and_mentioned(spelling: str) -> None:
    scan = read(f"01{GTIN}10AB1{spelling}17270131", today=TODAY)
    assert scan.elements == (("01", GTIN), ("10", "AB1"), ("17", "270131"))
    assert scan.findings == (Finding("gs-replaced", None, spelling, "GS (0x1D)"),)
    assert scan.valid


LINKS = [
    f"https://id.gs1.org/01/{GTIN}/10/AB1/21/S7?17=270131",
    f"HTTP://spital.example/some/path/01/{GTIN}/10/AB1/21/S7?17=270131&utm=x#top",
    f"https://id.gs1.org/gtin/{GTIN}/lot/AB1/ser/S7?exp=270131",
    f"https://id.gs1.org/01/{GTIN[1:]}/10/AB1/21/S7?17=270131",
    f"https://id.gs1.org/01/{GTIN}/10/%41B1/21/S%37?17=270131",
]


@pytest.mark.parametrize("raw", LINKS)
def test_a_digital_link_of_any_domain(raw: str) -> None:
    scan = read(raw, today=TODAY)
    assert set(scan.elements) == set(FOUR)
    assert scan.findings == ()
    assert scan.expiry == dt.date(2027, 1, 31)


def test_twenty_digits_in_a_sound_link_are_its_serial() -> None:
    scan = read(f"https://id.gs1.org/01/{GTIN}/21/81234567890123456789", today=TODAY)
    assert (scan.serial, scan.alternatives) == ("81234567890123456789", ())


BROKEN_LINKS = [
    (
        f"https://x.cn/01/{GTIN}/21/S7/10/AB1",
        Finding("link-qualifiers", "01", "21/10", "22/10/21 | 235"),
    ),
    (
        f"https://x.cn/01/{GTIN}?21=S7",
        Finding("link-attribute", "21", "21", "in the path, not the query"),
    ),
    (f"https://x.cn/01/{GTIN[:-1]}1", Finding("check-digit", "01", GTIN[:-1] + "1", GTIN)),
    (
        f"https://x.cn/01/{GTIN}?17=270231",
        Finding("date", "17", "270231", "YYMMDD, day 00 allowed"),
    ),
]


@pytest.mark.parametrize(("raw", "finding"), BROKEN_LINKS)
def test_a_broken_link_says_where(raw: str, finding: Finding) -> None:
    assert finding in read(raw, today=TODAY).findings


@pytest.mark.parametrize(
    "raw",
    [
        "https://www.example.cn/product/123",
        "http://[",
        "https://x.cn/01",
    ],
)
def test_an_address_without_identifiers_is_kept(raw: str) -> None:
    scan = read(raw, today=TODAY)
    assert scan.scheme is Scheme.UNKNOWN
    assert [finding.code for finding in scan.findings] == ["address-unknown"]


RETAIL = [
    ("6901234567892", GTIN, ()),
    ("]E06901234567892", GTIN, ()),
    ("96385074", "00000096385074", ()),
    ("036000291452", "00036000291452", ()),
    ("16901234567899", "16901234567899", ()),
    ("]I116901234567899", "16901234567899", ()),
    ("6901234567893", "06901234567893", ("check-digit",)),
    ("]C06901234567892", GTIN, ("carrier-not-gs1",)),
]


@pytest.mark.parametrize(("raw", "gtin", "codes"), RETAIL)
def test_one_gtin_alone(raw: str, gtin: str, codes: tuple[str, ...]) -> None:
    scan = read(raw, today=TODAY)
    assert scan.gtin == gtin
    assert tuple(finding.code for finding in scan.findings) == codes


def test_a_shortened_upc_is_expanded_and_the_other_reading_shown() -> None:
    scan = read("04252614", today=TODAY)
    gtins = {reading.gtin for reading in scan.readings}
    assert "00042100005264" in gtins


def test_a_composite_symbol_joins_its_two_parts() -> None:
    scan = read("]E06901234567892|]e11727013110AB1", today=TODAY)
    assert scan.elements == FOUR[:3]
    assert read(f"]e001{GTIN}|]e11727013110AB1", today=TODAY).elements == FOUR[:3]


DROPPED = [
    (f"01{GTIN}10AB11727013121S7", (("01", GTIN), ("10", "AB1"), ("17", "270131"), ("21", "S7"))),
    (
        f"]d201{GTIN}21S7{'17270131'}10AB1",
        (("01", GTIN), ("21", "S7"), ("17", "270131"), ("10", "AB1")),
    ),
    (
        f"01{GTIN}10AB111250131{'17270131'}",
        (("01", GTIN), ("10", "AB1"), ("11", "250131"), ("17", "270131")),
    ),
    (
        f"01{GTIN}1727013110{'A' * 15}21{'7' * 9}",
        (("01", GTIN), ("17", "270131"), ("10", "A" * 15), ("21", "7" * 9)),
    ),
]


@pytest.mark.parametrize(("raw", "elements"), DROPPED)
def test_a_reader_that_drops_gs_is_told_so_with_the_split_that_fits(
    raw: str, elements: tuple[tuple[str, str], ...]
) -> None:
    scan = read(raw, today=TODAY)
    assert scan.elements == elements
    assert [finding.code for finding in scan.findings] == ["gs-missing"]
    assert "<GS>" in (scan.findings[0].expected or "")


@pytest.mark.parametrize("lot", ["A2100", "AB2145", "17ABC", "L170101X", "21", "010101"])
def test_a_lot_that_looks_a_little_like_an_identifier_stays_whole(lot: str) -> None:
    scan = read(f"01{GTIN}1727013110{lot}", today=TODAY)
    assert (scan.lot, scan.findings) == (lot, ())


def test_a_date_inside_a_lot_is_no_second_expiry() -> None:
    scan = read(f"01{GTIN}1727013110AB17280131", today=TODAY)
    assert (scan.lot, scan.expiry, scan.findings) == ("AB17280131", dt.date(2027, 1, 31), ())


def test_a_lot_that_ends_like_a_date_is_shown_both_ways() -> None:
    scan = read(f"01{GTIN}10AB17270131", today=TODAY)
    assert [(reading.lot, reading.expiry) for reading in scan.readings] == [
        ("AB", dt.date(2027, 1, 31)),
        ("AB17270131", None),
    ]
    assert scan.ambiguous


@pytest.mark.parametrize(
    ("raw", "best", "others"),
    [
        ("81234567890123456789", Scheme.CN_DRUG, []),
        ("00069012345678901238", Scheme.GS1, []),
        ("01069012345678921012", Scheme.GS1, []),
        ("91234567890123456789", Scheme.CN_DRUG, []),
    ],
)
def test_twenty_digits_are_a_drug_code_or_a_gs1_message(
    raw: str, best: Scheme, others: list[Scheme]
) -> None:
    scan = read(raw, today=TODAY)
    assert scan.scheme is best
    assert [other.scan.scheme for other in scan.alternatives if other.scan.valid][
        : len(others)
    ] == others


def test_gs1_content_in_a_plain_symbol_is_read_and_mentioned() -> None:
    scan = read(f"]C001{GTIN}1727013110AB1", today=TODAY)
    assert scan.key == f"https://id.gs1.org/01/{GTIN}/10/AB1"
    assert [finding.code for finding in scan.findings] == ["carrier-not-gs1"]


@pytest.mark.parametrize(
    ("digits", "expected"),
    [("760101", 2076), ("770101", 1977), ("261231", 2026), ("000101", 2000)],
)
def test_two_digit_years_mean_the_nearest_century(digits: str, expected: int) -> None:
    scan = read(f"01{GTIN}17{digits}", today=TODAY)
    assert scan.expiry is not None
    assert scan.expiry.year == expected


@settings(max_examples=200)
@given(messages())
def test_a_bracketed_message_is_read_back(elements: tuple[tuple[str, str], ...]) -> None:
    text = "".join(f"({ai}){value}" for ai, value in elements)
    known = [f"({ai})" for ai in IDENTIFIERS]
    if any(mark in value for _, value in elements for mark in known):
        return
    scan = read(text, today=TODAY)
    assert (scan.elements, scan.findings) == (elements, ())


@given(st.text("0123456789", min_size=12, max_size=12), st.text(max_size=12))
def test_links_never_raise(digits: str, tail: str) -> None:
    ean = digits + gs1_check_digit(digits)
    for raw in (
        f"https://x.cn/01/{ean}{tail}",
        f"http://x/{tail}/01/{ean}?{tail}",
        f"https://{tail}",
    ):
        assert read(raw, today=TODAY).raw == raw
