"""The demo: an invented hospital with a believable past, and any number of events for load.

`seed` fills an empty ledger with 江州市第一人民医院 and gives what its people sign in with;
`generate` makes batches for the recorder, `fill` records them, `questions` says what can be asked
of them. All are functions of a seed: the same every time.
"""

from __future__ import annotations

from demo.catalogue import Item, items, pack_level_of
from demo.filling import Progress, fill
from demo.history import write_history
from demo.labels import Code, Scheme
from demo.load import generate
from demo.people import Credential, Person, credentials
from demo.places import LOCATIONS
from demo.questions import Known, QuestionSet, questions
from demo.seeding import HistoryClock, is_seeded, seed

__all__ = [
    "LOCATIONS",
    "Code",
    "Credential",
    "HistoryClock",
    "Item",
    "Known",
    "Person",
    "Progress",
    "QuestionSet",
    "Scheme",
    "credentials",
    "fill",
    "generate",
    "is_seeded",
    "items",
    "pack_level_of",
    "questions",
    "seed",
    "write_history",
]
