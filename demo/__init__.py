"""The demo: an invented hospital with a believable past, and any number of events for load.

`seed` fills an empty ledger with 江州市第一人民医院 and gives what its people sign in with;
`generate` makes batches for the recorder. Both are functions of a seed: the same every time.
"""

from __future__ import annotations

from demo.catalogue import Item, items, pack_level_of
from demo.history import write_history
from demo.labels import Code, Scheme
from demo.load import LoadLot, generate, large_lot, small_lot
from demo.people import Credential, Person, credentials
from demo.places import LOCATIONS
from demo.seeding import HistoryClock, is_seeded, seed

__all__ = [
    "LOCATIONS",
    "Code",
    "Credential",
    "HistoryClock",
    "Item",
    "LoadLot",
    "Person",
    "Scheme",
    "credentials",
    "generate",
    "is_seeded",
    "items",
    "large_lot",
    "pack_level_of",
    "seed",
    "small_lot",
    "write_history",
]
