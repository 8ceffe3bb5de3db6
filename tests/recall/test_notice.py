"""Reading notices: what they say is found, the rest is shown, and nothing makes it stumble."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory import ALL_LOTS, Days, Range
from recall import RecallClass, read_notice
from tests.trace.strategies import words

CHINESE = """关于召回注射用头孢曲松钠的通知
产品名称：注射用头孢曲松钠；规格：1.0g
生产企业：江北生物制药有限公司
批号：2405A01、2405A03至2405A09，24B*，24C开头
有效期至：2027年3月至2027年6月
召回级别：二级召回
召回原因：可见异物。请各医疗机构立即停止使用
编号：国药监召〔2026〕31号
药品追溯码 83271160045839207715
联系人 张三 电话 010-12345678
"""

ENGLISH = """Class I recall. Product: Drug-eluting stent; REF: ABC-123;
Lot numbers: L100 to L199, M20* and N7; Serial numbers S001 - S050
Expiration date before 2027-06-30; manufactured from 1 Mar 2026
Supplier: Acme Medical; Date: 12 Mar 2026
Contact us."""


def test_a_chinese_notice_is_read() -> None:
    draft = read_notice(CHINESE)
    assert (draft.lots, draft.patterns) == (["2405A01"], ["24B*", "24C*"])
    assert draft.ranges == [Range("2405A03", "2405A09")]
    assert draft.windows == {"expiry": Days("2027-03-01", "2027-06-30")}
    assert draft.recall_class is RecallClass.SECOND
    said = [draft.text(name) for name in ("name", "maker", "model", "number", "reason")]
    assert said[:3] == ["注射用头孢曲松钠", "江北生物制药有限公司", "1.0g"]
    assert said[3:] == ["国药监召〔2026〕31号", "可见异物"]
    assert draft.identifiers == ["83271160045839207715"]
    assert draft.unread == [
        "关于召回注射用头孢曲松钠的通知",
        "请各医疗机构立即停止使用",
        "联系人 张三 电话 010-12345678",
    ]


def test_an_english_notice_is_read() -> None:
    draft = read_notice(ENGLISH)
    assert draft.recall_class is RecallClass.FIRST
    assert (draft.lots, draft.patterns, draft.ranges) == (["N7"], ["M20*"], [Range("L100", "L199")])
    assert draft.serials == [Range("S001", "S050")]
    assert draft.windows == {
        "expiry": Days(None, "2027-06-30"),
        "produced": Days("2026-03-01", None),
    }
    assert (draft.text("supplier"), draft.text("model")) == ("Acme Medical", "ABC-123")
    assert str(draft.notified) == "2026-03-12"
    assert draft.unread == ["Contact us."]


@pytest.mark.parametrize(
    ("text", "lots", "patterns", "ranges"),
    [
        ("批号：全部批次", [ALL_LOTS], [], []),
        ("批号\nA001\nA002\n2026-03-01发布", ["A001", "A002"], [], []),
        ("批号：Ａ００１，共300盒", ["A001"], [], []),
        ("Lot: A1 Exp 2027-01", ["A1"], [], []),
        ("batch nos. A1/2, B?2", ["A1/2"], ["B?2"], []),
        ("批号 24050001-24050180", ["24050001-24050180"], [], [Range("24050001", "24050180")]),
        ("批号 B9至B1", [], [], []),
        ("批号：见附件", [], [], []),
    ],
)
def test_lists_of_lots(
    text: str, lots: list[str], patterns: list[str], ranges: list[Range]
) -> None:
    draft = read_notice(text)
    assert (draft.lots, draft.patterns, draft.ranges) == (lots, patterns, ranges)


@pytest.mark.parametrize(
    ("said", "first", "last"),
    [
        ("2027-03-05", "2027-03-05", "2027-03-05"),
        ("2027年2月", "2027-02-01", "2027-02-28"),
        ("20270305至20270401", "2027-03-05", "2027-04-01"),
        ("2027.3.5以前", None, "2027-03-05"),
        ("2027/3/5 以后", "2027-03-05", None),
        ("between 1 Mar 2027 and 5 Apr 2027", "2027-03-01", "2027-04-05"),
    ],
)
def test_windows_of_days(said: str, first: str | None, last: str | None) -> None:
    draft = read_notice(f"有效期：{said}")
    assert (draft.windows, draft.unread) == ({"expiry": Days(first, last)}, [])


@pytest.mark.parametrize("said", ["2027-13-01", "2027-02-30", "24个月", "0000-00-00", "99999999"])
def test_days_that_there_are_not_are_shown_as_not_understood(said: str) -> None:
    draft = read_notice(f"有效期：{said}")
    assert draft.windows == {}
    assert draft.unread == [f"有效期：{said}"]


def test_what_contradicts_what_was_read_is_shown() -> None:
    draft = read_notice("一级召回。二级召回。有效期：2027-01-01。有效期：2028-01-01")
    assert draft.recall_class is RecallClass.FIRST
    assert draft.unread == ["二级召回", "有效期：2028-01-01"]


names = st.from_regex(r"[A-Z]{0,2}[0-9]{1,6}", fullmatch=True)
separators = st.sampled_from(["、", "，", ",", " ", "; ", "和", "\n", " and "])


@given(st.lists(names, min_size=1, max_size=8), separators)
def test_every_lot_of_a_list_is_found(lots: list[str], between: str) -> None:
    joined = "，" if between == "; " else between
    draft = read_notice("批号：" + joined.join(lots))
    assert set(lots) <= set(draft.lots)


@given(
    st.integers(0, 99_999),
    st.integers(0, 99_999),
    st.sampled_from(["至", "~", " - ", "到", " to "]),
)
def test_a_range_covers_just_what_lies_in_it(a: int, b: int, to: str) -> None:
    first, last = sorted((a, b))
    draft = read_notice(f"批号：L{first}{to}L{last}")
    extent = draft.extent()
    assert extent.names(f"L{(first + last) // 2}")
    assert not extent.names(f"L{last + 1}")


PIECES = """批号： Lot A1 B2至 ~ 序列号 有效期 2027-01 99999999 一级 级 召回 before 产品名称： ：
， * ? (01) 06901234567892 to 。 and 全部 开头"""
pieces = st.sampled_from([*PIECES.split(), " ", "\n"])


@given(st.lists(pieces | words, max_size=30).map("".join))
def test_whatever_is_pasted_is_read_and_all_of_it_is_behind_a_value_or_shown(text: str) -> None:
    draft = read_notice(text)
    draft.extent()
    told = Counter("".join([*draft.understood, *draft.unread]))
    assert {c: n for c, n in told.items() if c.isalnum()} == Counter(filter(str.isalnum, text))
