"""docs/exposure.py on the demo hospital: as an auditor runs it on an exported log."""

from __future__ import annotations

from pathlib import Path

from demo.ceftriaxone import LOT
from hospital import Hospital
from inventory import Extent, find_lots, products
from ledger.export import export
from recall import Part, answer
from tests.recall.script import ask, check_all, load, page


def test_an_exported_log_says_what_the_pages_say(demo_house: Hospital, tmp_path: Path) -> None:
    notary = demo_house.notary
    notary.checkpoints.make(notary.signer)
    export(notary.checkpoints, tmp_path / "log")
    with demo_house.database.read() as connection:
        (lot,) = find_lots(connection, 1, LOT)
        code = products(connection, 1, [lot.product_id])[lot.product_id].code
        part = Part(lot.product_id, Extent(lots=(LOT,)))
        shown = page(connection, answer(connection, 1, (part,)))
    said = ask(tmp_path / "log", code, LOT)
    for name in ("places", "patients"):
        said[name] = [(tuple(each[0]), *each[1:]) for each in said[name]]
    assert said == shown
    assert shown["received"] == 1_200
    assert check_all(load(), demo_house.ledger) > 1_000
