"""The frame around every page, and the small pages: sign-in, search, problems."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from web.view.account import PasskeysView
from web.view.field import EMPTY, Field
from web.view.ledger import EntryRow
from web.view.life import Seal
from web.view.recall import RecallRow
from web.view.said import Said
from web.view.things import Fact, ThingStatus
from web.view.verdict import Verdict


class Theme(StrEnum):
    """Light or dark as the reader chose, or as the device says."""

    AUTO = "auto"
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, slots=True)
class Person:
    """Who is signed in: `药师 0533`, shown with the first character of the role."""

    role: Said
    number: str


@dataclass(frozen=True, slots=True)
class NavItem:
    """A place in the rail.

    Args:
        key: `search`, `recall`, `ledger`, `audit`, `staff` or `devices`; gives icon and word.
        href: its address.
        current: the page shown belongs to it.
        badge: a count that waits there (open recalls), 0 for none.
    """

    key: str
    href: str
    current: bool = False
    badge: int = 0


@dataclass(frozen=True, slots=True)
class Toast:
    """A short message after something was done; never a refusal."""

    text: Said


@dataclass(frozen=True, slots=True)
class RecallAlert:
    """An open recall that waits for somebody at the reader's places.

    Args:
        href: its tasks.
        case_id: its number.
        places: at how many places.
        drill: whether it is an exercise.
        tasks: how many tasks of it were given to the reader.
        due: by when they are to be done; None: none is the reader's.
        late: whether that is over.
    """

    href: str
    case_id: str
    places: int
    drill: bool = False
    tasks: int = 0
    due: datetime | None = None
    late: bool = False


@dataclass(frozen=True, slots=True)
class Shell:
    """What the frame of every page shows (variable `shell`).

    Args:
        hospital: the hospital's name.
        here: the path and query of this page, to come back to after a change of language.
        preferences: POST address that takes `lang` (zh, en) or `theme` (auto, light, dark),
            and `next`.
        theme: the reader's choice.
        person: None before signing in; the rest below is used only with a person.
        sign_out: POST address.
        search: GET address that takes `q`.
        query: what is in the scan box.
        nav: the rail from top to bottom.
        ledger: address of the ledger's page.
        ledger_size: entries in the ledger.
        ledger_seal: the ledger's state as last verified.
        toasts: messages after what was done just before.
        account: address of the reader's own account.
        alerts: open recalls that wait for somebody at the reader's places.
    """

    hospital: str
    here: str
    preferences: str
    theme: Theme = Theme.AUTO
    person: Person | None = None
    sign_out: str = ""
    search: str = ""
    query: str = ""
    nav: tuple[NavItem, ...] = ()
    ledger: str | None = None
    ledger_size: int | None = None
    ledger_seal: Seal = Seal.PENDING
    toasts: tuple[Toast, ...] = ()
    account: str = ""
    alerts: tuple[RecallAlert, ...] = ()


@dataclass(frozen=True, slots=True)
class SignInView:
    """The sign-in page (`sign_in.html`, variable `sign_in`).

    The form posts `number`, `password`, `code` (of the second factor) and `next`.

    Args:
        action: POST address.
        next: where to go afterwards (a path of this site, checked by the route).
        number: the staff number typed before.
        error: why it didn't work, None at first.
        attempts: how many wrong passwords lock the account.
        lock_minutes: for how long.
        ledger_size: entries in the ledger, None to say nothing about it.
        ledger_sound: the last verification found nothing wrong; None: none was run yet.
        code_asked: the password is right and a code of the second factor is missing or wrong.
        single_sign_on: the way to the hospital's identity provider, None: there is none.
        passkey: POST address that takes the answer of a passkey, None: none at this address.
        passkey_begin: POST address that answers what to ask it.
    """

    action: str
    next: str = "/"
    number: str = ""
    error: Said | None = None
    attempts: int = 5
    lock_minutes: int = 30
    ledger_size: int | None = None
    ledger_sound: bool | None = None
    code_asked: bool = False
    single_sign_on: str | None = None
    passkey: str | None = None
    passkey_begin: str = ""


@dataclass(frozen=True, slots=True)
class PasswordView:
    """Changing one's own password (`password.html`, variable `password`).

    The form posts `current`, `new` and `again`.

    Args:
        action: POST address.
        due: nothing else is allowed before.
        current, new, again: what is wrong with each field; values are never shown again.
    """

    action: str
    due: bool = False
    current: Field = EMPTY
    new: Field = EMPTY
    again: Field = EMPTY


@dataclass(frozen=True, slots=True)
class SecondFactorView:
    """Setting up one's second factor (`second_factor.html`, variable `factor`).

    Args:
        begin: POST address that makes a secret.
        confirm: POST address that takes the factor into use; the form posts `code`.
        symbol: the secret's address as a QR code, SVG; None before it was made.
        secret: the same to type by hand, in groups of four.
        code: what is wrong with the code that was typed.
        begun: a secret was made, its code is awaited.
        due: nothing else is allowed before.
        passkeys: the other way to a second factor, offered while one is due.
    """

    begin: str
    confirm: str
    symbol: str | None = None
    secret: tuple[str, ...] = ()
    code: Field = EMPTY
    begun: bool = False
    due: bool = False
    passkeys: PasskeysView | None = None


class HitKind(StrEnum):
    """What a search found."""

    UNIT = "unit"
    CONTAINER = "container"
    LOT = "lot"
    PRODUCT = "product"
    RECALL = "recall"
    DOCUMENT = "document"
    PLACE = "place"


@dataclass(frozen=True, slots=True)
class SearchHit:
    """One line of the result.

    Args:
        kind: unit, container, lot, product or recall case.
        href: its page.
        name: the product's name, or the case's product.
        spec: strength and pack, or the case's title.
        code: its number, shown grouped.
        lot: the lot, where it has one and is none itself.
        status: where a unit or lot stands.
        count: units of a lot (`24 瓶`).
    """

    kind: HitKind
    href: str
    name: str
    spec: str = ""
    code: str | None = None
    lot: str | None = None
    status: ThingStatus | None = None
    count: str | None = None


@dataclass(frozen=True, slots=True)
class TourStep:
    """A step of the tour for who comes the first time.

    Args:
        title: what to do.
        line: what there is to be seen.
        href: where.
    """

    title: Said
    line: Said
    href: str


@dataclass(frozen=True, slots=True)
class SearchView:
    """The search page, which is also the first page after signing in (`search.html`, `search`).

    Args:
        query: what was searched, empty on the first page.
        read: what the scanner's text says, element by element (GTIN, lot, expiry).
        findings: what could not be read of it, and why.
        hits: what was found; a route goes straight to a single one.
        verdict: said above all else (a recalled lot, an unknown code).
        cut: how many hits are not shown.
        recalls: open recall cases, for the first page.
        entries: the ledger's newest entries, for the first page.
        photo: POST address that takes a picture as `photo`; None: none is taken.
        patient: where what a patient had is looked for; None without the permission.
        tour: five steps for who comes the first time; none: they know their way.
    """

    query: str = ""
    read: tuple[Fact, ...] = ()
    findings: tuple[Said, ...] = ()
    hits: tuple[SearchHit, ...] = ()
    verdict: Verdict | None = None
    cut: int = 0
    recalls: tuple[RecallRow, ...] = ()
    entries: tuple[EntryRow, ...] = ()
    photo: str | None = None
    patient: str | None = None
    tour: tuple[TourStep, ...] = ()


@dataclass(frozen=True, slots=True)
class ProblemView:
    """Something went wrong (`problem.html`, variable `problem`).

    Args:
        status: the HTTP status; 403, 404, 429, 500 and 503 have their own words and sign.
        code: the stable machine code (`not-found`).
        text: what is wrong, from the catalogue; None: the page's own words for the status.
        request: the number by which the log finds this request, None to leave it out.
        back: where the button leads (the page before, or the search page).
    """

    status: int
    code: str
    text: Said | None = None
    request: str | None = None
    back: str = "/"
