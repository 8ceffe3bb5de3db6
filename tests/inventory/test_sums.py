"""Whatever happens, the sums agree: what is told of goods in several tables is one truth."""

from __future__ import annotations

from pathlib import Path
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.inventory.sums import sums_agree
from tests.support import recorder
from tests.trace.histories import Storyteller
from tests.trace.rows import small_hospital


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(random=st.randoms(use_true_random=False), count=st.integers(1, 25))
def test_the_sums_agree_whatever_happens(founded: Path, random: Random, count: int) -> None:
    with small_hospital(founded) as ledger:
        hands = recorder(ledger)
        for call in Storyteller(random).calls(count):
            hands.record(call)
            sums_agree(ledger)
