"""Check digits and check characters, one function for each standard. Pure arithmetic."""

from __future__ import annotations

CSET82 = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
"""GS1 AI encodable character set 82, in the order of its values (General Specifications 7.11)."""
CSET32 = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""The characters of a GS1 check character pair, in the order of their values."""
HIBC_SET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%"
"""The characters of HIBC (those of Code 39), in the order of their values."""
MOD37_SET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*"
"""The characters of ISO/IEC 7064 MOD 37-2, in the order of their values."""
_VALUE82 = {character: value for value, character in enumerate(CSET82)}
_PAIR_MODULUS = 1021
_PPN_MODULUS = 97


def _primes(count: int) -> tuple[int, ...]:
    found: list[int] = []
    candidate = 2
    while len(found) < count:
        if all(candidate % prime for prime in found):
            found.append(candidate)
        candidate += 1
    return tuple(found)


_PRIMES = _primes(97)


def gs1_check_digit(digits: str) -> str:
    """The check digit that follows `digits` (GS1 General Specifications 7.9.1, weights 3 and 1).

    >>> gs1_check_digit("690123456789")
    '2'
    """
    ones = digits.encode()
    total = 3 * sum(ones[-1::-2]) + sum(ones[-2::-2])
    excess = 48 * (3 * ((len(digits) + 1) // 2) + len(digits) // 2)
    return str((excess - total) % 10)


def has_gs1_check_digit(digits: str) -> bool:
    """Whether the last of `digits` is the right check digit; `digits` are ASCII digits."""
    ones = digits.encode()
    length = len(ones)
    zeros = 48 * (3 * (length // 2) + (length + 1) // 2)
    return (3 * sum(ones[-2::-2]) + sum(ones[-1::-2]) - zeros) % 10 == 0


def gs1_check_pair(text: str) -> str:
    """The two check characters that follow `text` (General Specifications 7.9.5, for a GMN).

    >>> gs1_check_pair("1987654Ad4X4bL5ttr2310c")
    '2K'

    Raises:
        KeyError: a character is not in `CSET82`.
    """
    weighted = zip(reversed(text), _PRIMES, strict=False)
    total = sum(_VALUE82[character] * prime for character, prime in weighted) % _PAIR_MODULUS
    return CSET32[total >> 5] + CSET32[total & 31]


def hibc_check_character(text: str) -> str:
    """The modulo 43 check character that follows `text` (ANSI/HIBC 2.6, 4.2); may be a space.

    >>> hibc_check_character("+A123BJC5D6E71")
    'G'

    Raises:
        ValueError: a character is not in `HIBC_SET`.
    """
    return HIBC_SET[sum(HIBC_SET.index(character) for character in text) % 43]


def mod37_check_character(text: str) -> str:
    """The ISO/IEC 7064 MOD 37-2 check character that follows `text` (ISBT 128, appendix A).

    >>> mod37_check_character("G123498654321")
    'H'

    Raises:
        ValueError: a character is neither digit nor capital letter.
    """
    remainder = 0
    for character in text:
        remainder = (remainder + MOD37_SET.index(character)) * 2 % 37
    return MOD37_SET[(38 - remainder) % 37]


def ppn_check_digits(text: str) -> str:
    """The modulo 97 check digits that follow `text` (IFA PPN: ASCII values, weights from 2).

    >>> ppn_check_digits("1112345684")
    '08'
    """
    weighted = enumerate(text.encode("ascii", "replace"), start=2)
    return f"{sum(value * weight for weight, value in weighted) % _PPN_MODULUS:02d}"


def is_iban(text: str) -> bool:
    """Whether `text` is an IBAN with the right check digits (ISO 13616, ISO/IEC 7064 MOD 97-10)."""
    if len(text) < 5 or not (text.isascii() and text.isalnum() and text == text.upper()):  # noqa: PLR2004 -- two letters, two digits, one character at least
        return False
    if not (text[:2].isalpha() and text[2:4].isdigit()):
        return False
    return int("".join(str(int(c, 36)) for c in text[4:] + text[:4])) % 97 == 1


def has_percent_escapes_only(text: str) -> bool:
    """Whether every `%` in `text` begins an escape of two hexadecimal digits (RFC 3986, 2.1)."""
    tails = text.split("%")[1:]
    return all(len(t) > 1 and all(c in "0123456789abcdefABCDEF" for c in t[:2]) for t in tails)
