"""Searching: any code, number or name, and what it leads to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from flask import url_for

from access import Action
from inventory import (
    Lot,
    Product,
    Unit,
    balances,
    find_lot,
    find_lots,
    find_product,
    find_unit,
    is_patient,
    lots_of,
    received,
    search_products,
    units_by_serial,
)
from orders import orders_numbered
from recall import find_case
from scanning import Granularity, Scan, Scheme, read
from texts import Text, text_of
from web.filling.goods import STATUSES, codes_of, lot_status, serial_of, status_of
from web.filling.page import Page
from web.view import (
    Fact,
    HitKind,
    Said,
    SearchHit,
    SearchView,
    Verdict,
    VerdictKind,
)

MOST: Final = 50
"""Hits that one page shows."""
LONGEST: Final = 8192
"""Characters of a query that are looked at, as many as a scan can hold."""

_ONE_PIECE: Final = frozenset({Granularity.SERIAL, Granularity.LOGISTIC_UNIT})
_SSCC: Final = "https://id.gs1.org/00/"
_SSCC_LENGTH: Final = 18
_WORDS: Final = 100
_FACTS: Final = ("gtin", "sscc", "drug_code", "di", "lot", "serial")


@dataclass(slots=True)
class Found:
    """What a search has found so far; the same thing counts once.

    Args:
        hits: by address, in the order found.
        scans: what was read, where it was a code.
        verdict: said above all else.
        findings: what was wrong with what was read.
        more: how many further hits there are that were not looked at.
    """

    hits: dict[str, SearchHit] = field(default_factory=dict)
    scans: list[Scan] = field(default_factory=list)
    verdict: Verdict | None = None
    findings: list[Said] = field(default_factory=list)
    more: int = 0

    def add(self, *hits: SearchHit) -> None:
        """Take hits in."""
        for hit in hits:
            self.hits.setdefault(hit.href, hit)

    @property
    def only(self) -> str | None:
        """The page of the one thing that was found, when nothing has to be said before it."""
        alone = len(self.hits) == 1 and self.verdict is None and not self.findings
        return next(iter(self.hits)) if alone else None

    def view(self, query: str) -> SearchView:
        """The page of the result."""
        hits = tuple(self.hits.values())
        return SearchView(
            query=query,
            read=tuple(fact for scan in self.scans for fact in facts_of_scan(scan)),
            findings=tuple(self.findings),
            hits=hits[:MOST],
            verdict=self.verdict,
            cut=max(0, len(hits) - MOST) + self.more,
        )


def look_up(page: Page, query: str) -> Found:
    """Everything that a query may mean: a case, a scan, a lot, a serial, a name.

    Args:
        page: the page.
        query: as typed or scanned, not empty.
    """
    found = Found()
    text = query[:LONGEST].strip(" ")
    plain = text.strip()
    storable = "\x00" not in text  # no name holds one, and PostgreSQL takes none
    if storable:
        found.add(*_case(page, plain.upper()), *_documents(page, plain), *_places(page, plain))
    _take_scan(page, found, read(text, today=page.today))
    if plain.isascii() and plain.isdigit() and len(plain) == _SSCC_LENGTH:
        _take_container(page, found, plain)
    if storable and plain:
        _take_lots(page, found, find_lots(page.connection, page.ledger_id, plain))
        if not found.hits:
            units = units_by_serial(page.connection, page.ledger_id, plain)
            found.add(*(_unit_hit(page, unit) for unit in units))
        if not found.hits and len(plain) <= _WORDS:
            found.add(*_products(page, plain))
    if not found.hits:
        _say_unknown(found)
    return found


def _take_container(page: Page, found: Found, sscc: str) -> None:
    """Take in the container with this number, typed as its page shows it."""
    unit = find_unit(page.connection, page.ledger_id, f"{_SSCC}{sscc}")
    if unit is not None:
        found.add(_unit_hit(page, unit))


def look_up_symbols(page: Page, raws: Iterable[str]) -> Found:
    """What the symbols of a photo mean, all together."""
    found = Found()
    for raw in raws:
        _take_scan(page, found, read(raw, today=page.today))
    if not found.hits and found.scans:
        _say_unknown(found)
    return found


def lots_of_product(page: Page, product: Product) -> Found:
    """A product's lots, the latest receipt first."""
    found = Found()
    lots = lots_of(page.connection, page.ledger_id, product.product_id)
    _take_lots(page, found, lots[::-1])
    return found


def facts_of_scan(scan: Scan) -> tuple[Fact, ...]:
    """What a scanner's text says, element by element."""
    if scan.scheme is Scheme.UNKNOWN:
        return ()
    said = {name: getattr(scan, name) for name in _FACTS}
    scheme = {"scheme": scan.scheme.value.upper()}
    facts = [
        Fact(text_of(f"fact-{name}").filled(scheme), value, mono=True)
        for name, value in said.items()
        if value
    ]
    if scan.expiry is not None:
        facts.append(Fact(text_of("fact-expiry"), scan.expiry.isoformat(), mono=True))
    return tuple(facts)


def _case(page: Page, case_id: str) -> Sequence[SearchHit]:
    if not page.may(Action.SEE_RECALL):
        return ()
    case = find_case(page.connection, page.ledger_id, case_id)
    if case is None:
        return ()
    product = page.product(case.scope[0][0])
    href = url_for("recalls.case", case_id=case.case_id)
    return (SearchHit(HitKind.RECALL, href, product.name, product.specification, case.case_id),)


def _documents(page: Page, number: str) -> list[SearchHit]:
    """Documents of this number, of the places where the reader sees them."""
    if not page.may(Action.SEE_ORDERS):
        return []
    return [
        SearchHit(
            kind=HitKind.DOCUMENT,
            href=url_for("documents.one", seq=each.seq),
            name=page.say(f"order-{each.name[0]}"),
            spec=each.party or page.places.name(each.destination or each.source or ""),
            code=each.name[1],
        )
        for each in orders_numbered(page.connection, page.ledger_id, number)
        if any(page.may_at(Action.SEE_ORDERS, at) for at in (each.destination, each.source))
    ]


def _places(page: Page, words: str) -> list[SearchHit]:
    """The place of this code or name."""
    if not page.may(Action.SEE_STOCK):
        return []
    return [
        SearchHit(
            kind=HitKind.PLACE,
            href=url_for("stock.place", location_id=number),
            name=place.name,
            code=place.code,
        )
        for number, place in page.places.by_id.items()
        if words in {place.name, place.code}
    ]


def _take_scan(page: Page, found: Found, scan: Scan) -> None:
    """Take in what a scan names, under each of its readings."""
    known = [_named(page, found, reading) for reading in scan.readings]
    if scan.scheme is not Scheme.UNKNOWN or any(known):
        found.scans.append(scan)
    if not any(known) and scan.scheme is not Scheme.UNKNOWN:
        found.findings += [_finding(each) for each in _findings(scan)]


def _findings(scan: Scan) -> Sequence[tuple[str, dict[str, object]]]:
    return [
        (f"scan-{each.code}", {"ai": each.ai, "found": each.found, "expected": each.expected})
        for each in scan.findings
    ]


def _finding(said: tuple[str, dict[str, object]]) -> Text:
    code, values = said
    return text_of(code).filled({name: value or "–" for name, value in values.items()})


def _named(page: Page, found: Found, scan: Scan) -> bool:
    """Whether the ledger or the catalogue knows what a reading names."""
    key, own = scan.key, page.ledger_id
    if key is None or "\x00" in key:
        return False
    if scan.granularity in _ONE_PIECE:
        unit = find_unit(page.connection, own, key)
        if unit is not None:
            hit = _unit_hit(page, unit)
            found.add(hit)
            _compare(found, scan, hit)
            return True
    product = find_product(page.connection, own, key)
    if product is None:
        return False
    if scan.granularity is Granularity.SERIAL:
        found.verdict = Verdict(VerdictKind.LOOK, text_of("unit-unknown"))
    lot = scan.lot and find_lot(page.connection, own, product.product_id, scan.lot)
    found.add(_lot_hit(page, lot) if lot else _product_hit(product))
    return True


def _compare(found: Found, scan: Scan, hit: SearchHit) -> None:
    """Say it when the label tells another lot than the ledger: such a box is not that box."""
    if scan.lot and hit.lot and scan.lot != hit.lot:
        text = text_of("lot-differs").filled({"found": scan.lot, "known": hit.lot})
        found.verdict = Verdict(VerdictKind.STOP, text)


def _say_unknown(found: Found) -> None:
    if found.scans and found.verdict is None:
        reason, then = text_of("code-unknown"), text_of("code-unknown-then")
        found.verdict = Verdict(VerdictKind.LOOK, reason, note=then)


def _container_hit(page: Page, unit: Unit) -> SearchHit:
    return SearchHit(
        kind=HitKind.CONTAINER,
        href=url_for("things.page", unit_id=unit.unit_id),
        name=page.say("container"),
        spec=page.places.name_of(unit.location_id),
        code=codes_of(unit.key)[0].value,
        status=STATUSES[unit.status],
    )


def _unit_hit(page: Page, unit: Unit) -> SearchHit:
    if unit.is_container:
        return _container_hit(page, unit)
    product = page.product(unit.product_id)
    lot = page.lot(unit.lot_id)
    return SearchHit(
        kind=HitKind.UNIT,
        href=url_for("things.page", unit_id=unit.unit_id),
        name=product.name,
        spec=product.specification,
        code=serial_of(unit.key) or codes_of(unit.key)[0].value,
        lot=lot.lot or None,
        status=status_of(page, unit.status, lot, unit.key),
    )


def _take_lots(page: Page, found: Found, lots: Sequence[Lot]) -> None:
    """Take lots in; each costs a few questions, so no more are looked at than are shown."""
    found.add(*(_lot_hit(page, lot) for lot in lots[:MOST]))
    found.more += len(lots[MOST:])


def _lot_hit(page: Page, lot: Lot) -> SearchHit:
    product = page.product(lot.product_id)
    rows = balances(page.connection, page.ledger_id, [lot.lot_id])
    arrived = received(page.connection, page.ledger_id, [lot.lot_id])
    owned = "fact-patients" if is_patient(lot.owner) else "consigned"
    owner = page.say(owned, owner=lot.owner) if lot.owner else ""
    return SearchHit(
        kind=HitKind.LOT,
        href=url_for("lots.page", lot_id=lot.lot_id),
        name=product.name,
        spec=" · ".join(filter(None, (product.specification, owner))),
        code=lot.lot or page.say("lot-none"),
        status=lot_status(page, lot, rows),
        count=page.quantity(arrived, product),
    )


def _products(page: Page, words: str) -> list[SearchHit]:
    found = search_products(page.connection, page.ledger_id, words, 4 * MOST)
    return [_product_hit(product) for product in found]


def _product_hit(product: Product) -> SearchHit:
    href = url_for("search.product", product_id=product.product_id)
    spec = product.specification
    return SearchHit(HitKind.PRODUCT, href, product.name, spec, product.code)
