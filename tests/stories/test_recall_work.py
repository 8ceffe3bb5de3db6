"""The work of a recall, from the notice to the last ward: told, found, counted, answered."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from multiprocessing import get_context
from multiprocessing.queues import Queue
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from uuid6 import uuid7

from hospital import Hospital, Messenger, rebuild_projections
from inventory import Definition, Location
from ledger import Ledger, verify_chain
from recall import (
    Case,
    Recall,
    RecallClass,
    Scope,
    StepKind,
    TaskState,
    TaskStep,
    Work,
    answer,
    blocks_in_force,
    deliveries_of_case,
    find_case,
    tasks_of_case,
)
from settings import NoticeSettings
from tests.recall.oracle import Oracle
from tests.recall.test_scope import revision
from tests.stories.receivers import MailServer, WebhookServer
from tests.support import ANTIBODY, NOON, SYRINGE, Clock, box, event, furnish, syringes
from tests.support import recorder as recorder_of
from tests.trace import hands
from tests.web.house import House
from trace import Document, EventKind, Outcome, Reason, Recorded, Refused, Thing, open_exceptions

SECRET = base64.b64encode(b"a secret of two dozen bytes!").decode()


def opened(case_id: str = "RC-2026-0001", *scope: Scope, drill: bool = False) -> Recall:
    return Recall(
        id=uuid7(),
        case_id=case_id,
        time=NOON,
        notified=NOON,
        recall_class=RecallClass.FIRST,
        reason="可见异物",
        source="江北生物制药",
        scope=scope or (Scope(ANTIBODY.code, ("B1",)),),
        person="0533",
        drill=drill,
    )


@pytest.fixture
def house(sqlite_url: str, tmp_path: Path, clock: Clock) -> Iterator[House]:
    """A hospital with products and places, and nothing in them."""
    opened_house = House(sqlite_url, tmp_path / "data", clock)
    furnish(opened_house.recorder)
    yield opened_house
    opened_house.hospital.close()


@pytest.fixture
def desk(house: House) -> House:
    """The same with boxes of one lot in the store."""
    boxes = [box(f"K{number}", lot="B1") for number in range(8)]
    house.recorder.record([event(EventKind.RECEIVED, *boxes, time=NOON)])
    return house


def told_to(house: House, tmp_path: Path, mail: MailServer, hook: WebhookServer) -> Messenger:
    secret = tmp_path / "webhook.secret"
    secret.write_text(f"whsec_{SECRET}\n", encoding="utf-8")
    notices = NoticeSettings(
        mail_to=("sbk@hospital.example",),
        mail_staff="{number}@staff.hospital.example",
        mail_from="medtrace@hospital.example",
        smtp=mail.url,
        webhooks=(hook.url,),
        webhook_secret_file=secret,
    )
    own = house.hospital
    return Messenger(replace(own, settings=replace(own.settings, notices=notices)))


def delivered(house: House, case_id: str = "RC-2026-0001") -> list[tuple[str, str, bool, int, str]]:
    own = house.hospital
    with own.database.read() as connection:
        found = deliveries_of_case(connection, own.ledger_id, case_id)
    return [(x.channel, x.target, x.delivered, x.attempts, x.detail) for x in found]


def test_a_notice_is_tried_until_it_arrives_signed_once_and_on_record(
    desk: House, clock: Clock, tmp_path: Path
) -> None:
    desk.recorder.record([opened()])
    with MailServer(busy=1) as mail, WebhookServer(500, 302) as hook:
        messenger = told_to(desk, tmp_path, mail, hook)
        messenger.look()
        messenger.look()  # nothing more before its time
        assert (len(mail.mails), len(hook.calls), delivered(desk)) == (0, 1, [])
        clock.advance(seconds=6)
        messenger.look()
        assert (len(mail.mails), len(hook.calls)) == (1, 2)
        clock.advance(seconds=31)
        messenger.look()
        messenger.look()
    assert len(mail.mails) == 1
    assert "召回启动" in mail.mails[0]["Subject"]
    assert "贝伐珠单抗注射液" in mail.mails[0].get_content()
    origin = hook.url.removesuffix("/hooks/recall?key=secret")
    assert delivered(desk) == [
        ("mail", "sbk@hospital.example", True, 2, ""),
        ("webhook", origin, True, 3, ""),
    ]
    ids = {headers["webhook-id"] for headers, _ in hook.calls}
    assert len(ids) == 1
    for headers, body in hook.calls:
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        mac = hmac.new(base64.b64decode(SECRET), signed, hashlib.sha256).digest()
        assert headers["webhook-signature"] == "v1," + base64.b64encode(mac).decode()
    told = json.loads(hook.calls[-1][1])
    assert (told["type"], told["data"]["case"]) == ("recall.opened", "RC-2026-0001")
    assert told["data"]["openTasks"] == 1


def test_who_wants_no_more_calls_is_given_up_at_once(desk: House, tmp_path: Path) -> None:
    desk.recorder.record([opened()])
    with MailServer() as mail, WebhookServer(410) as hook:
        told_to(desk, tmp_path, mail, hook).look()
        told_to(desk, tmp_path, mail, hook).look()
        assert len(hook.calls) == 1
    assert ("webhook", hook.url.split("/hooks")[0], False, 1, "HTTP 410") in delivered(desk)


def stepped(clock: Clock, kind: StepKind, **task: Any) -> TaskStep:  # noqa: ANN401 -- fields
    return TaskStep(
        id=uuid7(),
        case_id="RC-2026-0001",
        time=clock(),
        place="STORE",
        step=kind,
        person="0417",
        **task,
    )


def test_open_tasks_are_reminded_of_at_half_time_and_escalated_when_it_is_over(
    desk: House, clock: Clock, tmp_path: Path
) -> None:
    start = clock()
    desk.recorder.record([replace(opened(drill=True), time=start, notified=start)])
    with MailServer() as mail, WebhookServer() as hook:
        messenger = told_to(desk, tmp_path, mail, hook)
        tasks: list[dict[str, Any]] = [
            {"work": Work.SEARCH},
            {"work": Work.NOTIFY, "patient": uuid4()},
        ]
        owners = ("2308", "x@elsewhere.example,2308")
        for task, owner in zip(tasks, owners, strict=True):
            desk.recorder.record([stepped(clock, StepKind.ASSIGNED, owner=owner, **task)])
        for hours in (0, 13, 0, 12, 23, 2):
            clock.advance(hours=hours)
            messenger.look()
        desk.recorder.record([stepped(clock, StepKind.DONE, **task) for task in tasks])
        clock.advance(hours=48)
        messenger.look()
    kinds = [json.loads(body)["type"] for _, body in hook.calls]
    assert kinds == ["recall.opened", "recall.reminder", "recall.escalation", "recall.escalation"]
    assert all("演练" in mail["Subject"] for mail in mail.mails)
    assert all(json.loads(body)["data"]["drill"] for _, body in hook.calls)
    rebuild_projections(desk.hospital)
    assert len(delivered(desk)) == 11
    receivers = [(str(mail["To"]), str(mail["Subject"])) for mail in mail.mails]
    late = [subject for to, subject in receivers if to == "2308@staff.hospital.example"]
    assert len(late) == 3, "who was given the task is reminded, then told twice that it is late"
    assert {to for to, _ in receivers} == {"sbk@hospital.example", "2308@staff.hospital.example"}


def case_and_tasks(own: Hospital, case_id: str) -> tuple[Case, dict[tuple[Work, str], TaskState]]:
    with own.database.read() as connection:
        case = find_case(connection, own.ledger_id, case_id)
        assert case is not None
        tasks = tasks_of_case(connection, own.ledger_id, case)
    return case, {(task.work, task.subject): task.state for task in tasks}


def ok(outcomes: Sequence[Outcome]) -> None:
    assert all(isinstance(each, Recorded) for each in outcomes), outcomes


def test_a_lot_on_thirty_wards_in_packs_and_with_patients_is_answered_to_the_last_vial(
    house: House,
) -> None:
    """Received in cartons, unpacked, spread, given; every place and patient has a task."""
    recorder, own = house.recorder, house.hospital
    wards, patients = [f"S{n:02}" for n in range(30)], [uuid4() for _ in range(90)]
    places = [Location(ward, f"{ward} 病区", "ward") for ward in wards]
    kept = [Definition(id=uuid7(), time=NOON, thing=place) for place in places]
    ok(recorder.record(kept))
    boxes = [box(f"P{number:03}", lot="B1") for number in range(180)]
    ok(recorder.record([event(EventKind.RECEIVED, *boxes, time=NOON)]))
    events = []
    for number, ward in enumerate(wards):
        mine = boxes[number * 6 : number * 6 + 6]
        carton = f"https://id.gs1.org/00/{106141410000000000 + number:018}"
        events.append(event(EventKind.PACKED, *mine, parent=carton, time=NOON))
        events.append(event(EventKind.MOVED, thing(carton), to=ward, time=NOON))
        for index, patient in enumerate(patients[number * 3 : number * 3 + 3]):
            given = mine[index]
            events.append(event(EventKind.ADMINISTERED, given, at=ward, patient=patient, time=NOON))
    ok(recorder.record(events))
    ok(recorder.record([opened()]))
    (outcome,) = recorder.record([event(EventKind.ADMINISTERED, boxes[4], at=wards[0])])
    assert isinstance(outcome, Refused)
    case, tasks = case_and_tasks(own, "RC-2026-0001")
    assert {subject for work, subject in tasks if work is Work.SEARCH} == set(wards)
    assert {subject for work, subject in tasks if work is Work.NOTIFY} == set(map(str, patients))
    ok(recorder.record([event(EventKind.QUARANTINED, *boxes[3:6], at=wards[0])]))
    with own.database.read() as connection:
        found = answer(connection, own.ledger_id, case.scope)
    assert (found.received, found.used, found.available, found.quarantined) == (180, 90, 87, 3)
    assert found.agrees
    oracle = Oracle(own.ledger.entries(0, own.ledger.head().size))
    lots = {lot for lot in oracle.lots if lot[1] == "B1"}
    assert sum(oracle.balances(lots).values()) == 180
    assert len(oracle.patients(lots)) == len({each.patient for each in found.patients}) == 90


def thing(key: str) -> Thing:
    return Thing(key)


def test_a_recall_widened_twice_holds_more_each_time_and_says_so(desk: House) -> None:
    recorder, own = desk.recorder, desk.hospital
    papers = (Document("prescription", "RX-1"),)
    ok(
        recorder.record(
            [
                event(EventKind.RECEIVED, box("N1", lot="B2"), syringes(20), time=NOON),
                opened("RC-1"),
            ]
        )
    )
    for scope, goods in (
        (Scope(ANTIBODY.code, ("B2",)), box("N1")),
        (Scope(SYRINGE.code, ("L1",)), syringes(2)),
    ):
        ok(recorder.record([event(EventKind.RESERVED, goods, documents=papers)]))
        ok(recorder.record([revision(adds=(scope,), signed=False)]))
        (outcome,) = recorder.record(
            [
                event(
                    EventKind.DISPENSED,
                    goods,
                    to="W07",
                    documents=papers,
                )
            ]
        )
        assert isinstance(outcome, Refused)
        assert outcome.reason is Reason.RECALLED
    case, tasks = case_and_tasks(own, "RC-1")
    assert [len(each.adds) for each in case.revisions] == [1, 1]
    assert len(case.scope) == 2
    assert tasks == {(Work.SEARCH, "STORE"): TaskState.OPEN}


def test_a_handheld_out_of_reach_tells_later_and_its_patient_is_on_the_lists(
    desk: House,
) -> None:
    """It gave a box after the recall was opened: that has happened, breaks a rule, and counts."""
    recorder, own, patient = desk.recorder, desk.hospital, uuid4()
    ok(recorder.record([event(EventKind.DISPENSED, box("K1"), to="W07", patient=patient)]))
    ok(recorder.record([opened()]))
    with own.database.read() as connection:
        before, blocks = blocks_in_force(connection, own.ledger_id)
    assert [(each.case_id, each.extent.lots) for each in blocks] == [("RC-2026-0001", ("B1",))]
    told = event(EventKind.ADMINISTERED, box("K1"), at="W07", patient=patient, after_the_fact=True)
    (outcome,) = recorder.record([told])
    assert isinstance(outcome, Recorded)
    (again,) = recorder.record([event(EventKind.ADMINISTERED, box("K2"), patient=patient)])
    assert isinstance(again, Refused)
    with own.database.read() as connection:
        broken = {each.broken.reason for each in open_exceptions(connection, own.ledger_id)}
        assert Reason.RECALLED in broken
        after, _ = blocks_in_force(connection, own.ledger_id)
    assert after == before
    case, tasks = case_and_tasks(own, "RC-2026-0001")
    assert (Work.ASSESS, str(patient)) in tasks
    with own.database.read() as connection:
        found = answer(connection, own.ledger_id, case.scope)
    assert (found.used, found.agrees) == (1, True)


@pytest.mark.long
def test_eight_processes_dispense_and_not_one_unit_leaves_after_the_commit(
    ledger: Ledger, database_url: str
) -> None:
    spawn = get_context("spawn")
    first = recorder_of(ledger)
    furnish(first)
    hands_full = [[f"H{hand}-{number}" for number in range(60)] for hand in range(8)]
    for serials in hands_full:
        boxes = [box(serial, lot="B1", expiry=date(2028, 1, 1)) for serial in serials]
        ok(first.record([event(EventKind.RECEIVED, *boxes)]))
    start, begun = spawn.Barrier(9), spawn.Event()
    answers: list[Queue[hands.Answers]] = [spawn.Queue() for _ in range(9)]
    workers = [
        spawn.Process(
            target=hands.dispense_one_by_one,
            args=(database_url, serials, start, begun, queue),
        )
        for serials, queue in zip(hands_full, answers, strict=False)
    ]
    workers.append(
        spawn.Process(
            target=hands.open_case,
            args=(database_url, opened("RC-8"), start, begun, answers[8]),
        )
    )
    for worker in workers:
        worker.start()
    said = [queue.get(timeout=120) for queue in answers]
    for worker in workers:
        worker.join(30)
        assert worker.exitcode == 0
    assert said[8] == ["recorded"]
    for each in said[:8]:
        went = each.count("recorded")
        assert each == ["recorded"] * went + ["recalled"] * (len(each) - went)
    kinds = [entry.kind for entry in ledger.entries(0, ledger.head().size)]
    assert "trace" not in kinds[kinds.index("recall") :]
    verify_chain(ledger)
