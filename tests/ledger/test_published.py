"""The published log and its proofs, as a stranger gets them."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errors import NotFound
from ledger import SM3, VerificationError, merkle
from ledger.checkpoint import open_checkpoint
from ledger.export import ExportedTiles, export
from ledger.proof import Proof, check_proof, parse_proof, prove
from ledger.published import (
    BRIEF,
    IMMUTABLE,
    PublishedLog,
    bundle,
    parse_path,
    tile_path,
    unbundle,
)
from ledger.tree import Tile, Tree, tiles_of
from tests.ledger.conftest import ORIGIN, Hospital
from tests.ledger.test_note import NEUMANN


def log_of(hospital: Hospital) -> PublishedLog:
    return PublishedLog(hospital.ledger, hospital.checkpoints)


def test_nothing_is_published_before_it_is_signed_for(hospital: Hospital) -> None:
    log = log_of(hospital)
    for path in ("checkpoint", "tile/0/000.p/1", "tile/entries/000.p/1"):
        with pytest.raises(NotFound):
            log.resource(path)
    hospital.checkpoints.make(hospital.signer)
    hospital.append(1)
    assert log.resource("tile/0/000.p/1").cache_control == IMMUTABLE
    with pytest.raises(NotFound):
        log.resource("tile/0/000.p/2")


def test_a_stranger_rebuilds_the_root_from_the_entries(hospital: Hospital) -> None:
    hospital.append(599)
    hospital.checkpoints.make(hospital.signer)
    log = log_of(hospital)
    note = log.resource("checkpoint")
    assert note.content_type == "text/plain; charset=utf-8"
    assert note.cache_control == BRIEF
    checkpoint, _ = open_checkpoint(note.content, [hospital.signer.key])
    assert (checkpoint.origin, checkpoint.size) == (ORIGIN, 600)
    paths = ("tile/entries/000", "tile/entries/001", "tile/entries/002.p/88")
    entries = [entry for path in paths for entry in unbundle(log.resource(path).content)]
    leaves = [merkle.leaf_hash(entry) for entry in entries]
    assert merkle.root(leaves) == checkpoint.root
    assert log.resource("tile/0/002.p/88").content == b"".join(leaves[512:])
    assert log.resource("tile/1/000.p/2").content == b"".join(
        [merkle.root(leaves[:256]), merkle.root(leaves[256:512])]
    )
    first = json.loads(entries[0])
    assert first["kind"] == "ledger"
    assert first["prev"] == merkle.root([]).hex()
    assert first["event"] == {
        "keys": [str(hospital.signer.key)],
        "origin": ORIGIN,
        "suite": "sha256",
        "type": "LedgerFounded",
    }


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/checkpoint",
        "checkpoint/",
        "tile/0/3",
        "tile/0/003",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/257",
        "tile/0/000.p/01",
        "tile/00/000",
        "tile/64/000",
        "tile/1/000",
        "tile/2/000.p/1",
        "tile/0/x000/000",
        "tile/-1/000",
        "tile/0/x001/x000/000",
        "tile/0/../0/000",
        "tile/0/٠٠٠",
        "tile/0/" + "x001/" * 5000 + "000",
        "tile/entries/003",
        "tile/0/000\n",
    ],
)
def test_there_is_nothing_anywhere_else(path: str, make_hospital: Callable[..., Hospital]) -> None:
    hospital = make_hospital()
    hospital.append(599)
    hospital.checkpoints.make(hospital.signer)
    with pytest.raises(NotFound):
        log_of(hospital).resource(path)


@given(st.integers(0, 63), st.integers(0, 10**12), st.integers(1, 256), st.booleans())
def test_every_tile_has_one_path(level: int, index: int, width: int, entries: bool) -> None:  # noqa: FBT001 -- hypothesis names it
    tile = Tile(0 if entries else level, index, width)
    path = tile_path(tile, entries=entries)
    assert parse_path(path) == (entries, tile)
    assert re.fullmatch(r"tile/(entries|\d+)/(x\d{3}/)*\d{3}(\.p/\d+)?", path)


@given(st.lists(st.binary(max_size=300), max_size=20), st.data())
def test_a_bundle_gives_back_its_entries(bodies: list[bytes], data: st.DataObject) -> None:
    content = bundle(bodies)
    assert unbundle(content) == bodies
    at = data.draw(st.integers(0, len(content)))
    try:
        assert unbundle(content[:at]) == bodies[: len(unbundle(content[:at]))]
    except VerificationError as error:
        assert error.code == "bundle-malformed"  # noqa: PT017 -- either is right


def test_an_export_is_the_published_log_file_by_file(hospital: Hospital, tmp_path: Path) -> None:
    hospital.append(599)
    hospital.checkpoints.make(hospital.signer)
    told: list[tuple[int, int]] = []
    directory = tmp_path / "log"
    export(hospital.checkpoints, directory, lambda done, total: told.append((done, total)))
    files = sorted(str(p.relative_to(directory)) for p in directory.rglob("*") if p.is_file())
    wanted = [tile_path(tile) for tile in tiles_of(600)]
    wanted += [tile_path(tile, entries=True) for tile in tiles_of(600) if tile.level == 0]
    assert files == sorted([*wanted, "checkpoint"])
    log = log_of(hospital)
    assert all((directory / path).read_bytes() == log.resource(path).content for path in files)
    assert told[-1] == (len(files) - 1, len(files) - 1)
    before = {path: (directory / path).stat().st_mtime_ns for path in wanted}
    hospital.append(100)
    hospital.checkpoints.make(hospital.signer)
    checkpoint = export(hospital.checkpoints, directory)
    assert all((directory / path).stat().st_mtime_ns == at for path, at in before.items())
    assert Tree(ExportedTiles(directory), checkpoint.suite, 700).root() == checkpoint.root
    with pytest.raises(VerificationError, match="tile-missing"):
        Tree(ExportedTiles(directory), checkpoint.suite, 70_000).root()


def test_every_entry_can_be_proved_offline(hospital: Hospital) -> None:
    hospital.append(299)
    signed = hospital.checkpoints.make(hospital.signer)
    for entry in hospital.ledger.entries(0, 300)[::37]:
        content = prove(hospital.checkpoints, entry.seq).encode()
        assert check_proof(content, entry.body, [hospital.signer.key]) == signed.checkpoint
        assert parse_proof(content).encode() == content
        other = hospital.ledger.entries(1 if entry.seq == 0 else 0, 2)[0]
        with pytest.raises(VerificationError, match="proof-wrong-root"):
            check_proof(content, other.body, [hospital.signer.key])


def test_an_entry_is_proved_when_a_checkpoint_covers_it(hospital: Hospital) -> None:
    for seq in (0, -1, 5):
        with pytest.raises(NotFound, match="not-checkpointed"):
            prove(hospital.checkpoints, seq)
    hospital.append(3)
    early = hospital.checkpoints.make(hospital.signer)
    hospital.append(3)
    hospital.checkpoints.make(hospital.signer)
    body = hospital.ledger.entries(2, 3)[0].body
    proof = prove(hospital.checkpoints, 2, within=early)
    assert check_proof(proof.encode(), body, [hospital.signer.key]).size == 4


def test_an_sm3_ledger_is_proved_the_same_way(make_hospital: Callable[..., Hospital]) -> None:
    hospital = make_hospital(suite=SM3)
    hospital.append(9)
    hospital.checkpoints.make(hospital.signer)
    body = hospital.ledger.entries(4, 5)[0].body
    proof = prove(hospital.checkpoints, 4).encode()
    assert b"\nsuite sm3\n" in proof
    assert check_proof(proof, body, [str(hospital.signer.key)]).suite is SM3


def test_extra_data_travels_with_a_proof() -> None:
    proof = Proof(3, (bytes(32),), b"note\n\n", b"\x00extra\n")
    assert parse_proof(proof.encode()) == proof


GOOD = Proof(3, (bytes(32), bytes(32)), b"o\n4\nr\n\nsig\n").encode()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n\n",
        GOOD.replace(b"@v1", b"@v2"),
        GOOD.replace(b"index 3", b"index 03"),
        GOOD.replace(b"index 3", b"index -3"),
        GOOD.replace(b"index 3", b"place 3"),
        GOOD.replace(b"index 3\n", b""),
        GOOD.replace(b"index 3", b"extra !\nindex 3"),
        GOOD.replace(b"index 3", b"extra AA==\nextra AA==\nindex 3"),
        GOOD.replace(b"AAAA", b"AAA", 1),
        GOOD.replace(b"index 3\n", b"index 3\n" + b"A" * 43 + b"=\n" + b"A" * 43 + b"=\n" * 70),
        GOOD.replace(b"o\n4", b"\xff\n4"),
        GOOD.replace(b"\n\n", b"\n"),
        None,
        7,
    ],
)
def test_a_malformed_proof_is_refused(content: bytes) -> None:
    with pytest.raises(VerificationError):
        parse_proof(content)


@given(
    st.binary()
    | st.text()
    | st.builds(
        lambda at, c: GOOD[:at] + c + GOOD[at + 1 :], st.integers(0, 150), st.binary(max_size=2)
    )
)
def test_checking_a_proof_raises_nothing_but_its_own_error(content: bytes) -> None:
    with pytest.raises(VerificationError):
        check_proof(
            content,
            b"entry",
            [NEUMANN],
        )
