# ruff: noqa: INP001 -- it lies beside verify.py, in no package
"""SM2 signatures for verify.py: GB/T 32918.2-2016 section 7, in nothing but whole numbers."""

from cryptography.hazmat.primitives import hashes

Point = tuple[int, int] | None
SM2 = (  # p, n, b and the base point of GB/T 32918.5
    0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF,
    0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123,
    0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93,
    0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
    0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0,
)


def sm3(data: bytes) -> bytes:
    """SM3, GB/T 32905-2016."""
    state = hashes.Hash(hashes.SM3())
    state.update(data)
    return state.finalize()


def holds(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether an SM2 signature holds, GB/T 32918.2 section 7, default identity."""
    p, n, b, gx, gy = SM2
    x, y = (int.from_bytes(half, "big") for half in (public[:32], public[32:]))
    r, s = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
    on_curve = x < p and y < p and (y * y - x**3 + 3 * x - b) % p == 0
    t = (r + s) % n
    if not on_curve or len(signature) != len(public) or not (0 < r < n and 0 < s < n and t):
        return False

    def add(one: Point, two: Point) -> Point:
        if one is None or two is None:
            return one or two
        (x1, y1), (x2, y2) = one, two
        if x1 == x2 and (y1 + y2) % p == 0:
            return None
        rise, run = (3 * x1 * x1 - 3, 2 * y1) if one == two else (y2 - y1, x2 - x1)
        slope = rise * pow(run, -1, p) % p
        x3 = (slope * slope - x1 - x2) % p
        return x3, (slope * (x1 - x3) - y1) % p

    def times(factor: int, point: Point) -> Point:
        total = None
        for bit in f"{factor:b}":
            total = add(add(total, total), point if bit == "1" else None)
        return total

    numbers = b"".join(number.to_bytes(32, "big") for number in (p - 3, b, gx, gy, x, y))
    digest = sm3(sm3(b"\x00\x80" + b"1234567812345678" + numbers) + message)
    point = add(times(s, (gx, gy)), times(t, (x, y)))
    return point is not None and (int.from_bytes(digest, "big") + point[0]) % n == r
