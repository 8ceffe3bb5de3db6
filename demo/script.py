"""What the demo's history consists of: records with the time at which they happened.

A history is written as a script first, with stand-ins for patients, and then played into the ledger
by `seeding`: so it can be tested alone, and an interrupted seeding goes on where it stopped.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any
from uuid import UUID

from access import Identity
from demo.catalogue import Item
from inventory import Definition, Kit, KitAct, Location, Product, Supplier
from orders import Line, Order, OrderType, PreferenceList, Schedule
from recall import Recall, RecallClass, Scope
from trace import Correction, Document, Error, Event, EventKind, Reason, Thing

Said = Kit | KitAct | PreferenceList
"""What is said of things that stand ready."""

Record = Event | Order | Recall | Definition | Correction | Said


@dataclass(frozen=True, slots=True)
class Scene:
    """One record of the history.

    Args:
        record: what happens.
        refused: why it is stopped; None: it happens.
    """

    record: Record
    refused: Reason | None = None


@dataclass(frozen=True, slots=True)
class Admission:
    """A patient comes.

    Args:
        time: when.
        stand_in: what the script's records call the patient, until there is a pseudonym.
        identity: who it is.
    """

    time: datetime
    stand_in: UUID
    identity: Identity


@dataclass(frozen=True, slots=True)
class Doing:
    """Who does something, and on the ground of what.

    Args:
        person: the staff number.
        second: of who checks it.
        documents: what it is done on the ground of.
        note: why.
        party: the other company.
        patient: the stand-in of whom it is for.
    """

    person: str
    second: str | None = None
    documents: tuple[Document, ...] = ()
    note: str | None = None
    party: str | None = None
    patient: UUID | None = None


def event_id(time: datetime, rng: Random) -> UUID:
    """An id of the form of a UUIDv7 (RFC 9562 §5.7): milliseconds of the time, then chance."""
    value = int(time.timestamp() * 1000) << 80 | rng.getrandbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    return UUID(int=value & ~(0x3 << 62) | 0x2 << 62)


class Script:
    """Takes down the history.

    Args:
        rng: where ids come from.
    """

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self.scenes: list[Scene] = []
        self.admissions: list[Admission] = []

    def happen(  # noqa: PLR0913, PLR0917 -- what, when, to what, where, whereto, by whom
        self,
        kind: EventKind,
        time: datetime,
        things: list[Thing],
        at: str,
        to: str | None,
        doing: Doing,
        refused: Reason | None = None,
        *,
        parent: str | None = None,
        owner: str | None = None,
        **said: Any,  # noqa: ANN401 -- fields of the event by name
    ) -> Event:
        """Something happens, or is stopped for a reason.

        `parent` is the container that is packed or unpacked, `owner` whose goods arrive; `said`
        is what some kinds say besides: `outputs`, `cause`, `site` …
        """
        event = Event(
            id=event_id(time, self._rng),
            kind=kind,
            time=time,
            things=tuple(things),
            location=at,
            destination=to,
            party=doing.party,
            patient=doing.patient,
            person=doing.person,
            second_person=doing.second,
            documents=doing.documents,
            note=doing.note,
            parent=parent,
            owner=owner,
            **said,
        )
        self.scenes.append(Scene(event, refused))
        return event

    def correct(self, wrong: Event, instead: Event, time: datetime, doing: Doing) -> None:
        """An event is declared wrong; another one says what happened instead."""
        record = Correction(
            id=event_id(time, self._rng),
            time=time,
            corrects=wrong.id,
            error=Error.INCORRECT_DATA,
            note=doing.note,
            person=doing.person,
            second_person=doing.second,
            corrective=(instead.id,),
        )
        self.scenes.append(Scene(record))

    def order(  # noqa: PLR0913, PLR0917 -- the parts of an order
        self,
        type_: OrderType,
        number: str,
        time: datetime,
        lines: list[tuple[Item, int]],
        doing: Doing,
        destination: str,
        schedule: Schedule | None = None,
        **asked: Any,  # noqa: ANN401 -- fields of each line by name
    ) -> Document:
        """An order is placed; gives the document that events name.

        `schedule` says when doses of a medication order are due, `asked` what its lines say
        besides: `dose`, `route` …
        """
        record = Order(
            id=event_id(time, self._rng),
            time=time,
            type=type_,
            number=number,
            lines=tuple(
                Line(item.product.identifiers, quantity, **asked) for item, quantity in lines
            ),
            party=doing.party,
            destination=destination,
            patient=doing.patient,
            person=doing.person,
            schedule=schedule,
        )
        self.scenes.append(Scene(record))
        return Document(type_.value, number)

    def define(self, thing: Product | Location | Supplier, time: datetime, person: str) -> None:
        """A product, location or supplier comes into the catalogue."""
        record = Definition(id=event_id(time, self._rng), time=time, thing=thing, person=person)
        self.scenes.append(Scene(record))

    def say(self, what: Callable[..., Said], time: datetime, **said: Any) -> None:  # noqa: ANN401 -- its fields by name
        """A kit or a preference list is defined, or something is done with a kit."""
        self.scenes.append(Scene(what(id=event_id(time, self._rng), time=time, **said)))

    def recall(  # noqa: PLR0913, PLR0917 -- the parts of a notice
        self,
        case_id: str,
        notified: datetime,
        opened: datetime,
        recall_class: RecallClass,
        scope: tuple[Scope, ...],
        reason: str,
        source: str,
    ) -> None:
        """A recall is opened by the pharmacist on duty."""
        record = Recall(
            id=event_id(opened, self._rng),
            case_id=case_id,
            time=opened,
            notified=notified,
            recall_class=recall_class,
            reason=reason,
            source=source,
            scope=scope,
            person="0533",
        )
        self.scenes.append(Scene(record))

    def admit(self, time: datetime, identity: Identity) -> UUID:
        """A patient comes; gives the stand-in."""
        stand_in = UUID(int=self._rng.getrandbits(128), version=4)
        self.admissions.append(Admission(time, stand_in, identity))
        return stand_in

    def until(self, now: datetime) -> Script:
        """The script in the order of time, up to and including `now`."""
        whole = Script(self._rng)
        past = [scene for scene in self.scenes if scene.record.time <= now]
        whole.scenes = sorted(past, key=lambda scene: scene.record.time)
        known = [admission for admission in self.admissions if admission.time <= now]
        whole.admissions = sorted(known, key=lambda admission: admission.time)
        return whole
