"""SM2: the standard's own example, and everything gmssl leaves to its caller."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger import sm2

# GB/T 32918.5-2017, annex A.2: the signature example on the recommended curve.
SECRET = bytes.fromhex("3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8")
NONCE = 0x59276E27D506861A16680F3AD9C02DCCEF3CC1FA3CDBE4CE6D54B80DEAC1BC21
PUBLIC = bytes.fromhex(
    "09f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"
    "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13"
)
SIGNATURE = bytes.fromhex(
    "f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3"
    "b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa"
)
MESSAGE = b"message digest"
N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF


def number(value: int) -> bytes:
    return value.to_bytes(32, "big")


def test_the_example_of_the_standard() -> None:
    assert sm2.public_of(SECRET) == PUBLIC
    assert sm2.sign(SECRET, MESSAGE, nonce=NONCE) == SIGNATURE
    assert sm2.verify(PUBLIC, MESSAGE, SIGNATURE)


@pytest.mark.parametrize(
    ("public", "message", "signature"),
    [
        (PUBLIC, b"message digesT", SIGNATURE),
        (PUBLIC, MESSAGE, SIGNATURE[:-1] + b"\xab"),
        (PUBLIC, MESSAGE, SIGNATURE[:-1]),
        (PUBLIC, MESSAGE, SIGNATURE + b"\0"),
        (PUBLIC, MESSAGE, b""),
        (PUBLIC, MESSAGE, bytes(64)),
        (PUBLIC, MESSAGE, bytes(32) + SIGNATURE[32:]),
        (PUBLIC, MESSAGE, SIGNATURE[:32] + bytes(32)),
        (PUBLIC, MESSAGE, SIGNATURE[:32] + number(N)),
        (PUBLIC, MESSAGE, number(N) + SIGNATURE[32:]),
        (PUBLIC, MESSAGE, SIGNATURE[:32] + number(N - int.from_bytes(SIGNATURE[:32], "big"))),
        (PUBLIC[:-1], MESSAGE, SIGNATURE),
        (PUBLIC[:-1] + b"\x14", MESSAGE, SIGNATURE),
        (bytes(64), MESSAGE, SIGNATURE),
        (number(P) + PUBLIC[32:], MESSAGE, SIGNATURE),
    ],
)
def test_what_is_not_that_signature_does_not_hold(
    public: bytes, message: bytes, signature: bytes
) -> None:
    assert not sm2.verify(public, message, signature)


def test_a_fresh_key_signs_each_time_differently() -> None:
    secret = sm2.make_secret()
    first, second = sm2.sign(secret, MESSAGE), sm2.sign(secret, MESSAGE)
    assert first != second
    assert sm2.verify(sm2.public_of(secret), MESSAGE, second)


def test_a_public_key_that_begins_with_04_is_used_whole() -> None:
    """The library's constructor would strip leading digits 0 and 4 from such a key."""
    secret = number(166)
    public = sm2.public_of(secret)
    while public[0] != 4:
        secret = number(int.from_bytes(secret, "big") + 1)
        public = sm2.public_of(secret)
    assert sm2.verify(public, MESSAGE, sm2.sign(secret, MESSAGE))


@pytest.mark.parametrize("secret", [bytes(32), number(N - 1), number(N), b"", SECRET + b"\0"])
def test_a_number_out_of_range_is_no_private_key(secret: bytes) -> None:
    with pytest.raises(ValueError, match="SM2 private key"):
        sm2.public_of(secret)


@settings(max_examples=20)
@given(st.binary(min_size=64, max_size=64), st.binary(min_size=64, max_size=64))
def test_checking_never_raises(public: bytes, signature: bytes) -> None:
    assert not sm2.verify(public, MESSAGE, signature)
    assert not sm2.verify(PUBLIC, MESSAGE, signature)
