"""A symbol is drawn, photographed by no one, decoded and read: the three code families."""

import pytest

from scanning import Granularity, Scheme, decode, draw_symbol, read

CASES = [
    (
        "(01)06901234567892(17)270131(10)AB1(21)S7",
        "gs1-datamatrix",
        (Scheme.GS1, "https://id.gs1.org/01/06901234567892/21/S7", Granularity.SERIAL),
    ),
    (
        "(01)06901234567892(17)270131(10)A/1",
        "gs1-128",
        (Scheme.GS1, "https://id.gs1.org/01/06901234567892/10/A%2F1", Granularity.LOT),
    ),
    (
        "81234567890123456789",
        "code-128",
        (Scheme.CN_DRUG, "urn:medtrace:cn-drug:81234567890123456789", Granularity.SERIAL),
    ),
    (
        "http://www.mashangfangxin.com/c?code=81234567890123456789",
        "qr",
        (Scheme.CN_DRUG, "urn:medtrace:cn-drug:81234567890123456789", Granularity.SERIAL),
    ),
    (
        "6901234567892",
        "ean-13",
        (Scheme.GS1, "https://id.gs1.org/01/06901234567892", Granularity.PRODUCT),
    ),
]


@pytest.mark.parametrize(("content", "kind", "expected"), CASES)
def test_what_is_drawn_is_decoded_and_read(
    content: str, kind: str, expected: tuple[Scheme, str, Granularity]
) -> None:
    (symbol,) = decode(draw_symbol(content, kind))
    scan = read(symbol.raw)
    assert not symbol.uncertain
    assert (scan.scheme, scan.key, scan.granularity) == expected
    assert scan.findings == ()
