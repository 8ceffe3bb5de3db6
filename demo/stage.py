"""What the demo's stories share: the clock on the wall, what stands on which shelf, who lies where.

The shelves are the script's own book of what it has put where, so that every act finds goods; the
ledger's rules are not asked until the script is played.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta, timezone
from random import Random
from uuid import UUID

from demo.catalogue import Item, items
from demo.people import NURSES, Register
from demo.script import Script
from inventory import Category
from trace import Thing

ZONE = timezone(timedelta(hours=8))
"""The hospital's time."""

DAYS = 24
"""How many days the history has before today."""


class Shelves:
    """What stands where."""

    def __init__(self) -> None:
        self._boxes: dict[tuple[str, str], deque[Thing]] = defaultdict(deque)
        self._amounts: dict[tuple[str, str], deque[Thing]] = defaultdict(deque)

    def put(self, place: str, item: Item, things: list[Thing]) -> None:
        """Put boxes, or amounts of lots, on the shelf of a place."""
        shelf = self._boxes if item.serialised else self._amounts
        shelf[place, item.product.code].extend(things)

    def level(self, place: str, item: Item) -> int:
        """How many base units a place has."""
        name = (place, item.product.code)
        return len(self._boxes[name]) + sum(each.quantity or 0 for each in self._amounts[name])

    def take(self, place: str, item: Item, count: int) -> list[Thing]:
        """At most `count`, the oldest first; amounts come from one lot alone."""
        if not item.serialised:
            return self._take_amount((place, item.product.code), count)
        boxes = self._boxes[place, item.product.code]
        return [boxes.popleft() for _ in range(min(count, len(boxes)))]

    def peek(self, place: str, item: Item) -> Thing | None:
        """The box, or the amount of a lot, that would be taken last; it stays."""
        shelf = self._boxes if item.serialised else self._amounts
        things = shelf[place, item.product.code]
        return things[-1] if things else None

    def _take_amount(self, name: tuple[str, str], count: int) -> list[Thing]:
        amounts = self._amounts[name]
        if not amounts:
            return []
        first = amounts.popleft()
        there = first.quantity or 0
        taken = min(count, there)
        if there > taken:
            amounts.appendleft(Thing(first.key, there - taken, first.lot, first.expiry))
        return [Thing(first.key, taken, first.lot, first.expiry)]


class Stage:
    """Where the stories play.

    Args:
        now: the end of the history.
        seed: where chance begins.
    """

    def __init__(self, now: datetime, seed: int) -> None:
        self.now = now.astimezone(ZONE).replace(second=0, microsecond=0)
        self.rng = Random(seed)
        self.script = Script(Random(self.rng.getrandbits(64)))
        self.shelves = Shelves()
        self.patients: dict[str, list[UUID]] = {ward: [] for ward in NURSES}
        self.register = Register(Random(self.rng.getrandbits(64)), self.now.year)
        self.later: dict[int, list[Callable[[], None]]] = defaultdict(list)
        self._numbers: dict[str, int] = defaultdict(int)
        self._lots: dict[str, tuple[str, date]] = {}

    @property
    def items(self) -> Mapping[str, Item]:
        """The catalogue."""
        return items()

    def at(self, day: int, hour: float, spread: float = 0.0) -> datetime:
        """A time of a day: 0 is today, -1 yesterday; `spread` hours later at the most."""
        midnight = datetime.combine(self.now.date() + timedelta(days=day), time(), ZONE)
        seconds = hour * 3600 + self.rng.uniform(0, spread) * 3600
        return midnight + timedelta(seconds=round(seconds, 3))

    def weekday(self, day: int) -> int:
        """Which day of the week it is: 1 is Monday."""
        return self.at(day, 12).isoweekday()

    def works(self, day: int) -> bool:
        """Whether the day is one of the working week."""
        return self.weekday(day) <= 5  # noqa: PLR2004 -- Friday

    def number(self, kind: str, day: int) -> str:
        """The next number of a kind of paper: `CF-1122-014`."""
        prefix = f"{kind}-{self.at(day, 12):%m%d}"
        self._numbers[prefix] += 1
        return f"{prefix}-{self._numbers[prefix]:03}"

    def lot_of(self, item: Item) -> tuple[str, date]:
        """The lot that is delivered at present, and its last day of use."""
        code = item.product.code
        if code not in self._lots or self.rng.random() < 0.2:  # noqa: PLR2004 -- a new lot now and then
            made = self.now.date() - timedelta(days=self.rng.randint(40, 200))
            years = 5 if item.product.category is Category.IMPLANT else 2
            expiry = made.replace(day=1, year=made.year + years) - timedelta(days=1)
            lot = f"{made:%y%m}{self.rng.choice('ABCDEF')}{self.rng.randint(1, 29):02}"
            self._lots[code] = (lot, expiry)
        return self._lots[code]

    def next_lot(self, item: Item) -> None:
        """What is delivered from now on is another lot."""
        self._lots.pop(item.product.code, None)

    def delivered(self, item: Item, count: int) -> list[Thing]:
        """New goods of the present lot, as their labels name them."""
        lot, expiry = self.lot_of(item)
        if item.serialised:
            return item.boxes(count, lot, expiry, self.rng)
        return [item.amount(count, lot, expiry)]
