"""Orders of care: what is handed out for a prescription, and the five rights at the bedside."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from uuid6 import uuid7

from hospital import DECODERS, new_participants
from inventory import Definition, Flag
from ledger import Ledger
from orders import (
    Line,
    Order,
    OrderType,
    Revising,
    Revision,
    Schedule,
    Usual,
    find_order,
    milliseconds,
)
from orders.rights import due_dose
from orders.standing import SettledDose
from tests.orders.test_schedule import MINUTE, schedules
from tests.support import ANTIBODY, NOON, SYRINGE, event, furnish, recorder
from tests.trace.rows import rows_of
from trace import (
    IN_HOUSE,
    Correction,
    Document,
    Dose,
    Error,
    EventKind,
    Outcome,
    Recorded,
    Recorder,
    Refused,
    Thing,
    rebuild,
)

ALICE, BOB = uuid4(), uuid4()
RX, MO = Document("prescription", "RX-1"), Document("medication", "MO-1")
GROUP = {"generic": "头孢曲松钠 1.0 g 注射剂"}
OURS = replace(
    ANTIBODY, code="D101", name="头孢曲松甲", identifiers=("urn:medtrace:ma:A",), details=GROUP
)
THEIRS = replace(OURS, code="D102", name="头孢曲松乙", identifiers=("urn:medtrace:ma:B",))
OTHER = replace(OURS, code="D103", name="头孢他啶", identifiers=("urn:medtrace:ma:C",), details={})
STRONG = replace(
    OTHER,
    code="D104",
    name="氯化钾",
    identifiers=("urn:medtrace:ma:K",),
    flags=frozenset({Flag.HIGH_ALERT}),
)
GRAM = Dose.of("1", "g")
EIGHT = NOON.replace(hour=8)


def vial(serial: str, product: str = "A") -> Thing:
    return Thing(f"urn:medtrace:ma:{product}:{serial}", lot=f"L{product}")


@dataclass
class Ward:
    """A ledger, and hands to order, hand out and give."""

    ledger: Ledger
    recorder: Recorder

    def does(self, kind: EventKind, *things: Thing, **more: Any) -> str | None:  # noqa: ANN401 -- fields
        """Record an event; the reason where it was refused, or of the exceptions."""
        (outcome,) = self.recorder.record([event(kind, *things, **more)])
        return told(outcome)

    def gives(self, thing: Thing, **more: Any) -> str | None:  # noqa: ANN401 -- fields
        """Give Alice what the order says, but for what is told otherwise."""
        right = {
            "at": "W07",
            "patient": ALICE,
            "documents": (MO,),
            "dose": GRAM,
            "route": "iv",
            "time": NOON.replace(hour=16),
        }
        return self.does(EventKind.ADMINISTERED, thing, **right | more)

    def revises(self, doing: Revising, document: Document = MO, **more: Any) -> str | None:  # noqa: ANN401 -- fields
        """Revise an order."""
        made = Revision(
            id=uuid7(),
            time=NOON,
            type=OrderType(document.type),
            number=document.id,
            doing=doing,
            **more,
        )
        return told(self.recorder.record([made])[0])

    def line(self, document: Document) -> tuple[int, str]:
        """How far the first line of an order is, and the order's state."""
        with self.ledger.database.read() as connection:
            found = find_order(connection, 1, OrderType(document.type), document.id)
        assert found is not None
        return found.lines[0].fulfilled, found.order.state.value

    def said(self) -> dict[str, Any]:
        """What the last entry says of orders."""
        head = self.ledger.head()
        (entry,) = self.ledger.entries(head.size - 1, head.size)
        return entry.context


def told(outcome: Outcome) -> str | None:
    if isinstance(outcome, Refused):
        assert outcome.text.zh != outcome.reason.value
        assert "{" not in outcome.text.zh + outcome.text.en, "every value is told"
        return outcome.reason.value
    assert isinstance(outcome, Recorded)
    return ", ".join(each.reason.value for each in outcome.exceptions) or None


def medication(schedule: Schedule | None = None, **more: Any) -> Order:  # noqa: ANN401 -- fields
    line = Line(OURS.identifiers, 1, OURS.code, generic=GROUP["generic"], dose=GRAM, route="iv")
    return Order(
        **{
            "id": uuid7(),
            "time": NOON,
            "type": OrderType.MEDICATION,
            "number": MO.id,
            "lines": (line,),
            "destination": "W07",
            "patient": ALICE,
            "schedule": schedule or Usual("Asia/Shanghai").schedule("bid", EIGHT),
            **more,
        }
    )


def prescription(*lines: Line) -> Order:
    return Order(
        id=uuid7(),
        time=NOON,
        type=OrderType.PRESCRIPTION,
        number=RX.id,
        lines=lines or (Line(OURS.identifiers, 3, OURS.code, generic=GROUP["generic"]),),
        destination="W07",
        patient=ALICE,
    )


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """The rules don't ask the engine; the tables are asked on both in test_plans."""
    return sqlite_url


@pytest.fixture
def ward(ledger: Ledger) -> Ward:
    made = recorder(ledger)
    furnish(made)
    for product in (OURS, THEIRS, OTHER, STRONG):
        made.record([Definition(id=uuid7(), time=NOON, thing=product)])
    found = Ward(ledger, made)
    for kind in "ABCK":
        vials = [vial(str(number), kind) for number in range(6)]
        assert found.does(EventKind.RECEIVED, *vials, at="W07") is None
    return found


# Handed out


def test_a_prescription_is_dispensed_in_several_goes_and_a_return_opens_it(ward: Ward) -> None:
    ward.recorder.record([prescription()])
    out = {"at": "W07", "patient": ALICE, "documents": (RX,)}
    assert ward.does(EventKind.DISPENSED, vial("0"), **out) is None
    assert ward.does(EventKind.DISPENSED, vial("1"), vial("2"), **out) is None
    assert ward.line(RX) == (3, "fulfilled")
    assert ward.does(EventKind.DISPENSED, vial("3"), **out) == "too-many"
    assert ward.does(EventKind.RETURNED, vial("1"), at="W07", documents=(RX,)) is None
    assert ward.line(RX) == (2, "open")
    assert ward.does(EventKind.DISPENSED, vial("1"), **out) is None, "its code is open again"
    assert ward.line(RX) == (3, "fulfilled")


def test_another_product_of_the_group_stands_in_and_that_is_on_record(ward: Ward) -> None:
    ward.recorder.record([prescription()])
    out = {"at": "W07", "patient": ALICE, "documents": (RX,)}
    assert ward.does(EventKind.DISPENSED, vial("0", "B"), **out) is None
    (said,) = ward.said()["orders"]
    assert (said["fulfilled"], said["substitutes"]) == (1, ["D102"])
    assert ward.does(EventKind.DISPENSED, vial("0", "C"), **out) == "not-on-order"
    assert ward.does(EventKind.DISPENSED, vial("0"), **out) is None
    assert "substitutes" not in ward.said()["orders"][0]


def test_who_prescribes_may_forbid_it(ward: Ward) -> None:
    line = Line(OURS.identifiers, 3, OURS.code, generic=GROUP["generic"], substitution=False)
    ward.recorder.record([prescription(line)])
    out = {"at": "W07", "patient": ALICE, "documents": (RX,)}
    assert ward.does(EventKind.DISPENSED, vial("0", "B"), **out) == "no-substitution"
    assert ward.does(EventKind.DISPENSED, vial("0"), **out) is None


def test_a_generic_is_ordered_without_naming_a_product(ward: Ward) -> None:
    ward.recorder.record([prescription(Line((), 2, generic=GROUP["generic"]))])
    out = {"at": "W07", "patient": ALICE, "documents": (RX,)}
    assert ward.does(EventKind.DISPENSED, vial("0"), vial("0", "B"), **out) is None
    assert ward.line(RX) == (2, "fulfilled")


def test_what_is_stopped_is_not_handed_out(ward: Ward) -> None:
    ward.recorder.record([prescription(), medication()])
    assert ward.revises(Revising.STOP, RX) is None
    assert ward.revises(Revising.STOP) is None
    for document in (RX, MO):
        out = {"at": "W07", "patient": ALICE, "documents": (document,)}
        assert ward.does(EventKind.DISPENSED, vial("0"), **out) == "order-stopped"
    assert ward.revises(Revising.STOP) == "order-stopped"
    back = {"at": "W07", "documents": (RX,)}
    assert ward.does(EventKind.DISPENSED, vial("0"), at="W07", patient=ALICE) is None
    assert ward.does(EventKind.RETURNED, vial("0"), **back) is None


# Given


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({}, None),
        ({"patient": BOB}, "wrong-patient"),
        ({"things": (vial("0", "C"),)}, "wrong-drug"),
        ({"things": (vial("0", "B"),)}, None),
        ({"dose": Dose.of("1000", "mg")}, None),
        ({"dose": Dose.of("2", "g")}, "wrong-dose"),
        ({"dose": Dose.of("1", "mL")}, "wrong-dose"),
        ({"dose": None}, "dose-missing"),
        ({"route": "po"}, "wrong-route"),
        ({"route": None}, "route-missing"),
        ({"time": NOON.replace(hour=13)}, "too-early"),
        ({"time": NOON.replace(hour=10)}, "too-late"),
        ({"time": NOON.replace(hour=15)}, None),
        ({"time": NOON.replace(hour=17)}, None),
        ({"time": NOON.replace(hour=17, minute=1)}, "too-late"),
        ({"time": EIGHT - timedelta(days=3)}, "too-early"),
    ],
)
def test_each_of_the_five_rights(ward: Ward, wrong: dict[str, Any], reason: str | None) -> None:
    ward.recorder.record([medication()])
    things = wrong.get("things", (vial("0"),))
    more = {name: value for name, value in wrong.items() if name != "things"}
    assert ward.gives(*things, **more) == reason
    assert ward.line(MO)[0] == (0 if reason else 1)


def test_no_dose_is_given_twice(ward: Ward) -> None:
    ward.recorder.record([medication()])
    assert ward.gives(vial("0")) is None
    assert ward.gives(vial("1"), time=NOON.replace(hour=16, minute=20)) == "given-already"
    assert ward.gives(vial("1"), time=NOON.replace(hour=20)) == "too-early"
    assert ward.gives(vial("1"), time=EIGHT + timedelta(days=1)) is None
    assert ward.line(MO) == (2, "open")


def test_who_leaves_the_order_out_is_held_to_it_all_the_same(ward: Ward) -> None:
    ward.recorder.record([medication()])
    assert ward.gives(vial("0"), documents=()) == "order-missing"
    assert ward.gives(vial("0"), documents=(RX,)) == "order-missing"
    assert ward.gives(vial("0"), documents=(Document("medication", "MADE-UP"),)) == "order-missing"
    assert ward.gives(vial("0", "B"), documents=()) == "order-missing", "it may stand in"
    assert ward.gives(vial("0", "C"), documents=()) is None, "no order of hers is for it"
    assert ward.gives(vial("0"), documents=(), patient=BOB) is None, "he has no order"
    assert ward.gives(vial("1"), documents=(), after_the_fact=True) == "order-missing"
    assert ward.revises(Revising.STOP) is None
    assert ward.gives(vial("2"), documents=()) is None


def test_what_is_packed_ahead_is_somebodys_when_it_is_dispensed(ward: Ward) -> None:
    """预包装: a container of the pharmacy that nobody's name is on."""
    bag = Thing("https://id.gs1.org/00/106141410000000012")
    packed = {"at": "W07", "parent": bag.key}
    assert ward.does(EventKind.PACKED, vial("0"), vial("1"), **packed) is None
    ward.recorder.record([prescription()])
    out = {"at": "W07", "documents": (RX,)}
    assert ward.does(EventKind.DISPENSED, bag, patient=BOB, **out) == "wrong-patient"
    assert ward.does(EventKind.DISPENSED, bag, patient=ALICE, **out) is None
    assert ward.line(RX) == (2, "open")
    bare = {"at": "W07", "documents": ()}
    assert ward.does(EventKind.ADMINISTERED, vial("0"), patient=BOB, **bare) == "wrong-patient"
    assert ward.does(EventKind.ADMINISTERED, vial("0"), patient=ALICE, **bare) is None


def test_a_single_dose_fulfils_its_order(ward: Ward) -> None:
    once = Usual("Asia/Shanghai").schedule("st", NOON)
    ward.recorder.record([medication(once)])
    assert ward.gives(vial("0"), time=NOON + timedelta(minutes=5)) is None
    assert ward.line(MO) == (1, "fulfilled")
    assert ward.gives(vial("1"), time=NOON + timedelta(minutes=6)) == "given-already"


BAG = Thing(f"{IN_HOUSE}MT000000000000000101")
LABEL = Thing(f"{IN_HOUSE}MT000000000000000102")


def test_a_mixed_bag_is_held_to_the_drug_in_it(ward: Ward) -> None:
    """With what it was mixed, two pharmacists have checked."""
    ward.recorder.record([medication()])
    mixes = {"at": "W07", "second_person": "1104", "outputs": (BAG,)}
    assert ward.does(EventKind.COMPOUNDED, vial("0"), vial("0", "C"), **mixes) is None
    bare: dict[str, Any] = {"documents": ()}
    assert ward.gives(BAG, **bare) == "order-missing"
    assert ward.gives(BAG) is None
    assert ward.does(EventKind.COMPOUNDED, vial("1", "C"), **mixes | {"outputs": (LABEL,)}) is None
    next_day = {"time": NOON.replace(hour=8) + timedelta(days=1)}
    assert ward.gives(LABEL, **next_day) == "wrong-drug"


@pytest.mark.parametrize("together", [True, False])
def test_a_labelled_dose_is_held_to_the_pack_it_came_out_of(ward: Ward, *, together: bool) -> None:
    """Also where somebody out of reach tells of both at once."""
    pack = Thing("urn:medtrace:ma:A:P1", lot="LA")
    code = OURS.identifiers[0]
    divided = replace(OURS, levels={code: 6})
    ward.recorder.record([Definition(id=uuid7(), time=NOON, thing=divided), medication()])
    assert ward.does(EventKind.RECEIVED, pack, at="W07") is None
    dose = replace(LABEL, part=1)
    split = event(EventKind.SPLIT, pack, at="W07", outputs=(dose,))
    right: dict[str, Any] = {"patient": ALICE, "documents": (MO,), "dose": GRAM, "route": "iv"}
    at_four = NOON.replace(hour=16)
    given = event(EventKind.ADMINISTERED, LABEL, at="W07", time=at_four, **right)
    batches = [[split, given]] if together else [[split], [given]]
    answers = [told(each) for batch in batches for each in ward.recorder.record(batch)]
    assert answers == [None, None]
    assert ward.line(MO)[0] == 1


def test_what_is_needed_is_given_with_time_between(ward: Ward) -> None:
    schedule = Usual("Asia/Shanghai").schedule("q4h prn", NOON, NOON + timedelta(days=1))
    ward.recorder.record([medication(schedule)])
    assert ward.gives(vial("0"), time=NOON - timedelta(minutes=1)) == "too-early"
    assert ward.gives(vial("0"), time=NOON) is None
    assert ward.gives(vial("1"), time=NOON + timedelta(hours=3, minutes=59)) == "too-early"
    assert ward.gives(vial("1"), time=NOON + timedelta(hours=4)) is None
    assert ward.gives(vial("2"), time=NOON + timedelta(days=1)) == "not-due"


def test_a_course_ends(ward: Ward) -> None:
    schedule = Usual("Asia/Shanghai").schedule("bid", EIGHT, NOON)
    ward.recorder.record([medication(schedule)])
    assert ward.gives(vial("0"), time=EIGHT) is None
    assert ward.gives(vial("1")) == "not-due"


def test_a_change_and_a_stop_take_effect_at_once(ward: Ward) -> None:
    half = Dose.of("500", "mg")
    outcomes = ward.recorder.record([medication()])
    assert isinstance(outcomes[0], Recorded)
    assert ward.revises(Revising.CHANGE, dose=half, route="im") is None
    assert ward.gives(vial("0")) == "wrong-route"
    assert ward.gives(vial("0"), route="im") == "wrong-dose"
    assert ward.gives(vial("0"), route="im", dose=half) is None
    later = Usual("Asia/Shanghai").schedule("qn", NOON.replace(hour=17))
    assert ward.revises(Revising.CHANGE, schedule=later) is None
    night = {"route": "im", "dose": half, "time": NOON.replace(hour=20)}
    assert ward.gives(vial("1"), **night) is None
    assert ward.revises(Revising.STOP) is None
    next_night = night | {"time": NOON.replace(hour=20) + timedelta(days=1)}
    assert ward.gives(vial("2"), **next_night) == "order-stopped"
    assert ward.line(MO) == (2, "stopped")


def test_a_second_person_looks_at_what_is_dangerous(ward: Ward) -> None:
    ward.recorder.record([medication(high_alert=True)])
    assert ward.gives(vial("0")) == "second-person-missing"
    assert ward.gives(vial("0"), second_person="2307") == "second-person-missing"
    assert ward.gives(vial("0"), second_person="2308") is None
    bare = {"at": "W07", "patient": ALICE}
    assert ward.does(EventKind.ADMINISTERED, vial("0", "K"), **bare) == "second-person-missing"
    watched = bare | {"second_person": "2308"}
    assert ward.does(EventKind.ADMINISTERED, vial("0", "K"), **watched) is None


def test_what_was_given_out_of_reach_counts_and_every_broken_right_is_told(ward: Ward) -> None:
    ward.recorder.record([medication()])
    late = {"after_the_fact": True}
    wrong = {"time": NOON.replace(hour=14), "dose": Dose.of("2", "g"), "route": "po"}
    assert ward.gives(vial("0"), **late, **wrong) == "wrong-route, wrong-dose, too-early"
    assert ward.gives(vial("1")) == "given-already", "the dose that it was is taken"
    assert ward.gives(vial("2"), **late) == "given-already"
    assert ward.line(MO)[0] == 2


def test_a_corrected_dose_is_due_again(ward: Ward) -> None:
    ward.recorder.record([medication()])
    given_ = event(
        EventKind.ADMINISTERED,
        vial("0"),
        at="W07",
        patient=ALICE,
        documents=(MO,),
        dose=GRAM,
        route="iv",
        time=NOON.replace(hour=16),
    )
    assert told(ward.recorder.record([given_])[0]) is None
    wrong = Correction(id=uuid7(), time=NOON, corrects=given_.id, error=Error.DID_NOT_OCCUR)
    assert told(ward.recorder.record([wrong])[0]) is None
    assert ward.line(MO)[0] == 0
    assert ward.gives(vial("0")) is None


def test_a_procedure_takes_what_was_planned_and_what_the_surgeon_chose(ward: Ward) -> None:
    document = Document("procedure", "OP-1")
    plan = Order(
        id=uuid7(),
        time=NOON,
        type=OrderType.PROCEDURE,
        number="OP-1",
        lines=(Line(OURS.identifiers, 1, OURS.code), Line(SYRINGE.identifiers, 2, SYRINGE.code)),
        destination="W07",
        patient=ALICE,
        planned=NOON,
    )
    ward.recorder.record([plan])
    used = {"at": "W07", "documents": (document,)}
    give = EventKind.ADMINISTERED
    assert ward.does(give, vial("0"), patient=BOB, **used) == "wrong-patient"
    assert ward.does(give, vial("0"), vial("0", "C"), patient=ALICE, **used) is None
    assert ward.line(document) == (1, "open")
    assert ward.revises(Revising.STOP, document) is None
    assert ward.does(give, vial("1"), patient=ALICE, **used) == "order-stopped"


def test_the_ledger_alone_gives_the_same_books(ward: Ward) -> None:
    ward.recorder.record([medication(), prescription()])
    ward.does(EventKind.DISPENSED, vial("0", "B"), at="W07", patient=ALICE, documents=(RX,))
    ward.gives(vial("0", "B"))
    ward.gives(vial("1"), after_the_fact=True)
    ward.revises(Revising.CHANGE, dose=Dose.of("2", "g"))
    ward.revises(Revising.STOP)
    before = rows_of(ward.ledger)
    assert [len(before[name]) for name in ("order_dose", "order_month")] == [2, 1]
    rebuild(ward.ledger, new_participants(), DECODERS)
    assert rows_of(ward.ledger) == before


# The rule itself


@given(schedules(), st.lists(st.integers(-60, 60 * 24 * 12), min_size=1, max_size=12))
def test_over_any_course_each_dose_is_given_at_most_once_and_in_its_time(
    schedule: Schedule, minutes: list[int]
) -> None:
    settled: dict[int, SettledDose] = {}
    start = milliseconds(schedule.start)
    for moment in (start + each * MINUTE for each in minutes):
        due = due_dose(schedule, moment, settled, None)
        if due.wrong is not None:
            continue
        assert due.slot not in settled
        assert due.slot in set(schedule.slots(due.slot, due.slot)), "only what is due is given"
        assert -schedule.early * MINUTE <= moment - due.slot <= schedule.late * MINUTE
        settled[due.slot] = SettledDose("MO-1", due.slot, 0, moment, "administered")


@given(schedules())
def test_whoever_gives_every_dose_when_it_is_due_is_never_stopped(schedule: Schedule) -> None:
    settled: dict[int, SettledDose] = {}
    begin = milliseconds(schedule.start)
    for slot in list(schedule.slots(begin, begin + 20 * 24 * 60 * MINUTE))[:40]:
        assert due_dose(schedule, slot, settled, None) == (slot, None)
        settled[slot] = SettledDose("MO-1", slot, 0, slot, "administered")
        again = due_dose(schedule, slot, settled, slot)
        assert again.wrong is not None
