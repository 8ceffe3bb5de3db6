"""The rules of the dictionary, held against a second, slower reading of the same table."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanning.gs1.ai import IDENTIFIERS
from scanning.gs1.linters import LINTERS
from scanning.gs1.pairs import matches, pair_findings
from scanning.make_ai_table import TABLE, rows

SAMPLE = """
# a comment
01         *?  N14,csum,gcppos2                  ex=255,37 dlpkey=22,10,21|235                      # GTIN
8011           N..12,nozeroprefix                req=8010                                           # CPID SERIAL
3920-3929   ?  N..15  req=01+30,01+31nn ex=392n,393n                                                # PRICE
253        ?  N13,csum,gcppos1 [X..17]          dlpkey                                              # GDTI
"""  # noqa: E501 -- the dictionary's own columns


def test_the_table_is_made_from_the_dictionary_s_lines() -> None:
    assert list(rows(SAMPLE)) == [
        [
            "01",
            "01",
            True,
            True,
            [["N", 14, 14, False, ["csum", "gcppos2"]]],
            [],
            ["255", "37"],
            [["22", "10", "21"], ["235"]],
            "GTIN",
        ],
        [
            "8011",
            "8011",
            False,
            False,
            [["N", 1, 12, False, ["nozeroprefix"]]],
            [[["8010"]]],
            [],
            None,
            "CPID SERIAL",
        ],
        [
            "3920",
            "3929",
            False,
            True,
            [["N", 1, 15, False, []]],
            [[["01", "30"], ["01", "31nn"]]],
            ["392n", "393n"],
            None,
            "PRICE",
        ],
        [
            "253",
            "253",
            False,
            True,
            [["N", 13, 13, False, ["csum", "gcppos1"]], ["X", 1, 17, True, []]],
            [],
            [],
            [[]],
            "GDTI",
        ],
    ]


def test_what_the_script_does_not_understand_stops_it() -> None:
    for line in ("01 * N14 wat=1", "xx N14", "01 * Q14"):
        with pytest.raises(ValueError, match="not"):
            list(rows(line))


def test_every_linter_of_the_table_exists_and_every_linter_is_used() -> None:
    table = json.loads(Path(TABLE).read_text(encoding="utf-8"))
    used = {linter for row in table for part in row[4] for linter in part[4]}
    assert used == set(LINTERS)


def _expected(ais: tuple[str, ...]) -> set[tuple[str, str]]:
    """Which rules break, straight from the words of the dictionary's header."""
    broken = set()
    for ai in ais:
        identifier = IDENTIFIERS[ai]
        for rule in identifier.required:
            whole = [
                set(group)
                for group in rule
                if all(any(matches(pattern, other) for other in ais) for pattern in group)
            ]
            if not whole:
                broken.add(("required-missing", ai))
        for pattern, other in itertools.product(identifier.excluded, ais):
            if other != ai and matches(pattern, other):
                broken.add(("excluded-pair", ai))
    return broken


@given(st.lists(st.sampled_from(sorted(IDENTIFIERS)), min_size=1, max_size=5).map(tuple))
def test_pairs_are_judged_as_the_dictionary_says(ais: tuple[str, ...]) -> None:
    assert {(finding.code, finding.ai) for finding in pair_findings(ais)} == _expected(ais)


COUPON = "0123456" + "123456" + "11" + "11" + "0" + "123"
"""Company, offer, save value, purchase requirement, its code, its family."""
LINTED = [
    ("hh", "23", "24"),
    ("mi", "59", "60"),
    ("ss", "59", "60"),
    ("hhmi", "2359", "2360"),
    ("yymmd0", "270200", "270230"),
    ("yymmdd", "270228", "270200"),
    ("yyyymmdd", "20240229", "20230229"),
    ("iso3166", "156", "157"),
    ("iso3166999", "999", "998"),
    ("iso3166alpha2", "CN", "cn"),
    ("iso4217", "156", "157"),
    ("iso5218", "9", "3"),
    ("packagetype", "CT", "C"),
    ("mediatype", "10", "11"),
    ("iban", "DE89370400440532013000", "DE88370400440532013000"),
    ("pcenc", "a%2Fb", "a%2"),
    ("yesno", "1", "2"),
    ("winding", "9", "2"),
    ("zero", "00", "01"),
    ("nonzero", "01", "00"),
    ("nozeroprefix", "0", "01"),
    ("hyphen", "--", "-a"),
    ("hasnondigit", "1a", "11"),
    ("importeridx", "_", "!"),
    ("pieceoftotal", "0303", "0403"),
    ("pieceoftotal", "0101", "0001"),
    ("posinseqslash", "9/10", "10/9"),
    ("posinseqslash", "1/1", "01/1"),
    ("latitude", "1800000000", "1800000001"),
    ("longitude", "3600000000", "3600000001"),
    ("csum", "6901234567892", "6901234567891"),
    ("gcppos1", "1234A", "12A4"),
    ("gcppos2", "91234", "9123"),
    ("csumalpha", "1987654Ad4X4bL5ttr2310c2K", "1987654Ad4X4bL5ttr2310c2X"),
    ("csumalpha", "12345_!\"%&'()*+,-./LC", "12345 !\"%&'()*+,-./LC"),
    ("csumalpha", "22", "2"),
    ("couponposoffer", "001234561234560123456", "0012345612345601234567"),
    ("couponposoffer", "06123456789012123456" + "0123456", "071234"),
    ("couponcode", COUPON, COUPON[:-1]),
    ("couponcode", COUPON + "3270131" + "4260101", COUPON + "3260101" + "4270101"),
    ("couponcode", COUPON + "3270131", COUPON + "3270132"),
    (
        "couponcode",
        COUPON + "1" + "0" + "11" + "0" + "123" + "9",
        COUPON + "1" + "4" + "11" + "0" + "123" + "9",
    ),
    (
        "couponcode",
        COUPON + "2" + "11" + "0" + "123" + "0123456",
        COUPON + "2" + "11" + "0" + "123" + "012345",
    ),
    ("couponcode", COUPON + "50123456" + "61" + "1234567", COUPON + "5012345"),
    ("couponcode", COUPON + "90100", COUPON + "93100"),
    ("couponcode", COUPON + "90100", COUPON + "901000"),
]


@pytest.mark.parametrize(("name", "good", "bad"), LINTED)
def test_a_linter_takes_the_good_and_finds_the_bad(name: str, good: str, bad: str) -> None:
    assert LINTERS[name](good) is None
    assert LINTERS[name](bad) is not None
