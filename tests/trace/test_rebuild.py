"""The ledger is the truth, tables are shadows: drop them, replay, and the same rows come back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Table
from uuid6 import uuid7

from errors import Conflict
from hospital import DECODERS, new_participants
from inventory import Definition
from inventory.act import Act
from ledger import Ledger
from recall import Recall, RecallClass, Scope
from tests.support import (
    ANTIBODY,
    LOCATIONS,
    NOON,
    box,
    event,
    furnish,
    recorder,
)
from tests.trace.histories import Storyteller, story, tell
from tests.trace.rows import Rows, rows_of, small_hospital
from trace import (
    NO_CHANGE,
    REFUSAL,
    Difference,
    Event,
    EventKind,
    NoChange,
    Reason,
    Recordable,
    Recorder,
    Refused,
    Touch,
    rebuild,
)

ELSEWHERE = {
    *("count_line", "declared_package", "par_level", "stock_count", "supplier"),
    *("recall_decision", "recall_revision", "recall_notice", "recall_delivery"),
    *("recall_check", "recall_level", "recall_report"),
    *("empty_ampoule", "narcotic_closing", "narcotic_line"),
    *("kit", "loaner_line", "loaner_set", "preference_list"),
    *("cold_product", "sensor", "sensor_watch", "excursion", "reading"),
    *("content", "reservation"),
}
"""Tables that the history leaves empty: their own tests fill them and rebuild."""


def projections() -> list[Table]:
    """The tables that a rebuild makes anew."""
    return [table for participant in new_participants() for table in participant.tables]


def replayed(ledger: Ledger) -> Rows:
    rebuild(ledger, new_participants(), DECODERS)
    return rows_of(ledger)


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.long)])
def test_a_rich_history_replays_to_the_same_rows(ledger: Ledger, seed: int) -> None:
    teller = recorder(ledger)
    furnish(teller)
    tell(teller, story(seed, 400))
    before = rows_of(ledger)
    for table in projections():
        assert before[table.name] or table.name in ELSEWHERE, f"{table.name} stays empty"
    kinds = {entry.kind for entry in ledger.entries(0, ledger.head().size)}
    assert kinds == {
        *("ledger", "catalogue", "trace", "order", "recall", "refusal", "packages", "correction")
    }
    assert replayed(ledger) == before


def test_the_rows_are_dropped_and_made_anew(ledger: Ledger) -> None:
    """A projection that was damaged comes back as it was."""
    teller = recorder(ledger)
    furnish(teller)
    tell(teller, story(3, 20))
    before = rows_of(ledger)
    with ledger.database.write() as connection:
        for table in projections():
            connection.execute(table.delete())
    assert rows_of(ledger) != before
    assert replayed(ledger) == before


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(random=st.randoms(use_true_random=False), count=st.integers(1, 25))
def test_whatever_happens_replays_to_the_same_rows(
    founded: Path, random: Random, count: int
) -> None:
    with small_hospital(founded) as ledger:
        tell(recorder(ledger), Storyteller(random).calls(count))
        before = rows_of(ledger)
        assert replayed(ledger) == before


def test_a_recorder_goes_on_after_a_rebuild(ledger: Ledger) -> None:
    """It remembers the versions of before: none may stand for something else afterwards."""
    here, elsewhere = recorder(ledger), recorder(ledger)
    furnish(here)
    here.record([event(EventKind.RECEIVED, box("A1", lot="B1"), box("A2", lot="B2"))])
    here.record([_recall("RC-1", "B8")])
    here.record([_recall("RC-2", "B9")])
    here.record([event(EventKind.MOVED, box("A1"))])
    rebuild(ledger, new_participants(), DECODERS)
    elsewhere.record([_recall("RC-3", "B1")])
    (outcome,) = here.record([event(EventKind.DISPENSED, box("A1"))])
    assert isinstance(outcome, Refused)
    assert outcome.reason is Reason.RECALLED


def test_a_recorder_sees_what_is_defined_after_a_rebuild(ledger: Ledger) -> None:
    here, elsewhere = recorder(ledger), recorder(ledger)
    for place in LOCATIONS[1:]:
        here.record([Definition(id=uuid7(), time=NOON, thing=place)])
    unknown = event(EventKind.MOVED, box("A1"), to="STORE", at="PHARM")
    assert _reason(here, unknown) is Reason.UNKNOWN_LOCATION
    rebuild(ledger, new_participants(), DECODERS)
    for thing in (LOCATIONS[0], ANTIBODY, *LOCATIONS[1:4]):
        elsewhere.record([Definition(id=uuid7(), time=NOON, thing=thing)])
        known = event(EventKind.MOVED, box("A1"), to="STORE", at="PHARM")
        assert _reason(here, known) is not Reason.UNKNOWN_LOCATION


def test_what_was_recorded_under_looser_rules_is_folded_as_it_was(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A rule that came later says nothing against a history; it is only told."""
    teller = recorder(ledger)
    furnish(teller)
    tell(teller, story(5, 200))
    before = _besides_refusals(ledger)
    monkeypatch.setattr(Act, "check_persons", _nobody_alone)
    differences = rebuild(ledger, new_participants(), DECODERS)
    assert _besides_refusals(ledger) == before
    assert {each.reason for each in differences} == {Reason.SECOND_PERSON_MISSING}
    (entry,) = ledger.entries(differences[0].seq, differences[0].seq + 1)
    assert entry.kind == "trace"
    assert rebuild(ledger, new_participants(), DECODERS) == differences


def _besides_refusals(ledger: Ledger) -> Rows:
    """Every row but those that say which things a refused attempt was about."""
    entries = ledger.entries(0, ledger.head().size)
    refused = {entry.seq for entry in entries if entry.kind == REFUSAL}
    rows = rows_of(ledger)
    for index in ("event_unit", "event_lot"):
        rows[index] = [row for row in rows[index] if row[2] not in refused]
    return rows


def _nobody_alone(act: Act, _product: object, touch: Touch) -> None:
    act.object(Reason.SECOND_PERSON_MISSING, touch)


def test_a_rule_of_another_participant_is_told_too(ledger: Ledger) -> None:
    teller = recorder(ledger)
    furnish(teller)
    teller.record([event(EventKind.RECEIVED, box("A1", lot="B1"))])
    before = rows_of(ledger)
    differences = rebuild(ledger, [*new_participants(), Stricter(Event)], DECODERS)
    assert differences == [Difference(ledger.head().size - 1, Reason.EXPIRED)]
    assert rows_of(ledger) == before


def test_a_definition_that_the_rules_refuse_changes_nothing(ledger: Ledger) -> None:
    teller = recorder(ledger)
    furnish(teller)
    before = rows_of(ledger)
    stricter = Stricter(Definition)
    with pytest.raises(Conflict, match="replay-differs") as caught:
        rebuild(ledger, [*new_participants(), stricter], DECODERS)
    assert caught.value.values["reason"] == "expired"
    assert rows_of(ledger) == before
    assert stricter.forgot == 2, "what was read in a transaction that failed is not remembered"


class Stricter:
    """A participant with a rule that did not stand when the history was made."""

    tables: ClassVar[Sequence[Table]] = ()

    def __init__(self, kind: type[Recordable]) -> None:
        self.forgot = 0
        self._kind = kind

    def forget(self) -> None:
        self.forgot += 1

    def load(self, _connection: object, _ledger_id: int, _records: object) -> str:
        return "stricter"

    def decide(self, _state: str, record: Recordable) -> NoChange | Refused:
        return Refused(Reason.EXPIRED) if isinstance(record, self._kind) else NO_CHANGE

    def accept(self, _state: str, _record: object, _change: NoChange, _seq: int) -> None:
        raise AssertionError("there is no change")

    def apply(self, _connection: object, _state: str) -> None:
        return None


def test_progress_is_told(ledger: Ledger) -> None:
    furnish(recorder(ledger))
    told: list[tuple[int, int]] = []
    rebuild(ledger, new_participants(), DECODERS, progress=lambda *at: told.append(at))
    size = ledger.head().size
    assert told == [(size, size)]


def _recall(case: str, lot: str) -> Recall:
    return Recall(
        id=uuid7(),
        case_id=case,
        time=NOON,
        notified=NOON,
        recall_class=RecallClass.FIRST,
        reason="玻璃屑",
        source="厂家",
        scope=(Scope(ANTIBODY.code, (lot,)),),
    )


def _reason(recorder: Recorder, happening: Any) -> Reason | None:  # noqa: ANN401 -- an event
    (outcome,) = recorder.record([happening])
    return outcome.reason if isinstance(outcome, Refused) else None
