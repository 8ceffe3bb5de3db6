"""The answer to a recall, held against an oracle that follows the goods by itself."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from uuid6 import uuid7

from database import Database
from inventory import ALL_LOTS, Days, Extent, Range, Status, locations, products, products_by_code
from ledger import Ledger
from recall import Answer, KnownRecalls, Part, Recall, RecallClass, Scope, answer, find_case
from tests.recall.oracle import Came, Lot, Oracle
from tests.support import (
    ANTIBODY,
    CEPHALOSPORIN,
    NOON,
    STENT,
    SYRINGE,
    Clock,
    box,
    event,
    furnish,
    recorder,
    syringes,
)
from tests.trace.histories import CAPSULE, Storyteller, story, tell
from tests.trace.rows import hurry, rows_of
from trace import EventKind, Recorded

CODES = [product.code for product in (ANTIBODY, CEPHALOSPORIN, STENT, SYRINGE, CAPSULE)]


def agrees_with_the_oracle(ledger: Ledger) -> int:
    """Ask for every lot alone and for every product whole; how much of all lots was used."""
    oracle = Oracle(ledger.entries(0, ledger.head().size))
    names = {row[1]: (row[2], row[3], row[4], row[6]) for row in rows_of(ledger)["lot"]}
    with ledger.database.read() as connection:
        numbers = {code: p.product_id for code, p in products_by_code(connection, 1, CODES).items()}
        code_of = {number: code for code, number in numbers.items()}
        lots: dict[int, Lot] = {
            lot_id: (code_of[product_id], *told) for lot_id, (product_id, *told) in names.items()
        }
        assert set(lots.values()) == oracle.lots
        scopes: list[tuple[Part, ...]] = [
            (_part(numbers[code], name),) for code, name, *_ in lots.values()
        ]
        scopes += [(_part(number),) for number in numbers.values()]
        scopes.append(tuple(map(_part, numbers.values())))
        places = {number: place.code for number, place in locations(connection, 1).items()}
        for scope in scopes:
            found = answer(connection, 1, scope)
            wanted = {
                lot
                for lot in lots.values()
                if {_part(numbers[lot[0]], lot[1]), _part(numbers[lot[0]])} & set(scope)
            }
            _compare(found, oracle, wanted, lots, places)
    return found.used


def remembers_what_is_so(ledger: Ledger, known: KnownRecalls) -> None:
    """What was answered before is told again only as long as it is so."""
    lots = [(row[2], row[3]) for row in rows_of(ledger)["lot"]]
    scopes = [(_part(product_id, name),) for product_id, name in lots]
    scopes += [(_part(product_id),) for product_id in {product_id for product_id, _ in lots}]
    with ledger.database.read() as connection:
        for scope in scopes:
            assert known.answer(connection, scope) == answer(connection, 1, scope)


def reaches_as_far_as_it_says(ledger: Ledger, random: Random) -> None:
    """Ask for some serials of a product, by hand: what has none may be any of them."""
    oracle = Oracle(ledger.entries(0, ledger.head().size))
    with ledger.database.read() as connection:
        known = products_by_code(connection, 1, CODES)
        for code in sorted({box.lot[0] for box in oracle.boxes.values()}):
            keys = {key for key, box in oracle.boxes.items() if box.lot[0] == code}
            numbers = sorted({int(digits) for key in keys if (digits := _digits(key))})
            if not numbers:
                continue
            first, last = sorted(random.choices(numbers, k=2))
            build = random.choice(sorted({_letters(key) for key in keys if _digits(key)}))
            serials = (Range(f"{build}{first}", f"{build}{last}"),)
            within = {
                key
                for key in keys
                if _letters(key) == build and _digits(key) and first <= int(_digits(key)) <= last
            }
            part = Part(known[code].product_id, Extent(serials=serials))
            found = answer(connection, 1, (part,))
            lots = {lot for lot in oracle.lots if lot[0] == code}
            outside = Counter(
                box.status for key, box in oracle.boxes.items() if key in keys - within
            )
            whole: Counter[str] = Counter()
            for (_, _, status), quantity in oracle.balances(lots).items():
                whole[status] += quantity
            wanted = {status: n - outside[status] for status, n in whole.items()}
            told: Counter[str] = Counter()
            for row in found.balances:
                told[row.status.value] += row.quantity
            assert told == {status: n for status, n in wanted.items() if n}
            arrived = sum(oracle.received[lot] for lot in lots)
            assert found.received == arrived - len(keys - within)


def cuts_by_arrival(ledger: Ledger, random: Random) -> None:
    """Ask what some supplier brought on some days, of every product."""
    oracle = Oracle(ledger.entries(0, ledger.head().size))
    days = sorted({day for _, (day, _) in oracle.came.values() if day} | {NOON.date().isoformat()})
    names = {row[1]: (row[2], row[3], row[4], row[6]) for row in rows_of(ledger)["lot"]}
    with ledger.database.read() as connection:
        known = products_by_code(connection, 1, CODES)
        codes = {product.product_id: code for code, product in known.items()}
        lots = {n: (codes[product_id], *told) for n, (product_id, *told) in names.items()}
        places = {number: place.code for number, place in locations(connection, 1).items()}
        for code, product in known.items():
            window = Days(*sorted(random.choices(days, k=2)))
            extent = random.choice(
                (
                    Extent(received=window),
                    Extent(supplier="OTHER"),
                    Extent(supplier="OTHER", received=window),
                )
            )
            found = answer(connection, 1, (Part(product.product_id, extent),))
            cut = oracle.cut(code, _meant(extent))
            assert (found.received, found.mixed) == (cut.received, cut.mixed), extent
            balances = {
                (lots[each.lot_id], places[each.location_id], each.status.value): each.quantity
                for each in found.balances
            }
            assert balances == cut.balances
            patients = {(lots[p.lot_id], p.patient): (p.used, p.holding) for p in found.patients}
            assert patients == cut.patients


def _meant(extent: Extent) -> Callable[[Came], bool]:
    def meant(came: Came) -> bool:
        day, party = came
        first, last = extent.received or (None, None)
        in_time = day is None or ((first or "") <= day <= (last or "9999"))
        return in_time and (extent.supplier is None or party in {None, extent.supplier})

    return meant


def _serial(name: tuple[str, int]) -> str:
    key, _ = name
    return key.rpartition("/21/")[2] if "/21/" in key else ""


def _digits(key: tuple[str, int]) -> str:
    return _serial(key).lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ") if _serial(key)[-1:].isdigit() else ""


def _letters(key: tuple[str, int]) -> str:
    return _serial(key).rstrip("0123456789")


def _part(product_id: int, lot: str = ALL_LOTS) -> Part:
    return Part(product_id, Extent(lots=(lot,)))


def _compare(
    found: Answer,
    oracle: Oracle,
    wanted: set[Lot],
    lots: dict[int, Lot],
    places: dict[int, str],
) -> None:
    assert {lots[lot.lot_id] for lot in found.lots} == wanted
    assert len(found.lots) == len(wanted)
    balances = Counter(
        {
            (lots[each.lot_id], places[each.location_id], each.status.value): each.quantity
            for each in found.balances
        }
    )
    expected = oracle.balances(wanted)
    assert balances == expected
    assert len(balances) == len(found.balances)
    sums: Counter[str] = Counter()
    for (_, _, status), quantity in expected.items():
        sums[status] += quantity
    assert found.received == sum(oracle.received[lot] for lot in wanted)
    assert found.quarantined == sums["quarantined"] + sums["rejected"]
    in_stock = ("available", "to-inspect", "reserved", "compounded")
    assert found.available == sum(sums[state] for state in in_stock)
    assert found.in_transit == sums["in-transit"]
    own = sums["patients-own"] + sums["handed-back"]
    assert found.dispensed == sums["dispensed"] + sums["opened"] + own
    assert found.explanted == sums["explanted"]
    assert found.used == sums["administered"] + sums["used"] + sums["implanted"]
    assert found.sent_back == sums["sent-back"]
    assert found.destroyed == sums["wasted"] + sums["destroyed"]
    assert found.missing == found.unaccounted == sums["missing"]
    patients = {(lots[p.lot_id], p.patient): (p.used, p.holding) for p in found.patients}
    named = oracle.patients(wanted)
    assert patients == named
    assert found.unnamed == found.used - sum(used for used, _ in named.values())
    assert found.agrees == (found.missing == found.unnamed == 0)


@pytest.mark.parametrize("seed", [21, 22])
def test_the_answer_is_what_the_goods_did(ledger: Ledger, seed: int) -> None:
    teller = recorder(ledger)
    furnish(teller)
    tell(teller, story(seed, 200))
    assert agrees_with_the_oracle(ledger) > 0, "a history in which nobody got anything"


def _told_and_asked(founded: Path, random: Random, count: int) -> None:
    with TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{shutil.copy(founded, folder)}")
        hurry(database)
        ledger = Ledger(database, 1, Clock())
        calls, known = Storyteller(random).calls(count), KnownRecalls(1)
        hands = recorder(ledger)
        for part in (calls[: count // 2], calls[count // 2 : -2], calls[-2:]):
            tell(hands, part)
            remembers_what_is_so(ledger, known)
        agrees_with_the_oracle(ledger)
        reaches_as_far_as_it_says(ledger, random)
        cuts_by_arrival(ledger, random)
        database.close()


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(random=st.randoms(use_true_random=False), count=st.integers(5, 25))
def test_whatever_happens_the_answer_is_what_the_goods_did(
    founded: Path, random: Random, count: int
) -> None:
    _told_and_asked(founded, random, count)


@pytest.mark.long
@settings(max_examples=1_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(random=st.randoms(use_true_random=False), count=st.integers(5, 60))
def test_in_a_thousand_histories_the_answer_is_what_the_goods_did(
    founded: Path, random: Random, count: int
) -> None:
    _told_and_asked(founded, random, count)


def test_one_recall_as_the_desk_sees_it(ledger: Ledger) -> None:
    """Twelve arrive: where each is, who had which, and that it adds up."""
    hands = recorder(ledger)
    furnish(hands)
    alice, bob = uuid4(), uuid4()
    boxes = [box(f"A{number}", lot="B1") for number in range(12)]
    case = Recall(
        id=uuid7(),
        case_id="RC-2026-0001",
        time=NOON,
        notified=NOON,
        recall_class=RecallClass.FIRST,
        reason="玻璃屑",
        source="江北生物制药",
        scope=(Scope(ANTIBODY.code, ("B1",)), Scope(SYRINGE.code, ("L9",))),
    )
    outcomes = hands.record(
        [
            event(EventKind.RECEIVED, *boxes, syringes(3)),
            event(EventKind.DISPENSED, *boxes[:3], to="W07", patient=alice),
            event(EventKind.ADMINISTERED, *boxes[:2], at="W07", patient=alice),
            event(EventKind.DISPENSED, boxes[3], to="W08", patient=bob),
            event(EventKind.RETURNED, boxes[3], at="W08", to="PHARM"),
            event(EventKind.QUARANTINED, *boxes[4:6]),
            event(EventKind.RETURNED, boxes[6], party="SUPPLIER"),
            case,
        ]
    )
    assert all(isinstance(outcome, Recorded) for outcome in outcomes)
    with ledger.database.read() as connection:
        opened = find_case(connection, 1, "RC-2026-0001")
        assert opened is not None
        found = answer(connection, 1, opened.scope)
        (product,) = products(connection, 1, {found.lots[0].product_id}).values()
    assert (product.code, found.lots[0].lot) == (ANTIBODY.code, "B1")
    sums = (found.quarantined, found.available, found.dispensed, found.used, found.sent_back)
    assert sums == (2, 6, 1, 2, 1)
    assert (found.received, found.accounted, found.unaccounted) == (12, 12, 0)
    assert found.agrees
    (only,) = found.patients
    assert (only.patient, only.used, only.holding) == (alice, 2, 1)
    assert len(only.seqs) == 2
    assert opened.seq == outcomes[-1].receipt.seq  # type: ignore[union-attr]


def test_sums_that_do_not_agree_are_not_said_to(ledger: Ledger) -> None:
    """Goods that got lost from the books, or were used on nobody: the desk must see it."""
    hands = recorder(ledger)
    furnish(hands)
    alice = uuid4()
    hands.record(
        [
            event(EventKind.RECEIVED, syringes(9)),
            event(EventKind.DISPENSED, syringes(4)),
            event(EventKind.ADMINISTERED, syringes(2), patient=alice),
        ]
    )
    with ledger.database.read() as connection:
        product = products_by_code(connection, 1, [SYRINGE.code])[SYRINGE.code]
    scope = (_part(product.product_id, "L1"),)
    for change, unaccounted in (
        ("UPDATE balance SET quantity = quantity - 1 WHERE status = 'available'", 1),
        ("UPDATE exposure SET quantity = 1 WHERE status = 'administered'", 1),
        ("UPDATE lot SET received = received - 1", 0),
    ):
        with ledger.database.write() as connection:
            connection.exec_driver_sql(change)
        with ledger.database.read() as connection:
            found = answer(connection, 1, scope)
        assert found.unaccounted == unaccounted
        assert not found.agrees


def test_a_lot_that_never_arrived_is_answered_with_nothing(ledger: Ledger) -> None:
    furnish(recorder(ledger))
    with ledger.database.read() as connection:
        found = answer(connection, 1, (_part(1, "NONE"), _part(99)))
    assert found == Answer((), 0, 0, 0, 0, 0, 0, 0, 0, 0, (), ())
    assert found.agrees


def test_every_state_has_its_place_in_the_sum(ledger: Ledger) -> None:
    """A new state must be counted somewhere, or goods would be missing."""
    teller = recorder(ledger)
    furnish(teller)
    teller.record([event(EventKind.RECEIVED, box(f"E{n}", lot="E")) for n in range(len(Status))])
    with ledger.database.write() as connection:
        for number, status in enumerate(Status, 1):
            change = "UPDATE balance SET quantity=quantity-1 WHERE status='available'"
            connection.exec_driver_sql(change)
            connection.exec_driver_sql(
                "INSERT INTO balance SELECT ledger_id, location_id, product_id, lot_id,"
                f" '{status.value}', 1, 0 FROM balance WHERE status='available'"
                " ON CONFLICT (ledger_id, location_id, product_id, lot_id, status)"
                " DO UPDATE SET quantity=balance.quantity+1"
            )
            assert number
    with ledger.database.read() as connection:
        found = answer(connection, 1, (_part(1, "E"),))
    parts = (
        *(found.quarantined, found.available, found.in_transit, found.dispensed, found.used),
        *(found.sent_back, found.destroyed, found.missing, found.explanted),
    )
    void = sum(row.quantity for row in found.balances if row.status is Status.VOID)
    assert sum(parts) + void == sum(row.quantity for row in found.balances) == len(Status)
