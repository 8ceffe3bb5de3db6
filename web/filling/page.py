"""What one page is filled from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from functools import cached_property

from flask import url_for
from sqlalchemy import Connection

from access import Action, Label, Principal, permits_somewhere
from inventory import Lot, Product, identifiers_of, locations, lots_by_id, products
from ledger import Entry, Standing, Standings
from orders import OpenOrder, orders_named
from recall import KnownRecalls
from texts import Text, text_of
from web.desk import Desk, desk
from web.filling.places import Places
from web.messages import language
from web.shell import role_text
from web.view import Seal
from web.visitor import reader


class Page:
    """One consistent state of the database, read as one reader may see it.

    Args:
        own: the desk.
        connection: where everything is read.
        principal: who reads.
        language: `zh` or `en`.
    """

    def __init__(
        self, own: Desk, connection: Connection, principal: Principal, language: str
    ) -> None:
        self.desk = own
        self.connection = connection
        self.principal = principal
        self.language = language
        self.ledger_id = own.hospital.ledger_id
        self.now: datetime = own.hospital.clock()
        self._labels: dict[str, Label | None] = {}
        self._standings: dict[int, Standing] = {}
        self._products: dict[int, Product] = {}
        self._papers: dict[tuple[str, str], OpenOrder | None] = {}

    @property
    def today(self) -> date:
        """The day in the hospital's zone."""
        return self.now.astimezone(self.desk.hospital.zone).date()

    @cached_property
    def places(self) -> Places:
        """The locations."""
        return Places(locations(self.connection, self.ledger_id))

    @cached_property
    def standings(self) -> Standings:
        """How entries stand under the newest checkpoint."""
        return Standings(self.connection, self.desk.notary.checkpoints)

    @property
    def recalls(self) -> KnownRecalls:
        """The open recalls, and where their goods are."""
        return self.desk.hospital.recalls

    def may(self, action: Action) -> bool:
        """Whether the reader may do it somewhere: what is offered, not what is decided."""
        return permits_somewhere(self.principal, action)

    def reach(self, action: Action) -> frozenset[int] | None:
        """The places where the reader may do it, by surrogate; None: everywhere."""
        if self.desk.hospital.access.permits(self.principal, action):
            return None
        codes = self.principal.places
        found = (self.places.inside(code) for code in codes if self.may_at(action, code))
        return frozenset().union(*found)

    def reach_codes(self, action: Action) -> frozenset[str] | None:
        """The same by the places' codes."""
        found = self.reach(action)
        if found is None:
            return None
        return frozenset(self.places.by_id[number].code for number in found)

    def may_at(self, action: Action, place: str | None) -> bool:
        """Whether the reader may do it at a place; None: in the hospital as a whole."""
        return self.desk.hospital.access.permits(self.principal, action, place)

    def say(self, code: str, **values: object) -> str:
        """A sentence of `texts` in the reader's language."""
        return self.in_words(text_of(code).filled(values))

    def in_words(self, text: Text) -> str:
        """A text in the reader's language."""
        return text.in_language(self.language)

    def product(self, product_id: int) -> Product:
        """The product of this surrogate, which must exist."""
        if product_id not in self._products:
            self._products |= products(self.connection, self.ledger_id, [product_id])
        return self._products[product_id]

    def lot(self, lot_id: int) -> Lot:
        """The lot of this surrogate, which must exist."""
        return lots_by_id(self.connection, self.ledger_id, [lot_id])[lot_id]

    def identifiers(self, product_id: int) -> tuple[str, ...]:
        """The identifiers that a product is found by."""
        found = identifiers_of(self.connection, self.ledger_id, [product_id])
        return found.get(product_id, ())

    def moment(self, instant: datetime) -> str:
        """Day and time in the hospital's zone."""
        return f"{instant.astimezone(self.desk.hospital.zone):%Y-%m-%d %H:%M}"

    def quantity(self, count: int, product: Product) -> str:
        """A count with its unit."""
        return f"{count:,} {product.unit}"

    def meet(self, names: Iterable[str | None]) -> None:
        """Learn what is said of these people, by staff number or URI, in one question."""
        unknown = {name for name in names if name} - self._labels.keys()
        if unknown:
            found = self.desk.hospital.access.staff.labels(unknown)
            self._labels |= {name: found.get(name) for name in unknown}

    def person(self, name: str | None) -> str:
        """What is said of somebody instead of a name: 药师 0533."""
        if not name:
            return "–"
        self.meet([name])
        label = self._labels[name]
        if label is not None:
            return f"{self.in_words(role_text(label.roles))} {label.number}"
        last = name.rpartition(":")[2]
        return self.say(last) if last in {"operator", "anybody"} else last[-8:]

    def meet_papers(self, names: Iterable[tuple[str, str]]) -> None:
        """Learn which of these papers, by type and number, there are, in one question."""
        unknown = set(names) - self._papers.keys()
        if unknown:
            found = orders_named(self.connection, self.ledger_id, unknown)
            self._papers |= {name: found.get(name) for name in unknown}

    def paper(self, name: tuple[str, str]) -> str | None:
        """The page of a paper; None: there is none, or it is none of the reader's places'."""
        self.meet_papers([name])
        order = self._papers[name]
        if order is None:
            return None
        places = [place for place in (order.source, order.destination) if place]
        reach = [self.may_at(Action.SEE_ORDERS, place) for place in places or (None,)]
        return url_for("documents.one", seq=order.seq) if any(reach) else None

    def standing(self, entry: Entry) -> Standing:
        """How an entry stands."""
        if entry.seq not in self._standings:
            self._standings |= self.standings.of([entry])
        return self._standings[entry.seq]

    def seal(self, entry: Entry) -> Seal:
        """How well an entry is proven."""
        standing = self.standing(entry)
        if standing.problem is not None:
            return Seal.BROKEN
        return Seal.PROVEN if standing.covered else Seal.PENDING


@contextmanager
def open_page() -> Iterator[Page]:
    """The page that answers this request."""
    own = desk()
    with own.hospital.database.read() as connection:
        yield Page(own, connection, reader(), language())
