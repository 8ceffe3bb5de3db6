"""Theatre, patients' own goods and the account of narcotics, by what the books say afterwards."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from uuid6 import uuid7

from hospital import account_rows
from inventory import (
    EmptyAmpoules,
    NarcoticClosing,
    Status,
    account_of,
    advise,
    care_models,
    locations_by_code,
    owner_of_patient,
    products_by_code,
    stock_at,
)
from tests.inventory.house import (
    Hospital,
    ampoule,
    ampoules,
    for_document,
    later,
    on_both_engines,
    valve,
)
from tests.inventory.sums import rows
from tests.support import box, stent, syringes
from trace import EventKind, Reason, Recordable, Refused, Thing

K = EventKind
ALICE, BOB = uuid4(), uuid4()
TWO: dict[str, Any] = {"second_person": "1104"}
IMPLANT = stent("S1", lot="S1")
TODAY = date(2026, 11, 22)


def why(hospital: Hospital, record: Recordable) -> Reason | None:
    outcome = hospital.tries(record)
    return outcome.reason if isinstance(outcome, Refused) else None


# Theatre


def test_what_is_opened_is_used_or_wasted_and_goes_back_nowhere(hospital: Hospital) -> None:
    hospital.did(K.RECEIVED, syringes(5))
    hospital.did(K.OPENED, syringes(3))
    assert hospital.does(K.RETURNED, syringes(3)) is Reason.NOT_ENOUGH
    hospital.did(K.USED, syringes(2), patient=ALICE)
    hospital.did(K.WASTED, syringes(1))
    assert hospital.stock("L1") == {Status.AVAILABLE: 2, Status.USED: 2, Status.WASTED: 1}
    assert hospital.patients("L1")[ALICE].used == 2
    hospital.did(K.RECEIVED, box("A1"))
    assert hospital.does(K.USED, box("A1"), patient=ALICE) is Reason.NOT_A_CONSUMABLE
    hospital.did(K.OPENED, box("A1"))
    assert hospital.does(K.DISPENSED, box("A1")) is Reason.ALREADY_OPENED


def test_consigned_goods_are_bought_once_by_who_opens_or_uses_them(hospital: Hospital) -> None:
    hospital.did(K.RECEIVED, valve("1"), valve("2"), valve("3"), party="SUPPLIER")
    hospital.did(K.OPENED, valve("1"))
    hospital.did(K.IMPLANTED, valve("1"), patient=ALICE)
    wrong = hospital.did(K.IMPLANTED, valve("2"), patient=ALICE)
    hospital.did(K.RETURNED, valve("3"), party="SUPPLIER")
    paid = rows(hospital.ledger, care_models.bought)
    assert [(row.owner, row.quantity) for row in paid] == [("SUPPLIER", 1), ("SUPPLIER", 1)]
    entries = hospital.ledger.entries(0, hospital.ledger.head().size)
    bought = [e.seq for e in entries if any(x.get("bought") for x in e.context.get("things", ()))]
    assert bought == [row.seq for row in paid], "the entry says so"
    assert hospital.corrects(wrong) is None
    assert hospital.status(valve("2")) is Status.AVAILABLE
    hospital.rebuilt()


@on_both_engines
def test_an_explant_comes_out_of_who_has_it_wherever_that_was(hospital: Hospital) -> None:
    hospital.did(K.RECEIVED, IMPLANT, stent("S2", lot="S9"), at="STORE")
    hospital.did(K.IMPLANTED, IMPLANT, patient=ALICE)
    books = hospital.books()
    assert hospital.does(K.EXPLANTED, IMPLANT, at="W07", patient=BOB) is Reason.WRONG_PATIENT
    out = hospital.did(K.EXPLANTED, IMPLANT, at="W07", patient=ALICE)
    (had,) = hospital.patients("S1").values()
    assert (had.used, had.explanted, hospital.place(IMPLANT)) == (0, 1, "W07")
    assert hospital.corrects(out) is None
    assert hospital.books() == books
    hospital.did(K.EXPLANTED, IMPLANT, at="W07", patient=ALICE)
    assert hospital.does(K.IMPLANTED, IMPLANT, at="W07", patient=BOB) is Reason.EXPLANTED
    assert hospital.does(K.HANDED_BACK, IMPLANT, at="W07", patient=BOB) is Reason.WRONG_PATIENT
    hospital.did(K.HANDED_BACK, IMPLANT, at="W07", patient=ALICE)
    available = hospital.does(K.EXPLANTED, stent("S2", lot="S9"), patient=ALICE)
    assert available is Reason.NOT_IMPLANTED
    elsewhere = stent("OLD", lot="S0")
    hospital.did(K.EXPLANTED, elsewhere, patient=BOB)  # implanted in another house
    assert hospital.stock("S0") == {Status.EXPLANTED: 1}
    hospital.rebuilt()


def test_screws_without_a_code_of_their_own_are_explanted_from_where_they_are(
    hospital: Hospital,
) -> None:
    screws = Thing("https://id.gs1.org/01/06967890123456/10/V7", 4, lot="V7")
    hospital.did(K.RECEIVED, screws, at="OR1", owner="SUPPLIER")
    hospital.did(K.IMPLANTED, screws, at="OR1", patient=ALICE)
    books = hospital.books()
    two = Thing(screws.key, 2, lot="V7")
    out = hospital.did(K.EXPLANTED, two, at="STORE", patient=ALICE)
    assert hospital.stock("V7") == {Status.IMPLANTED: 2, Status.EXPLANTED: 2}
    assert hospital.corrects(out) is None
    assert hospital.books() == books


# Patients' own goods


@on_both_engines
def test_a_patients_own_goods_are_for_that_patient_only(hospital: Hospital) -> None:
    own, more = box("OWN", lot="P1"), Thing("https://id.gs1.org/01/06901234567892/10/P2", 10)
    hospital.did(K.BROUGHT, own, at="W07", patient=ALICE)
    hospital.did(K.BROUGHT, more, at="W07", patient=ALICE)
    two = Thing(more.key, 2)
    for thing in (own, two):
        refused = hospital.does(K.ADMINISTERED, thing, at="W07", patient=BOB)
        assert refused is Reason.WRONG_PATIENT
    assert hospital.does(K.DISPENSED, own, at="W07") is Reason.PATIENTS_OWN
    assert hospital.patients("P2")[ALICE].holding == 10, "a recall finds her"
    hospital.did(K.ADMINISTERED, two, at="W07", patient=ALICE)
    hospital.did(K.HANDED_BACK, own, at="W07", patient=ALICE)
    hospital.did(K.WASTED, two, at="W07", owner=owner_of_patient(ALICE), patient=ALICE)
    left = {Status.PATIENTS_OWN: 6, Status.ADMINISTERED: 2, Status.WASTED: 2}
    assert hospital.stock("P2") == left
    hospital.did(K.BROUGHT, own, at="W08", patient=ALICE)  # she is here again
    assert hospital.place(own) == "W08"
    with hospital.ledger.database.read() as connection:
        for place in range(1, 9):
            assert stock_at(connection, 1, place) == [], "none of it is the hospital's"
        assert advise(connection, 1, 3, 1, 1, today=TODAY).short == 1
    hospital.rebuilt()


def test_two_patients_own_goods_of_one_lot_and_the_hospitals_are_three(hospital: Hospital) -> None:
    tablets = Thing("https://id.gs1.org/01/06901234567892/10/P2", 5)
    hospital.did(K.RECEIVED, tablets, at="W07")
    for patient in (ALICE, BOB):
        hospital.did(K.BROUGHT, tablets, at="W07", patient=patient)
    one = Thing(tablets.key, 1)
    hospital.did(K.ADMINISTERED, one, at="W07", patient=ALICE, owner=owner_of_patient(ALICE))
    hospital.did(K.ADMINISTERED, one, at="W07", patient=BOB)
    assert hospital.owned("P2") == {
        None: {"available": 4, "administered": 1},
        owner_of_patient(ALICE): {"patients-own": 4, "administered": 1},
        owner_of_patient(BOB): {"patients-own": 5},
    }


# Narcotics


def account(hospital: Hospital, place: str) -> list[tuple[str, int, int, int]]:
    """The lines of morphine at a place: what, in, out, balance."""
    with hospital.ledger.database.read() as connection:
        product = products_by_code(connection, 1, ["N001"])["N001"].product_id
        number = locations_by_code(connection, 1, [place])[place].location_id
        _, lines = account_of(connection, 1, number, product)
        told = account_rows(connection, 1, lines)
    return [(each.kind, each.came, each.went, each.balance) for each in told]


def closing(place: str, day: date, hours: float, **more: Any) -> NarcoticClosing:  # noqa: ANN401 -- fields
    counted = more.pop("counted", {})
    people: dict[str, Any] = {"person": "2307", "second_person": "1104", **more}
    return NarcoticClosing(
        id=uuid7(),
        time=later(hours=hours),
        location=place,
        day=day,
        counted=counted,
        **people,
    )


@on_both_engines
def test_the_account_of_narcotics_is_what_lies_there(hospital: Hospital) -> None:
    """From the door to the ward to the patient, with a correction and something lost."""
    hospital.did(K.RECEIVED, ampoules(20), ampoule("M1"), at="STORE", **TWO)
    hospital.did(K.SENT, ampoules(6), at="STORE", to="W07", **TWO)
    hospital.did(K.ACCEPTED, ampoules(6), at="W07", **TWO)
    wrong = hospital.did(K.ADMINISTERED, ampoules(2), at="W07", patient=ALICE, **TWO)
    assert hospital.corrects(wrong, **TWO) is None
    hospital.did(K.DISPENSED, ampoules(1), at="W07", patient=ALICE, **TWO)
    hospital.did(K.ADMINISTERED, ampoules(1), at="W07", patient=ALICE, **TWO)
    hospital.did(K.LOST, ampoules(1), at="STORE", **TWO)
    hospital.did(K.BROUGHT, ampoules(3, lot="OWN"), at="W07", patient=BOB, **TWO)
    assert account(hospital, "STORE") == [
        ("received", 21, 0, 21),
        ("sent", 0, 6, 15),
        ("lost", 0, 1, 14),
    ]
    assert account(hospital, "W07") == [
        ("accepted", 6, 0, 6),
        ("administered", 0, 2, 4),
        ("correction", 2, 0, 6),
        ("administered", 0, 1, 5),
    ]
    hospital.rebuilt()


def test_a_day_is_closed_by_two_and_stays_so(hospital: Hospital) -> None:
    hospital.did(K.RECEIVED, ampoules(10), at="W07", time=later(hours=-4), **TWO)
    given = hospital.did(
        K.ADMINISTERED, ampoules(2), at="W07", patient=ALICE, time=later(hours=-3), **TWO
    )
    close = closing("W07", TODAY, 5, counted={"N001": 7})
    assert why(hospital, closing("W07", TODAY, 5)) is Reason.CLOSING_INCOMPLETE
    alone = closing("W07", TODAY, 5, counted={"N001": 8}, second_person="2307")
    assert why(hospital, alone) is Reason.SECOND_PERSON_MISSING
    other = closing("W07", TODAY, 5, counted={"N001": 8, "D001": 1})
    assert why(hospital, other) is Reason.NOT_A_NARCOTIC
    empties = EmptyAmpoules(
        id=uuid7(),
        time=later(hours=4),
        location="W07",
        counted={"N001": 1},
        person="2307",
        second_person="1104",
    )
    hospital.must(empties)
    closed = hospital.must(close)
    assert [row.reason for row in hospital.broken()] == ["narcotic-difference", "ampoules-missing"]
    assert {row.seq for row in hospital.broken()} == {closed.receipt.seq}
    again = closing("W07", TODAY, 6, counted={"N001": 8})
    assert why(hospital, again) is Reason.DAY_CLOSED
    one = ampoules(1)
    before, after = later(hours=4), later(hours=6)
    late = {"at": "W07", "patient": ALICE, **TWO}
    assert hospital.does(K.ADMINISTERED, one, time=before, **late) is Reason.DAY_CLOSED
    assert hospital.happened(K.ADMINISTERED, one, time=before, **late) == ["day-closed"]
    assert hospital.does(K.ADMINISTERED, one, time=after, **late) is None
    assert hospital.corrects(given, **TWO) is Reason.DAY_CLOSED, "made before the closing"
    tomorrow = closing("W07", date(2026, 11, 23), 24, counted={"N001": 6})
    hospital.must(tomorrow)
    assert [row.reason for row in hospital.broken()][-1] == "ampoules-missing"
    hospital.rebuilt()


def test_the_lines_of_any_history_add_up_to_what_lies_there(hospital: Hospital) -> None:
    hospital.did(K.RECEIVED, ampoule("M1"), ampoule("M2"), ampoules(5), at="STORE", **TWO)
    for kind in (K.RESERVED, K.FREED, K.QUARANTINED, K.RELEASED):
        hospital.did(kind, ampoule("M1"), **TWO, **for_document("RX-1"))
    hospital.did(K.MOVED, ampoule("M1"), to="W07", **TWO)
    hospital.did(K.DISPENSED, ampoule("M2"), to="W08", patient=ALICE, **TWO)
    hospital.did(K.DESTROYED, ampoules(2), **TWO)
    lying = select(care_models.narcotic_line)
    with hospital.ledger.database.read() as connection:
        sums: dict[int, int] = {}
        for row in connection.execute(lying):
            sums[row.location_id] = sums.get(row.location_id, 0) + row.came - row.went
    assert sorted(sums.values()) == [1, 1, 3]
