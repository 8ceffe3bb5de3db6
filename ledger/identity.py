"""Who a ledger is: its origin, its suite and its keys, all on record in the ledger itself.

Entry 0 names them; a new key is an entry of kind `ledger` too, so whoever holds the first key can
follow the chain to the present one. Key files (see `ledger.keys`):

    log.key            signs checkpoints
    log.key.next       made, and perhaps named by an entry already, but not yet in force
    log-<id>.retired   no longer in force
"""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Final

from sqlalchemy import Connection

from bulk import Insert, fetch
from errors import Conflict, NotFound
from ledger import models
from ledger.canonical import encode
from ledger.entry import Draft, Entry, Receipt
from ledger.errors import VerificationError
from ledger.keys import KeySigner, ensure_signer, load_signer, log_algorithm, sync_directory
from ledger.log import Clock, Ledger, read_entries_at
from ledger.note import Signer, VerifierKey, parse_vkey
from ledger.suite import Suite, suite_named

KIND: Final = "ledger"
"""The kind of the entries in which a ledger speaks of itself."""
FOUNDED: Final = "LedgerFounded"
"""The type of entry 0's event."""
ROTATED: Final = "KeyRotated"
"""The type of the event that names a new key."""
LOG_KEY: Final = "log.key"
"""The file of the key that signs checkpoints."""

_KEYS: Final = Insert(models.ledger_key, key=("ledger_id", "seq"))
_ROTATED: Final = "SELECT seq FROM ledger_key WHERE ledger_id=? ORDER BY seq"


def founding_event(origin: str, suite: Suite, key: VerifierKey) -> bytes:
    """The canonical event of entry 0."""
    return encode({"keys": [str(key)], "origin": origin, "suite": suite.name, "type": FOUNDED})


def open_ledger(
    ledger: Ledger, origin: str, suite: Suite, directory: Path, clock: Clock
) -> KeySigner:
    """Found the ledger if it isn't, and return the signer of its checkpoints.

    Args:
        ledger: which ledger.
        origin: its name, used where it is founded now.
        suite: its hash, used where it is founded now.
        directory: where its key files are.
        clock: tells the time.

    Raises:
        errors.Conflict: `key-not-in-force`, when the key file is not the one that the ledger
            names; `key-missing` as NotFound, when there is a ledger and no key.
    """
    try:
        ledger.head()
    except NotFound:
        signer = ensure_signer(directory / LOG_KEY, origin, log_algorithm(suite), clock)
        with contextlib.suppress(Conflict):  # another process founded it in the meantime
            ledger.found(origin, suite, founding_event(origin, suite, signer.key))
    return _signer_in_force(ledger, directory, clock)


def keys_of(ledger: Ledger) -> list[VerifierKey]:
    """The keys that the ledger ever named, the one in force last.

    Raises:
        VerificationError: an entry that should name one doesn't.
    """
    with ledger.database.read() as connection:
        return [key for _, key in read_keys_from(connection, ledger.ledger_id)]


def read_keys_from(connection: Connection, ledger_id: int) -> list[tuple[int, VerifierKey]]:
    """The same over a connection, each key with the place of the entry that names it.

    The entries are the truth: the table only says where they are.
    """
    rotated = fetch(connection, _ROTATED, [ledger_id])
    places = [0, *(seq for (seq,) in rotated)]
    entries = read_entries_at(connection, ledger_id, places)
    if not entries:
        raise NotFound("no-ledger")
    return [(entry.seq, _named(entry)) for entry in entries]


def _named(entry: Entry) -> VerifierKey:
    event = entry.event
    named = event.get("keys", [None])[0] if event.get("type") == FOUNDED else event.get("key")
    missing = VerificationError("entry-malformed", f"entry {entry.seq} names no key")
    if entry.kind != KIND or not isinstance(named, str):
        raise missing
    try:
        return parse_vkey(named)
    except VerificationError as error:
        raise missing from error


def record_key(ledger: Ledger, key: VerifierKey) -> Receipt:
    """Put on record that `key` signs from now on; a signing server's operator calls this."""
    old = keys_of(ledger)[-1]
    event = encode({"key": str(key), "replaces": str(old), "type": ROTATED})
    with ledger.transaction() as transaction:
        (receipt,) = transaction.append([Draft(KIND, event)])
        _KEYS.run(transaction.connection, [(ledger.ledger_id, receipt.seq, str(key))])
    return receipt


def rotate(ledger: Ledger, directory: Path, clock: Clock) -> tuple[Signer, Signer]:
    """Make a new key, put it on record and take it into force.

    Returns:
        The new signer and the retired one: the next checkpoint is signed by both, so that whoever
        trusts the old key sees the entry that names the new one.
    """
    old = _signer_in_force(ledger, directory, clock)
    head = ledger.head()
    new = ensure_signer(
        directory / f"{LOG_KEY}.next", head.origin, log_algorithm(suite_named(head.suite)), clock
    )
    record_key(ledger, new.key)
    return _signer_in_force(ledger, directory, clock), old


def _signer_in_force(ledger: Ledger, directory: Path, clock: Clock) -> KeySigner:
    """The signer that the ledger names; finishes a rotation that a crash interrupted."""
    path, following = directory / LOG_KEY, directory / f"{LOG_KEY}.next"
    named = keys_of(ledger)[-1]
    if not following.exists() or load_signer(following, clock).key != named:
        signer = load_signer(path, clock)
        if signer.key != named:
            raise Conflict("key-not-in-force", path=path.name, named=named.key_id.hex())
        return signer
    if path.exists():
        retired = load_signer(path, clock).key.key_id.hex()
        path.replace(path.with_name(f"log-{retired}.retired"))
    following.replace(path)
    sync_directory(directory)
    return load_signer(path, clock)
