"""The Merkle tree: RFC 6962's definition, RFC 9162's verifiers, and a second opinion."""

import contextlib
import hashlib
from collections.abc import Callable, Sequence
from typing import cast

import pymerkle
import pytest
from hypothesis import given
from hypothesis import strategies as st

from errors import Invalid
from ledger import SHA256, SM3, Suite, VerificationError, suite_named
from ledger.merkle import (
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root,
    verify_consistency,
    verify_inclusion,
)
from ledger.suite import _SM3WithoutOpenSSL

LEAVES = [leaf_hash(b"entry %d" % i) for i in range(70)]
suites = pytest.mark.parametrize("suite", [SHA256, SM3], ids=lambda suite: suite.name)


def rfc_root(leaves: Sequence[bytes], suite: Suite) -> bytes:
    """MTH(D[n]) exactly as RFC 6962 §2.1 defines it."""
    if not leaves:
        return suite.digest(b"")
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return suite.digest(b"\x01" + rfc_root(leaves[:k], suite) + rfc_root(leaves[k:], suite))


def rfc_path(m: int, leaves: Sequence[bytes], suite: Suite) -> list[bytes]:
    """PATH(m, D[n]) exactly as RFC 6962 §2.1.1 defines it."""
    if len(leaves) == 1:
        return []
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if m < k:
        return [*rfc_path(m, leaves[:k], suite), rfc_root(leaves[k:], suite)]
    return [*rfc_path(m - k, leaves[k:], suite), rfc_root(leaves[:k], suite)]


def test_the_three_hashes_are_rfc_6962s() -> None:
    assert root([]) == hashlib.sha256(b"").digest() == SHA256.empty
    assert leaf_hash(b"x") == hashlib.sha256(b"\x00x").digest()
    left, right = LEAVES[:2]
    assert node_hash(left, right) == hashlib.sha256(b"\x01" + left + right).digest()


def test_sm3_is_the_hash_of_gb_t_32905_2016() -> None:
    """Appendix A: the two examples of the standard."""
    assert SM3.digest(b"abc").hex() == (
        "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    )
    assert SM3.digest(b"abcd" * 16).hex() == (
        "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"
    )


def test_sm3_without_openssls_is_the_same_sm3() -> None:
    assert _SM3WithoutOpenSSL(b"abc" * 99).digest() == SM3.digest(b"abc" * 99)


def test_a_suite_is_found_by_its_name_and_only_so() -> None:
    assert suite_named("sm3") is SM3
    with pytest.raises(Invalid):
        suite_named("md5")


@suites
def test_roots_and_proofs_of_every_small_tree_are_the_definitions(suite: Suite) -> None:
    for size in range(40):
        leaves = LEAVES[:size]
        top = root(leaves, suite=suite)
        assert top == rfc_root(leaves, suite)
        for index in range(size):
            path = inclusion_proof(leaves, index, suite=suite)
            assert path == rfc_path(index, leaves, suite)
            verify_inclusion(leaves[index], index, size, path, top, suite=suite)
        for size1 in range(1, size + 1):
            proof = consistency_proof(leaves, size1, suite=suite)
            earlier = root(leaves[:size1], suite=suite)
            verify_consistency(size1, size, proof, earlier, top, suite=suite)


def test_pymerkle_makes_the_same_roots_and_proofs() -> None:
    tree = pymerkle.InmemoryTree(algorithm="sha256")
    for i in range(33):
        tree.append_entry(b"entry %d" % i)
    for size in range(1, 34):
        assert tree.get_root(size) == root(LEAVES[:size])
        for index in range(size):
            theirs = tree.prove_inclusion(index + 1, size)
            pymerkle.verify_inclusion(LEAVES[index], root(LEAVES[:size]), theirs)
            hashes = [bytes.fromhex(step) for step in theirs.serialize()["path"]]
            assert hashes[1:] == inclusion_proof(LEAVES[:size], index)


@pytest.mark.parametrize(
    ("make", "argument"),
    [(inclusion_proof, -1), (inclusion_proof, 7), (consistency_proof, 0), (consistency_proof, 8)],
)
def test_there_is_no_proof_of_what_is_not_there(
    make: Callable[[Sequence[bytes], int], list[bytes]], argument: int
) -> None:
    with pytest.raises(Invalid):
        make(LEAVES[:7], argument)


sizes = st.integers(1, 70)


@given(sizes, st.data())
def test_an_inclusion_proof_proves_one_place_in_one_tree(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    leaves = LEAVES[:size]
    path, top = inclusion_proof(leaves, index), root(leaves)
    other_index = data.draw(st.integers(0, size).filter(lambda other: other != index))
    fails(verify_inclusion, leaves[index], other_index, size, path, top)
    fails(verify_inclusion, leaf_hash(b"other"), index, size, path, top)
    fails(verify_inclusion, leaves[index], index, size, [*path, top], top)
    fails(verify_inclusion, leaves[index], index, size, path, leaf_hash(b"other"))
    if path:
        at = data.draw(st.integers(0, len(path) - 1))
        fails(verify_inclusion, leaves[index], index, size, path[:at] + path[at + 1 :], top)
        fails(verify_inclusion, leaves[index], index, size, flipped(path, at), top)


@given(st.integers(1, 69), st.data())
def test_a_consistency_proof_proves_one_prefix_of_one_tree(size1: int, data: st.DataObject) -> None:
    size2 = data.draw(st.integers(size1 + 1, 70))
    proof = consistency_proof(LEAVES[:size2], size1)
    roots = root(LEAVES[:size1]), root(LEAVES[:size2])
    verify_consistency(size1, size2, proof, *roots)
    fails(verify_consistency, size1, size2, proof, leaf_hash(b"other"), roots[1])
    fails(verify_consistency, size1, size2, proof, roots[0], leaf_hash(b"other"))
    fails(verify_consistency, size1, size2, [*proof, roots[0]], *roots)
    fails(verify_consistency, size1, size1, proof, *roots)
    fails(verify_consistency, 0, size2, proof, *roots)
    fails(verify_consistency, size2, size1, proof, *roots)
    at = data.draw(st.integers(0, len(proof) - 1))
    fails(verify_consistency, size1, size2, flipped(proof, at), *roots)
    fails(verify_consistency, size1, size2, proof[:at] + proof[at + 1 :], *roots)


def test_equal_sizes_need_equal_roots_and_no_proof() -> None:
    top = root(LEAVES)
    verify_consistency(70, 70, [], top, top)
    fails(verify_consistency, 70, 70, [top], top, top)
    fails(verify_consistency, 70, 70, [], top, LEAVES[0])


def test_an_empty_tree_proves_nothing() -> None:
    fails(verify_consistency, 0, 70, [], SHA256.empty, root(LEAVES))
    fails(verify_consistency, 0, 0, [], SHA256.empty, SHA256.empty)


class Liar(bytes):
    """Bytes that say they equal everything."""

    def __eq__(self, other: object) -> bool:
        """Yes."""
        return True

    __hash__ = bytes.__hash__


anything = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 100),
    st.integers(-(2**100), 2**100),
    st.just(10**5000),
    st.floats(),
    st.text(max_size=3),
    st.binary(max_size=3),
    st.binary(min_size=32, max_size=32),
    st.binary(min_size=32, max_size=32).map(Liar),
    st.binary(min_size=32, max_size=32).map(bytearray),
    st.lists(st.binary(min_size=32, max_size=32), max_size=9),
    st.lists(st.none() | st.integers() | st.text() | st.binary(max_size=33), max_size=4),
    st.tuples(st.just(LEAVES[0])),
    st.just(LEAVES[0]),
    st.just(object()),
    st.just(iter(LEAVES)),
)


@pytest.mark.parametrize("verify", [verify_inclusion, verify_consistency])
@given(arguments=st.tuples(anything, anything, anything, anything, anything))
def test_verifiers_raise_nothing_but_their_own_error(
    verify: Callable[..., None], arguments: tuple[object, ...]
) -> None:
    with contextlib.suppress(VerificationError):
        verify(*arguments)


@pytest.mark.parametrize("suite", [None, "sha256", object()])
def test_a_suite_that_is_none_is_refused(suite: object) -> None:
    with pytest.raises(VerificationError):
        verify_inclusion(LEAVES[0], 0, 1, [], LEAVES[0], suite=cast("Suite", suite))


def test_a_true_is_not_a_one() -> None:
    no, yes = False, True
    fails(verify_inclusion, LEAVES[0], no, yes, [], LEAVES[0])
    fails(verify_inclusion, LEAVES[0], 0, 1, [], Liar(LEAVES[0]))


def flipped(hashes: Sequence[bytes], at: int) -> list[bytes]:
    changed = bytes([hashes[at][0] ^ 1]) + hashes[at][1:]
    return [*hashes[:at], changed, *hashes[at + 1 :]]


def fails(verify: Callable[..., None], *arguments: object) -> None:
    with pytest.raises(VerificationError):
        verify(*arguments)
