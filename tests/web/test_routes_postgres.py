"""The pages on PostgreSQL, which is stricter about what a text may hold."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from access import Role
from tests.support import Clock
from tests.web.house import House


@pytest.fixture
def house(postgres_url: str, tmp_path: Path, clock: Clock) -> Iterator[House]:
    """A stocked hospital on PostgreSQL."""
    opened = House(postgres_url, tmp_path / "data", clock)
    opened.furnish()
    yield opened
    opened.hospital.close()


def test_every_page_works_and_no_garbage_breaks_it(house: House) -> None:
    house.seal()
    browser = house.enter("Q1", Role.QUALITY)
    pages = ("/", "/units/1", "/lots/1", "/products/1", "/recalls", "/recalls/new?product=D001")
    for path in (*pages, "/ledger", "/ledger/1", "/ledger/1/proof"):
        assert browser.get(path).status_code == 200, path
    assert "PostgreSQL" in browser.get("/ledger").get_data(as_text=True)
    garbage = ("\x00", "A1\x00", "%", "\x1d", "]d2\x00", "9" * 9000, "' OR 1=1", "\\", "_")
    for text in garbage:
        query = quote(text, safe="")
        assert browser.get(f"/search?q={query}").status_code in {200, 303}
        assert browser.get(f"/recalls/new?product={query}&lot={query}").status_code in {200, 422}
        form = {"product": text, "reason": text, "lot": text, "other_lots": text}
        assert browser.post("/recalls", form).status_code == 422
        assert browser.get(f"/recalls/{query}").status_code in {404, 308}
        assert browser.post("/sign-in", {"number": text, "password": text}).status_code == 401
    assert browser.get("/search?q=BEVA").status_code == 200
