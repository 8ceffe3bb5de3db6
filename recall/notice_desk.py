"""Notices and their deliveries in every recording, and questions about them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Table, select

import bulk
from ledger import timestamp
from recall import models, work_models
from recall.notices import RecallDelivery, RecallNotice, Topic
from trace import NO_CHANGE, NoChange, Reason, Recordable, Refused, Touch

_CASES = bulk.Lookup(models.recall_case, ("case_id",), by="case_id")
_PUT_NOTICES = bulk.Insert(work_models.recall_notice)
_PUT_DELIVERIES = bulk.Insert(work_models.recall_delivery)
_NOTICE = work_models.recall_notice.c
_DELIVERY = work_models.recall_delivery.c


@dataclass(frozen=True, slots=True)
class NoticeChange:
    """The change: a notice goes out, or it is known what became of it."""

    told: RecallNotice | RecallDelivery
    context: Mapping[str, Any] = field(default_factory=dict)
    touch: Touch = field(default_factory=Touch)


class NoticeState:
    """The working state of one batch."""

    def __init__(self, ledger_id: int, cases: set[str]) -> None:
        self.ledger_id = ledger_id
        self.cases = cases
        self.told: list[tuple[RecallNotice | RecallDelivery, int]] = []


class NoticeDesk:
    """Participant: the notices of recalls."""

    tables: ClassVar[Sequence[Table]] = (work_models.recall_notice, work_models.recall_delivery)

    def forget(self) -> None:
        """Nothing is remembered between batches."""

    def load(
        self, connection: Connection, ledger_id: int, records: Sequence[Recordable]
    ) -> NoticeState | None:
        """Which cases there are."""
        told = [each for each in records if isinstance(each, (RecallNotice, RecallDelivery))]
        if not told:
            return None
        names = [each.case_id for each in told]
        cases = {row[0] for row in _CASES.fetch(connection, ledger_id, names)}
        # A replay takes a case and its notices in one batch.
        cases |= {case for each in records if (case := getattr(each, "case_id", None))}
        return NoticeState(ledger_id, cases)

    def decide(
        self, state: NoticeState | None, record: Recordable
    ) -> NoticeChange | NoChange | Refused:
        """A notice is about a case that there is."""
        if state is None or not isinstance(record, (RecallNotice, RecallDelivery)):
            return NO_CHANGE
        if record.case_id not in state.cases:
            return Refused(Reason.UNKNOWN_CASE, {"case": record.case_id})
        return NoticeChange(record)

    def accept(
        self, state: NoticeState, _record: Recordable, change: NoticeChange, seq: int
    ) -> None:
        """Take it into the working state."""
        state.told.append((change.told, seq))

    def apply(self, connection: Connection, state: NoticeState | None) -> None:
        """Write the rows."""
        if state is None:
            return
        own = state.ledger_id
        notices = [_notice_row(own, t, seq) for t, seq in state.told if isinstance(t, RecallNotice)]
        _PUT_NOTICES.run(connection, notices)
        _PUT_DELIVERIES.run(
            connection,
            [_delivery_row(own, t, seq) for t, seq in state.told if isinstance(t, RecallDelivery)],
        )


def known_notices(connection: Connection, ledger_id: int, ids: Sequence[UUID]) -> set[UUID]:
    """Which of some notices went out already."""
    query = select(_NOTICE.notice).where(
        _NOTICE.ledger_id == ledger_id, _NOTICE.notice.in_([each.bytes for each in ids])
    )
    return {UUID(bytes=bytes(row)) for row in connection.execute(query).scalars()}


def notices_since(connection: Connection, ledger_id: int, since: datetime) -> list[RecallNotice]:
    """The notices that went out since a moment, in the ledger's order."""
    return _notices(connection, ledger_id, _NOTICE.told >= timestamp(since))


def notices_of(connection: Connection, ledger_id: int, ids: Collection[UUID]) -> list[RecallNotice]:
    """The notices of these ids, in the ledger's order."""
    return _notices(connection, ledger_id, _NOTICE.notice.in_([each.bytes for each in ids]))


def _notices(
    connection: Connection, ledger_id: int, condition: ColumnElement[bool]
) -> list[RecallNotice]:
    query = select(work_models.recall_notice).where(_NOTICE.ledger_id == ledger_id, condition)
    return [
        RecallNotice(
            id=UUID(bytes=bytes(row.notice)),
            case_id=row.case_id,
            time=datetime.fromisoformat(row.told),
            topic=Topic(row.topic),
            open_tasks=row.open_tasks,
        )
        for row in connection.execute(query.order_by(_NOTICE.seq))
    ]


def deliveries_of_case(
    connection: Connection, ledger_id: int, case_id: str
) -> list[RecallDelivery]:
    """What became of the notices of a case, in the ledger's order."""
    query = select(work_models.recall_delivery).where(
        _DELIVERY.ledger_id == ledger_id, _DELIVERY.case_id == case_id
    )
    return [
        RecallDelivery(
            id=UUID(bytes=bytes(row.notice)),
            case_id=row.case_id,
            time=datetime.fromisoformat(row.at),
            notice=UUID(bytes=bytes(row.notice)),
            channel=row.channel,
            target=row.target,
            delivered=bool(row.delivered),
            attempts=row.attempts,
            detail=row.detail,
        )
        for row in connection.execute(query.order_by(_DELIVERY.seq))
    ]


def _notice_row(ledger_id: int, told: RecallNotice, seq: int) -> bulk.Row:
    moment = timestamp(told.time)
    return (
        *(ledger_id, told.id.bytes, told.case_id, told.topic.value),
        *(moment, told.open_tasks, seq),
    )


def _delivery_row(ledger_id: int, told: RecallDelivery, seq: int) -> bulk.Row:
    return (
        *(ledger_id, seq, told.notice.bytes, told.case_id, told.channel, told.target),
        *(told.delivered, told.attempts, told.detail, timestamp(told.time)),
    )
