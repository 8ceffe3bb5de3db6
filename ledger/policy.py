"""Whose word is enough: logs, witnesses and a quorum of them (C2SP tlog-policy).

    log <vkey> [<url>]
    witness <name> <vkey> [<url>]
    group <name> <k>|all|any <name>...
    quorum <name>|none

One file serves the log, which asks these witnesses to cosign, and everyone who checks a proof.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from errors import Invalid
from ledger.errors import VerificationError
from ledger.note import Note, VerifierKey, parse_vkey

NONE: Final = "none"
"""The quorum that asks for no witness."""

_PRINTABLE: Final = 0x20
_MAX_MEMBERS: Final = 1000


@dataclass(frozen=True, slots=True)
class Witness:
    """A witness: its name in the policy, its key, and where it is asked (None: nowhere)."""

    name: str
    key: VerifierKey
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """Which checkpoints are believed.

    Args:
        logs: the keys of the logs.
        witnesses: the witnesses by name.
        groups: of each group how many members must have witnessed, and which they are.
        quorum: the witness or group that must have witnessed, or `none`.
    """

    logs: tuple[VerifierKey, ...] = ()
    witnesses: dict[str, Witness] = field(default_factory=dict)
    groups: dict[str, tuple[int, tuple[str, ...]]] = field(default_factory=dict)
    quorum: str = NONE

    @property
    def witness_keys(self) -> tuple[VerifierKey, ...]:
        """The keys of all witnesses."""
        return tuple(witness.key for witness in self.witnesses.values())

    def check(self, note: Note) -> None:
        """See that a note, opened with the witnesses' keys, has a quorum's cosignatures.

        Raises:
            VerificationError: `quorum-missing`.
        """
        keys = {key for key, _ in note.verified}
        present = {name for name, witness in self.witnesses.items() if witness.key in keys}
        if not self._holds(self.quorum, present):
            detail = f"{self.quorum}: {', '.join(sorted(present)) or '-'}"
            raise VerificationError("quorum-missing", detail)

    def _holds(self, name: str, present: set[str]) -> bool:
        if name == NONE or name in present:
            return True
        if name not in self.groups:
            return False
        threshold, members = self.groups[name]
        return sum(self._holds(member, present) for member in members) >= threshold


def parse_policy(text: str) -> Policy:
    """Read a policy file.

    Raises:
        errors.Invalid: `policy-malformed`, with the line's number.
    """
    reader = _Reader()
    for number, line in enumerate(text.split("\n"), 1):
        words = line.replace("\t", " ").split(" ")
        words = [word for word in words if word]
        if not words or words[0].startswith("#"):
            continue
        if any(ord(letter) < _PRINTABLE for word in words for letter in word):
            raise Invalid("policy-malformed", line=number, detail="a control character")
        try:
            reader.read(words)
        except (ValueError, VerificationError) as error:
            raise Invalid("policy-malformed", line=number, detail=str(error)) from None
    return reader.policy()


class _Reader:
    """The lines of a policy file, one after the other."""

    def __init__(self) -> None:
        self._logs: list[VerifierKey] = []
        self._witnesses: dict[str, Witness] = {}
        self._groups: dict[str, tuple[int, tuple[str, ...]]] = {}
        self._members: set[str] = set()
        self._quorum: str | None = None

    def read(self, words: Sequence[str]) -> None:
        match words:
            case ["log", vkey] | ["log", vkey, _]:
                self._log(parse_vkey(vkey))
            case ["witness", name, vkey]:
                self._witness(Witness(name, parse_vkey(vkey)))
            case ["witness", name, vkey, url]:
                self._witness(Witness(name, parse_vkey(vkey), url))
            case ["group", name, threshold, *members]:
                self._group(name, threshold, members)
            case ["quorum", name] if self._quorum is None:
                self._quorum = name if name == NONE else self._defined(name)
            case _:
                raise ValueError(f"not understood: {' '.join(words)[:80]}")

    def policy(self) -> Policy:
        if self._quorum is None:
            raise Invalid("policy-malformed", line=0, detail="no quorum line")
        return Policy(tuple(self._logs), self._witnesses, self._groups, self._quorum)

    def _log(self, key: VerifierKey) -> None:
        if key.algorithm.timestamped or any(key.public == known.public for known in self._logs):
            raise ValueError(f"not a log's key, or there already: {key.name}")
        self._logs.append(key)

    def _witness(self, witness: Witness) -> None:
        known = [other.key.public for other in self._witnesses.values()]
        if not witness.key.algorithm.timestamped or witness.key.public in known:
            raise ValueError(f"not a witness's key, or there already: {witness.name}")
        self._witnesses[self._new(witness.name)] = witness

    def _group(self, name: str, threshold: str, members: Sequence[str]) -> None:
        for member in members:
            if self._defined(member) in self._members:
                raise ValueError(f"already in a group: {member}")
            self._members.add(member)
        if not members or len(members) > _MAX_MEMBERS:
            raise ValueError("a group needs members")
        needed = {"all": len(members), "any": 1}.get(threshold)
        if needed is None:
            needed = int(threshold) if threshold.isascii() and threshold.isdigit() else 0
        if not 1 <= needed <= len(members):
            raise ValueError(f"not a threshold: {threshold[:20]}")
        self._groups[self._new(name)] = (needed, tuple(members))

    def _new(self, name: str) -> str:
        if name == NONE or name in self._witnesses or name in self._groups:
            raise ValueError(f"the name is taken: {name}")
        return name

    def _defined(self, name: str) -> str:
        if name not in self._witnesses and name not in self._groups:
            raise ValueError(f"not defined above: {name}")
        return name
