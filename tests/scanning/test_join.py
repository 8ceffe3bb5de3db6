"""Several symbols on one box."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from scanning import Granularity, join, read
from scanning.checks import hibc_check_character

TODAY = dt.date(2026, 11, 22)
GTIN = "06901234567892"
DRUG = "81234567890123456789"


def test_the_gtin_on_one_bar_and_lot_and_expiry_on_the_next() -> None:
    both = join([read(f"]C101{GTIN}"), read("]C11727013110AB1")])
    assert both.key == f"https://id.gs1.org/01/{GTIN}/10/AB1"
    assert both.expiry == dt.date(2027, 1, 31)
    assert both.findings == ()


def test_an_ean_and_bars_without_aim_identifier() -> None:
    both = join([read("6901234567892"), read("1727013110AB1"), read("21S7"), read("6901234567892")])
    assert both.key == f"https://id.gs1.org/01/{GTIN}/21/S7"
    assert both.findings == ()


def test_parts_of_two_things_are_not_mixed() -> None:
    mixes = [
        (f"01{GTIN}", "0116901234567899"),
        (f"01{GTIN}10A", f"01{GTIN}10B"),
        (f"01{GTIN}21A", f"01{GTIN}21B"),
        (f"01{GTIN}", "+A123BJC5D6E71G"),
        (DRUG, "8" * 20),
        (DRUG, f"01{GTIN}21A"),
        ("MT06H013BM00000000E", DRUG),
    ]
    for one, other in mixes:
        both = join([read(one), read(other)])
        assert [finding.code for finding in both.findings] == ["parts-differ"], (one, other)
        assert (both.key, both.granularity) == (None, Granularity.NOTHING)


def _secondary(data: str, primary: str) -> str:
    text = data + primary[-1]
    return text + hibc_check_character(text)


def test_hibc_primary_and_secondary_by_the_link_character() -> None:
    primary = "+A123BJC5D6E71G"
    both = join([read(_secondary("+$$52001510X3", primary)), read(primary)])
    assert both.key == "urn:medtrace:hibc:A123BJC5D6E71:10X3"
    assert both.findings == ()
    wrong = join([read(primary), read(_secondary("+$$52001510X3", "+A123AA40 "))])
    assert [finding.code for finding in wrong.findings] == ["link-character"]
    assert wrong.key is None


def test_a_drug_box_s_code_with_its_ean_lot_and_expiry() -> None:
    box = join([read(DRUG), read("6901234567892"), read("]C11727013110AB1")])
    assert box.key == f"urn:medtrace:cn-drug:{DRUG}"
    assert (box.gtin, box.lot, box.expiry) == (GTIN, "AB1", dt.date(2027, 1, 31))
    assert box.product_ids == (("cn-drug", "8123456"), ("gtin", GTIN))


def test_one_alone_and_none_at_all() -> None:
    one = read(DRUG)
    assert join([one, one]) == one
    assert [finding.code for finding in join([]).findings] == ["empty"]


@given(st.lists(st.text(max_size=30), max_size=4))
def test_joining_never_raises(raws: list[str]) -> None:
    join([read(raw) for raw in raws], today=TODAY)
    join([read("+" + raw.upper()) for raw in raws], today=TODAY)
    join([read("]C1" + raw) for raw in raws], today=TODAY)
