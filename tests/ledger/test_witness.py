"""Witnesses: a log that goes back or forks gets no cosignature, and that is on record."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from database import Database
from ledger import SHA256, SM3, Suite, VerificationError, merkle
from ledger.algorithm import ED25519, ED25519_COSIGNATURE, SM2_SM3
from ledger.checkpoint import Checkpoint
from ledger.cosigning import Cosigning
from ledger.keys import KeySigner, make_signer, witness_algorithm
from ledger.note import open_note, sign_note
from ledger.policy import Policy, parse_policy
from ledger.policy import Witness as Listed
from ledger.witness import SIZE_TYPE, Request, Witness, parse_request, read_evidence
from tests.ledger.conftest import ORIGIN, Clock, Hospital

LEAVES = [merkle.leaf_hash(b"%d" % i) for i in range(20)]
FORKED = [*LEAVES[:5], merkle.leaf_hash(b"instead"), *LEAVES[6:]]


class City:
    """A witness of one log whose key the test holds."""

    def __init__(self, database: Database, suite: Suite = SHA256) -> None:
        self.clock = Clock()
        self.database = database
        self.suite = suite
        log = SM2_SM3 if suite is SM3 else ED25519
        self.log = make_signer(ORIGIN, log, self.clock)
        self.signer = make_signer("city.example/w", witness_algorithm(suite), self.clock)
        self.restart()

    def restart(self) -> None:
        self.witness = Witness(self.database, 1, self.signer, [self.log.key], self.clock)

    def submit(
        self,
        size: int,
        old: int,
        *,
        leaves: list[bytes] = LEAVES,
        proof: list[bytes] | None = None,
        signer: KeySigner | None = None,
    ) -> tuple[int, bytes]:
        hashed = leaves[:size]
        root = merkle.root(hashed, suite=self.suite)
        if proof is None:
            made = 0 < old <= size
            proof = merkle.consistency_proof(hashed, old, suite=self.suite) if made else []
        body = Checkpoint(ORIGIN, size, root, self.suite).body
        note = sign_note(body, signer or self.log)
        answer = self.witness.add_checkpoint(Request(old, tuple(proof), note).encode())
        if answer.status == 200:
            opened = open_note(note + answer.content, [self.log.key, self.signer.key])
            assert self.signer.key in [key for key, _ in opened.verified]
        if answer.status == 409:
            assert answer.content_type == SIZE_TYPE
        return answer.status, answer.content


@pytest.fixture
def city(database: Database) -> City:
    return City(database)


def test_a_log_that_only_grows_is_cosigned(city: City) -> None:
    assert city.witness.known(ORIGIN) is None
    for size, old in ((1, 0), (4, 1), (4, 4), (17, 4), (20, 17)):
        assert city.submit(size, old)[0] == 200
    known = city.witness.known(ORIGIN)
    assert known is not None
    assert known.size == 20
    assert read_evidence(city.database, 1) == []


def test_it_remembers_over_a_restart(city: City) -> None:
    city.submit(7, 0)
    city.restart()
    assert city.submit(3, 0) == (409, b"7\n")
    assert city.submit(9, 7)[0] == 200


def test_a_stale_size_is_told_the_size_that_is_known(city: City) -> None:
    assert city.submit(9, 4) == (409, b"0\n")
    city.submit(9, 0)
    assert city.submit(12, 4) == (409, b"9\n")
    assert city.submit(5, 4) == (409, b"9\n"), "a rollback"


def test_a_fork_at_the_same_size_is_evidence_by_itself(city: City) -> None:
    city.submit(9, 0)
    assert city.submit(9, 9, leaves=FORKED)[0] == 409
    (evidence,) = read_evidence(city.database, 1)
    assert evidence.problem == "other-root"
    roots = set()
    for note in (evidence.known, evidence.claimed):
        body = open_note(note, [city.log.key]).body.decode().split("\n")
        assert body[:2] == [ORIGIN, "9"]
        roots.add(body[2])
    assert len(roots) == 2


def test_a_fork_further_on_has_no_proof(city: City) -> None:
    city.submit(9, 0)
    assert city.submit(15, 9, leaves=FORKED)[0] == 422
    assert city.submit(15, 9, proof=[])[0] == 422
    assert {found.problem for found in read_evidence(city.database, 1)} == {"no-proof"}
    assert len(read_evidence(city.database, 1)) == 2


def test_an_accusation_falls_when_the_proof_is_shown(city: City) -> None:
    city.submit(9, 0)
    assert city.submit(15, 9, proof=[bytes(32)])[0] == 422
    assert len(read_evidence(city.database, 1)) == 1
    assert city.submit(15, 9)[0] == 200
    assert read_evidence(city.database, 1) == []


def test_a_proof_from_nothing_is_empty(city: City) -> None:
    assert city.submit(9, 0, proof=[bytes(32)])[0] == 422
    assert city.submit(0, 0)[0] == 200


def test_who_is_not_known_is_not_witnessed(city: City) -> None:
    stranger = make_signer("other.example/log", ED25519, city.clock)
    body = Checkpoint("other.example/log", 1, LEAVES[0]).body
    request = Request(0, (), sign_note(body, stranger)).encode()
    assert city.witness.add_checkpoint(request).status == 404
    impostor = make_signer(ORIGIN, ED25519, city.clock)
    assert city.submit(1, 0, signer=impostor)[0] == 403
    as_witness = make_signer(ORIGIN, ED25519_COSIGNATURE, city.clock)
    assert city.submit(1, 0, signer=as_witness)[0] == 403


def test_an_old_size_beyond_the_checkpoint_makes_no_sense(city: City) -> None:
    assert city.submit(5, 6)[0] == 400


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"old 0\n",
        b"old 0\n\n",
        b"old 00\n\nx",
        b"new 0\n\nx",
        b"old 0\nAAAA\n\nx",
        b"old 0\n" + b"A" * 43 + b"=\n" * 64 + b"\nx",
        b"\xffold 0\n\nx",
        b"old 0\n\n" + b"x" * 1_000_001,
    ],
)
def test_a_malformed_request_is_a_bad_request(city: City, body: bytes) -> None:
    assert city.witness.add_checkpoint(body).status == 400


def test_requests_are_read_as_they_are_written() -> None:
    request = Request(7, (bytes(32), LEAVES[0]), b"note\n\nsig\n")
    assert parse_request(request.encode()) == request


@settings(max_examples=50)
@given(st.binary(max_size=80))
def test_reading_a_request_raises_nothing_else(body: bytes) -> None:
    with pytest.raises(VerificationError):
        parse_request(b"old " + body)


def test_an_sm3_log_is_witnessed_with_sm2(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    city = City(database, SM3)
    assert city.submit(5, 0)[0] == 200
    assert city.submit(9, 5)[0] == 200
    assert city.submit(12, 9, leaves=FORKED)[0] == 422
    database.close()


def test_the_database_refuses_to_forget(city: City) -> None:
    city.submit(9, 0)
    for attack in ("DELETE FROM witnessed", "UPDATE witnessed SET size = 3"):
        with pytest.raises(Exception, match="a witness does not"), city.database.write() as c:
            c.exec_driver_sql(attack)


# The asking side.


@pytest.fixture
def asking(
    make_hospital: Callable[..., Hospital],
) -> tuple[Hospital, Cosigning, dict[str, Witness], Policy]:
    """A hospital, three witnesses behind a pretended network, and the policy two of three."""
    hospital = make_hospital()
    witnesses, listed = {}, {}
    for name in ("a", "b", "c"):
        other = make_hospital(f"{name}.example/log")
        signer = make_signer(f"{name}.example/w", ED25519_COSIGNATURE, hospital.clock)
        witnesses[name] = Witness(other.database, 1, signer, [hospital.signer.key], hospital.clock)
        listed[name] = Listed(name, signer.key, f"http://{name}/")
    policy = Policy((), listed, {"two": (2, ("a", "b", "c"))}, "two")

    def send(url: str, body: bytes, timeout: float) -> tuple[int, bytes]:
        assert timeout > 0
        name = url.removeprefix("http://").split("/")[0]
        assert url == f"http://{name}/add-checkpoint"
        if name not in witnesses:
            raise OSError("no route to host")
        answer = witnesses[name].add_checkpoint(body)
        return answer.status, answer.content

    return hospital, Cosigning(hospital.checkpoints, policy, send=send), witnesses, policy


Asking = tuple[Hospital, Cosigning, dict[str, Witness], Policy]


def test_each_checkpoint_gets_every_witnesss_word(asking: Asking) -> None:
    hospital, cosigning, _, policy = asking
    for count in (1, 300, 5):
        hospital.append(count)
        signed, outcomes = cosigning.cosign(hospital.checkpoints.make(hospital.signer))
        assert [outcome.problem for outcome in outcomes] == [None, None, None]
        note = open_note(signed.note, [hospital.signer.key, *policy.witness_keys])
        assert len(note.verified) == 4
        cosigning.check(signed)
        assert hospital.checkpoints.latest() == signed


def test_two_of_three_are_enough_and_one_is_not(asking: Asking) -> None:
    hospital, cosigning, witnesses, _ = asking
    del witnesses["b"]
    signed, outcomes = cosigning.cosign(hospital.checkpoints.make(hospital.signer))
    assert outcomes[1].problem == "unreachable: no route to host"
    cosigning.check(signed)
    del witnesses["a"]
    hospital.append(1)
    signed, _ = cosigning.cosign(hospital.checkpoints.make(hospital.signer))
    with pytest.raises(VerificationError, match="quorum-missing"):
        cosigning.check(signed)


def test_a_restarted_log_learns_where_its_witnesses_are(asking: Asking) -> None:
    hospital, cosigning, _, policy = asking
    cosigning.cosign(hospital.checkpoints.make(hospital.signer))
    hospital.append(9)
    again = Cosigning(hospital.checkpoints, policy, send=cosigning._send)
    signed, outcomes = again.cosign(hospital.checkpoints.make(hospital.signer))
    assert all(outcome.signature for outcome in outcomes)
    again.check(signed)


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        ((200, b"nonsense\n"), "unreachable: note-malformed"),
        ((200, "— a.example/w AAAAAAA=\n".encode()), "unreachable: note-unsigned"),
        ((409, b"nonsense"), "unreachable: checkpoint-malformed"),
        ((409, b"99\n"), "ahead: it knows 99 entries"),
        ((409, b"0\n"), "refused: another root"),
        ((422, b"no"), "refused: 422 no"),
        ((500, b""), "refused: 500"),
    ],
)
def test_whatever_a_witness_answers_is_heard(
    asking: Asking, answer: tuple[int, bytes], problem: str
) -> None:
    hospital, _, _, policy = asking
    cosigning = Cosigning(hospital.checkpoints, policy, send=lambda *_: answer)
    _, outcomes = cosigning.cosign(hospital.checkpoints.make(hospital.signer))
    assert all(str(outcome.problem).startswith(problem) for outcome in outcomes)


def test_the_network_is_asked_for_real_and_may_be_down(
    make_hospital: Callable[..., Hospital],
) -> None:
    hospital = make_hospital()
    key = make_signer("a.example/w", ED25519_COSIGNATURE, hospital.clock).key
    for url in ("http://127.0.0.1:1/", "file:///etc/hostname"):
        policy = parse_policy(f"witness a {key} {url}\nquorum a\n")
        cosigning = Cosigning(hospital.checkpoints, policy, timeout=2)
        _, (outcome,) = cosigning.cosign(hospital.checkpoints.make(hospital.signer))
        assert str(outcome.problem).startswith("unreachable")
