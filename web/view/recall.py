"""Recall: the list of cases, the form that opens one, and the page of a case."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum

from web.view.field import EMPTY, Field
from web.view.life import Seal, Step
from web.view.said import Said
from web.view.sums import PartKind, PlaceCount, SumBar, SumPart
from web.view.things import Expiry, Fact, ThingStatus

_LAST_QUARTER = 4


class RecallClass(IntEnum):
    """The class of a drug recall: how grave, and so how fast people must be told."""

    ONE = 1
    TWO = 2
    THREE = 3


class CaseState(StrEnum):
    """Where a case stands."""

    OPEN = "open"
    CLOSED = "closed"


class ClockState(StrEnum):
    """More than a quarter of the time left, less, none, or no longer needed."""

    RUNNING = "running"
    SHORT = "short"
    OVER = "over"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Clock:
    """The time a case has left.

    Args:
        limit: the whole time allowed (24, 48 or 72 hours by class).
        left: what is left of it now; negative when it is over.
        due: the instant it ends at (UTC), which the page counts down to.
        done: the duty was fulfilled in time or late, nothing runs any more.
    """

    limit: timedelta
    left: timedelta
    due: datetime
    done: bool = False

    @property
    def state(self) -> ClockState:
        """How the clock looks."""
        if self.done:
            return ClockState.DONE
        if self.left < timedelta():
            return ClockState.OVER
        return ClockState.RUNNING if self.left * _LAST_QUARTER > self.limit else ClockState.SHORT


@dataclass(frozen=True, slots=True)
class RecallRow:
    """One case in a list: its numbers, and how much of it is not yet held."""

    href: str
    case_id: str
    name: str
    lots: tuple[str, ...]
    recall_class: RecallClass
    state: CaseState
    opened_at: datetime
    clock: Clock
    total: int
    open_units: int
    unit: str
    patients: int
    drill: bool = False


@dataclass(frozen=True, slots=True)
class RecallListView:
    """All cases, the open ones first (`recalls.html`, variable `recalls`).

    Args:
        rows: the cases of this page.
        open, closed: how many there are in all.
        more: the next page; None: this is the last.
        first: the first page; None: this is it.
        open_href: opens the form; None without the permission.
        notice_href: takes in a notice that was sent; None without the permission.
        drills_href: the drills and the times that they reached.
    """

    rows: tuple[RecallRow, ...]
    open: int = 0
    closed: int = 0
    more: str | None = None
    first: str | None = None
    open_href: str | None = None
    notice_href: str | None = None
    drills_href: str | None = None


@dataclass(frozen=True, slots=True)
class LotChoice:
    """A lot of the chosen product that can be ticked."""

    lot: str
    expiry: Expiry | None
    received: str
    on_hand: str
    ticked: bool = False


@dataclass(frozen=True, slots=True)
class ChosenProduct:
    """The product a recall is opened for, once it was found.

    Args:
        key: what the form sends back as `product`.
        name, spec: as people know it.
        facts: marketing holder, codes.
        lots: the lots the ledger knows of it, newest receipt first.
    """

    key: str
    name: str
    spec: str
    facts: tuple[Fact, ...]
    lots: tuple[LotChoice, ...]


@dataclass(frozen=True, slots=True)
class RecallForm:
    """Opening a recall (`recall_open.html`, variable `form`).

    First a GET form sends `product` (any code, name or scan) to `find`; with a product `chosen`,
    the POST form sends `product`, `lot` (once per ticked lot), `other_lots` (further numbers,
    separated by space or comma), `recall_class` (1, 2, 3), `reason` and `notice` to `action`.

    Args:
        find: GET address.
        action: POST address.
        product: what was typed to find the product; its error when nothing was found.
        chosen: the product, None at first.
        other_lots, recall_class, reason, notice: what was typed, with errors after a refused post.
        lots_error: no lot was ticked or typed.
        limits: hours by class, shown beside the classes.
        token: a client-made id sent as `event_id`, so that a form sent twice opens one case.
    """

    find: str
    action: str
    product: Field = EMPTY
    chosen: ChosenProduct | None = None
    other_lots: Field = EMPTY
    recall_class: Field = EMPTY
    reason: Field = EMPTY
    notice: Field = EMPTY
    lots_error: Said | None = None
    limits: tuple[tuple[RecallClass, int], ...] = ()
    token: str = ""


@dataclass(frozen=True, slots=True)
class WardCount:
    """How many patients of one ward had it, and how many units."""

    ward: str
    patients: int
    units: int


class PatientListState(StrEnum):
    """Who may see the list: not this reader, after a reason, or it is shown now."""

    FORBIDDEN = "forbidden"
    ASKS = "asks"
    SHOWN = "shown"


@dataclass(frozen=True, slots=True)
class PatientRow:
    """One patient; `name` and `record` are None once the person was erased (已抹去).

    Args:
        ward, bed: where the units were given.
        name: the person's name.
        record: the tail of the record number (5162).
        pseudonym: its short form.
        units: how many units (`2 支`).
        at: when last (UTC).
        encounter: the number of the stay, as the wristband says.
    """

    ward: str
    bed: str | None
    name: str | None
    record: str | None
    pseudonym: str
    units: str
    at: datetime
    encounter: str | None = None


@dataclass(frozen=True, slots=True)
class PatientList:
    """The list behind the permission.

    Args:
        state: see `PatientListState`.
        action: POST address; the form sends `reason`.
        reason: the reason given (a code of `reasons`), with what is wrong about it.
        reasons: codes and words to choose from.
        rows: the patients, only when shown.
        seq: the ledger entry that recorded this view.
        views: how many people have looked at it today.
        hidden: how many further patients lie where this reader may not look.
    """

    state: PatientListState
    action: str = ""
    reason: Field = EMPTY
    reasons: tuple[tuple[str, Said], ...] = ()
    rows: tuple[PatientRow, ...] = ()
    seq: int | None = None
    views: int = 0
    hidden: int = 0

    @property
    def erased(self) -> int:
        """How many of them are nobody any more: their identity was erased."""
        return len({row.pseudonym for row in self.rows if row.name is None})


@dataclass(frozen=True, slots=True)
class SignerFields:
    """What one person shows to sign a form: `number`, `way` and `secret`.

    Args:
        number: the staff number that was typed; of who is signed in, their own.
        way: what is shown, a code of `ConcludeForm.ways`.
        error: what is wrong with it.
    """

    number: str = ""
    way: str = "pin"
    error: Said | None = None


@dataclass(frozen=True, slots=True)
class ConcludeForm:
    """Closing a case, or opening a closed one again; two persons sign.

    The POST form sends `event_id`, `explanation`, `way`, `secret`, `second_number`, `second_way`
    and `second_secret` to `action`.

    Args:
        action: POST address.
        reopens: whether it opens a closed case again.
        token: a client-made id sent as `event_id`, so that a form sent twice decides once.
        unsettled: how many units a closing has to explain, with their unit.
        explanation: what was typed, with what is wrong about it.
        own, second: who signs.
        ways: codes and words to choose from.
        error: why it was refused.
        sent: it was sent and not taken: show it at once.
    """

    action: str
    reopens: bool
    token: str
    unsettled: str | None = None
    explanation: Field = EMPTY
    own: SignerFields = SignerFields()
    second: SignerFields = SignerFields()
    ways: tuple[tuple[str, Said], ...] = ()
    error: Said | None = None
    sent: bool = False


@dataclass(frozen=True, slots=True)
class RecallView:
    """The page of a case (`recall.html`, variable `recall`).

    Args:
        case_id: RC-2026-0001.
        name, spec: the product.
        lots: the recalled lot numbers.
        recall_class, state, clock: how grave, where it stands, the time left.
        reason: why, as the notice says.
        notice: the notice's number or sender, None when it has none.
        opened_at: when the notice was entered; all stock was held in the same transaction (UTC).
        scope: facts of the scope panel (matched products, receipts, who confirmed).
        exposure: where every received unit is.
        computed_at: when the exposure was worked out of the ledger (UTC).
        seconds: how long that took.
        seal: whether the entries behind it are proven.
        places: stock and transit by place, the largest count first.
        wards: patients by ward, the most patients first.
        patients: how many different patients (one may have been in two wards).
        patient_list: their names, behind a permission.
        log: what the ledger says about the case since it was opened, newest first.
        conclude: the form that closes or reopens it; None: not for this reader.
        file_href: its file: how it adds up, its checks and papers.
        drill: whether it is an exercise, which holds nothing.
        tasks: the page of its tasks.
        states: how much is in which state, in the words of a single thing.
        scope_href: where its scope is widened and narrowed; None: not for this reader.
        live: where to ask for what has changed since.
    """

    case_id: str
    name: str
    spec: str
    lots: tuple[str, ...]
    recall_class: RecallClass
    state: CaseState
    clock: Clock
    reason: str
    notice: str | None
    opened_at: datetime
    scope: tuple[Fact, ...]
    exposure: SumBar
    computed_at: datetime
    seconds: float
    seal: Seal
    places: tuple[PlaceCount, ...]
    wards: tuple[WardCount, ...]
    patients: int
    patient_list: PatientList
    log: tuple[Step, ...] = ()
    conclude: ConcludeForm | None = None
    file_href: str | None = None
    drill: bool = False
    tasks: str = ""
    live: str = ""
    scope_href: str | None = None
    states: tuple[tuple[ThingStatus, int], ...] = ()

    @property
    def held(self) -> tuple[SumPart, ...]:
        """What lies in the house or moves in it, summed over the places by state."""
        counts = Counter[PartKind]()
        for place in self.places:
            counts[place.kind] += place.count
        return tuple(SumPart(kind, counts[kind]) for kind in PartKind if counts[kind])

    @property
    def used(self) -> int:
        """Units used on patients, summed over the wards."""
        return sum(ward.units for ward in self.wards)
