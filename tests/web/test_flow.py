"""Where a lot went: streams between places, netted, aggregated, without circles."""

from __future__ import annotations

import json
import re
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from access import Role
from tests.support import event, syringes
from tests.web.house import Browser, House
from trace import EventKind
from web.filling.flow import _circle, _netted, _without_circles

_VALUES = re.compile(r"data-values='([^']+)'")


def streams(browser: Browser, path: str) -> dict[tuple[str, str], int]:
    page = browser.get(path).get_data(as_text=True)
    found = _VALUES.search(page)
    assert found is not None, page
    values = json.loads(found[1])
    names = values["names"]
    return {(names[a], names[b]): count for a, b, count in values["links"]}


def test_a_lots_streams_lead_from_the_supplier_to_the_patients(stocked: House) -> None:
    browser = stocked.enter("Q1", Role.QUALITY)
    assert streams(browser, "/lots/1/flow") == {
        ("国控江州", "中心药库"): 3,
        ("中心药库", "住院药房"): 2,
        ("住院药房", "肿瘤科二病区"): 1,
        ("住院药房", "普外科五病区"): 1,
        ("肿瘤科二病区", "患者"): 1,
        ("普外科五病区", "患者"): 1,
    }
    assert 'href="/lots/1/flow"' in browser.get("/lots/1").get_data(as_text=True)
    assert browser.get("/lots/99/flow").status_code == 404


def test_what_came_back_and_what_was_wasted_is_told_as_it_ended(stocked: House) -> None:
    stocked.recorder.record(
        [
            event(EventKind.MOVED, syringes(6), to="W07"),
            event(EventKind.MOVED, syringes(2), at="W07", to="STORE"),
            event(EventKind.WASTED, syringes(1), at="W07"),
        ]
    )
    browser = stocked.enter("Q1", Role.QUALITY)
    found = streams(browser, "/lots/3/flow")
    assert found["中心药库", "肿瘤科二病区"] == 4
    assert found["肿瘤科二病区", "报损、销毁"] == 1
    assert ("肿瘤科二病区", "中心药库") not in found


names = st.sampled_from("ABCDEF")


@given(st.dictionaries(st.tuples(names, names).filter(lambda p: p[0] != p[1]), st.integers(1, 99)))
def test_no_circle_is_left_and_nothing_is_added(pairs: dict[tuple[str, str], int]) -> None:
    before: Counter[tuple[str, str]] = Counter(pairs)
    after = _without_circles(_netted(before))
    assert _circle(after) == []
    assert all(0 < count <= before[pair] for pair, count in after.items())
    for name in "ABCDEF":  # what stays anywhere is the same
        assert _stays(after, name) == _stays(before, name)


def _stays(found: Counter[tuple[str, str]], name: str) -> int:
    came = sum(count for (_, target), count in found.items() if target == name)
    went = sum(count for (source, _), count in found.items() if source == name)
    return came - went
