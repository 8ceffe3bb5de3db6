#!/usr/bin/env python3
"""Check a medtrace ledger without medtrace: Python and `cryptography` are all this needs.

    verify.py proof FILE ENTRY VKEY...      a .tlog-proof file and the entry it is about
    verify.py log PLACE VKEY...             a whole published log: a directory or its address
    verify.py grown OLD PLACE VKEY...       that the log still begins as checkpoint OLD said
    verify.py case ZIP VKEY...              a recall's report and every entry that it rests on

VKEY is the log's key, got from the hospital by a way you trust; further ones are its witnesses',
each of which must have cosigned. Prints what holds and exits with 0, or says what doesn't with 1.
The forms are public: C2SP signed-note, tlog-checkpoint, tlog-cosignature, tlog-proof, tlog-tiles;
RFC 6962 section 2.1. A ledger of the Chinese suite (SM3, SM2) needs verify_sm2.py beside this.
"""

import base64
import json
import sys
import urllib.request
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

Hasher = Callable[[bytes], bytes]
COSIGNATURES = (b"\x04", b"\xffmedtrace/sm2-sm3-cosignature\n")
UNREADABLE = (zipfile.BadZipFile, zlib.error)
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
            sys.path.insert(0, str(Path(__file__).parent))
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
    index = int(lines[1].removeprefix("index "))
    size = prove(Path(entry).read_bytes(), index, lines[2:], open_checkpoint(note, list(vkeys)))
    return f"entry {index} is in the log, among the first {size}"


def prove(entry: bytes, index: int, lines: list[str], head: tuple[int, bytes, Hasher]) -> int:
    """That an entry stands at its place under a checkpoint; how many the checkpoint covers."""
    size, root, hasher = head
    path, leaf = [base64.b64decode(line) for line in lines], hasher(b"\0" + entry)
    demand(root_of_path(hasher, leaf, index, size, path) == root, f"entry {index} is not proven")
    return size


def proven(bundle: zipfile.ZipFile, vkeys: tuple[str, ...]) -> tuple[dict[int, bytes], int]:
    """Every entry in a zip by its number, each proven, and how many the checkpoint covers."""
    head = open_checkpoint(bundle.read("checkpoint"), list(vkeys))
    names, said = bundle.namelist(), {}
    demand(len(set(names)) == len(names), "a file is in it twice")
    for seq in sorted(int(Path(name).stem) for name in names if name.startswith("entries/")):
        said[seq] = bundle.read(f"entries/{seq}.json")
        proof = bundle.read(f"proofs/{seq}.tlog-proof").decode().partition("\n\n")[0]
        prove(said[seq], seq, proof.split("\n")[2:], head)
    return said, head[0]


def check_case(file: str, *vkeys: str) -> str:
    """The zip of a case: its last entry says which report went out, and on which entries."""
    with zipfile.ZipFile(file) as bundle:
        said, size = proven(bundle, vkeys)
        report = sha256(bundle.read("report.pdf")).hex()
    *seqs, last = sorted(said)
    issue = json.loads(said[last])["event"]
    demand(issue["type"] == "medtrace:RecallReport", "the last entry issues no report")
    demand(report == issue["report"], "another report went out")
    numbers = sha256("".join(f"{seq}\n" for seq in seqs).encode()).hex()
    demand(numbers == issue["entriesDigest"], "it rests on other entries")
    return f"the report on {issue['case']} and the {len(seqs)} entries it rests on, of {size}"


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
    if command == "case":
        return check_case(*rest)
    demand(command == "log", f"no such question: {command}\n{__doc__}")
    return check_log(*rest)


if __name__ == "__main__":
    try:
        print("holds:", main(*sys.argv[1:]))  # noqa: T201 -- its answer
    except (OSError, ValueError, KeyError, TypeError, IndexError, *UNREADABLE) as error:
        sys.exit(f"DOES NOT HOLD: {error or 'malformed'}")
