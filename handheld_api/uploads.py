"""Taking in what handhelds did out of reach: each on its own, none lost for another's fault."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby, islice
from typing import Any

from marshmallow import Schema, ValidationError

from access import Action, Principal, Unauthenticated
from errors import Invalid, MedtraceError
from handheld_api import recall_schemas, schemas, store_schemas
from handheld_api.corrections import correction_of
from handheld_api.count_routes import Require, count_record, lines_record
from handheld_api.events import PERMISSION, event_of
from handheld_api.problems import faults_in
from handheld_api.recall_routes import task_step
from handheld_api.signatures import NarcoticProducts, sign_all
from hospital import Hospital
from texts import Text
from trace import AlreadyRecorded, Outcome, Recordable, Recorded, Refused

_SCHEMAS: Mapping[str, Schema] = {
    "event": schemas.EventSchema(),
    "count": store_schemas.CountSchema(),
    "count_lines": store_schemas.CountLinesSchema(),
    "task_step": recall_schemas.TaskStepSchema(),
    "correction": schemas.CorrectionSchema(),
}


@dataclass(slots=True)
class _Item:
    """One upload on its way."""

    what: str
    body: dict[str, Any]
    grant: str | None
    answer: dict[str, Any] = field(default_factory=dict)


class Uploads:
    """Takes one request's uploads.

    Args:
        hospital: where.
        narcotics: knows which goods are narcotic.
        device: which device sends them.
        person: who is signed in at it; None: nobody.
        address: the network address.
    """

    def __init__(
        self,
        hospital: Hospital,
        narcotics: NarcoticProducts,
        device: Principal,
        person: Principal | None,
        address: str,
    ) -> None:
        self._hospital = hospital
        self._narcotics = narcotics
        self._device = device
        self._person = person
        self._address = address
        self._people: dict[str, Principal] = {}
        self._permitted: set[tuple[str, Action, str]] = set()

    def take(self, sent: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """Record them in order; one answer each, as `sync_schemas.UploadedSchema` writes it."""
        items = [_item(each) for each in sent]
        # Lines are counted against a count that may have been opened just before them.
        for _, group in groupby(items, key=lambda item: item.what):
            self._record(list(group))
        return [item.answer for item in items]

    def _record(self, items: Sequence[_Item]) -> None:
        records: list[tuple[_Item, Recordable]] = []
        for item in items:
            try:
                records.append((item, self._record_of(item)))
            except ValidationError as error:
                item.answer = _unreadable(item, error.messages)
            except MedtraceError as error:
                item.answer = _not_taken(item, error.code, error.field, error.text)
        outcomes = self._hospital.recorder.record([record for _, record in records])
        for (item, _), outcome in zip(records, outcomes, strict=True):
            item.answer = _answer(item, outcome)

    def _record_of(self, item: _Item) -> Recordable:
        if item.what not in _SCHEMAS:
            raise Invalid("required", field="event")
        person = self._by(item.grant)
        body = _SCHEMAS[item.what].load(item.body)
        if item.what == "count":
            return count_record(person, body, self._require(person))
        if item.what == "count_lines":
            return lines_record(person, body, self._require(person))
        if item.what == "task_step":
            place = body.get("place") or self._device.station or ""
            self._require(person)(Action.WORK_RECALL, place)
            return task_step(person, body, place)
        if item.what == "correction":
            return correction_of(self._hospital, self._narcotics, person, body, self._address)
        event = event_of(person, body)
        action = PERMISSION[event.kind]
        self._require(person)(action, event.location)
        if event.after_the_fact and not body["signatures"]:
            return event  # it takes none, and a shift's work need not be looked up for that
        shown = [body["signatures"]]
        acts = [(event, action)]
        return sign_all(self._hospital, self._narcotics, person, acts, shown, self._address)[0]

    def _by(self, grant: str | None) -> Principal:
        """In whose name."""
        if grant is None:
            if self._person is None:
                raise Unauthenticated("not-signed-in", field="grant")
            return self._person
        if grant not in self._people:
            offline = self._hospital.access.offline
            self._people[grant] = offline.principal(grant, device=self._device)
        return self._people[grant]

    def _require(self, person: Principal) -> Require:
        access = self._hospital.access

        def require(action: Action, place: str) -> None:
            asked = (person.id, action, place)
            if asked not in self._permitted:
                access.require(person, action, place, address=self._address)
                self._permitted.add(asked)

        return require


def _item(sent: dict[str, Any]) -> _Item:
    what = [name for name in _SCHEMAS if name in sent]
    name = what[0] if len(what) == 1 else ""
    body = dict(sent[name]) if name else {}
    return _Item(name, body, sent.get("grant"))


def _answer(item: _Item, outcome: Outcome) -> dict[str, Any]:
    receipt = outcome.receipt and {
        "seq": outcome.receipt.seq,
        "hash": outcome.receipt.hash.hex(),
        "recorded": outcome.receipt.recorded,
    }
    told = {"id": _id(item), "receipt": receipt}
    if isinstance(outcome, Refused):
        problems = [{"code": outcome.reason.value, "field": None, "text": outcome.text}]
        return told | {"outcome": "exception", "recorded": False, "problems": problems}
    broken = [
        {"code": each.reason.value, "field": None, "text": each.text} for each in outcome.exceptions
    ]
    word = {Recorded: "accepted", AlreadyRecorded: "duplicate"}[type(outcome)]
    word = "exception" if broken and word == "accepted" else word
    return told | {"outcome": word, "recorded": True, "problems": broken}


def _not_taken(item: _Item, code: str, name: str | None, text: Text) -> dict[str, Any]:
    problem = {"code": code, "field": name, "text": text}
    told = {"id": _id(item), "receipt": None, "outcome": "exception", "recorded": False}
    return told | {"problems": [problem]}


def _unreadable(item: _Item, messages: object) -> dict[str, Any]:
    problems = [
        {"code": fault.code, "field": fault.field, "text": fault.text}
        for fault in islice(faults_in(messages), _MOST_FAULTS)
    ]
    told = {"id": _id(item), "receipt": None, "outcome": "exception", "recorded": False}
    return told | {"problems": problems}


_MOST_FAULTS = 20


def _id(item: _Item) -> str | None:
    found = item.body.get("id")
    return found if isinstance(found, str) else None
