"""Asking witnesses to cosign (C2SP tlog-witness, the asking side).

Every checkpoint goes to every witness of the policy at once. A witness that is down costs its
time-out and nothing else; one that refuses is heard: its refusal may mean that our own history was
changed under us.
"""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

from ledger.checkpoint import SignedCheckpoint, parse_number
from ledger.checkpoints import Checkpoints
from ledger.errors import VerificationError
from ledger.note import Signature, open_note, parse_signatures, split_note
from ledger.policy import Policy, Witness
from ledger.tiles import StoredTiles
from ledger.tree import Tree
from ledger.witness import Request

DEFAULT_TIMEOUT: Final = 5.0
"""Seconds that a witness is given."""

_MAX_ANSWER: Final = 100_000
_TRIES: Final = 3
_OK, _CONFLICT = 200, 409


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one witness said.

    Args:
        witness: who.
        signature: its cosignature, verified; None where it gave none.
        problem: why not; None where it did. `unreachable: …` is no accusation, `refused: …` and
            `ahead: …` are: the witness knows another history of this log.
    """

    witness: str
    signature: Signature | None
    problem: str | None = None


Post = Callable[[str, bytes, float], tuple[int, bytes]]
"""Sends a body to a URL within so many seconds, gives back status and content."""


def post(url: str, body: bytes, timeout: float) -> tuple[int, bytes]:
    """POST over HTTP or HTTPS.

    Raises:
        OSError: the other side can't be reached or answers nonsense.
    """
    if not url.startswith(("http://", "https://")):
        raise OSError(f"not an HTTP address: {url[:60]}")
    headers = {"Content-Type": "text/plain; charset=utf-8"}
    request = urllib.request.Request(url, body, headers)  # noqa: S310 -- the scheme was just checked
    try:
        with urllib.request.urlopen(request, timeout=timeout) as answer:  # noqa: S310 -- the same
            return answer.status, answer.read(_MAX_ANSWER)
    except urllib.error.HTTPError as answer:
        with answer:
            return answer.code, answer.read(_MAX_ANSWER)
    except http.client.HTTPException as error:
        raise OSError(str(error)) from error


class Cosigning:
    """Gathers cosignatures for one ledger's checkpoints.

    Args:
        checkpoints: the ledger's.
        policy: which witnesses there are, where, and how many are enough.
        timeout: seconds that each is given.
        send: how a request is sent.
    """

    def __init__(
        self,
        checkpoints: Checkpoints,
        policy: Policy,
        *,
        timeout: float = DEFAULT_TIMEOUT,
        send: Post = post,
    ) -> None:
        self._checkpoints = checkpoints
        self._policy = policy
        self._timeout = timeout
        self._send = send
        self._sizes: dict[str, int] = {}

    def cosign(self, signed: SignedCheckpoint) -> tuple[SignedCheckpoint, list[Outcome]]:
        """Ask all witnesses about a checkpoint and keep what they signed.

        Returns:
            The checkpoint with every cosignature, and what each witness said, in policy order.
        """
        asked = [witness for witness in self._policy.witnesses.values() if witness.url]
        if not asked:
            return signed, []
        with ThreadPoolExecutor(max_workers=len(asked)) as pool:
            outcomes = list(pool.map(lambda witness: self._ask(witness, signed), asked))
        lines = [outcome.signature for outcome in outcomes if outcome.signature]
        return self._checkpoints.add_signatures(signed.checkpoint.size, lines), outcomes

    def check(self, signed: SignedCheckpoint) -> None:
        """See that a checkpoint has a quorum's cosignatures.

        Raises:
            VerificationError: it hasn't.
        """
        if self._policy.witnesses:
            self._policy.check(open_note(signed.note, self._policy.witness_keys))

    def _ask(self, witness: Witness, signed: SignedCheckpoint) -> Outcome:
        try:
            return self._converse(witness, signed)
        except (OSError, VerificationError) as error:
            return Outcome(witness.name, None, f"unreachable: {error}")

    def _converse(self, witness: Witness, signed: SignedCheckpoint) -> Outcome:
        size = signed.checkpoint.size
        for _ in range(_TRIES):
            old = self._sizes.get(witness.name, 0)
            request = Request(old, self._proof(old, signed), signed.note)
            url = f"{str(witness.url).rstrip('/')}/add-checkpoint"
            status, content = self._send(url, request.encode(), self._timeout)
            if status == _OK:
                self._sizes[witness.name] = size
                return Outcome(witness.name, _signature(witness, signed, content))
            if status != _CONFLICT:
                return Outcome(witness.name, None, f"refused: {status} {_said(content)}")
            known = parse_number(_said(content))
            if known > size:
                return Outcome(witness.name, None, f"ahead: it knows {known} entries, not {size}")
            if known == old:
                return Outcome(witness.name, None, f"refused: another root at {size} entries")
            self._sizes[witness.name] = known
        return Outcome(witness.name, None, "unreachable: its size keeps changing")

    def _proof(self, old: int, signed: SignedCheckpoint) -> tuple[bytes, ...]:
        checkpoint = signed.checkpoint
        if old in {0, checkpoint.size}:
            return ()
        ledger = self._checkpoints.ledger
        with ledger.database.read() as connection:
            source = StoredTiles(connection, ledger.ledger_id)
            tree = Tree(source, checkpoint.suite, checkpoint.size)
            return tuple(tree.consistency_proof(old))


def _signature(witness: Witness, signed: SignedCheckpoint, content: bytes) -> Signature:
    """The witness's line in its answer, verified."""
    body, _ = split_note(signed.note)
    key = witness.key
    for line in parse_signatures(content.decode("utf-8", "replace")):
        if (line.name, line.key_id) == (key.name, key.key_id):
            if not key.algorithm.verify(key.public, body, line.signature):
                raise VerificationError("note-wrong-signature", witness.name)
            return line
    raise VerificationError("note-unsigned", witness.name)


def _said(content: bytes) -> str:
    return content[:200].decode("utf-8", "replace").strip()
