"""Doses: exact amounts in the units of UCUM."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given

from errors import Invalid
from tests.trace.strategies import doses
from trace import Dose


@given(doses)
def test_a_dose_reads_back_as_it_was(dose: Dose) -> None:
    read = Dose.parse(dose.members())
    assert read.equals(dose)
    assert read.members() == dose.members()
    assert dose.equals(dose)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("1 g", "1000 mg", True),
        ("0.5 mg", "500 ug", True),
        ("0.1 mL", "100 uL", True),
        ("500 mg", "0.50 g", True),
        ("1 mL", "1 mg", False),
        ("1 {tablet}", "1 {capsule}", False),
        ("10 mg", "10.000000001 mg", False),
    ],
)
def test_doses_are_compared_across_units_and_never_roughly(
    one: str,
    other: str,
    same: bool,  # noqa: FBT001 -- a column of the table above
) -> None:
    assert Dose.of(*one.split()).equals(Dose.of(*other.split())) is same


@pytest.mark.parametrize(
    ("amount", "unit", "code"),
    [
        ("0", "mg", "dose-amount"),
        ("-1", "mg", "dose-amount"),
        ("1e3", "mg", "dose-amount"),
        ("NaN", "mg", "dose-amount"),
        ("１", "mg", "dose-amount"),
        ("1.0000000001", "mg", "dose-amount"),
        ("1", "", "dose-unit"),
        ("1", "m g", "dose-unit"),
        ("1", "毫克", "dose-unit"),
    ],
)
def test_what_is_no_dose_is_told(amount: str, unit: str, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        Dose.of(amount, unit)
    assert caught.value.code == code


def test_no_amount_of_nothing() -> None:
    with pytest.raises(Invalid):
        Dose(Decimal("Infinity"), "mg")
