"""Stored tiles: whatever the batches were, they are the tiles of the tree over all entries."""

from collections.abc import Callable

import pytest
import sqlalchemy
from hypothesis import given
from hypothesis import strategies as st

from errors import Invalid
from ledger import SHA256, SM3, VerificationError, merkle
from ledger.tiles import _DATA, StoredTiles
from ledger.tree import (
    TILE_WIDTH,
    Tile,
    Tree,
    consistency_ranges,
    inclusion_ranges,
    subtree,
    subtrees,
    tiles_of,
)
from tests.ledger.conftest import Hospital


def leaves_of(hospital: Hospital) -> list[bytes]:
    entries = hospital.ledger.entries(0, hospital.ledger.head().size)
    return [entry.hash for entry in entries]


def test_proofs_from_tiles_are_those_of_the_whole_tree(hospital: Hospital) -> None:
    for count, batch in ((254, 100), (1, 1), (1, 1), (500, 7), (300, 300), (1, 1), (900, 900)):
        hospital.append(count, batch=batch)
        leaves = leaves_of(hospital)
        with hospital.database.read() as connection:
            tree = Tree(StoredTiles(connection, 1), SHA256, len(leaves))
            assert tree.root() == merkle.root(leaves)
            for at in (0, 1, 255, 256, len(leaves) // 2, len(leaves) - 1):
                index = min(at, len(leaves) - 1)
                assert tree.inclusion_proof(index) == merkle.inclusion_proof(leaves, index)
                size1 = index + 1
                assert tree.consistency_proof(size1) == merkle.consistency_proof(leaves, size1)


def test_an_earlier_tree_is_proved_from_the_tiles_of_today(hospital: Hospital) -> None:
    hospital.append(1500)
    leaves = leaves_of(hospital)
    with hospital.database.read() as connection:
        for size in (1, 2, 255, 256, 257, 512, 700, 1024, 1500):
            tree = Tree(StoredTiles(connection, 1), SHA256, size)
            assert tree.root() == merkle.root(leaves[:size])
            proof = merkle.inclusion_proof(leaves[:size], size // 2)
            assert tree.inclusion_proof(size // 2) == proof


def test_an_sm3_ledger_has_an_sm3_tree(make_hospital: Callable[..., Hospital]) -> None:
    hospital = make_hospital(suite=SM3)
    hospital.append(600)
    with hospital.database.read() as connection:
        tree = Tree(StoredTiles(connection, 1), SM3, 601)
        assert tree.root() == merkle.root(leaves_of(hospital), suite=SM3)


def test_a_tile_of_the_second_level_closes_after_65536_entries(
    make_hospital: Callable[..., Hospital],
) -> None:
    hospital = make_hospital()
    hospital.append(65_800, batch=5_000)
    leaves = leaves_of(hospital)
    with hospital.database.read() as connection:
        tree = Tree(StoredTiles(connection, 1), SHA256, len(leaves))
        assert tree.root() == merkle.root(leaves)
        stored = StoredTiles(connection, 1).load([Tile(1, 0), Tile(2, 0, 1)])
        assert stored[Tile(2, 0, 1)] == merkle.root(leaves[:65_536])
        assert stored[Tile(1, 0)][:32] == merkle.root(leaves[:256])


def test_there_is_no_proof_beyond_the_tree(hospital: Hospital) -> None:
    with hospital.database.read() as connection:
        tree = Tree(StoredTiles(connection, 1), SHA256, 1)
        for proof, argument in (
            (tree.inclusion_proof, 1),
            (tree.inclusion_proof, -1),
            (tree.consistency_proof, 0),
            (tree.consistency_proof, 2),
        ):
            with pytest.raises(Invalid, match="proof-out-of-range"):
                proof(argument)
        with pytest.raises(VerificationError, match="tile-missing"):
            Tree(StoredTiles(connection, 1), SHA256, 1000).root()


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE tile SET data = {zeros} WHERE level = 0",
        "UPDATE tile SET data = {zeros}",
        "UPDATE tile SET data = {half}",
        "DELETE FROM tile",
        "UPDATE entry SET body = body",
        "UPDATE entry SET leaf = {zeros} WHERE seq = 3",
        "DELETE FROM entry WHERE seq = 3",
        "DELETE FROM entry",
        "UPDATE head SET size = 3",
        "DELETE FROM head",
        "INSERT INTO entry SELECT ledger_id, seq + 1000, body, leaf FROM entry WHERE seq = 3",
    ],
)
def test_the_database_itself_refuses_to_rewrite(hospital: Hospital, attack: str) -> None:
    hospital.append(600)
    postgres = hospital.database.dialect == "postgresql"
    attack = attack.format(
        zeros="convert_to(repeat('0', 9000), 'UTF8')" if postgres else "zeroblob(9000)",
        half="substr(data, 1, 32)",
    )
    before = leaves_of(hospital)
    with pytest.raises(sqlalchemy.exc.DBAPIError), hospital.database.write() as connection:
        connection.exec_driver_sql(attack)
    assert leaves_of(hospital) == before


@pytest.mark.parametrize("table", ["entry", "tile", "head", "witnessed"])
def test_postgresql_refuses_to_truncate(
    table: str, postgres_url: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    hospital = Hospital(postgres_url, tmp_path_factory.mktemp("keys"))
    hospital.append(3)
    with pytest.raises(sqlalchemy.exc.DBAPIError), hospital.database.write() as connection:
        connection.exec_driver_sql(f"TRUNCATE {table}")
    hospital.database.close()


@given(st.integers(1, 10**7), st.data())
def test_ranges_split_into_subtrees_that_a_tile_can_hash(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    for ranges in (inclusion_ranges(index, size), consistency_ranges(index + 1, size)):
        assert len(ranges) <= size.bit_length() + 1
        for start, stop in ranges:
            parts = list(subtrees(start, stop))
            assert sum(1 << height for height, _ in parts) == stop - start
            assert all(index << height >= start for height, index in parts)
            heights = [height for height, _ in parts]
            assert heights == sorted(heights, reverse=True)


def test_the_example_of_the_specification() -> None:
    """C2SP tlog-tiles, "Partial Tiles": a tree of size 70,000, and one of 256."""
    tiles = list(tiles_of(70_000))
    assert sum(tile.level == 0 and tile.width == TILE_WIDTH for tile in tiles) == 273
    partial = [tile for tile in tiles if tile.width < TILE_WIDTH]
    assert partial == [Tile(0, 273, 112), Tile(1, 1, 17), Tile(2, 0, 1)]
    assert Tile(1, 0) in tiles
    assert list(tiles_of(256)) == [Tile(0, 0), Tile(1, 0, 1)]
    assert list(tiles_of(0)) == []


def test_a_subtree_is_hashed_as_a_tree() -> None:
    leaves = [merkle.leaf_hash(b"%d" % i) for i in range(256)]
    assert subtree(SHA256, b"".join(leaves)) == merkle.root(leaves)


def test_tiles_are_found_by_their_key_however_many_there_are(
    make_hospital: Callable[..., Hospital],
) -> None:
    hospital = make_hospital()
    with hospital.database.read() as connection:
        for count, query in _DATA._sqlite.items():
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", (1,) * 3 * count)
            steps = [step[-1] for step in plan]
            assert any("SEARCH tile USING INDEX" in step for step in steps)
            assert not any(step.startswith("SCAN tile") for step in steps)
