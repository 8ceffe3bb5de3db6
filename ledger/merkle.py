"""The Merkle tree of RFC 6962 §2.1, and the verifiers of RFC 9162 §2.1.3.2 and §2.1.4.2.

Bytes in, bytes out; no storage, no clock. Makers work on a list of all leaf hashes and are the
plain definition that the tiles (`ledger.tiles`) are tested against. A verifier returns None or
raises `VerificationError`, never anything else, whatever it is fed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from errors import Invalid
from ledger.errors import VerificationError
from ledger.suite import HASH_SIZE, SHA256, Suite

MAX_SIZE: Final = 2**63 - 1
"""The largest tree a verifier believes in: more entries than any database can number."""


def leaf_hash(data: bytes, *, suite: Suite = SHA256) -> bytes:
    """The hash of one leaf, H(0x00 ‖ data) (RFC 6962 §2.1)."""
    return suite.leaf(data)


def node_hash(left: bytes, right: bytes, *, suite: Suite = SHA256) -> bytes:
    """The hash of an inner node, H(0x01 ‖ left ‖ right) (RFC 6962 §2.1)."""
    return suite.node(left, right)


def root(leaf_hashes: Sequence[bytes], *, suite: Suite = SHA256) -> bytes:
    """The Merkle tree hash over `leaf_hashes`; of none of them, H("") (RFC 6962 §2.1)."""
    if not leaf_hashes:
        return suite.empty
    level = leaf_hashes
    while len(level) > 1:
        level = _level_above(level, suite)
    return level[0]


def inclusion_proof(
    leaf_hashes: Sequence[bytes], index: int, *, suite: Suite = SHA256
) -> list[bytes]:
    """The audit path of leaf `index`, from its sibling up (RFC 6962 §2.1.1).

    Raises:
        errors.Invalid: `proof-out-of-range`, when there is no such leaf.
    """
    if not 0 <= index < len(leaf_hashes):
        raise Invalid("proof-out-of-range", field="index", index=index, size=len(leaf_hashes))
    path, level = [], leaf_hashes
    while len(level) > 1:
        sibling = index ^ 1
        if sibling < len(level):
            path.append(level[sibling])
        level, index = _level_above(level, suite), index >> 1
    return path


def consistency_proof(
    leaf_hashes: Sequence[bytes], size1: int, *, suite: Suite = SHA256
) -> list[bytes]:
    """The proof that the tree over the first `size1` leaves is a prefix of the whole one.

    RFC 6962 §2.1.2, PROOF(size1, D[n]); empty when `size1` is the whole tree.

    Raises:
        errors.Invalid: `proof-out-of-range`, when `size1` is 0 or beyond the tree.
    """
    if not 0 < size1 <= len(leaf_hashes):
        raise Invalid("proof-out-of-range", field="size1", index=size1, size=len(leaf_hashes))
    return _subproof(leaf_hashes, size1, suite, known=True)


def verify_inclusion(  # noqa: PLR0913 -- the parameters are RFC 9162's
    leaf_hash: bytes,
    index: int,
    size: int,
    proof: Sequence[bytes],
    root: bytes,
    *,
    suite: Suite = SHA256,
) -> None:
    """Check that `leaf_hash` is leaf `index` of the tree of `size` leaves whose hash is `root`.

    Raises:
        VerificationError: it is not, or an argument is not what it should be (RFC 9162 §2.1.3.2).
    """
    _check_size(size, "size")
    _check_size(index, "index")
    _check_hash(leaf_hash, "leaf_hash")
    _check_hash(root, "root")
    _check_proof(proof, suite)
    if index >= size:
        raise _malformed(f"index {index} of {size}", "index")
    fn, sn, found = index, size - 1, leaf_hash
    for step in proof:
        if sn == 0:
            raise _malformed("the path is too long", "proof")
        if fn & 1 or fn == sn:
            found = suite.node(step, found)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            found = suite.node(found, step)
        fn, sn = fn >> 1, sn >> 1
    if sn:
        raise _malformed("the path is too short", "proof")
    _check_root(found, root, "root")


def verify_consistency(  # noqa: PLR0913 -- the parameters are RFC 9162's
    size1: int,
    size2: int,
    proof: Sequence[bytes],
    root1: bytes,
    root2: bytes,
    *,
    suite: Suite = SHA256,
) -> None:
    """Check that the tree of `size1` leaves (`root1`) is a prefix of that of `size2` (`root2`).

    An empty first tree is refused: it is a prefix of every tree and proves nothing.

    Raises:
        VerificationError: it is not, or an argument is not what it should be (RFC 9162 §2.1.4.2).
    """
    _check_size(size1, "size1")
    _check_size(size2, "size2")
    _check_hash(root1, "root1")
    _check_hash(root2, "root2")
    _check_proof(proof, suite)
    if not 0 < size1 <= size2:
        raise _malformed(f"size {size1} of {size2}", "size1")
    if size1 == size2:
        if proof:
            raise _malformed("equal sizes, a proof", "proof")
        _check_root(root1, root2, "root2")
        return
    _walk_consistency(size1, size2, proof, (root1, root2), suite)


def _walk_consistency(
    size1: int, size2: int, proof: Sequence[bytes], roots: tuple[bytes, bytes], suite: Suite
) -> None:
    # A complete first tree is a node of the second one, so its hash is not sent.
    steps = [roots[0], *proof] if size1 & (size1 - 1) == 0 else list(proof)
    if not proof:
        raise _malformed("the proof is empty", "proof")
    fn, sn = size1 - 1, size2 - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    first = second = steps[0]
    for step in steps[1:]:
        if sn == 0:
            raise _malformed("the proof is too long", "proof")
        if fn & 1 or fn == sn:
            first, second = suite.node(step, first), suite.node(step, second)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            second = suite.node(second, step)
        fn, sn = fn >> 1, sn >> 1
    if sn:
        raise _malformed("the proof is too short", "proof")
    _check_root(first, roots[0], "root1")
    _check_root(second, roots[1], "root2")


def _level_above(level: Sequence[bytes], suite: Suite) -> list[bytes]:
    # Promoting the odd one out is the same as splitting at the largest power of two below n.
    node = suite.node
    above = [node(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
    if len(level) & 1:
        above.append(level[-1])
    return above


def _subproof(leaves: Sequence[bytes], size1: int, suite: Suite, *, known: bool) -> list[bytes]:
    size = len(leaves)
    if size1 == size:
        return [] if known else [root(leaves, suite=suite)]
    split = 1 << ((size - 1).bit_length() - 1)
    if size1 <= split:
        inner = _subproof(leaves[:split], size1, suite, known=known)
        return [*inner, root(leaves[split:], suite=suite)]
    inner = _subproof(leaves[split:], size1 - split, suite, known=False)
    return [*inner, root(leaves[:split], suite=suite)]


def _check_size(value: object, name: str) -> None:
    # Exact types only: True is an int to Python, and a subclass may compare as it likes.
    if type(value) is not int or not 0 <= value <= MAX_SIZE:
        raise _malformed("not a whole number in range", name)


def _check_hash(value: object, name: str) -> None:
    if type(value) is not bytes or len(value) != HASH_SIZE:
        raise _malformed(f"not {HASH_SIZE} bytes", name)


def _check_proof(proof: object, suite: object) -> None:
    if type(suite) is not Suite:
        raise _malformed("not a suite", "suite")
    if type(proof) is not list and type(proof) is not tuple:
        raise _malformed("not a list of hashes", "proof")
    for step in proof:
        _check_hash(step, "proof")


def _check_root(found: bytes, expected: bytes, name: str) -> None:
    if found != expected:
        detail = f"expected {expected.hex()}, found {found.hex()}"
        raise VerificationError("proof-wrong-root", detail, field=name)


def _malformed(detail: str, field: str) -> VerificationError:
    return VerificationError("proof-malformed", detail, field=field)
