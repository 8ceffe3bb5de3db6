"""The words of recall notices: labels, lists of lots and serials, days, classes."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

from inventory import ALL_LOTS, Days
from recall.case import RecallClass

_WIDE: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xA0: 0x20}
_SAY: Final = r"[ \t]*(?:[:=]|为|是|在|等于)?[ \t]*"
_CLASSES: Final = {
    **dict.fromkeys(("一", "Ⅰ", "I", "1"), RecallClass.FIRST),
    **dict.fromkeys(("二", "Ⅱ", "II", "2"), RecallClass.SECOND),
    **dict.fromkeys(("三", "Ⅲ", "III", "3"), RecallClass.THIRD),
}


def plain(text: str) -> str:
    """A text with full-width letters as plain ones; every letter stays at its place."""
    return text.translate(_WIDE)


IDENTIFIER: Final = re.compile(
    r"(?:(?:GTIN|UDI-?DI|DI|药品追溯码|追溯码|商品条码|条码)" + _SAY + r")?"
    r"(?<![0-9A-Za-z])(?:\(01\))?(?P<value>8[0-9]{19}|[0-9]{14})(?![0-9A-Za-z])"
)
"""A GTIN of 14 digits or a drug traceability code of 20, with its label where there is one."""

CLASS: Final = re.compile(
    r"(?:召回级别|召回等级|召回分级|级别)?" + _SAY + r"(?:实施|属于|启动)?"
    r"(?P<zh>[一二三ⅠⅡⅢ]|I{1,3}|[123])[ \t]*级(?:召回)?"
    r"|\b[Cc](?:lass|LASS)[ \t]*(?P<en>I{1,3}|[123])\b(?:[ \t]+[Rr]ecall)?"
)
"""How dangerous it is."""


def class_of(match: re.Match[str]) -> RecallClass:
    """The class in a match of `CLASS`."""
    return _CLASSES[match["zh"] or match["en"]]


_THEN: Final = _SAY + r"(?:\r?\n[ \t]*)?"
_SERIALS: Final = r"serial(?:[ \t]*(?:numbers?|nos?\.?|range))?|S/N|SN"
_LOTS: Final = r"(?:lot|batch)(?:e?s)?(?:[ \t]*(?:numbers?|nos?\.?|codes?))?"

LISTS: Final[Mapping[str, re.Pattern[str]]] = {
    "serial": re.compile(
        rf"(?:产品)?(?:序列号|序号)(?:范围)?{_THEN}|(?<![A-Za-z])(?i:{_SERIALS})(?![A-Za-z]){_THEN}"
    ),
    "lot": re.compile(
        rf"(?:涉及|生产|产品|召回)*(?:批号|批次号|批次)(?:范围)?{_THEN}"
        rf"|(?<![A-Za-z])(?i:{_LOTS})(?![A-Za-z]){_THEN}"
    ),
}
"""What comes before lists of names."""

_NAME: Final = r"[A-Za-z0-9*?](?:[A-Za-z0-9*?_/.#+-]*[A-Za-z0-9*?#])?"
_ITEM: Final = re.compile(
    rf"(?P<all>(?:全部|所有|all)(?:[ \t]*(?:批号|批次|lots|batches))?)"
    rf"|(?P<first>{_NAME})(?:(?P<prefix>[ \t]*(?:开头|为前缀|打头)(?:的)?)"
    rf"|[ \t]*(?:至|到|~|–|—|\.\.|(?<=[ \t])-(?=[ \t])|(?<=[ \t])(?:to|through)(?=[ \t]))+[ \t]*"
    rf"(?P<last>{_NAME}))?"
)
_BETWEEN: Final = re.compile(r"[ \t]*(?:[,、;/&\n]|\r\n|和|及|与|或|以及|and\b|or\b)*[ \t\r\n]*")
_MOST_ITEMS: Final = 5_000


def split_list(text: str, start: int) -> Iterator[tuple[int, int, str, str | None]]:
    """The names of a list: where each begins and ends, and the last of a range.

    A name has a digit or a wildcard, so that the words that follow a list are none of it.

    >>> [item[2:] for item in split_list("A1、B2至B9 和 24C开头 共30盒", 0)]
    [('A1', None), ('B2', 'B9'), ('24C*', None)]
    """
    at = start
    for _ in range(_MOST_ITEMS):
        match = _ITEM.match(text, at)
        if match is None:
            return
        first, last = match["first"], match["last"]
        if match["all"]:
            yield at, match.end(), ALL_LOTS, None
        elif not _is_name(first) or (at != start and _is_day(text, at)):
            return
        elif last is not None and not _is_name(last):
            yield at, match.end("first"), first, None
            return
        else:
            yield at, match.end(), first + "*" if match["prefix"] else first, last
        between = _BETWEEN.match(text, match.end())
        if between is None or between.end() == match.end():
            return
        at = between.end()


def _is_name(text: str) -> bool:
    return any(letter in "0123456789*" for letter in text)


def _is_day(text: str, at: int) -> bool:
    """Whether a day stands there: the line after a list often begins with one."""
    found = _DAY.match(text, at)
    return found is not None and not found.group().isdigit() and day_of(found.group()) is not None


_MONTHS: Final = {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name}
_DAY: Final = re.compile(
    r"[0-9]{4}[ ]?[-/.年][ ]?[0-9]{1,2}(?:[ ]?[-/.月][ ]?[0-9]{1,2}[ ]?日?|[ ]?月)?(?![0-9])"
    r"|(?<![0-9])[0-9]{8}(?![0-9])"
    r"|[0-9]{1,2}[ -][A-Za-z]{3,9}\.?[ -][0-9]{4}|[A-Za-z]{3,9}\.?[ ](?:[0-9]{1,2},?[ ])?[0-9]{4}"
)
_TO: Final = re.compile(r"[ \t]*(?:至|到|~|–|—|-|to|through|until|and)[ \t]*")
_BEFORE: Final = re.compile(r"[ \t]*(?:以前|之前|前)|[ \t]+or[ \t]+(?:earlier|before)")
_AFTER: Final = re.compile(r"[ \t]*(?:以后|之后|后|起)|[ \t]+or[ \t]+(?:later|after)")
_UNTIL: Final = re.compile(r"(?:早于|不晚于|截至|before|until|up to|by)[ \t]*")
_SINCE: Final = re.compile(r"(?:晚于|不早于|自|从|after|from|since|between)[ \t]*")


def day_of(text: str) -> tuple[date, date] | None:
    """The first and the last day that a date means: a month means all of it; None: there is none.

    >>> day_of("2027年2月")
    (datetime.date(2027, 2, 1), datetime.date(2027, 2, 28))
    >>> day_of("31 Mar 2027")
    (datetime.date(2027, 3, 31), datetime.date(2027, 3, 31))
    """
    numbers = [int(number) for number in re.findall(r"[0-9]+", text)]
    word = re.search(r"[A-Za-z]{3}", text)
    if word is not None:
        month = _MONTHS.get(word.group().lower())
        if month is None:
            return None
        numbers = [numbers[-1], month, *numbers[:-1]]
    elif text.isdigit():
        numbers = [numbers[0] // 10_000, numbers[0] // 100 % 100, numbers[0] % 100]
    try:
        if len(numbers) == _YEAR_AND_MONTH:
            year, month = numbers
            return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
        day = date(*numbers)
    except (ValueError, TypeError):  # there is no such day; calendar's own error is a ValueError
        return None
    return day, day


_YEAR_AND_MONTH: Final = 2


def window_of(text: str, start: int) -> tuple[Days, int] | None:
    """The days that stand at a place of a text, and where they end; None: none do.

    >>> window_of("2027-01-01至2027年3月", 0)[0]
    Days(first='2027-01-01', last='2027-03-31')
    >>> window_of("before 2027-06-30", 0)[0]
    Days(first=None, last='2027-06-30')
    """
    until, since = _UNTIL.match(text, start), _SINCE.match(text, start)
    opening = until or since
    first = _day_at(text, opening.end() if opening else start)
    if first is None:
        return None
    (begins, ends), end = first
    before, after = _BEFORE.match(text, end), _AFTER.match(text, end)
    if until or before:
        return Days(None, ends), before.end() if before else end
    to = _TO.match(text, end)
    second = _day_at(text, to.end()) if to else None
    if second is not None and second[0][1] >= begins:
        return Days(begins, second[0][1]), second[1]
    if since or after:
        return Days(begins, None), after.end() if after else end
    return Days(begins, ends), end


def _day_at(text: str, start: int) -> tuple[tuple[str, str], int] | None:
    """The first and the last day of the date that stands there, and where it ends."""
    found = _DAY.match(text, start)
    days = day_of(found.group()) if found else None
    if found is None or days is None:
        return None
    return (days[0].isoformat(), days[1].isoformat()), found.end()


def _labels(zh: str, en: str) -> str:
    return rf"(?:{zh})|(?<![A-Za-z])(?i:{en})(?![A-Za-z])"


WINDOWS: Final[Mapping[str, re.Pattern[str]]] = {
    name: re.compile(rf"(?:{_labels(zh, en)}){_SAY}")
    for name, zh, en in (
        (
            "expiry",
            "(?:产品)?(?:有效期限|有效期至|有效期|失效日期|失效期|效期)",
            r"exp(?:iry|iration|ires|\.)?(?:[ ]dates?)?",
        ),
        (
            "produced",
            "(?:生产|制造)(?:日期|时间)",
            r"(?:manufactur(?:ed|ing|e)|production|mfg\.?)(?:[ ]dates?)?",
        ),
        (
            "received",
            "(?:到货|收货|入库|发货|购进|销售)(?:日期|时间)",
            "(?:received|shipped|delivered|distributed|ship[ ]dates?)",
        ),
        ("notified", "(?:通知|召回|发布|收到|公告)(?:日期|时间)|日期", "(?:notice[ ])?dated?"),
    )
}
"""What comes before days."""

_VALUE: Final = r"(?P<value>[^\n。；;]{1,300})"


def _text(zh: str, en: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{_labels(zh, en)})[ \t]*[:=][ \t]*{_VALUE}")


_NUMBER: Final = r"(?:[ ](?:no\.?|number))?"

TEXTS: Final[Mapping[str, re.Pattern[str]]] = {
    name: _text(zh, en)
    for name, zh, en in (
        ("reason", "召回原因|原因|缺陷描述", "reasons?(?:[ ]for[ ](?:the[ ])?recall)?"),
        (
            "number",
            "公告编号|通知编号|召回编号|公告号|文号|编号",
            r"(?:recall|reference|ref|notice)[ .]*(?:no\.?|number|id)",
        ),
        (
            "licence",
            "批准文号|医疗器械注册证号?|注册证编?号|备案号",
            f"(?:registration|licen[cs]e|approval){_NUMBER}",
        ),
        (
            "model",
            "规格型号|型号规格|规格/型号|型号|规格",
            f"models?{_NUMBER}|catalogu?e?{_NUMBER}|REF",
        ),
        (
            "maker",
            "药品上市许可持有人|上市许可持有人|生产企业|生产厂家|生产厂商|制造商|注册人|备案人|厂家",
            "manufacturer|maker|MAH|(?:recalling[ ])?firm",
        ),
        ("supplier", "供应商|供货商|供货单位|配送企业|配送商|经营企业", "supplier|distributor"),
        ("source", "发布单位|发布机构|通知单位|召回单位|发文单位|来源", "issued[ ]by|source"),
        (
            "name",
            "产品名称|药品名称|药品通用名称|通用名称|通用名|器械名称|商品名|名称|品名",
            "product(?:[ ](?:name|description))?|generic[ ]name",
        ),
    )
}
"""Labelled texts, up to the end of their clause."""
