"""Signed notes: good ones open, everything else is refused and nothing else happens."""

import base64
import contextlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger import VerificationError
from ledger.algorithm import ALGORITHMS, ED25519, ED25519_COSIGNATURE, SM2_SM3, Algorithm
from ledger.keys import KeySigner, make_signer
from ledger.note import VerifierKey, open_note, parse_vkey, sign_note, split_note

VECTORS = Path(__file__).parent / "vectors" / "notes"
# The key and the note in the documentation of Go's golang.org/x/mod/sumdb/note.
NEUMANN = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
BODY = b"hospital.example/log\n7\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)

each_algorithm = pytest.mark.parametrize("algorithm", ALGORITHMS, ids=lambda kind: kind.name)


def signer(name: str = "hospital.example/log", algorithm: Algorithm = ED25519) -> KeySigner:
    return make_signer(name, algorithm, lambda: NOON)


@pytest.mark.parametrize("path", sorted(VECTORS.glob("good-*.note")), ids=lambda path: path.stem)
def test_a_good_note_opens(path: Path) -> None:
    note = open_note(path.read_bytes(), [NEUMANN])
    assert note.body.startswith(b"If you think cryptography")
    assert [str(key) for key, _ in note.verified] == [NEUMANN]
    assert len(note.ignored) == path.read_text("utf-8").count("—") - 1


@pytest.mark.parametrize("path", sorted(VECTORS.glob("bad-*.note")), ids=lambda path: path.stem)
def test_a_broken_note_does_not(path: Path) -> None:
    with pytest.raises(VerificationError) as refusal:
        open_note(path.read_bytes(), [NEUMANN])
    assert refusal.value.text.zh != refusal.value.code


def test_the_vectors_are_all_there() -> None:
    assert len(list(VECTORS.glob("good-*"))) == 3
    assert len(list(VECTORS.glob("bad-*"))) == 18


@each_algorithm
def test_what_one_signs_the_holder_of_its_key_opens(algorithm: Algorithm) -> None:
    one, other = signer(algorithm=algorithm), signer(algorithm=algorithm)
    note = sign_note(BODY, one)
    assert open_note(note, [str(one.key)]).body == BODY
    assert parse_vkey(str(one.key)) == one.key
    with pytest.raises(VerificationError, match="note-unsigned"):
        open_note(note, [other.key])
    line = note.split(b" ")[-1]
    raw = bytearray(base64.b64decode(line))
    raw[-1] ^= 1
    with pytest.raises(VerificationError, match="note-wrong-signature"):
        open_note(note.replace(line, base64.b64encode(raw) + b"\n"), [one.key])


@each_algorithm
def test_a_signature_says_nothing_about_another_text(algorithm: Algorithm) -> None:
    one = signer(algorithm=algorithm)
    changed = sign_note(BODY, one).replace(b"\n7\n", b"\n8\n")
    with pytest.raises(VerificationError, match="note-wrong-signature"):
        open_note(changed, [one.key])


def test_a_cosignature_carries_its_time_and_signs_it() -> None:
    witness = signer("city.example/w1", ED25519_COSIGNATURE)
    note = sign_note(BODY, witness)
    ((key, signature),) = open_note(note, [witness.key]).verified
    assert key.algorithm.time_of(signature.signature) == NOON.timestamp()
    plain = VerifierKey("city.example/w1", ED25519, key.public)
    header = b"cosignature/v1\ntime %d\n" % NOON.timestamp()
    assert plain.algorithm.verify(key.public, header + BODY, signature.signature[8:])
    later = int(NOON.timestamp() + 1).to_bytes(8, "big") + signature.signature[8:]
    assert not key.algorithm.verify(key.public, BODY, later)


def test_a_key_signs_for_one_kind_only() -> None:
    log = signer()
    as_witness = VerifierKey(log.key.name, ED25519_COSIGNATURE, log.key.public)
    assert as_witness.key_id != log.key.key_id
    with pytest.raises(VerificationError, match="note-unsigned"):
        open_note(sign_note(BODY, log), [as_witness])


def test_the_text_may_hold_empty_lines() -> None:
    one = signer()
    body = b"a\n\nb\n\n\n"
    assert open_note(sign_note(body, one), [one.key]).body == body


@pytest.mark.parametrize("body", [b"no newline", b"", b"tab\t\n", b"\xff\n", "\ud800\n", None, 7])
def test_what_is_no_text_is_not_signed(body: bytes) -> None:
    with pytest.raises(VerificationError, match="note-malformed"):
        sign_note(body, signer())


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        "PeterNeumann",
        "PeterNeumann+c74f20a3",
        NEUMANN.replace("c74f20a3", "c74f20a4"),
        NEUMANN.replace("Peter", "Paul"),
        NEUMANN.replace("PeterNeumann", ""),
        NEUMANN.replace("PeterNeumann", "Peter Neumann"),
        NEUMANN.replace("+AR", "+AQ"),
        NEUMANN[:-4],
        NEUMANN + "=",
        NEUMANN.replace("ARpc", "BRpc"),
        NEUMANN.encode(),
        None,
        7,
    ],
)
def test_a_key_that_is_none_is_refused(vkey: str) -> None:
    with pytest.raises(VerificationError, match="vkey-malformed"):
        parse_vkey(vkey)


@pytest.mark.parametrize("vkeys", [None, 7, "one key", NEUMANN, b"", [None], [7], ["x"]])
def test_a_list_of_keys_that_is_none_is_refused(vkeys: list[str]) -> None:
    note = (VECTORS / "good-neumann.note").read_bytes()
    with pytest.raises(VerificationError):
        open_note(note, vkeys)


def test_the_key_of_the_go_checksum_database_is_read() -> None:
    key = parse_vkey("sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8")
    assert (key.name, key.key_id.hex()) == ("sum.golang.org", "033de0ae")


def test_a_private_key_does_not_show() -> None:
    one = signer(algorithm=SM2_SM3)
    assert one.secret.hex() not in repr(one)
    assert str(one.secret) not in repr(one)


near_notes = st.builds(
    lambda note, at, junk: note[:at] + junk + note[at + len(junk) :],
    st.sampled_from([path.read_bytes() for path in sorted(VECTORS.glob("*.note"))[:8]]),
    st.integers(0, 250),
    st.binary(max_size=5) | st.sampled_from([b"\n\n", "— ".encode(), b" ", b"+"]),
)


@given(near_notes | st.binary() | st.text() | st.none() | st.integers())
def test_opening_raises_nothing_but_its_own_error(note: bytes) -> None:
    with contextlib.suppress(VerificationError):
        opened = open_note(note, [NEUMANN])
        body, lines = split_note(note)
        assert opened.body == body
        assert len(lines) == len(opened.verified) + len(opened.ignored)


@given(
    st.text()
    | st.builds(
        lambda at, c: NEUMANN[:at] + c + NEUMANN[at + 1 :], st.integers(0, 70), st.characters()
    )
)
def test_reading_a_key_raises_nothing_but_its_own_error(vkey: str) -> None:
    with contextlib.suppress(VerificationError):
        assert str(parse_vkey(vkey)).lower() == vkey.lower()
