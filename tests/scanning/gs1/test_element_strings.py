"""GS1 messages: what is built is read back, what is broken is found."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scanning import Finding, Granularity, Measure, Scan, Scheme, read
from scanning.gs1.ai import GS, IDENTIFIERS
from tests.scanning.building import element_string, messages, values

TODAY = dt.date(2026, 11, 22)
GTIN = "06901234567892"

WHOLE = [
    (
        f"]d201{GTIN}1727013110AB1{GS}21S7",
        Scan(
            raw=f"]d201{GTIN}1727013110AB1{GS}21S7",
            scheme=Scheme.GS1,
            symbology="gs1-datamatrix",
            elements=(("01", GTIN), ("17", "270131"), ("10", "AB1"), ("21", "S7")),
            gtin=GTIN,
            lot="AB1",
            serial="S7",
            expiry=dt.date(2027, 1, 31),
            key=f"https://id.gs1.org/01/{GTIN}/21/S7",
            granularity=Granularity.SERIAL,
            product_ids=(("gtin", GTIN),),
        ),
    ),
    (
        f"]C100069012345678901238{'02' + GTIN}3724{GS}10L1",
        Scan(
            raw=f"]C100069012345678901238{'02' + GTIN}3724{GS}10L1",
            scheme=Scheme.GS1,
            symbology="gs1-128",
            elements=(("00", "069012345678901238"), ("02", GTIN), ("37", "24"), ("10", "L1")),
            gtin=GTIN,
            sscc="069012345678901238",
            lot="L1",
            quantity=24,
            key="https://id.gs1.org/00/069012345678901238",
            granularity=Granularity.LOGISTIC_UNIT,
            product_ids=(("gtin", GTIN),),
        ),
    ),
    (
        f"01{GTIN}3103001250",
        Scan(
            raw=f"01{GTIN}3103001250",
            scheme=Scheme.GS1,
            elements=(("01", GTIN), ("3103", "001250")),
            gtin=GTIN,
            measures=(Measure("3103", "NET WEIGHT (kg)", Decimal("1.250")),),
            key=f"https://id.gs1.org/01/{GTIN}",
            granularity=Granularity.PRODUCT,
            product_ids=(("gtin", GTIN),),
        ),
    ),
    (
        f"]C1{GS}4146901234567892254W3",
        Scan(
            raw=f"]C1{GS}4146901234567892254W3",
            scheme=Scheme.GS1,
            symbology="gs1-128",
            elements=(("414", "6901234567892"), ("254", "W3")),
            gln="6901234567892",
            key="https://id.gs1.org/414/6901234567892/254/W3",
            granularity=Granularity.LOCATION,
        ),
    ),
    (
        f"]d201{GTIN}10A1{GS}11250700{GS}17260228",
        Scan(
            raw=f"]d201{GTIN}10A1{GS}11250700{GS}17260228",
            scheme=Scheme.GS1,
            symbology="gs1-datamatrix",
            elements=(("01", GTIN), ("10", "A1"), ("11", "250700"), ("17", "260228")),
            gtin=GTIN,
            lot="A1",
            expiry=dt.date(2026, 2, 28),
            production_date=dt.date(2025, 7, 31),
            key=f"https://id.gs1.org/01/{GTIN}/10/A1",
            granularity=Granularity.LOT,
            product_ids=(("gtin", GTIN),),
        ),
    ),
]


@pytest.mark.parametrize(("raw", "scan"), WHOLE, ids=[raw[:24] for raw, _ in WHOLE])
def test_a_whole_message_is_understood(raw: str, scan: Scan) -> None:
    assert read(raw, today=TODAY) == scan


BROKEN = [
    (f"01{GTIN[:-1]}3", Finding("check-digit", "01", GTIN[:-1] + "3", GTIN)),
    (f"01{GTIN}17271331", Finding("date", "17", "271331", "YYMMDD, day 00 allowed")),
    (f"01{GTIN}17270229", Finding("date", "17", "270229", "YYMMDD, day 00 allowed")),
    (f"01{GTIN}1727A131", Finding("not-numeric", "17", "27A131", "[0-9]")),
    (f"01{GTIN}1727", Finding("too-short", "17", "27", "6")),
    (f"01{GTIN}10A B", Finding("charset-82", "10", "A B", r"[!-\"%-/0-9:-?A-Z_a-z]")),
    (f"01{GTIN}10{'A' * 21}", Finding("too-long", "10", "A" * 21, "1–20")),
    (f"01{GTIN}10{GS}21S", Finding("value-missing", "10", "", "1–20")),
    (f"01{GTIN}42299A", Finding("not-numeric", "422", "99A", "[0-9]")),
    (f"01{GTIN}422999", Finding("country", "422", "999", "ISO 3166-1 numeric")),
    (
        f"01{GTIN}3101000120{GS}3102000120",
        Finding("excluded-pair", "3101", "3102", "3101 without 310n"),
    ),
    (f"01{GTIN}3724", Finding("excluded-pair", "01", "37", "01 without 37")),
    (f"02{GTIN}", Finding("required-missing", "02", None, "37")),
    ("]C110AB1", Finding("required-missing", "10", None, "01 / 02 / 03 / 8006 / 8026")),
    (f"01{GTIN}250X{GS}10L", Finding("required-missing", "250", None, "01+21 / 03+21 / 8006+21")),
    (f"01{GTIN}10A{GS}10B", Finding("repeated-differs", "10", "B", "A")),
    (f"01{GTIN}05X", Finding("ai-unknown", None, "05X", "an application identifier")),
    (
        f"01{GTIN}8007DE00370400440532013000{GS}4156901234567892{GS}8020X",
        Finding("iban", "8007", "DE00370400440532013000", "IBAN with its check digits"),
    ),
    (f"01{GTIN}7040A1AB", Finding("not-numeric", "7040", "A1AB", "[0-9]")),
    (
        "]C180131987654Ad4X4bL5ttr2310cXK",
        Finding("check-pair", "8013", "1987654Ad4X4bL5ttr2310cXK", "1987654Ad4X4bL5ttr2310c2K"),
    ),
    (f"00069012345678901238{GS}7041XQ", Finding("package-type", "7041", "XQ", "UN/ECE Rec. 21")),
    (
        "]C18006123456789012310302" + GS + "21S",
        Finding("piece-of-total", "8006", "0302", "piece 01 to total"),
    ),
]


@pytest.mark.parametrize(("raw", "finding"), BROKEN, ids=[raw[-24:] for raw, _ in BROKEN])
def test_each_broken_rule_is_named(raw: str, finding: Finding) -> None:
    scan = read(raw, today=TODAY)
    assert finding in scan.findings
    assert scan.scheme is Scheme.GS1


def test_a_thing_with_a_broken_identifier_has_no_name() -> None:
    for raw in (
        f"01{GTIN[:-1]}310AB",
        f"01{GTIN}10A B",
        f"01{GTIN}21A B{GS}10L",
        "]C1000690123456789012",
    ):
        scan = read(raw, today=TODAY)
        assert (scan.key, scan.granularity) == (None, Granularity.NOTHING), raw


def test_the_same_identifier_twice_with_the_same_value_is_fine() -> None:
    assert read(f"01{GTIN}10A{GS}01{GTIN}", today=TODAY).findings == ()


def test_every_identifier_of_the_dictionary_is_known() -> None:
    assert len(IDENTIFIERS) == 541
    assert {len(ai) for ai in IDENTIFIERS} == {2, 3, 4}


@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow])
@given(messages())
def test_what_is_built_is_read_back(elements: tuple[tuple[str, str], ...]) -> None:
    scan = read("]d2" + element_string(elements), today=TODAY)
    if any(finding.code == "gs-missing" for finding in scan.findings):
        # Chance made a lot that ends like an element: both readings must be offered.
        assert elements in [reading.elements for reading in scan.readings]
        return
    assert scan.elements == elements
    assert scan.findings == ()


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(messages(), st.data())
def test_a_character_that_no_value_may_hold_is_always_found(
    elements: tuple[tuple[str, str], ...], data: st.DataObject
) -> None:
    number = data.draw(st.integers(0, len(elements) - 1))
    ai, value = elements[number]
    place = data.draw(st.integers(0, len(value) - 1))
    foreign = data.draw(st.sampled_from(["$", "é", "药", " ", "`", "\x00", "٣"]))
    broken = value[:place] + foreign + value[place + 1 :]
    text = element_string((*elements[:number], (ai, broken), *elements[number + 1 :]))
    scan = read("]d2" + text, today=TODAY)
    assert scan.findings, text


@settings(max_examples=300)
@given(st.data())
def test_a_digit_changed_under_a_check_digit_is_found(data: st.DataObject) -> None:
    ai = data.draw(st.sampled_from(["00", "01", "02", "402", "410", "414", "8017", "8018"]))
    value = data.draw(values(IDENTIFIERS[ai]))
    place = data.draw(st.integers(0, len(value) - 1))
    other = data.draw(st.sampled_from([d for d in "0123456789" if d != value[place]]))
    scan = read(f"]C1{ai}{value[:place]}{other}{value[place + 1 :]}", today=TODAY)
    assert "check-digit" in {finding.code for finding in scan.findings}


@given(st.text(max_size=80))
def test_nothing_a_scanner_sends_raises(text: str) -> None:
    for raw in (text, "]d2" + text, "]C1" + text, "]E0" + text, "01" + text, "(01)" + text):
        assert read(raw, today=TODAY).raw == raw
