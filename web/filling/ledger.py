"""The ledger's page, and the page of one entry's proof."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Final

from flask import url_for
from sqlalchemy import Connection

from errors import NotFound
from ledger import Audit, Entry, Head, VerificationError, cosignatures_of, prove, read_entries
from texts import text_of
from web.filling.entries import rows, told, withheld
from web.filling.page import Page
from web.view import (
    CheckpointView,
    EntryRow,
    LedgerView,
    ProofView,
    Said,
    VerificationView,
    WitnessRow,
)

ENTRIES: Final = 50
"""Entries on one page."""
_CHECKPOINTS: Final = 8
_RECENT: Final = 200
_AT_ONCE: Final = 25
_WORK: Final = frozenset({"trace", "correction", "refusal", "recall"})
_SUITES: Final = {"sha256": "Ed25519, SHA-256", "sm3": "SM2, SM3"}
_ENGINES: Final = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def newest_entries(page: Page, limit: int) -> tuple[EntryRow, ...]:
    """The newest entries about goods, newest first: who signed in is not what work is about."""
    stop, found = _head(page).size, list[Entry]()
    oldest = max(0, stop - _RECENT)
    while len(found) < limit and stop > oldest:
        start = max(oldest, stop - _AT_ONCE)
        found += [entry for entry in _entries(page, start, stop) if entry.kind in _WORK]
        stop = start
    return rows(page, found[:limit])


def ledger_view(page: Page, before: int | None) -> LedgerView:
    """The ledger's page.

    Args:
        page: the page.
        before: only entries with a smaller number; None: the newest.
    """
    head = _head(page)
    stop = head.size if before is None else max(0, min(before, head.size))
    start = max(0, stop - ENTRIES)
    shown = _entries(page, start, stop)
    newest = read_entries(page.connection, page.ledger_id, head.size - 1, head.size)
    audit = page.desk.notary.audits.last(whole=True)
    day = page.desk.today.day(page.connection, head.size, page.now)
    return LedgerView(
        origin=head.origin,
        suite=_SUITES.get(head.suite, head.suite),
        engine=_engine(page.connection),
        size=head.size,
        head=head.hash.hex() if head.size else None,
        head_at=newest[0].recorded if newest else None,
        today=day.counts,
        behind=day.behind,
        verification=_verification(audit) if audit else None,
        verify=url_for("ledger.verify"),
        checkpoints=_checkpoints(page),
        witnesses=_witnesses(page),
        entries=rows(page, shown),
        older=url_for("ledger.page", before=start) if start else None,
    )


def proof_view(page: Page, seq: int) -> ProofView:
    """The page of one entry's proof.

    Raises:
        NotFound: there is no such entry.
    """
    found = read_entries(page.connection, page.ledger_id, seq, seq + 1) if seq >= 0 else []
    if not found:
        raise NotFound("not-found", what=f"{seq:,}")
    entry = found[0]
    said, standing = told(page, entry), page.standing(entry)
    size, root, path = _path(page, seq)
    return ProofView(
        seq=seq,
        at=entry.recorded,
        title=said.title,
        subject=said.subject,
        person=said.person,
        seal=page.seal(entry),
        digest=entry.hash.hex(),
        previous=entry.prev.hex() if seq else None,
        size=size,
        root=root,
        path=path,
        content=_content(page, entry),
        problem=standing.problem.text if standing.problem else None,
        download=url_for("ledger.proof_file", seq=seq) if path or size == 1 else None,
    )


def _head(page: Page) -> Head:
    return page.desk.hospital.ledger.head_in(page.connection)


def _entries(page: Page, start: int, stop: int) -> list[Entry]:
    return read_entries(page.connection, page.ledger_id, start, stop)[::-1]


def _engine(connection: Connection) -> str:
    version = connection.dialect.server_version_info or ()
    name = connection.dialect.name
    figures = version[:1] if name == "postgresql" else version
    return f"{_ENGINES.get(name, name)} {'.'.join(map(str, figures))}".strip()


def _verification(audit: Audit) -> VerificationView:
    begun, ended = (datetime.fromisoformat(at) for at in (audit.started, audit.finished))
    problem, seq = None, None
    if audit.problem is not None:
        code, _, detail = audit.problem.partition(": ")
        problem = text_of(code).filled({"detail": detail})
        seq = _number_in(detail)
    return VerificationView(ended, audit.size, (ended - begun).total_seconds(), problem, seq)


def _number_in(detail: str) -> int | None:
    """The entry that a finding names (`entry 12: …`)."""
    word, _, number = detail.partition(":")[0].partition(" ")
    return int(number) if word == "entry" and number.isascii() and number.isdigit() else None


def _checkpoints(page: Page) -> tuple[CheckpointView, ...]:
    kept = page.desk.notary.checkpoints.newest(page.connection, _CHECKPOINTS)
    return tuple(
        CheckpointView(
            each.checkpoint.size,
            each.checkpoint.root.hex(),
            each.made,
            signed=page.standings.signature_problem(each) is None,
        )
        for each in kept
    )


def _witnesses(page: Page) -> tuple[WitnessRow, ...]:
    notary = page.desk.notary
    found = cosignatures_of(page.standings.newest, notary.policy)
    return tuple(WitnessRow(each.witness, each.time, problem=each.wrong) for each in found)


def _path(page: Page, seq: int) -> tuple[int, str, tuple[str, ...]]:
    """Size and root of the tree that the proof is for, and the way there; nothing before one."""
    newest = page.standings.newest
    if newest is None or seq >= newest.checkpoint.size:
        return 0, "", ()
    checkpoint = newest.checkpoint
    try:
        hashes = prove(page.desk.notary.checkpoints, seq).hashes
    except VerificationError:  # the seal says what is wrong; no proof is shown that fails
        hashes = ()
    return checkpoint.size, checkpoint.root.hex(), tuple(each.hex() for each in hashes)


def _content(page: Page, entry: Entry) -> Said:
    if withheld(page, entry):
        return text_of("content-withheld")
    return json.dumps(json.loads(entry.body), ensure_ascii=False, indent=2)
