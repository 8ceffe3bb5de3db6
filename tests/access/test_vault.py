"""Encryption, keyed digests, tokens and ids: the small parts that everything rests on."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from uuid import RFC_4122, UUID

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given
from hypothesis import strategies as st

from access import Tampered
from access.tokens import (
    TokenKind,
    enrolment_code_read,
    is_id,
    new_enrolment_code,
    new_token,
    token_digest,
    uuid4,
    uuid7,
)
from access.vault import AES_256_GCM, SM4_GCM, Aead, Vault, cipher_for, keyed_digest

KEY = bytes(range(32))
CIPHERS = [AES_256_GCM, SM4_GCM]


@pytest.mark.parametrize("cipher", CIPHERS, ids=lambda cipher: cipher.name)
class TestVault:
    """Either cipher."""

    def test_what_went_in_comes_out(self, cipher: Aead) -> None:
        vault = Vault(KEY, secrets.token_bytes, cipher)
        for plain in (b"", b"x", "王秀兰".encode() * 1000):
            stored = vault.encrypt(plain, bound_to=b"row 1")
            assert vault.decrypt(stored, bound_to=b"row 1") == plain
            assert stored[:1] == cipher.mark
            assert len(stored) == 1 + 12 + len(plain) + 16

    def test_it_opens_nowhere_else(self, cipher: Aead) -> None:
        vault = Vault(KEY, secrets.token_bytes, cipher)
        stored = vault.encrypt(b"secret", bound_to=b"row 1")
        with pytest.raises(Tampered):
            vault.decrypt(stored, bound_to=b"row 2")
        with pytest.raises(Tampered):
            Vault(bytes(32), secrets.token_bytes, cipher).decrypt(stored, bound_to=b"row 1")

    def test_no_bit_can_be_changed(self, cipher: Aead) -> None:
        vault = Vault(KEY, secrets.token_bytes, cipher)
        stored = vault.encrypt(b"secret", bound_to=b"row 1")
        for at in range(len(stored) * 8):
            changed = bytearray(stored)
            changed[at // 8] ^= 1 << at % 8
            with pytest.raises(Tampered):
                vault.decrypt(bytes(changed), bound_to=b"row 1")

    def test_no_end_can_be_cut_off(self, cipher: Aead) -> None:
        vault = Vault(KEY, secrets.token_bytes, cipher)
        stored = vault.encrypt(b"secret", bound_to=b"row 1")
        for length in range(len(stored)):
            with pytest.raises(Tampered):
                vault.decrypt(stored[:length], bound_to=b"row 1")

    def test_the_same_text_never_looks_the_same(self, cipher: Aead) -> None:
        vault = Vault(KEY, secrets.token_bytes, cipher)
        assert vault.encrypt(b"x", bound_to=b"") != vault.encrypt(b"x", bound_to=b"")


def test_both_ciphers_are_read_side_by_side() -> None:
    old, new = (Vault(KEY, secrets.token_bytes, cipher) for cipher in CIPHERS)
    assert new.decrypt(old.encrypt(b"x", bound_to=b"r"), bound_to=b"r") == b"x"
    assert cipher_for("sm3") is SM4_GCM
    assert cipher_for("sha256") is AES_256_GCM


def test_aes_gcm_is_the_standards() -> None:
    # NIST GCM specification, test case 14: a key and a block of zeros.
    sealed = AES_256_GCM.encrypt(bytes(32), bytes(12), bytes(16), b"")
    assert sealed.hex() == "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"


def test_sm4_is_the_standards() -> None:
    # GB/T 32907-2016, appendix A.1
    key = bytes.fromhex("0123456789abcdeffedcba9876543210")
    encryptor = Cipher(algorithms.SM4(key), modes.ECB()).encryptor()  # noqa: S305 -- one block
    assert encryptor.update(key).hex() == "681edf34d206965e86b3e94f536e4246"


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_a_key_of_another_length_is_damaged(length: int) -> None:
    with pytest.raises(Tampered, match="key-damaged"):
        Vault(bytes(length), secrets.token_bytes)


@given(st.lists(st.text(), max_size=4), st.lists(st.text(), max_size=4), st.booleans())
def test_other_parts_give_another_digest(one: list[str], two: list[str], sm3: bool) -> None:  # noqa: FBT001 -- drawn
    equal = keyed_digest(KEY, "p", *one, sm3=sm3) == keyed_digest(KEY, "p", *two, sm3=sm3)
    assert equal is (one == two)


def test_a_digest_depends_on_key_purpose_and_hash() -> None:
    digests = {
        keyed_digest(KEY, "p", "x"),
        keyed_digest(bytes(32), "p", "x"),
        keyed_digest(KEY, "q", "x"),
        keyed_digest(KEY, "p", "x", sm3=True),
    }
    assert len(digests) == 4


def test_a_token_of_one_kind_is_none_of_another() -> None:
    token = new_token(TokenKind.DEVICE, secrets.token_bytes)
    assert token.startswith("mtd_")
    assert len(token) == 47
    assert len({token_digest(kind, token) for kind in TokenKind}) == len(TokenKind)


def test_codes_are_read_as_people_type_them() -> None:
    code = new_enrolment_code(secrets.token_bytes)
    assert enrolment_code_read(f" {code[:4].lower()}-{code[4:12]} {code[12:]}\n") == code


@given(
    st.datetimes(datetime(1970, 1, 1), datetime(9999, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 -- aware by `timezones`
    st.binary(min_size=16, max_size=16),
)
def test_ids_are_what_rfc_9562_says(now: datetime, random: bytes) -> None:
    made = uuid7(now, lambda length: random[:length])
    assert (made.version, made.variant) == (7, RFC_4122)
    assert made.int >> 80 == int(now.timestamp() * 1000)
    assert is_id(str(made))
    assert uuid4(lambda length: random[:length]).version == 4


def test_ids_sort_by_time() -> None:
    start = datetime(2026, 11, 22, tzinfo=UTC)
    made = [str(uuid7(start + timedelta(milliseconds=at), secrets.token_bytes)) for at in range(50)]
    assert made == sorted(made)


@pytest.mark.parametrize("text", ["", "x", str(UUID(int=0)).upper() + "A", "\x00" * 36, "{...}"])
def test_other_texts_are_no_ids(text: str) -> None:
    assert not is_id(text)
