"""What stands ready in the demo: every page of it shows something at the first start."""

from __future__ import annotations

from hospital import Hospital
from inventory import KitWant, kits, supplier_page, wants_of, within
from orders import preference_lists
from tests.support import NOON


def test_suppliers_kits_and_preference_lists_are_there(demo_house: Hospital) -> None:
    own = demo_house.ledger_id
    with demo_house.database.read() as connection:
        known = supplier_page(connection, own, limit=20)
        files = {file.code: file for file in kits(connection, own)}
        wants = {
            code: set(wants_of(file, within(connection, own, file, NOON.date()), NOON))
            for code, file in files.items()
        }
        lists = preference_lists(connection, own)
    assert all(each.defined for each in known), [each.supplier.code for each in known]
    assert all(each.lots for each in known)
    assert len(lists) == 3
    assert wants == {
        "CART3": {KitWant.EXPIRING},
        "CART-OR": {KitWant.OPEN, KitWant.SHORT},
        "CART7": {KitWant.RECALLED, KitWant.SHORT},
    }
