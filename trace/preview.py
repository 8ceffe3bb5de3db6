"""What the recorder would say: the same rules asked about something that has not happened yet.

A handheld asks at each scan whether the next step may happen, before anybody confirms anything. The
answer is worth what it is worth at that moment: the recorder decides again under the lock.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

from database import Database
from trace.outcomes import Refused
from trace.participant import Participant, Recordable
from trace.recorder import load_states


class Preview:
    """Asks rules of its own, reads what is committed and writes nothing.

    Safe to share between threads.

    Args:
        database: where to read.
        ledger_id: of which ledger.
        participants: the rules, a set of their own (they keep things in memory).
    """

    def __init__(
        self, database: Database, ledger_id: int, participants: Sequence[Participant[Any, Any]]
    ) -> None:
        self._database = database
        self._ledger_id = ledger_id
        self._participants = tuple(participants)
        self._lock = threading.Lock()

    def ask(self, record: Recordable) -> Refused | None:
        """Why the recorder would refuse this now; None: it would not."""
        with self._lock, self._database.read() as connection:
            try:
                states = load_states(self._participants, connection, self._ledger_id, [record])
                answers = (participant.decide(state, record) for participant, state in states)
                return next((each for each in answers if isinstance(each, Refused)), None)
            except BaseException:
                for participant in self._participants:
                    participant.forget()
                raise
