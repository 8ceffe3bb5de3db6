#!/usr/bin/env python3
"""Check a medtrace ledger without medtrace: Python and `cryptography` are all this needs.

    verify.py proof FILE ENTRY VKEY...      a .tlog-proof file and the entry it is about
    verify.py log PLACE VKEY...             a whole published log: a directory or its address
    verify.py grown OLD PLACE VKEY...       that the log still begins as checkpoint OLD said

VKEY is the log's key, got from the hospital by a way you trust; further ones are its witnesses',
each of which must have cosigned. Prints what holds and exits with 0, or says what doesn't with 1.
The forms are public: C2SP signed-note, tlog-checkpoint, tlog-cosignature, tlog-proof, tlog-tiles;
RFC 6962 section 2.1. A ledger of the Chinese suite (SM3, SM2) needs verify_sm2.py beside this.
"""

import base64
import json
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

Hasher = Callable[[bytes], bytes]
COSIGNATURES = (b"\x04", b"\xffmedtrace/sm2-sm3-cosignature\n")
SM2_KINDS = (b"\xffmedtrace/sm2-sm3\n", COSIGNATURES[1])


def demand(holds: object, what: str) -> None:
    """Stop where something does not hold."""
    if not holds:
        raise ValueError(what)


def hasher_of(algorithm: hashes.HashAlgorithm) -> Hasher:
    """The function from bytes to their hash."""

    def digest(data: bytes) -> bytes:
        state = hashes.Hash(algorithm)
        state.update(data)
        return state.finalize()

    return digest


sha256, sm3 = hasher_of(hashes.SHA256()), hasher_of(hashes.SM3())


def tree_root(hasher: Hasher, leaves: list[bytes]) -> bytes:
    """The Merkle tree hash over leaf hashes, RFC 6962 section 2.1."""
    level = leaves or [hasher(b"")]
    while len(level) > 1:
        pairs = [hasher(b"\1" + a + b) for a, b in zip(level[::2], level[1::2], strict=False)]
        level = pairs + (level[-1:] if len(level) % 2 else [])
    return level[0]


def root_of_path(hasher: Hasher, leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """The root that an audit path leads to, RFC 9162 section 2.1.3.2."""
    last, found = size - 1, leaf
    demand(0 <= index < size, "the index lies outside the tree")
    for step in path:
        demand(last, "the path is too long")
        if index % 2 or index == last:
            found = hasher(b"\1" + step + found)
            while index and index % 2 == 0:
                index, last = index // 2, last // 2
        else:
            found = hasher(b"\1" + found + step)
        index, last = index // 2, last // 2
    demand(last == 0, "the path is too short")
    return found


def signed_by(vkey: str, body: bytes, lines: list[str]) -> bool:
    """Whether one of a note's signature lines is this key's and holds."""
    name, key_id, encoded = vkey.split("+", 2)
    material = base64.b64decode(encoded)
    made = sha256(name.encode() + b"\n" + material)[:4]
    demand(made.hex() == key_id, f"the ID of {name} is not its key's")
    kind = material[: material.index(b"\n") + 1] if material[:1] == b"\xff" else material[:1]
    public = material[len(kind) :]
    for line in lines:
        dash, who, signature = line.split(" ")
        raw = base64.b64decode(signature)
        if (dash, who, raw[:4]) != ("\u2014", name, made):
            continue
        message, rest = body, raw[4:]
        if kind in COSIGNATURES:
            time = int.from_bytes(rest[:8], "big")
            message, rest = b"cosignature/v1\ntime %d\n%b" % (time, body), rest[8:]
        if kind in SM2_KINDS:
            from verify_sm2 import holds  # noqa: PLC0415 -- only such ledgers need that file

            return holds(public, message, rest)
        try:
            Ed25519PublicKey.from_public_bytes(public).verify(rest, message)
        except InvalidSignature:
            return False
        return True
    return False


def open_checkpoint(note: bytes, vkeys: list[str]) -> tuple[int, bytes, Hasher]:
    """Size, root and hash of a checkpoint that all of `vkeys` signed, the first one's origin."""
    text, _, tail = note.decode().rpartition("\n\n")
    for vkey in vkeys:
        name = vkey.split("+")[0]
        demand(signed_by(vkey, f"{text}\n".encode(), tail.splitlines()), f"not signed by {name}")
    origin, size, root, *more = text.splitlines()
    demand(origin == vkeys[0].split("+")[0], f"the checkpoint is {origin}'s")
    return int(size), base64.b64decode(root), sm3 if more[:1] == ["suite sm3"] else sha256


def check_proof(file: str, entry: str, *vkeys: str) -> str:
    """A proof of logging, C2SP tlog-proof."""
    head, _, note = Path(file).read_bytes().partition(b"\n\n")
    lines = [line for line in head.decode().split("\n") if not line.startswith("extra ")]
    demand(lines[0] == "c2sp.org/tlog-proof@v1", "not a proof of version 1")
    size, root, hasher = open_checkpoint(note, list(vkeys))
    index = int(lines[1].removeprefix("index "))
    path = [base64.b64decode(line) for line in lines[2:]]
    leaf = hasher(b"\0" + Path(entry).read_bytes())
    demand(root_of_path(hasher, leaf, index, size, path) == root, "the proof is another entry's")
    return f"entry {index} is in the log, among the first {size}"


def read(place: str, path: str) -> bytes:
    """A file of a published log, in a directory or behind its address."""
    where = place.rstrip("/") if "://" in place else Path(place).resolve().as_uri()
    with urllib.request.urlopen(f"{where}/{path}") as content:  # noqa: S310 -- the caller's own words
        return bytes(content.read())


def entries(place: str, size: int) -> Iterator[bytes]:
    """Every entry of a published log, C2SP tlog-tiles."""
    for start in range(0, size, 256):
        number, width, at = start // 256, min(256, size - start), 0
        *high, low = (f"{number:021d}"[cut : cut + 3] for cut in range(0, 21, 3))
        high = high[next((i for i, part in enumerate(high) if int(part)), len(high)) :]
        path = "/".join([*(f"x{part}" for part in high), low])
        bundle = read(place, f"tile/entries/{path}" + f".p/{width}" * (width < 256))  # noqa: PLR2004 -- a full one
        for _ in range(width):
            length = int.from_bytes(bundle[at : at + 2], "big")
            yield bundle[at + 2 : at + 2 + length]
            at += 2 + length


def check_log(place: str, *vkeys: str, old: str = "") -> str:
    """Every entry, the chain through them and the tree over them."""
    size, root, hasher = open_checkpoint(read(place, "checkpoint"), list(vkeys))
    leaves, previous = [], hasher(b"")
    for seq, entry in enumerate(entries(place, size)):
        said = json.loads(entry)
        demand((said["seq"], said["prev"]) == (seq, previous.hex()), f"the chain breaks at {seq}")
        leaves.append(previous := hasher(b"\0" + entry))
    demand(tree_root(hasher, leaves) == root, "the entries are not those that were signed for")
    if old:
        before, old_root, _ = open_checkpoint(Path(old).read_bytes(), [vkeys[0]])
        demand(before <= size, f"the log shrank from {before} entries to {size}")
        demand(tree_root(hasher, leaves[:before]) == old_root, f"its first {before} are others now")
        return f"{size} entries, and the first {before} are still what they were"
    return f"{size} entries, chain and tree as signed for"


def main(command: str = "", *rest: str) -> str:
    """Do what is asked."""
    if command == "proof":
        return check_proof(*rest)
    if command == "grown":
        return check_log(*rest[1:], old=rest[0])
    demand(command == "log", f"no such question: {command}\n{__doc__}")
    return check_log(*rest)


if __name__ == "__main__":
    try:
        print("holds:", main(*sys.argv[1:]))  # noqa: T201 -- its answer
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        sys.exit(f"DOES NOT HOLD: {error or 'malformed'}")
