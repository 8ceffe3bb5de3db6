"""Products and locations are defined on record, keep their numbers, and own their identifiers."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from uuid6 import uuid7

from errors import Invalid
from inventory import (
    Category,
    Definition,
    Location,
    Product,
    find_product,
    locations,
    products,
    products_by_code,
    search_products,
)
from ledger import Ledger, encode
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
    stolen = replace(SYRINGE, code="C002", identifiers=ANTIBODY.identifiers)
    new = ("https://id.gs1.org/01/04006381333931",)
    before = rows_of(ledger)["product_identifier"]
    outcomes = clerk.record(
        [
            defined(stolen),
            defined(replace(SYRINGE, code="C003", identifiers=new)),
            defined(replace(SYRINGE, code="C004", identifiers=new)),
        ]
    )
    taken = Reason.IDENTIFIER_TAKEN
    assert reasons(outcomes) == [taken, None, taken]
    assert isinstance(outcomes[0], Refused)
    assert outcomes[0].values == {"identifier": ANTIBODY.identifiers[0]}
    after = rows_of(ledger)["product_identifier"]
    assert set(after) - set(before) == {(1, new[0], 5)}


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
)
locations_drawn = st.builds(Location, code=words, name=words, kind=words, parent=st.none() | words)
definitions = st.builds(
    Definition,
    id=st.uuids(),
    time=times,
    thing=products_drawn | locations_drawn,
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
