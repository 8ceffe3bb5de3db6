"""Effectiveness checks: how many departments are asked, and what a closing says of it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from uuid6 import uuid7

from errors import Invalid
from hospital import DECODERS
from ledger import Ledger, encode
from recall import (
    CheckLevel,
    EffectivenessCheck,
    LevelChoice,
    ReportIssue,
    answer,
    checking_of,
    digest_of,
    entries_of_case,
    find_case,
    reports_of,
)
from tests.recall.test_closing import closing
from tests.recall.test_desk import checked, opened, reason
from tests.support import NOON, box, event, furnish, recorder
from tests.trace.rows import rows_of
from tests.trace.strategies import times, words
from trace import EventKind, Reason, Recorded, Recorder, Refused, rebuild


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Plain rows by key: the engines do not differ here."""
    return sqlite_url


@pytest.fixture
def desk(ledger: Ledger) -> Recorder:
    """Boxes of B1 in four departments, one of which has sent all of it on."""
    made = recorder(ledger)
    furnish(made)
    boxes = [box(str(number), lot="B1") for number in range(3)]
    made.record(
        [
            event(EventKind.RECEIVED, *boxes),
            event(EventKind.MOVED, boxes[0], to="PHARM"),
            event(EventKind.MOVED, boxes[0], at="PHARM", to="W07"),
            event(EventKind.MOVED, boxes[1], to="W08"),
            opened("RC-1"),
        ]
    )
    return made


def choice(level: CheckLevel) -> LevelChoice:
    return LevelChoice(
        id=uuid7(), case_id="RC-1", time=NOON, level=level, reason="省局要求", person="0533"
    )


@pytest.mark.parametrize(
    ("places", "needed"),
    [
        (0, (0, 0, 0, 0, 0)),
        (1, (1, 1, 1, 1, 0)),
        (11, (11, 3, 2, 1, 0)),
        (100, (100, 25, 10, 2, 0)),
    ],
)
def test_each_level_asks_its_share_and_of_some_never_none(
    places: int, needed: tuple[int, ...]
) -> None:
    assert tuple(level.of(places) for level in CheckLevel) == needed


def test_everybody_who_ever_had_the_goods_is_concerned(ledger: Ledger, desk: Recorder) -> None:
    desk.record([checked("RC-1", "W07", found=2), checked("RC-1", "PHARM")])
    desk.record([checked("RC-1", "OR1")])  # had none of it: worth knowing, not counted
    with ledger.database.read() as connection:
        case = find_case(connection, 1, "RC-1")
        assert case
        told = checking_of(connection, 1, case)
    assert [place.code for place in told.places] == ["PHARM", "STORE", "W07", "W08"]
    assert (told.level, told.needed, told.done, told.missing) == (CheckLevel.B, 1, 1, 0)
    assert not told.checks["W07"].effective


def test_a_closing_with_too_few_checks_is_explained(ledger: Ledger, desk: Recorder) -> None:
    back = [box(str(number)) for number in range(3)]
    places = ("W07", "W08", "STORE")
    desk.record(
        [
            event(EventKind.RETURNED, each, at=place, party="国控")
            for each, place in zip(back, places, strict=True)
        ]
    )
    (outcome,) = desk.record([closing(explanation="")])
    assert isinstance(outcome, Refused)
    assert outcome.reason is Reason.CASE_UNCHECKED
    assert outcome.values == {"case": "RC-1", "count": 1}
    desk.record([choice(CheckLevel.A), checked("RC-1", "W07", acted=False)])
    outcomes = desk.record(
        [
            *(checked("RC-1", place) for place in ("PHARM", "STORE", "W08")),
            closing(explanation=""),
            checked("RC-1", "W07"),
            closing(explanation=""),
        ]
    )
    assert [reason(each) for each in outcomes] == [*[None] * 3, Reason.CASE_UNCHECKED, None, None]
    last = ledger.entries(ledger.head().size - 1, ledger.head().size)[0]
    assert last.context == {"unsettled": 0, "checks": {"level": "A", "needed": 4, "done": 4}}


def test_what_is_filed_belongs_to_a_case_and_a_place(desk: Recorder) -> None:
    outcomes = desk.record([checked("RC-9"), checked("RC-1", "CELLAR")])
    assert [reason(each) for each in outcomes] == [Reason.UNKNOWN_CASE, Reason.UNKNOWN_LOCATION]


def test_a_report_rests_on_everything_that_happened_to_its_lots(
    ledger: Ledger, desk: Recorder
) -> None:
    desk.record([checked("RC-1"), choice(CheckLevel.E)])
    desk.record([event(EventKind.RECEIVED, box("other", lot="B2"))])
    desk.record([event(EventKind.DISPENSED, box("0"), at="W07")])  # stopped, and evidence
    with ledger.database.read() as connection:
        case = find_case(connection, 1, "RC-1")
        assert case
        found = answer(connection, 1, case.scope)
        seqs = entries_of_case(connection, 1, case, found, checking_of(connection, 1, case))
    kinds = [ledger.entries(seq, seq + 1)[0].kind for seq in seqs]
    assert kinds == [*["trace"] * 4, "recall", "recall", "recall", "refusal"]
    issue = ReportIssue(
        id=uuid7(),
        case_id="RC-1",
        time=NOON,
        report="00" * 32,
        entries=len(seqs),
        entries_digest=digest_of(seqs),
        person="0533",
    )
    assert isinstance(desk.record([issue])[0], Recorded)
    before = rows_of(ledger)
    rebuild(ledger, recorder(ledger)._participants, DECODERS)
    assert rows_of(ledger) == before
    with ledger.database.read() as connection:
        (report,) = reports_of(connection, 1, "RC-1")
    assert (report.report, report.entries_digest) == ("00" * 32, digest_of(reversed(seqs)))


filed = st.one_of(
    st.builds(
        EffectivenessCheck,
        id=st.uuids(),
        case_id=words,
        time=times,
        place=words,
        informed=st.booleans(),
        acted=st.booleans(),
        found=st.integers(0, 999),
        note=words,
        person=words,
    ),
    st.builds(
        LevelChoice,
        id=st.uuids(),
        case_id=words,
        time=times,
        level=st.sampled_from(CheckLevel),
        reason=words.filter(bool),
        person=words,
    ),
    st.builds(
        ReportIssue,
        id=st.uuids(),
        case_id=words,
        time=times,
        report=words,
        entries=st.integers(0, 10**6),
        entries_digest=words,
        person=words,
    ),
)


@given(filed)
def test_what_is_filed_reads_back_as_it_was(
    said: EffectivenessCheck | LevelChoice | ReportIssue,
) -> None:
    members = json.loads(said.encode())
    assert DECODERS[members["type"]](members) == said
    assert encode(members) == said.encode()


def test_a_check_finds_no_fewer_than_none() -> None:
    with pytest.raises(Invalid):
        checked("RC-1", found=-1)
