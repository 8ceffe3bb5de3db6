"""The demo's products are read from their labels as a scanner would read them."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from random import Random

import pytest

from demo import Code, Item, Scheme, items, pack_level_of
from inventory import Category, Flag
from scanning import decode, draw_symbol, read
from trace import identifier_of

EXPIRY = date(2029, 6, 30)
CODES = [
    pytest.param(item, code, id=f"{item.product.code} {code.value}")
    for item in items().values()
    for code in item.codes
]


def _text(item: Item, code: Code) -> str:
    serial = "0045839207715" if code.scheme is Scheme.DRUG else "A10455"
    return code.text("TK26041", EXPIRY, serial if item.serialised else None)


@pytest.mark.parametrize(("item", "code"), CODES)
def test_a_drawn_label_leads_to_its_product(item: Item, code: Code) -> None:
    drawn = draw_symbol(_text(item, code), code.symbol)

    scan = read(decode(drawn)[0].raw, pack_level_of=pack_level_of)

    assert scan.findings == ()
    assert scan.key is not None
    assert identifier_of(scan.key) in item.product.identifiers
    if code.scheme is Scheme.DRUG:
        assert scan.pack_level == 1 + [c for c in item.codes if c.scheme is Scheme.DRUG].index(code)
    else:
        assert (scan.lot, scan.expiry) == ("TK26041", EXPIRY)


@pytest.mark.parametrize("item", items().values(), ids=lambda item: item.product.code)
def test_a_box_has_the_key_of_its_label(item: Item) -> None:
    if not item.serialised:
        amount = item.amount(30, "L7", EXPIRY)
        assert (amount.quantity, amount.lot, amount.expiry) == (30, "L7", EXPIRY)
        assert amount.key == read(item.codes[0].text("L7", EXPIRY)).key
        return
    serial = "0045839207715"
    assert item.key_of(serial) == read(item.codes[0].text("L7", EXPIRY, serial)).key
    boxes = item.boxes(3, "L7", EXPIRY, Random(1))  # noqa: S311 -- no secret
    assert len({box.key for box in boxes}) == 3
    assert {identifier_of(box.key) for box in boxes} == {item.product.identifiers[0]}
    assert {(box.lot, box.expiry, box.quantity) for box in boxes} == {("L7", EXPIRY, None)}


def test_the_catalogue_is_wide() -> None:
    products = [item.product for item in items().values()]
    assert len(products) >= 60
    assert {product.category for product in products} == set(Category)
    assert all(count >= 10 for count in Counter(p.category for p in products).values())
    schemes = {code.scheme for item in items().values() for code in item.codes}
    assert schemes == set(Scheme)
    for category in (Category.CONSUMABLE, Category.IMPLANT):
        own = [item for item in items().values() if item.product.category is category]
        found = {code.scheme for item in own for code in item.codes}
        assert found == {Scheme.GTIN, Scheme.HIBC, Scheme.MA}


def test_every_identifier_belongs_to_one_product() -> None:
    owners = Counter(name for item in items().values() for name in item.product.identifiers)
    assert set(owners.values()) == {1}


@pytest.mark.parametrize(("item", "code"), CODES)
def test_codes_have_the_form_of_their_scheme(item: Item, code: Code) -> None:
    form = {
        Scheme.DRUG: r"8[0-9]{6}",
        Scheme.GTIN: r"[01]69[0-9]{11}",
        Scheme.HIBC: r"[A-Z][A-Z0-9]{3}[A-Z0-9]{1,18}[0-9]",
        Scheme.MA: r"MA\.156\.M0\.[0-9]{6}\.[0-9]{8}",
    }[code.scheme]
    assert re.fullmatch(form, code.value)
    assert item.product.specification


@pytest.mark.parametrize("item", items().values(), ids=lambda item: item.product.code)
def test_details_say_what_pages_show(item: Item) -> None:
    details = item.product.details
    assert re.fullmatch(r"[a-z]+", details["pinyin"])
    assert details["storage"]
    is_drug = item.product.category is Category.DRUG
    codes = r"X[A-Z0-9]{22}|Z[A-Z0-9]{19}" if is_drug else r"C[0-9]{19}"
    assert re.fullmatch(codes, details["insurance_code"])
    number = r"国药准字[HSZ]20[0-9]{6}" if is_drug else r"(国|苏)械注准20[0-9]{9}"
    assert re.fullmatch(number, details["registration"])
    for flag in item.flags:
        known = flag.replace("_", "-") in {each.value for each in item.product.flags}
        assert known or details[flag] == "yes"


def test_a_label_with_a_broken_check_is_told_apart() -> None:
    good = Code(Scheme.HIBC, "Q417LC60S1").text("L7", EXPIRY, "A1")
    assert read(good).valid
    assert not read(good[:-1] + ("A" if good[-1] != "A" else "B")).valid


def test_goods_of_the_cold_chain_say_their_range() -> None:
    cold = [item.product for item in items().values() if Flag.COLD_CHAIN in item.product.flags]
    assert len(cold) > 3
    for product in cold:
        assert product.storage is not None
        assert str(product.storage.temperatures) == "2–8 ℃"
    saline, potassium = (items()[code].product.storage for code in ("D019", "D005"))
    assert saline is not None
    assert potassium is not None
    assert str(saline.temperatures) == "10–30 ℃"
    assert (str(potassium.temperatures), potassium.away_from_light) == ("≤ 25 ℃", True)
