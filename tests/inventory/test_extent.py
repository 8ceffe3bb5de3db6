"""How far a recall reaches: names, ranges, wildcards, serials, days and suppliers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errors import Invalid
from inventory import Arrival, Days, Extent, Lot, Range

LOT = Lot(1, 1, "2405A07", "2027-05-31", "华东", None, "2025-06-01")
FIRST, SECOND = Arrival(4, "2026-01-10", "华东", 5, 5), Arrival(9, "2026-02-03", "江北", 5, 5)
BARE = Lot(2, 1, "2405A07", None, None)
KEY = "https://id.gs1.org/01/06901234567892/21/S0150"


@pytest.mark.parametrize(
    ("first", "last", "name", "inside"),
    [
        ("A1", "A10", "A9", True),
        ("A1", "A10", "A10", True),
        ("A1", "A10", "A11", False),
        ("A001", "A100", "A0099", True),
        ("A1", "A10", "B5", False),
        ("A1", "A10", "A5X", False),
        ("2405A", "2405D", "2405C", True),
        ("9" * 5000, "9" * 5001, "9" * 5000, True),
    ],
)
def test_a_range_counts_as_people_do(first: str, last: str, name: str, *, inside: bool) -> None:
    assert Range(first, last).has(name) is inside


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10**6))
def test_a_range_of_numbers_has_just_the_numbers_in_it(a: int, b: int, c: int) -> None:
    first, last = sorted((a, b))
    assert Range(f"L{first}", f"L{last}").has(f"L{c}") == (first <= c <= last)


@pytest.mark.parametrize(
    ("extent", "meant"),
    [
        (Extent(), True),
        (Extent(lots=("2405A07",)), True),
        (Extent(lots=("*",)), True),
        (Extent(lots=("2405A08",)), False),
        (Extent(patterns=("2405*",)), True),
        (Extent(patterns=("2405?07",)), True),
        (Extent(patterns=("2405?7",)), False),
        (Extent(patterns=("2405.*",)), False),
        (Extent(lots=("OTHER",), ranges=(Range("2405A01", "2405A09"),)), True),
        (Extent(serials=(Range("S0100", "S0200"),)), True),
        (Extent(serials=(Range("S0151", "S0200"),)), False),
        (Extent(expiry=Days("2027-05-01", "2027-05-31")), True),
        (Extent(expiry=Days(None, "2027-05-30")), False),
        (Extent(produced=Days("2025-06-01", None)), True),
        (Extent(produced=Days("2025-06-02", None)), False),
        (Extent(supplier="江北"), True),
        (Extent(supplier="江南"), False),
        (Extent(received=Days("2026-01-20", "2026-01-31")), False),
        (Extent(received=Days(None, "2026-01-31")), True),
        (Extent(received=Days("2026-02-04", None)), False),
        (Extent(supplier="江北", received=Days(None, "2026-01-31")), False),
        (Extent(lots=("2405A07",), supplier="江南"), False),
    ],
)
def test_goods_are_meant_when_every_criterion_says_so(extent: Extent, *, meant: bool) -> None:
    assert extent.covers(LOT, KEY, [FIRST, SECOND]) is meant


def test_a_thing_is_meant_by_its_own_arrival() -> None:
    extent = Extent(supplier="江北", received=Days("2026-02-01", None))
    assert extent.covers(LOT, KEY, [SECOND])
    assert not extent.covers(LOT, KEY, [FIRST])
    assert extent.covers(LOT, KEY, [Arrival(7, None, None)])
    assert not extent.covers(LOT, KEY, [Arrival(7, "2026-01-01", None)])


def test_what_the_books_do_not_know_takes_nothing_out() -> None:
    extent = Extent(
        serials=(Range("S1", "S2"),),
        expiry=Days("2030-01-01", None),
        produced=Days("2030-01-01", None),
        supplier="江南",
        received=Days("2030-01-01", None),
    )
    assert extent.covers(BARE, None)
    assert not extent.covers(BARE, KEY)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("ranges", {"ranges": (Range("B", "A"),)}),
        ("serials", {"serials": (Range("10", "9"),)}),
        ("expiry", {"expiry": Days("2027-02-01", "2027-01-01")}),
    ],
)
def test_what_ends_before_it_begins_is_not_taken(name: str, said: dict[str, object]) -> None:
    with pytest.raises(Invalid) as caught:
        Extent(**said)  # type: ignore[arg-type]
    assert (caught.value.code, caught.value.field) == ("range-backwards", name)
