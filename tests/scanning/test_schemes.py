"""Codes that are not GS1's: HIBC, ISBT 128, PPN, MA, AHM, drug codes, in-house labels."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errors import Invalid
from scanning import Finding, Granularity, Scan, Scheme, new_label_number, read
from scanning.checks import (
    HIBC_SET,
    hibc_check_character,
    mod37_check_character,
    ppn_check_digits,
)

TODAY = dt.date(2026, 11, 22)
DRUG = "81234567890123456789"


def hibc(text: str) -> str:
    return text + hibc_check_character(text)


WHOLE = [
    Scan(
        raw="+A123BJC5D6E71G",
        scheme=Scheme.HIBC,
        elements=(("LIC", "A123"), ("PCN", "BJC5D6E7"), ("UOM", "1")),
        di="A123BJC5D6E71",
        link="G",
        key="urn:medtrace:hibc:A123BJC5D6E71",
        granularity=Granularity.PRODUCT,
        product_ids=(("hibc", "A123BJC5D6E71"), ("hibc-item", "A123BJC5D6E7")),
    ),
    Scan(
        raw="+A123AA40 ",
        scheme=Scheme.HIBC,
        elements=(("LIC", "A123"), ("PCN", "AA4"), ("UOM", "0")),
        di="A123AA40",
        link=" ",
        key="urn:medtrace:hibc:A123AA40",
        granularity=Granularity.PRODUCT,
        product_ids=(("hibc", "A123AA40"), ("hibc-item", "A123AA4")),
    ),
    Scan(
        raw="+25330BC34567T2",
        scheme=Scheme.HIBC,
        elements=(("EXP", "25330"), ("LOT", "BC34567")),
        findings=(Finding("primary-missing", None, None, "link character 'T'"),),
        lot="BC34567",
        expiry=dt.date(2025, 11, 26),
        link="T",
    ),
    Scan(
        raw="+A99912345/$$52001510X3/16D20111212/S77DE1G45-",
        scheme=Scheme.HIBC,
        elements=(
            ("LIC", "A999"),
            ("PCN", "1234"),
            ("UOM", "5"),
            ("EXP", "20015"),
            ("LOT", "10X3"),
            ("16D", "20111212"),
            ("S", "77DE1G45"),
        ),
        di="A99912345",
        lot="10X3",
        serial="77DE1G45",
        expiry=dt.date(2020, 1, 15),
        production_date=dt.date(2011, 12, 12),
        key="urn:medtrace:hibc:A99912345:77DE1G45",
        granularity=Granularity.SERIAL,
        product_ids=(("hibc", "A99912345"), ("hibc-item", "A9991234")),
    ),
    Scan(
        raw="=/A9999XYZ100T0944=,000025=A99971312345600=>014032=}013032&,1000000000000XYZ123",
        scheme=Scheme.ISBT128,
        elements=(
            ("=/", "A9999XYZ100T0944"),
            ("=,", "000025"),
            ("=", "A99971312345600"),
            ("=>", "014032"),
            ("=}", "013032"),
            ("&,1", "000000000000XYZ123"),
        ),
        di="A9999XYZ100T0944",
        lot="XYZ123",
        serial="000025",
        expiry=dt.date(2014, 2, 1),
        production_date=dt.date(2013, 2, 1),
        key="urn:medtrace:isbt128:A9999XYZ100T0944:A999713123456:000025",
        granularity=Granularity.SERIAL,
        product_ids=(("isbt128", "A9999XYZ100T0944"), ("isbt128-pdc", "T0944")),
    ),
    Scan(
        raw="[)>\x1e06\x1d9N111234568408\x1d1TA1\x1dD270100\x1dSX9\x1d16D20250131\x1d27Q5\x1e\x04",
        scheme=Scheme.PPN,
        elements=(
            ("9N", "111234568408"),
            ("1T", "A1"),
            ("D", "270100"),
            ("S", "X9"),
            ("16D", "20250131"),
            ("27Q", "5"),
        ),
        di="111234568408",
        lot="A1",
        serial="X9",
        expiry=dt.date(2027, 1, 31),
        production_date=dt.date(2025, 1, 31),
        quantity=5,
        key="urn:medtrace:ppn:111234568408:X9",
        granularity=Granularity.SERIAL,
        product_ids=(("ppn", "111234568408"), ("pzn", "12345684")),
    ),
    Scan(
        raw="MA.156.M0.100761.21234561.Sx00008.M220117.L20220117.D20220118.E220130.V220117.C3",
        scheme=Scheme.MA,
        elements=(
            ("DI", "MA.156.M0.100761.21234561"),
            ("S", "x00008"),
            ("M", "220117"),
            ("L", "20220117"),
            ("D", "20220118"),
            ("E", "220130"),
            ("V", "220117"),
            ("C", "3"),
        ),
        di="MA.156.M0.100761.21234561",
        lot="20220117",
        serial="x00008",
        expiry=dt.date(2022, 1, 17),
        production_date=dt.date(2022, 1, 17),
        key="urn:medtrace:ma:MA.156.M0.100761.21234561:x00008",
        granularity=Granularity.SERIAL,
        product_ids=(("ma", "MA.156.M0.100761.21234561"),),
    ),
    Scan(
        raw=DRUG,
        scheme=Scheme.CN_DRUG,
        serial="7890123456789",
        drug_code=DRUG,
        drug_identifier="8123456",
        key=f"urn:medtrace:cn-drug:{DRUG}",
        granularity=Granularity.SERIAL,
        product_ids=(("cn-drug", "8123456"),),
    ),
    Scan(
        raw="AHM-1234",
        scheme=Scheme.AHM,
        findings=(Finding("layout-unknown", None, "AHM-1234"),),
        product_ids=(("ahm", "AHM-1234"),),
    ),
    Scan(
        raw="MT06H013BM00000000E",
        scheme=Scheme.IN_HOUSE,
        serial="MT06H013BM00000000E",
        key="urn:medtrace:in-house:MT06H013BM00000000E",
        granularity=Granularity.SERIAL,
    ),
]


@pytest.mark.parametrize("scan", WHOLE, ids=[scan.raw[:20] for scan in WHOLE])
def test_a_whole_code_is_understood(scan: Scan) -> None:
    assert read(scan.raw, today=TODAY) == scan


DATES = [
    ("$$0527LOT", dt.date(2027, 5, 31), "LOT"),
    ("$$1227LOT", dt.date(2027, 12, 31), "LOT"),
    ("$$2052027LOT", dt.date(2027, 5, 20), "LOT"),
    ("$$3270520LOT", dt.date(2027, 5, 20), "LOT"),
    ("$$427052013LOT", dt.date(2027, 5, 20), "LOT"),
    ("$$527140LOT", dt.date(2027, 5, 20), "LOT"),
    ("$$62714013LOT", dt.date(2027, 5, 20), "LOT"),
    ("$$7LOT", None, "LOT"),
    ("$LOT", None, "LOT"),
    ("$$8240527LOT", dt.date(2027, 5, 31), "LOT"),
    ("$$900024" + "3270520LOT", dt.date(2027, 5, 20), "LOT"),
    ("27140LOT", dt.date(2027, 5, 20), "LOT"),
]


@pytest.mark.parametrize(("secondary", "expiry", "lot"), DATES)
def test_every_date_form_of_hibc(secondary: str, expiry: dt.date | None, lot: str) -> None:
    scan = read(hibc(f"+A123BJC5D6E71/{secondary}"), today=TODAY)
    assert (scan.expiry, scan.lot, scan.serial, scan.findings) == (expiry, lot, None, ())


def test_hibc_serial_forms_and_quantity() -> None:
    assert read(hibc("+A123BJC5D6E71/$+S77"), today=TODAY).serial == "S77"
    scan = read(hibc("+A123BJC5D6E71/$$+3270520S77/Q12"), today=TODAY)
    assert (scan.serial, scan.lot, scan.quantity) == ("S77", None, 12)
    assert read(hibc("+A123BJC5D6E71/$$8240527L"), today=TODAY).quantity == 24


BROKEN = [
    ("+A123BJC5D6E71H", "check-character"),
    (hibc("+A123BJC5D6E71/$$1327LOT"), "date"),
    (hibc("+A123BJC5D6E71/$$527367LOT"), "date"),
    (hibc("+A123BJC5D6E71/$LOT/%%"), "field-unknown"),
    ("=/A9999XYZ100T0944=A99971312345660", "check-character"),
    ("=/A9999XYZ100T0944=>014367", "date"),
    ("=/A9999XYZ100T0944=,00", "field-unknown"),
    ("[)>\x1e06\x1d9N111234568409\x1e\x04", "check-digit"),
    ("[)>\x1e06\x1d1TA1\x1e\x04", "primary-missing"),
    ("[)>\x1e06\x1d9N111234568408\x1dD271301\x1e\x04", "date"),
    ("[)>\x1e06\x1d8P06901234567893\x1e\x04", "check-digit"),
    ("MA.156.M0.100761.21234561.E220230", "date"),
    ("MA.156.M0.100761.21234561.S", "value-missing"),
    ("MA.156.M0.100761.21234561.Q1", "field-unknown"),
    ("MT06H013BM00000000F", "check-character"),
    ("91234567890123456789", "drug-code-prefix"),
    ("no such code", "scheme-unknown"),
    ("=A999713123456²0=<E0382V00", "scheme-unknown"),
    ("(1234)X", "scheme-unknown"),
    ("[)>\x1e06\x1d9N111234568408\x1dS药\x1e\x04", "charset"),
    ("12345", "number-unknown"),
    ("", "empty"),
    ("]E0123", "gtin-length"),
    ("x" * 8193, "scan-too-long"),
]


@pytest.mark.parametrize(("raw", "code"), BROKEN)
def test_each_broken_rule_is_named(raw: str, code: str) -> None:
    assert code in [finding.code for finding in read(raw, today=TODAY).findings]


@pytest.mark.parametrize(
    "raw",
    [
        "+A123BJC5D6E71H",
        "[)>\x1e06\x1d9N111234568409\x1dSX\x1e\x04",
        "MT06H013BM00000000F",
        "[)>\x1e06\x1d9N111234568408\x1dS药\x1e\x04",
    ],
)
def test_a_code_with_a_wrong_check_names_nothing(raw: str) -> None:
    assert read(raw, today=TODAY).key is None


DRUG_PLACES = [
    DRUG,
    f"]C0{DRUG}",
    f"]Q1http://www.mashangfangxin.com/c?code={DRUG}",
    f"https://x.cn/{DRUG}",
    f"药品追溯码：{DRUG}",
    f"追溯码:{DRUG}\n批号:A1",
]


@pytest.mark.parametrize("raw", DRUG_PLACES)
def test_a_drug_code_is_found_wherever_it_stands(raw: str) -> None:
    scan = read(raw, today=TODAY)
    assert (scan.drug_code, scan.drug_identifier, scan.findings) == (DRUG, "8123456", ())


@pytest.mark.parametrize("digits", [DRUG + "1", DRUG[:-1], "1" + DRUG])
def test_another_count_of_digits_in_an_address_is_no_drug_code(digits: str) -> None:
    assert read(f"https://x.cn/?c={digits}", today=TODAY).scheme is Scheme.UNKNOWN


def test_two_drug_codes_in_one_address_are_both_shown() -> None:
    other = "8" + "7" * 19
    scan = read(f"https://x.cn/?a={DRUG}&b={other}", today=TODAY)
    assert [reading.drug_code for reading in scan.readings] == [DRUG, other]
    assert scan.ambiguous


def test_the_pack_level_comes_from_the_caller_s_catalogue() -> None:
    levels = {"8123456": 3}
    assert read(DRUG, pack_level_of=levels.get).pack_level == 3
    assert read("8" * 20, pack_level_of=levels.get).pack_level is None


def test_the_earlier_day_counts_where_a_ma_code_has_two() -> None:
    for parts in ("E20270130.V270117", "V270117.E20270130"):
        scan = read(f"MA.156.M0.100761.21234561.{parts}", today=TODAY)
        assert scan.expiry == dt.date(2027, 1, 17)


def test_a_gtin_in_an_envelope_has_gs1_s_name() -> None:
    scan = read("[)>\x1e06\x1d8P06901234567892\x1dSX/7\x1e\x04", today=TODAY)
    assert scan.key == "https://id.gs1.org/01/06901234567892/21/X%2F7"
    scan = read("[)>\x1e05\x1d010690123456789210A\x1e\x04", today=TODAY)
    assert (scan.scheme, scan.lot) == (Scheme.GS1, "A")


def test_an_envelope_whose_controls_a_keyboard_spelled_is_read() -> None:
    scan = read("[)>{RS}06<GS>9N111234568408<GS>1TA1{RS}{EOT}", today=TODAY)
    assert (scan.di, scan.lot, scan.findings) == ("111234568408", "A1", ())


def test_a_provider_label_is_read_as_a_list_of_values() -> None:
    scan = read(hibc("+/HH12345/QS77"), today=TODAY)
    assert scan.elements == (("H", ""), ("H", "12345"), ("Q", "S77"))
    assert scan.key == "urn:medtrace:hibc:12345:S77"


NUMBERS = st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=18)


@given(st.from_regex(r"[A-Z][A-Z0-9]{3}", fullmatch=True), NUMBERS, st.integers(0, 9), NUMBERS)
def test_hibc_is_built_and_read_back(labeler: str, product: str, unit: int, lot: str) -> None:
    scan = read(hibc(f"+{labeler}{product}{unit}/${lot}"), today=TODAY)
    assert (scan.di, scan.lot, scan.findings) == (f"{labeler}{product}{unit}", lot, ())


@given(st.from_regex(r"[A-Z][A-Z0-9]{3}", fullmatch=True), NUMBERS, st.data())
def test_hibc_with_one_character_changed_is_found(
    labeler: str, product: str, data: st.DataObject
) -> None:
    text = hibc(f"+{labeler}{product}1")
    place = data.draw(st.integers(1, len(text) - 1))
    other = data.draw(st.sampled_from([c for c in HIBC_SET if c != text[place]]))
    scan = read(text[:place] + other + text[place + 1 :], today=TODAY)
    assert scan.findings
    assert scan.key is None


@given(st.from_regex(r"[A-HJ-NP-Z1-9][0-9A-Z]{4}[0-9]{8}", fullmatch=True))
def test_a_donation_number_is_checked_by_its_flags(number: str) -> None:
    value = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*".index(mod37_check_character(number))
    good = read(f"={number}{60 + value}=<E0382V00", today=TODAY)
    assert good.findings == ()
    assert good.key == f"urn:medtrace:isbt128:E0382V00:{number}"
    bad = read(f"={number}{60 + (value + 1) % 37}=<E0382V00", today=TODAY)
    assert [finding.code for finding in bad.findings] == ["check-character"]
    assert bad.key is None


@given(st.from_regex(r"[0-9]{8}", fullmatch=True), st.from_regex(r"[A-Z0-9]{1,20}", fullmatch=True))
def test_a_ppn_is_built_and_read_back(pzn: str, serial: str) -> None:
    ppn = f"11{pzn}"
    ppn += ppn_check_digits(ppn)
    scan = read(f"[)>\x1e06\x1d9N{ppn}\x1dS{serial}\x1e\x04", today=TODAY)
    assert (scan.di, scan.serial, scan.findings) == (ppn, serial, ())


@given(
    st.integers(1_700_000_000, 7_000_000_000),
    st.binary(min_size=4, max_size=4),
)
def test_a_label_number_is_made_and_read_back(second: int, chance: bytes) -> None:
    number = new_label_number(dt.datetime.fromtimestamp(second, dt.UTC), chance)
    assert read(number).key is not None
    assert len(number) == 19


def test_label_numbers_rise_with_time_and_differ_by_chance() -> None:
    at = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
    later = at + dt.timedelta(milliseconds=1)
    assert new_label_number(at, b"\xff" * 4) < new_label_number(later, bytes(4))
    assert new_label_number(at, bytes(4)) != new_label_number(at, b"\0\0\0\1")
    for bad in (dt.datetime(2026, 1, 1), at):  # noqa: DTZ001 -- the fault under test
        with pytest.raises(Invalid, match="label-number"):
            new_label_number(bad, b"123")


SECOND = st.sampled_from(
    ["+", "=/", "=A", "[)>\x1e06\x1d", "MA.156.M0.", "MT", "8123", "AHM", "++", "+/"]
)


@given(SECOND, st.text(max_size=60))
def test_no_beginning_of_a_scheme_raises(start: str, text: str) -> None:
    for raw in (start + text, "]d1" + start + text, "]C0" + start + text):
        assert read(raw, today=TODAY).raw == raw
