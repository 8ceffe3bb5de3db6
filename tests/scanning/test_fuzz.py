"""A little fuzzing in every run, more on demand."""

from __future__ import annotations

import pytest

from tests.scanning.fuzz import fuzz


def test_two_seconds_of_accidents_find_nothing() -> None:
    texts, files, _ = fuzz(2.0, seed=1)
    assert texts > 100
    assert files > 5


@pytest.mark.long
def test_ten_minutes_of_accidents_find_nothing() -> None:
    texts, files, slowest = fuzz(600.0, seed=2)
    assert texts > 100_000
    assert files > 1_000
    assert slowest < 5
