"""The recorder in a process of its own: the same answers, whatever arrives on its socket."""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from uuid6 import uuid7

from errors import MedtraceError, Unavailable
from hospital import DECODERS
from inventory import Definition
from ledger import Ledger, Receipt
from tests.support import NOON, SYRINGE, Clock, box, event, furnish, recorder
from trace import (
    AlreadyRecorded,
    Event,
    EventKind,
    Outcome,
    Reason,
    Recorded,
    Recorder,
    RecorderProcess,
    Refused,
    RemoteRecorder,
    Thing,
    wire,
)
from trace.recorder import Prepared


@dataclass
class Served:
    """A recorder on a socket, and what is behind it."""

    path: Path
    ledger: Ledger
    recorder: Recorder
    remotes: list[RemoteRecorder] = field(default_factory=list)

    def remote(self, patience: float = 30.0) -> RemoteRecorder:
        made = RemoteRecorder(self.path, patience)
        self.remotes.append(made)
        return made

    @contextmanager
    def serving(self) -> Iterator[None]:
        """Serve for a while."""
        stop = threading.Event()
        process = RecorderProcess(self.path, self.recorder, DECODERS)
        thread = threading.Thread(target=process.serve, args=(lambda: not stop.is_set(),))
        thread.start()
        try:
            yield
        finally:
            stop.set()
            self._wake()
            thread.join(timeout=10)
            process.close()
        assert not thread.is_alive()

    def _wake(self) -> None:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(self.path))

    def events(self) -> list[UUID]:
        """The ids of the events that happened, in the order of the ledger."""
        entries = self.ledger.entries(0, self.ledger.head().size)
        return [
            UUID(each.event["eventID"])
            for each in entries
            if each.event["type"] == "ObjectEvent" and each.kind == "trace"
        ]

    def exchange(self, content: bytes) -> Any:  # noqa: ANN401 -- whatever JSON says
        """Send bytes as they are; what comes back, or None when the process hangs up."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(10)
            connection.connect(str(self.path))
            connection.sendall(content)
            try:
                return json.loads(wire.receive(connection))
            except ConnectionError:
                return None


@pytest.fixture
def idle(ledger: Ledger) -> Iterator[Served]:
    """A recorder that is not served yet; the path of a socket has 108 bytes at the most."""
    made = recorder(ledger)
    furnish(made)
    with TemporaryDirectory(prefix="mt") as folder:
        found = Served(Path(folder) / "run" / "recorder.sock", ledger, made)
        yield found
        for remote in found.remotes:
            remote.close()


@pytest.fixture
def served(idle: Served) -> Iterator[Served]:
    """A recorder that is served."""
    with idle.serving():
        yield idle


def received(serial: str) -> Event:
    return event(EventKind.RECEIVED, box(serial, lot="B1"))


def test_the_answers_are_those_of_the_recorder(served: Served) -> None:
    remote = served.remote()
    first, broken = received("A1"), event(EventKind.MOVED, box("never"), to="PHARM")
    moved = event(EventKind.MOVED, box("A1"), to="PHARM")
    outcomes = remote.record([first, broken, moved])
    assert [type(each) for each in outcomes] == [Recorded, Refused, Recorded]
    assert remote.record([first]) == [AlreadyRecorded(_receipt(outcomes[0]))]
    assert served.recorder.record([first]) == [AlreadyRecorded(_receipt(outcomes[0]))]
    refused = outcomes[1]
    assert isinstance(refused, Refused)
    assert (refused.reason, refused.receipt is None) == (Reason.NOT_RECEIVED, False)
    (conflict,) = remote.record([replace(first, note="other")])
    assert isinstance(conflict, Refused)
    assert (conflict.reason, conflict.receipt) == (Reason.ID_CONFLICT, None)
    entries = served.ledger.entries(0, served.ledger.head().size)
    assert entries[-1].seq == _receipt(outcomes[2]).seq


def test_what_is_stored_is_what_was_told(served: Served) -> None:
    told = replace(
        event(
            EventKind.RECEIVED,
            box("A1", lot="B1"),
            Thing("https://id.gs1.org/01/06945678901232/10/L1", 40),
        ),
        note="“引号” 和 emoji 💊 / \\u0000",
        time=datetime(2026, 11, 22, 3, 59, 59, 999000, tzinfo=UTC),
    )
    (outcome,) = served.remote().record([told])
    (entry,) = served.ledger.entries(_receipt(outcome).seq, _receipt(outcome).seq + 1)
    assert Event.parse(entry.event) == told


def test_definitions_go_the_same_way(served: Served) -> None:
    product = replace(SYRINGE, code="C002", identifiers=("https://id.gs1.org/01/06945678901249",))
    (outcome,) = served.remote().record([Definition(id=uuid7(), time=NOON, thing=product)])
    assert isinstance(outcome, Recorded)


def test_many_callers_at_once_each_get_their_own_answer(served: Served) -> None:
    remote = served.remote()
    batches = [[received(f"{caller}-{n}") for n in range(5)] for caller in range(24)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(remote.record, batches))
    entries = {each.seq: each for each in served.ledger.entries(0, served.ledger.head().size)}
    for batch, outcomes in zip(batches, answers, strict=True):
        assert [entries[_receipt(each).seq].event["eventID"] for each in outcomes] == [
            f"urn:uuid:{each.id}" for each in batch
        ]
    assert len(served.events()) == 120


def test_a_bad_event_fails_its_own_caller_only(served: Served) -> None:
    remote = served.remote()
    bad = replace(received("bad"), note="\x00")
    with ThreadPoolExecutor(8) as pool:
        good = [pool.submit(remote.record, [received(f"G{n}")]) for n in range(20)]
        wrong = [pool.submit(remote.record, [bad]) for _ in range(5)]
        for future in wrong:
            error = future.exception()
            assert isinstance(error, MedtraceError)
            assert (error.code, error.status) == ("text-with-nul", 422)
        for future in good:
            assert isinstance(future.result()[0], Recorded)
    assert len(served.events()) == 20


def test_without_a_process_the_caller_is_told(idle: Served) -> None:
    with pytest.raises(Unavailable) as caught:
        idle.remote().record([received("A1")])
    assert (caught.value.code, caught.value.status) == ("recorder-unreachable", 503)
    assert idle.events() == []


def test_a_caller_finds_the_next_process_by_itself(idle: Served) -> None:
    remote = idle.remote()
    with idle.serving():
        remote.record([received("A1")])
    with pytest.raises(Unavailable):
        remote.record([received("A2")])
    with idle.serving():
        assert isinstance(remote.record([received("A3")])[0], Recorded)
    assert len(idle.events()) == 2


def test_no_old_connection_is_left_after_a_process_died(idle: Served) -> None:
    remote = idle.remote()
    with idle.serving():
        remote.record([received("A1")])
        remote._idle += [remote._connect() for _ in range(3)]  # of callers who came together
    with idle.serving():
        assert isinstance(remote.record([received("A2")])[0], Recorded)


def test_a_connection_that_breaks_before_the_answer_records_once(idle: Served) -> None:
    """The first process records and dies before it answers; the second one knows the event."""
    told = received("A1")
    listener = _listener(idle.path)
    answer: list[list[Outcome]] = []
    caller = threading.Thread(target=lambda: answer.append(idle.remote().record([told])))
    caller.start()
    connection, _ = listener.accept()
    wire.receive(connection)
    (first,) = idle.recorder.record([told])
    with idle.serving():
        connection.close()
        listener.close()
        caller.join(timeout=10)
    assert answer == [[AlreadyRecorded(_receipt(first))]]
    assert idle.events() == [told.id]


def test_a_process_that_does_not_answer_counts_as_gone(idle: Served) -> None:
    listener = _listener(idle.path)
    with pytest.raises(Unavailable):
        idle.remote(patience=0.05).record([received("A1")])
    listener.close()


def test_an_answer_that_came_late_is_never_taken_for_the_next_one(idle: Served) -> None:
    listener = _listener(idle.path)
    remote = idle.remote(patience=0.3)
    with pytest.raises(Unavailable):
        remote.record([received("A1")])
    late = [listener.accept()[0] for _ in range(2)]
    for connection in late:
        _send_quietly(connection, wire.frame(wire.answer_bytes([Recorded(_some_receipt())])))
    listener.close()
    with idle.serving():
        (outcome,) = remote.record([received("A2")])
    assert _receipt(outcome) != _some_receipt()
    for connection in late:
        connection.close()


def test_a_child_of_a_fork_does_not_use_its_parents_connection(served: Served) -> None:
    remote = served.remote()
    remote.record([received("A1")])
    (parents,) = remote._idle
    remote._owner += 1  # as if this were another process
    assert isinstance(remote.record([received("A2")])[0], Recorded)
    assert remote._idle != [parents]


def test_connections_are_used_again(served: Served) -> None:
    remote = served.remote()
    for number in range(5):
        remote.record([received(str(number))])
    assert len(remote._idle) == 1


NOT_A_REQUEST: dict[str, bytes] = {
    "no JSON": b"{half",
    "a number": b"1",
    "an object": b'{"type": "ObjectEvent"}',
    "a list of texts": b'["ObjectEvent"]',
    "no type": b"[{}]",
    "no such type": b'[{"type": "Theft"}]',
    "a type that is none": b'[{"type": []}]',
    "half an event": b'[{"type": "ObjectEvent", "eventID": "urn:uuid:1"}]',
    "a place that is a number": b'[{"type": "ObjectEvent", "readPoint": {"id": 5}}]',
    "too deep": b"[" * 200_000,
    "no UTF-8": b"\xff\xfe",
}


@pytest.mark.parametrize("content", NOT_A_REQUEST.values(), ids=NOT_A_REQUEST)
def test_what_is_no_request_is_answered_and_the_process_goes_on(
    served: Served, content: bytes
) -> None:
    told = served.exchange(wire.frame(content))
    assert told["error"]["code"]
    assert isinstance(served.remote().record([received("A1")])[0], Recorded)


def test_who_sends_no_frame_is_hung_up_on(served: Served) -> None:
    assert served.exchange(b"GET / HTTP/1.1\r\n\r\n") is None
    assert served.exchange(struct.pack("!I", wire.LARGEST + 1)) is None
    assert isinstance(served.remote().record([received("A1")])[0], Recorded)


def test_a_request_in_small_pieces_and_two_in_one(served: Served) -> None:
    first, second = (wire.request_bytes([received(serial).encode()]) for serial in ("A1", "A2"))
    both = wire.frame(first) + wire.frame(second)
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(10)
        connection.connect(str(served.path))
        for start in range(0, len(both), 97):
            connection.sendall(both[start : start + 97])
        answers = _answers(connection, 2)
    assert all("receipt" in answer[0] for answer in answers)
    assert len(served.events()) == 2


def test_a_caller_who_hangs_up_takes_nobody_along(served: Served) -> None:
    for _ in range(20):
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(served.path))
            connection.sendall(wire.frame(wire.request_bytes([received("X").encode()])))
    assert isinstance(served.remote().record([received("A1")])[0], Recorded)


def test_a_mistake_of_ours_is_told_without_its_words(
    idle: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object) -> list[Outcome]:
        raise ZeroDivisionError("the secret is in here")

    monkeypatch.setattr(idle.recorder, "write", fail)
    with idle.serving(), pytest.raises(MedtraceError) as caught:
        idle.remote().record([received("A1")])
    assert (caught.value.code, caught.value.status) == ("internal", 500)
    assert "secret" not in str(caught.value)


def test_a_batch_that_fails_is_tried_caller_by_caller(
    idle: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = idle.recorder.write
    sizes: list[int] = []

    def fail_for_poison(prepared: Sequence[Prepared]) -> list[Outcome]:
        sizes.append(len(prepared))
        if any(b"poison" in each.event for each in prepared):
            raise ZeroDivisionError
        return write(prepared)

    monkeypatch.setattr(idle.recorder, "write", fail_for_poison)
    frames = [
        wire.frame(wire.request_bytes([received(serial).encode()]))
        for serial in ("good", "poison", "fine")
    ]
    with idle.serving(), socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(10)
        connection.connect(str(idle.path))
        connection.sendall(b"".join(frames))
        answers = _answers(connection, 3)
    assert ["error" in answer for answer in answers] == [False, True, False]
    assert sizes == [3, 1, 1, 1]
    assert len(idle.events()) == 2


def test_only_the_owner_may_connect(served: Served) -> None:
    assert served.path.stat().st_mode & 0o777 == 0o600
    assert served.path.parent.stat().st_mode & 0o777 == 0o700


def test_what_a_dead_process_left_is_replaced(idle: Served) -> None:
    _listener(idle.path).close()
    with idle.serving():
        assert isinstance(idle.remote().record([received("A1")])[0], Recorded)


DIGESTS = st.binary(min_size=32, max_size=32)
MOMENTS = st.datetimes(
    datetime(2000, 1, 1),  # noqa: DTZ001 -- hypothesis adds the zone
    datetime(2100, 1, 1),  # noqa: DTZ001 -- hypothesis adds the zone
    timezones=st.just(UTC),
).map(lambda moment: moment.replace(microsecond=moment.microsecond // 1000 * 1000))
RECEIPTS = st.builds(Receipt, st.integers(0, 2**53), DIGESTS, MOMENTS)
VALUES = st.dictionaries(st.text(max_size=9), st.text(max_size=9) | st.integers(-9, 9), max_size=3)
OUTCOMES = st.one_of(
    st.builds(Recorded, RECEIPTS),
    st.builds(AlreadyRecorded, RECEIPTS),
    st.builds(Refused, st.sampled_from(Reason), VALUES, receipt=st.none() | RECEIPTS),
)


@settings(deadline=None)
@given(st.lists(OUTCOMES, max_size=5))
def test_outcomes_survive_the_wire(outcomes: list[Outcome]) -> None:
    assert wire.outcomes_of(wire.answer_bytes(outcomes)) == outcomes


@given(st.lists(st.binary(max_size=300), max_size=6), st.integers(1, 50))
def test_frames_survive_any_cut(contents: list[bytes], step: int) -> None:
    stream = b"".join(map(wire.frame, contents))
    received_so_far, frames = bytearray(), []
    for start in range(0, len(stream), step):
        received_so_far += stream[start : start + step]
        frames += wire.split(received_so_far)
    assert frames == contents
    assert not received_so_far


def test_an_error_survives_the_wire() -> None:
    told = Unavailable("recorder-unreachable", field="events.0", count=3)
    with pytest.raises(MedtraceError) as caught:
        wire.outcomes_of(wire.error_bytes(told))
    assert (caught.value.code, caught.value.field) == ("recorder-unreachable", "events.0")
    assert (caught.value.status, caught.value.text) == (503, told.text)


def _answers(connection: socket.socket, count: int) -> list[Any]:
    got, frames = bytearray(), list[bytes]()
    while len(frames) < count:
        got += connection.recv(4096)
        frames += wire.split(got)
    return [json.loads(frame) for frame in frames]


def _receipt(outcome: Outcome) -> Receipt:
    assert outcome.receipt is not None
    return outcome.receipt


def _some_receipt() -> Receipt:
    return Receipt(1_000_000, bytes(32), Clock().now)


def _listener(path: Path) -> socket.socket:
    path.parent.mkdir(mode=0o700, exist_ok=True)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    listener.listen()
    return listener


def _send_quietly(connection: socket.socket, content: bytes) -> None:
    try:
        connection.sendall(content)
    except OSError:
        return
