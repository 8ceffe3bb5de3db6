"""What runs in the background, and how those do whom this hospital talks to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from flask import url_for

from inventory import last_closings, narcotic_places
from jobs import Job, find_jobs
from ledger import Audit, Rhythm, cosignatures_of
from recall import Outbox
from texts import Text, text_of
from web.filling.page import Page
from web.listing import Listing, Wanted
from web.small_tables import with_files
from web.view.table import Cell, Column, Row, Tab, TableView

_ALWAYS: Final = ("checkpoint", "recall-reminders", "notices", "sweep", "backup")
"""Jobs that are listed even if they never ran."""
_SLACK: Final = timedelta(minutes=5)
_LETTERS: Final = 50


def system_tabs(current: str) -> tuple[Tab, ...]:
    """The parts of the system's page."""
    parts = (("system-page", "system.page"), ("system-jobs", "system.jobs"))
    return tuple(Tab(text_of(code), url_for(to), to == current) for code, to in parts)


def _jobs(page: Page, _wanted: Wanted, _after: str, _limit: int) -> list[Row]:
    known = find_jobs(page.connection, page.ledger_id)
    names = dict.fromkeys((*_ALWAYS, *known))
    rows = [_job(page, name, known.get(name)) for name in names]
    return [*rows, *_audits(page), _closings(page)]


def _job(page: Page, name: str, job: Job | None) -> Row:
    """A job that writes itself down."""
    said = text_of(f"job-{name}")
    if job is None:
        return _row(said, ("look", text_of("never")))
    failed = "" if job.failed is None else page.moment(job.failed)
    late = job.due is not None and page.now > job.due + max(_SLACK, job.every or _SLACK)
    if name == "checkpoint":
        late = late and not _covered(page)
    state = ("go", text_of("job-well"))
    if job.problem:
        state = ("stop", text_of("job-failed").filled({"count": job.failures}))
    elif late:
        state = ("look", text_of("job-late"))
    trouble = job.problem or (f"{failed} {job.failure}" if failed else "")
    took = job.finished - job.started
    return _row(said, state, at=job.started, took=took, due=job.due, did=job.did, trouble=trouble)


def _covered(page: Page) -> bool:
    """Whether every entry lies under the newest checkpoint."""
    newest = page.standings.newest
    size = page.desk.hospital.ledger.head_in(page.connection).size
    return newest is not None and newest.checkpoint.size == size


def _audits(page: Page) -> Iterator[Row]:
    """The verification of the ledger, as its own record has it."""
    audits, rhythm = page.desk.notary.audits, Rhythm()
    last = audits.last(whole=True)
    if last is None:
        yield _row(text_of("job-audit"), ("look", text_of("never")))
    else:
        yield _audit(page, last, rhythm.audit)
    full = audits.last_full()
    due = None if full is None else full + rhythm.full
    late = due is None or page.now > due + rhythm.audit
    state = ("look", text_of("never" if due is None else "job-late")) if late else _WELL
    yield _row(text_of("job-audit-full"), state, at=full, due=due)


_WELL: Final = ("go", text_of("job-well"))


def _audit(page: Page, last: Audit, every: timedelta) -> Row:
    started, finished = map(datetime.fromisoformat, (last.started, last.finished))
    due = started + every
    state = _WELL
    if last.problem:
        state = ("stop", text_of("job-failed").filled({"count": 1}))
    elif page.now > due + every:
        state = ("look", text_of("job-late"))
    return _row(
        text_of("job-audit"),
        state,
        at=started,
        took=finished - started,
        due=due,
        did=f"{last.size:,}",
        trouble=last.problem or "",
    )


def _closings(page: Page) -> Row:
    """The daily closing of narcotics: people do it, place by place."""
    places = {place for place, _ in narcotic_places(page.connection, page.ledger_id)}
    closed = last_closings(page.connection, page.ledger_id, places)
    yesterday = page.today - timedelta(days=1)
    done = sum(date.fromisoformat(each.day) >= yesterday for each in closed.values())
    newest = max((each.time for each in closed.values()), default=None)
    at = None if newest is None else datetime.fromtimestamp(newest / 1000, page.now.tzinfo)
    state = _WELL if done == len(places) else ("look", text_of("job-late"))
    return _row(text_of("job-closings"), state, at=at, did=f"{done} / {len(places)}")


def _row(  # noqa: PLR0913 -- the columns, by name
    said: Text,
    state: tuple[str, Text],
    *,
    at: datetime | None = None,
    took: timedelta | None = None,
    due: datetime | None = None,
    did: str = "",
    trouble: str = "",
) -> Row:
    look, word = state
    return Row(
        (
            Cell(said),
            Cell(word, look=look),
            Cell(at),
            Cell(None if took is None else f"{took.total_seconds():,.1f} s"),
            Cell(due) if due is not None else Cell(),
            Cell(did or None),
            Cell(trouble or None, look="stop" if look == "stop" else ""),
        )
    )


JOBS: Final = Listing(
    name="jobs",
    columns=(
        Column("job", "strong"),
        Column("state", "chip"),
        Column("last-run", "moment"),
        Column("took", wide=True),
        Column("next-run", "moment", wide=True),
        Column("did", wide=True),
        Column("trouble"),
    ),
    fetch=_jobs,
    sign="timer",
)
"""Everything that runs without anybody asking for it."""

_PARTNERS: Final = (
    Column("partner", "strong"),
    Column("address", "mono"),
    Column("state", "chip"),
    Column("last-heard", "moment"),
    Column("detail"),
)


def partners_table(page: Page) -> TableView:
    """Witnesses, mail, webhooks, the identity provider, the published log: how each does."""
    rows = (*_witnesses(page), *_receivers(page), _sign_on(page), _published(page))
    return with_files(TableView(url_for("system.jobs"), _PARTNERS, rows), "integrations")


def _partner(
    kind: str, address: str, state: tuple[str, Text], at: datetime | None, detail: str | Text = ""
) -> Row:
    look, word = state
    cells = (Cell(address or None), Cell(word, look=look), Cell(at), Cell(detail or None))
    return Row((Cell(text_of(f"partner-{kind}")), *cells))


_UNUSED: Final = ("", text_of("not-used"))


def _witnesses(page: Page) -> Iterator[Row]:
    policy, newest = page.desk.notary.policy, page.standings.newest
    found = cosignatures_of(newest, policy)
    if not found:
        yield _partner("witness", "", _UNUSED, None)
    for signed in found:
        witness = policy.witnesses[signed.witness]
        where = f"{signed.witness} {witness.url or ''}".strip()
        if signed.wrong:
            state = ("stop", text_of("partner-wrong"))
        elif signed.time is None:
            state = ("look", text_of("partner-unsigned"))
        else:
            state = _WELL
        yield _partner("witness", where, state, signed.time)


def _receivers(page: Page) -> Iterator[Row]:
    """Each address that notices go to, by what became of its letters."""
    settings = page.desk.hospital.settings.notices
    counts = Outbox(page.ledger_id).counts(page.connection)
    mail, hooks = settings.mail_to, settings.webhooks
    for channel, addresses in (("mail", mail), ("webhook", hooks)):
        if not addresses:
            yield _partner(channel, "", _UNUSED, None)
        for address in addresses:
            found = counts.get((channel, address), {})
            state = ("stop", text_of("partner-given-up")) if found.get("given-up") else _WELL
            if found.get("waiting"):
                state = ("look", text_of("partner-waiting"))
            detail = text_of("partner-letters").filled(
                {
                    "delivered": found.get("delivered", 0),
                    "waiting": found.get("waiting", 0),
                    "lost": found.get("given-up", 0),
                }
            )
            shown = f"{address} · {settings.smtp}" if channel == "mail" else plain_address(address)
            yield _partner(channel, shown, state, None, detail)


def plain_address(address: str) -> str:
    """An address of a webhook without what may be secret of it."""
    url = urlsplit(address)
    return f"{url.scheme}://{url.netloc.rpartition('@')[2]}"


def _sign_on(page: Page) -> Row:
    provider = page.desk.hospital.settings.single_sign_on
    if provider is None:
        return _partner("sign-on", "", _UNUSED, None)
    known = find_jobs(page.connection, page.ledger_id).get("sign-on")
    if known is None:
        return _partner("sign-on", provider.issuer, ("", text_of("never")), None)
    state = ("stop", text_of("partner-silent")) if known.problem else _WELL
    return _partner("sign-on", provider.issuer, state, known.finished, known.problem)


def _published(page: Page) -> Row:
    newest = page.standings.newest
    where = url_for("log.resource", path="checkpoint")
    if newest is None:
        return _partner("log", where, ("look", text_of("never")), None)
    problem = page.standings.problem
    state = ("stop", text_of("partner-wrong")) if problem is not None else _WELL
    return _partner("log", where, state, newest.made, f"{newest.checkpoint.size:,}")


_LETTER_COLUMNS: Final = (
    Column("partner", "strong"),
    Column("address", "mono"),
    Column("attempts", "number"),
    Column("next-run", "moment"),
    Column("trouble"),
)


def letters_table(page: Page) -> TableView:
    """The notices that did not arrive, and when they are tried again."""
    rows = tuple(
        Row(
            (
                Cell(text_of(f"partner-{each.channel}")),
                Cell(each.address if each.channel == "mail" else plain_address(each.address)),
                Cell(each.attempts),
                Cell(each.due),
                Cell(
                    each.detail or None,
                    note="" if each.due else text_of("partner-given-up"),
                    look="look" if each.due else "stop",
                ),
            )
        )
        for each in Outbox(page.ledger_id).undelivered(page.connection, _LETTERS)
    )
    return with_files(TableView(url_for("system.jobs"), _LETTER_COLUMNS, rows), "notices")
