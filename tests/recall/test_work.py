"""Tasks of a recall: opened with the case, taken notice of, counted, done, and never forgotten."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from uuid6 import uuid7

from errors import Invalid
from hospital import DECODERS
from ledger import Ledger
from recall import (
    Recall,
    Scope,
    StepKind,
    Task,
    TaskState,
    TaskStep,
    Work,
    find_case,
    tasks_of_case,
)
from tests.recall.test_closing import closing, reopening
from tests.recall.test_desk import opened, reason
from tests.recall.test_scope import revision
from tests.support import ANTIBODY, NOON, SYRINGE, box, event, furnish, recorder, syringes
from tests.trace.rows import rows_of
from trace import EventKind, Outcome, Reason, Recorded, Recorder, rebuild

PATIENT = uuid4()


@pytest.fixture
def desk(ledger: Ledger) -> Recorder:
    """On each engine in turn: four boxes in the store, one in a ward, two with a patient."""
    made = recorder(ledger)
    furnish(made)
    boxes = [box(f"S{number}", lot="B1") for number in range(1, 8)]
    outcomes = made.record(
        [
            event(EventKind.RECEIVED, *boxes),
            event(EventKind.MOVED, box("S5"), to="W07"),
            event(EventKind.DISPENSED, box("S6"), box("S7"), to="W08", patient=PATIENT),
            event(EventKind.ADMINISTERED, box("S6"), at="W08", patient=PATIENT),
            event(EventKind.RECEIVED, syringes(5)),
            opened("RC-1"),
        ]
    )
    assert all(isinstance(each, Recorded) for each in outcomes)
    return made


def tasks(ledger: Ledger, case_id: str = "RC-1") -> dict[tuple[Work, str], Task]:
    with ledger.database.read() as connection:
        case = find_case(connection, 1, case_id)
        assert case is not None
        found = tasks_of_case(connection, 1, case)
    return {(task.work, task.subject): task for task in found}


def step(
    kind: StepKind,
    place: str = "W07",
    work: Work = Work.SEARCH,
    *,
    patient: UUID | None = None,
    case_id: str = "RC-1",
    **more: object,
) -> TaskStep:
    return TaskStep(
        id=uuid7(),
        case_id=case_id,
        time=NOON + timedelta(hours=1),
        work=work,
        place=place,
        patient=patient,
        step=kind,
        person="2307",
        **more,  # type: ignore[arg-type]  # tests name fields of the dataclass
    )


def told(desk: Recorder, *steps: TaskStep) -> list[Outcome]:
    return desk.record(steps)


def test_opening_a_case_opens_a_task_for_every_place_and_two_for_every_patient(
    ledger: Ledger, desk: Recorder
) -> None:
    assert desk
    found = tasks(ledger)
    searches = {key: (task.expected, task.left) for key, task in found.items() if task.left}
    assert searches == {
        (Work.SEARCH, "STORE"): (4, 4),
        (Work.SEARCH, "W07"): (1, 1),
        (Work.SEARCH, "W08"): (1, 1),
    }
    patients = {key: task.expected for key, task in found.items() if task.left is None}
    assert patients == {(Work.NOTIFY, str(PATIENT)): 2, (Work.ASSESS, str(PATIENT)): 2}
    assert {task.state for task in found.values()} == {TaskState.OPEN}
    assert len(rows_of(ledger)["recall_task"]) == 5


def test_a_search_is_done_when_nothing_is_left_or_why_is_said(
    ledger: Ledger, desk: Recorder
) -> None:
    (refused,) = told(desk, step(StepKind.DONE))
    assert reason(refused) is Reason.TASK_UNFINISHED
    told(desk, step(StepKind.ASSIGNED, owner="2308"), step(StepKind.COUNTED, count=1))
    desk.record([event(EventKind.QUARANTINED, box("S5"), at="W07")])
    (outcome,) = told(desk, step(StepKind.DONE))
    assert isinstance(outcome, Recorded)
    task = tasks(ledger)[Work.SEARCH, "W07"]
    assert (task.state, task.owner, task.count, task.left) == (TaskState.DONE, "2308", 1, 0)
    assert (task.acknowledged_by, task.done_by) == ("2307", "2307")
    told(desk, step(StepKind.DONE, "W08", note="患者带出院，已电话通知"))
    assert tasks(ledger)[Work.SEARCH, "W08"].note == "患者带出院，已电话通知"
    told(desk, step(StepKind.REOPENED, "W08"))
    assert tasks(ledger)[Work.SEARCH, "W08"].state is TaskState.ACKNOWLEDGED


def test_a_patient_is_told_and_looked_at(ledger: Ledger, desk: Recorder) -> None:
    told(desk, step(StepKind.DONE, "W08", Work.NOTIFY, patient=PATIENT, note="已告知家属"))
    found = tasks(ledger)
    assert found[Work.NOTIFY, str(PATIENT)].state is TaskState.DONE
    assert found[Work.ASSESS, str(PATIENT)].state is TaskState.OPEN


def test_goods_that_turn_up_elsewhere_and_later_patients_have_tasks_too(
    ledger: Ledger, desk: Recorder
) -> None:
    late = uuid4()
    given = event(EventKind.ADMINISTERED, box("S5"), at="W07", patient=late, after_the_fact=True)
    desk.record([given, event(EventKind.RECEIVED, box("S9", lot="B1"), to="PHARM")])
    found = tasks(ledger)
    assert found[Work.NOTIFY, str(late)].expected == 1
    assert (Work.SEARCH, "PHARM") not in found  # it was held as it came
    told(desk, step(StepKind.ACKNOWLEDGED, "W07", Work.ASSESS, patient=late))
    assert tasks(ledger)[Work.ASSESS, str(late)].state is TaskState.ACKNOWLEDGED


def test_a_wider_scope_and_a_reopened_case_open_what_is_new_and_keep_what_is_done(
    ledger: Ledger, desk: Recorder
) -> None:
    told(desk, step(StepKind.DONE, "W08", note="已通知"))
    desk.record([event(EventKind.MOVED, syringes(5), to="W08")])
    desk.record([revision(adds=(Scope(SYRINGE.code, ("L1",)),))])
    desk.record([closing()])
    (refused,) = told(desk, step(StepKind.ACKNOWLEDGED))
    assert reason(refused) is Reason.CASE_CLOSED
    desk.record([reopening()])
    found = tasks(ledger)
    assert found[Work.SEARCH, "W08"].state is TaskState.DONE
    assert found[Work.SEARCH, "W08"].left == 6
    before = rows_of(ledger)
    rebuild(ledger, recorder(ledger)._participants, DECODERS)
    assert rows_of(ledger) == before


def test_steps_of_what_there_is_not_are_refused(desk: Recorder) -> None:
    for wrong, why in (
        (step(StepKind.ACKNOWLEDGED, case_id="RC-9"), Reason.UNKNOWN_CASE),
        (step(StepKind.ACKNOWLEDGED, "NOWHERE"), Reason.UNKNOWN_LOCATION),
    ):
        assert reason(told(desk, wrong)[0]) is why
    for kind, more in (
        (StepKind.COUNTED, {}),
        (StepKind.COUNTED, {"count": -1}),
        (StepKind.ASSIGNED, {}),
        (StepKind.DONE, {"patient": PATIENT}),
    ):
        with pytest.raises(Invalid, match="required"):
            step(kind, **more)


def test_a_drill_asks_for_the_same_work_and_holds_nothing(ledger: Ledger, desk: Recorder) -> None:
    drill = Recall(
        id=uuid7(),
        case_id="RC-2",
        time=NOON,
        notified=NOON,
        recall_class=opened("RC-2").recall_class,
        reason="演练",
        source="设备科",
        scope=(Scope(ANTIBODY.code, ("B1",)),),
        drill=True,
    )
    desk.record([drill])
    assert tasks(ledger, "RC-2").keys() == tasks(ledger).keys()
    (outcome,) = told(desk, step(StepKind.DONE, case_id="RC-2"))
    assert isinstance(outcome, Recorded)
