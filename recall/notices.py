"""Notices of a recall: what is told to whom outside, and what became of it, both on record.

A notice's id is made of what it is about, so that however many processes see that one is due, one
goes out. Nothing of a patient stands in it.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar, Final
from uuid import UUID

from ledger import encode
from recall.about_case import AboutCase, head_of
from recall.owned import is_pressing
from recall.queries import Case
from recall.work_queries import Task, TaskState

RECALL_NOTICE_TYPE = "medtrace:RecallNotice"
RECALL_DELIVERY_TYPE = "medtrace:RecallDelivery"

_NAMES: Final = UUID("6f1f2f0e-4c0b-5d0a-9a57-2f5f0c7d1a31")
"""The namespace of notices' ids (RFC 9562 §5.5)."""
_RECENT: Final = timedelta(days=1)
_DAILY: Final = timedelta(days=1)


class Topic(StrEnum):
    """What a notice is about."""

    OPENED = "opened"
    REVISED = "revised"
    CLOSED = "closed"
    REOPENED = "reopened"
    REMINDER = "reminder"
    """Half of the time is over and tasks are open."""
    ESCALATION = "escalation"
    """All of the time is over and tasks are open; again every day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecallNotice(AboutCase):
    """Something is told of a case.

    Args:
        topic: what it is about.
        open_tasks: how many tasks are open.
    """

    type: ClassVar[str] = RECALL_NOTICE_TYPE

    topic: Topic
    open_tasks: int

    def encode(self) -> bytes:
        """The notice as canonical JSON."""
        return encode(
            {
                **self.head(),
                "topic": self.topic.value,
                "openTasks": self.open_tasks,
            }
        )

    @classmethod
    def parse(cls, members: dict[str, Any]) -> RecallNotice:
        """The notice that `encode` wrote, from its parsed JSON."""
        return cls(
            **head_of(members),
            topic=Topic(members["topic"]),
            open_tasks=members["openTasks"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RecallDelivery(AboutCase):
    """What became of a notice at one receiver.

    Args:
        notice: which notice.
        channel: `mail` or `webhook`.
        target: whom, without what is secret of an address.
        delivered: whether it arrived; else it was given up.
        attempts: how often it was tried.
        detail: what the receiver said last.
    """

    type: ClassVar[str] = RECALL_DELIVERY_TYPE

    notice: UUID
    channel: str
    target: str
    delivered: bool
    attempts: int
    detail: str = ""

    def encode(self) -> bytes:
        """The delivery as canonical JSON."""
        return encode(
            {
                **self.head(),
                "notice": f"urn:uuid:{self.notice}",
                "channel": self.channel,
                "target": self.target,
                "delivered": self.delivered,
                "attempts": self.attempts,
                "detail": self.detail,
            }
        )

    @classmethod
    def parse(cls, members: dict[str, Any]) -> RecallDelivery:
        """The delivery that `encode` wrote, from its parsed JSON."""
        return cls(
            **head_of(members),
            notice=UUID(members["notice"]),
            channel=members["channel"],
            target=members["target"],
            delivered=members["delivered"],
            attempts=members["attempts"],
            detail=members["detail"],
        )


def notices_due(case: Case, now: datetime) -> dict[UUID, Topic]:
    """What a case gives cause for by now, those that went out already too, by the notices' ids.

    Args:
        case: the case.
        now: the time, aware of its zone.
    """
    return {
        uuid.uuid5(_NAMES, f"{case.case_id}:{case.seq}:{topic}:{cause}"): topic
        for topic, cause in (*_changes(case, now), *_clock(case, now))
    }


def notice_of(
    case: Case, number: UUID, topic: Topic, tasks: Sequence[Task], now: datetime
) -> RecallNotice | None:
    """The notice that is due; None: all tasks are done, so that nobody need be reminded."""
    left = sum(task.state is not TaskState.DONE for task in tasks)
    if topic in OF_TASKS and not left:
        return None
    return RecallNotice(id=number, case_id=case.case_id, time=now, topic=topic, open_tasks=left)


OF_TASKS: Final = frozenset({Topic.REMINDER, Topic.ESCALATION})
"""Topics that are about open tasks: whoever has some is told too."""


def _changes(case: Case, now: datetime) -> Iterator[tuple[Topic, int]]:
    """What happened to the case; what is long past was told then, or is of no use any more."""
    if case.closing is None or now - case.opened < _RECENT:
        yield Topic.OPENED, case.seq
    for revision in case.revisions:
        if now - revision.revised < _RECENT:
            yield Topic.REVISED, revision.seq
    for decision in case.decisions:
        if now - decision.decided < _RECENT:
            yield Topic.CLOSED if decision.closes else Topic.REOPENED, decision.seq


def _clock(case: Case, now: datetime) -> Iterator[tuple[Topic, int]]:
    if case.closing is not None:
        return
    if is_pressing(case, now) and now < case.deadline:
        yield Topic.REMINDER, 0
    if now >= case.deadline:
        yield Topic.ESCALATION, (now - case.deadline) // _DAILY
