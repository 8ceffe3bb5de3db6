"""What the handheld API says of a request: what is wrong with a field, what a photo showed."""

from __future__ import annotations

from texts.text import Text

HANDHELD = {
    "body-not-json": Text("内容不是 JSON", "The body is not JSON"),
    "field-characters": Text("有不能写下的字符", "Holds characters that can't be written"),
    "field-choice": Text("只能是：{detail}", "Must be one of: {detail}"),
    "field-count": Text("要 1 到 {detail} 项", "Takes 1 to {detail} items"),
    "field-date": Text("要日期，如 2026-11-22", "Must be a date such as 2026-11-22"),
    "field-integer": Text("要整数", "Must be a whole number"),
    "field-length": Text("要 {detail} 个字符", "Takes {detail} characters"),
    "field-list": Text("要一个列表", "Must be a list"),
    "field-object": Text("要一个对象", "Must be an object"),
    "field-range": Text("要在 {detail} 之间", "Must be in {detail}"),
    "field-text": Text("要文字", "Must be text"),
    "field-time": Text("要 ISO 8601 的时间", "Must be a time as ISO 8601 writes it"),
    "field-unknown": Text("没有这一项", "There is no such field"),
    "field-uuid": Text("要 UUID", "Must be a UUID"),
    "label-differs": Text(
        "码里是 {expected}，填的是 {found}", "The code says {expected}, {found} was written"
    ),
    "text-with-nul": Text("有不能写下的字符", "Holds characters that can't be written"),
}
"""By code; `{detail}` is what the rule asks for."""
