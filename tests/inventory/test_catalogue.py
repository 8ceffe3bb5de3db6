"""Products and locations are defined on record, keep their numbers, and own their identifiers."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from uuid6 import uuid7

from errors import Invalid
from inventory import (
    Category,
    Definition,
    Flag,
    Location,
    Product,
    Storage,
    Temperatures,
    find_product,
    locations,
    products,
    products_by_code,
    search_products,
)
from ledger import Ledger, encode
from scanning.checks import gs1_check_digit
from tests.support import (
    ANTIBODY,
    CEPHALOSPORIN,
    LOCATIONS,
    NOON,
    STENT,
    SYRINGE,
    box,
    furnish,
    recorder,
)
from tests.trace.rows import rows_of
from tests.trace.strategies import times, words
from trace import Outcome, Reason, Recorder, Refused

EVERYTHING = (ANTIBODY, CEPHALOSPORIN, STENT, SYRINGE)


@pytest.fixture
def clerk(ledger: Ledger) -> Recorder:
    made = recorder(ledger)
    furnish(made)
    return made


def defined(thing: Product | Location) -> Definition:
    return Definition(id=uuid7(), time=NOON, thing=thing, person="0007")


def reasons(outcomes: list[Outcome]) -> list[Reason | None]:
    return [each.reason if isinstance(each, Refused) else None for each in outcomes]


def test_numbers_are_given_in_the_order_of_the_ledger(ledger: Ledger, clerk: Recorder) -> None:
    rows = rows_of(ledger)
    assert [row[1:3] for row in rows["product"]] == [
        (number, product.code) for number, product in enumerate(EVERYTHING, 1)
    ]
    assert [row[1:3] for row in rows["location"]] == [
        (number, place.code) for number, place in enumerate(LOCATIONS, 1)
    ]
    counters = {name: value for _, name, value in rows["counter"]}
    assert (counters["next-product"], counters["next-location"]) == (5, 6)
    clerk.record([defined(replace(SYRINGE, code="C002", identifiers=()))])
    assert rows_of(ledger)["product"][-1][1:3] == (5, "C002")


def test_a_product_is_found_by_all_its_identifiers(ledger: Ledger, clerk: Recorder) -> None:
    clerk.record([])
    with ledger.database.read() as connection:
        for key in (
            "urn:medtrace:cn-drug:83271160045839207715",
            "https://id.gs1.org/01/06923456789018/10/L",
        ):
            found = find_product(connection, 1, key)
            assert found is not None
            assert found.code == CEPHALOSPORIN.code
        assert find_product(connection, 1, "https://id.gs1.org/01/04006381333931") is None
        assert find_product(connection, 2, box("A1").key) is None


def test_a_definition_changes_what_is_said_and_keeps_the_number(
    ledger: Ledger, clerk: Recorder
) -> None:
    changed = replace(
        ANTIBODY,
        name="贝伐珠单抗注射液（新）",
        identifiers=(*ANTIBODY.identifiers, "https://id.gs1.org/01/16901234567899"),
        details={"insurance_code": "XL01FG", "storage": "2–8 ℃"},
    )
    place = replace(LOCATIONS[1], name="门诊药房", parent="STORE")
    assert reasons(clerk.record([defined(changed), defined(place)])) == [None, None]
    with ledger.database.read() as connection:
        found = find_product(connection, 1, "https://id.gs1.org/01/16901234567899/21/1")
        places = locations(connection, 1)
    assert found is not None
    assert (found.product_id, found.name, found.details) == (1, changed.name, changed.details)
    assert places[2] == replace(place, location_id=2)
    assert len(rows_of(ledger)["product"]) == len(EVERYTHING)


def test_the_last_of_several_definitions_of_one_call_stands(
    ledger: Ledger, clerk: Recorder
) -> None:
    names = ["甲", "乙", "丙"]
    clerk.record([defined(replace(ANTIBODY, name=name)) for name in names])
    with ledger.database.read() as connection:
        assert products(connection, 1, [1])[1].name == "丙"


def test_an_identifier_belongs_to_one_product(ledger: Ledger, clerk: Recorder) -> None:
    """Who comes second is defined all the same; the code stays, and is listed as contested."""
    second = replace(SYRINGE, code="C002", identifiers=ANTIBODY.identifiers)
    new = ("https://id.gs1.org/01/04006381333931",)
    before = rows_of(ledger)["product_identifier"]
    outcomes = clerk.record(
        [
            defined(second),
            defined(replace(SYRINGE, code="C003", identifiers=new)),
            defined(replace(SYRINGE, code="C004", identifiers=new)),
        ]
    )
    assert reasons(outcomes) == [None, None, None]
    rows = rows_of(ledger)
    assert set(rows["product_identifier"]) - set(before) == {(1, new[0], 6)}
    claims = {(identifier, number) for _, identifier, number, *_ in rows["code_claim"]}
    assert claims == {(ANTIBODY.identifiers[0], 5), (new[0], 7)}


def test_a_product_and_a_location_may_have_the_same_code(clerk: Recorder) -> None:
    same = replace(LOCATIONS[0], code=ANTIBODY.code)
    assert reasons(clerk.record([defined(same)])) == [None]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("注射", ["C001", "D001", "D002"]),
        ("D002", ["D002"]),
        ("%", []),
        ("注_液", []),
        ("没有", []),
        ("XL01", ["D001"]),
        ("xl01", ["D001"]),
    ],
)
def test_products_are_searched_by_what_people_type(
    ledger: Ledger, clerk: Recorder, words: str, found: list[str]
) -> None:
    clerk.record([defined(replace(ANTIBODY, details={"insurance_code": "XL01FG"}))])
    with ledger.database.read() as connection:
        hits = search_products(connection, 1, words, 10)
        assert [product.code for product in hits] == found
        assert len(search_products(connection, 1, words, 1)) == min(1, len(found))


def test_products_by_code_leave_out_what_is_not_there(ledger: Ledger, clerk: Recorder) -> None:
    clerk.record([])
    with ledger.database.read() as connection:
        found = products_by_code(connection, 1, ["D001", "NONE"])
    assert set(found) == {"D001"}
    assert found["D001"].category is Category.DRUG


def any_end(ends: tuple[Decimal | None, Decimal | None]) -> bool:
    return any(end is not None for end in ends)


def ranged(ends: tuple[Decimal | None, Decimal | None], allowance: timedelta) -> Temperatures:
    low, high = ends
    if low is not None and high is not None and low > high:
        low, high = high, low
    return Temperatures(low, high, allowance)


degrees = st.decimals(-80, 100, places=2).map(lambda value: value.quantize(Decimal("0.01")))
ranges = st.tuples(st.none() | degrees, st.none() | degrees).filter(any_end)
temperatures_drawn = st.builds(
    ranged, ranges, st.integers(0, 100_000).map(lambda minutes: timedelta(minutes=minutes))
)
storage_drawn = st.builds(Storage, st.none() | temperatures_drawn, st.booleans(), words)
packages = st.dictionaries(words, st.integers(1, 1_000), max_size=3)
products_drawn = st.builds(
    Product,
    code=words,
    name=words,
    specification=words,
    category=st.sampled_from(Category),
    unit=words,
    holder=words,
    identifiers=st.lists(words, max_size=3).map(tuple),
    details=st.dictionaries(words, words, max_size=3),
    flags=st.frozensets(st.sampled_from(Flag)),
    storage=st.none() | storage_drawn,
)
packed = st.builds(
    lambda product, levels: replace(product, identifiers=tuple(levels), levels=levels),
    products_drawn,
    packages,
)
locations_drawn = st.builds(
    Location,
    code=words,
    name=words,
    kind=words,
    parent=st.none() | words,
    gln=st.none() | st.from_regex(r"\A[0-9]{12}\Z").map(lambda text: text + gs1_check_digit(text)),
    temperatures=st.none() | temperatures_drawn,
)
definitions = st.builds(
    Definition,
    id=st.uuids(),
    time=times,
    thing=products_drawn | packed | locations_drawn,
    person=st.none() | words,
)


@given(definitions)
def test_a_definition_reads_back_from_its_entry(definition: Definition) -> None:
    body = definition.encode()
    assert Definition.parse(json.loads(body)) == definition
    assert encode(json.loads(body)) == body


def test_a_definition_says_when_with_its_zone() -> None:
    with pytest.raises(Invalid) as caught:
        Definition(id=uuid7(), time=NOON.replace(tzinfo=None), thing=ANTIBODY)
    assert caught.value.code == "time-without-zone"


def test_what_is_to_be_minded_is_read_back_from_the_tables(ledger: Ledger, clerk: Recorder) -> None:
    case = "https://id.gs1.org/01/16901234567899"
    cold = replace(
        ANTIBODY,
        identifiers=(*ANTIBODY.identifiers, case),
        flags=frozenset({Flag.COLD_CHAIN, Flag.HIGH_ALERT}),
        levels={case: 9},
        storage=Storage(Temperatures(Decimal(2), Decimal(8)), away_from_light=True, note="勿冻"),
    )
    fridge = Location(
        "STORE-F1", "冷柜 1", "fridge", "STORE", 0, "6901234000016", Temperatures(Decimal(2))
    )
    assert reasons(clerk.record([defined(cold), defined(fridge)])) == [None, None]
    with ledger.database.read() as connection:
        product = find_product(connection, 1, f"{case}/21/1")
        places = locations(connection, 1)
    assert product == replace(cold, product_id=1, identifiers=())
    assert (product.units_in(case), product.units_in(ANTIBODY.identifiers[0])) == (9, 1)
    assert places[6] == replace(fridge, location_id=6)


def test_an_entry_from_before_flags_reads_and_is_written_as_it_was() -> None:
    body = defined(ANTIBODY).encode()
    assert not {"flags", "levels", "storage"} & set(json.loads(body))
    assert Definition.parse(json.loads(body)).encode() == body


def test_a_package_level_belongs_to_an_identifier_of_the_product() -> None:
    with pytest.raises(Invalid) as caught:
        defined(replace(ANTIBODY, levels={"https://id.gs1.org/01/16901234567899": 9}))
    assert caught.value.code == "level-not-of-product"
    with pytest.raises(Invalid) as caught:
        replace(ANTIBODY, levels={ANTIBODY.identifiers[0]: 0})
    assert caught.value.code == "level-not-positive"


@pytest.mark.parametrize("gln", ["", "6901234000017", "690123400001", "69012340000١6", "x" * 13])
def test_a_gln_has_13_digits_and_the_right_check_digit(gln: str) -> None:
    with pytest.raises(Invalid) as caught:
        Location("S", "S", "store", gln=gln)
    assert caught.value.code == "gln-wrong"


@pytest.mark.parametrize(
    ("made", "code"),
    [
        (Temperatures, "required"),
        (lambda: Temperatures(Decimal(8), Decimal(2)), "temperature-upside-down"),
        (lambda: Temperatures(Decimal("2.001")), "temperature-too-fine"),
        (lambda: Temperatures(Decimal("NaN")), "temperature-impossible"),
        (lambda: Temperatures(Decimal(-300)), "temperature-impossible"),
        (lambda: Temperatures(Decimal(2), allowance=timedelta(seconds=90)), "allowance-impossible"),
        (lambda: Temperatures(Decimal(2), allowance=timedelta(-1)), "allowance-impossible"),
    ],
)
def test_a_range_of_temperatures_makes_sense(made: Callable[[], object], code: str) -> None:
    with pytest.raises(Invalid) as caught:
        made()
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("limits", "inside", "outside", "said"),
    [
        (Temperatures(Decimal(2), Decimal(8)), ["2", "8.00"], ["1.99", "8.01"], "2–8 ℃"),
        (Temperatures(highest=Decimal("20.50")), ["-5", "20.5"], ["20.51"], "≤ 20.5 ℃"),
        (Temperatures(Decimal(-20)), ["-20", "30"], ["-20.1"], "≥ -20 ℃"),
    ],
)
def test_a_temperature_lies_inside_its_range_or_not(
    limits: Temperatures, inside: list[str], outside: list[str], said: str
) -> None:
    assert all(Decimal(value) in limits for value in inside)
    assert not any(Decimal(value) in limits for value in outside)
    assert str(limits) == said


def test_a_place_lies_in_one_that_there_is_and_never_in_itself(
    ledger: Ledger, clerk: Recorder
) -> None:
    shelf = Location("STORE-A", "A 架", "shelf", "STORE")
    bin_ = Location("STORE-A-1", "A 架 1 格", "shelf", "STORE-A")
    outcomes = clerk.record(
        [
            defined(bin_),
            defined(shelf),
            defined(bin_),
            defined(replace(shelf, parent="STORE-A")),
            defined(replace(LOCATIONS[0], parent="STORE-A-1")),
            defined(replace(shelf, parent="PHARM")),
        ]
    )
    circle, unknown = Reason.PLACE_IN_ITSELF, Reason.UNKNOWN_LOCATION
    assert reasons(outcomes) == [unknown, None, None, circle, circle, None]
    with ledger.database.read() as connection:
        parents = {place.code: place.parent for place in locations(connection, 1).values()}
    assert (parents["STORE-A"], parents["STORE-A-1"], parents["STORE"]) == (
        "PHARM",
        "STORE-A",
        None,
    )
