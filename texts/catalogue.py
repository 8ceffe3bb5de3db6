"""The catalogue of messages, in groups by who produces them."""

from __future__ import annotations

from texts.text import Text

_INPUT = {
    "malformed": Text("内容格式不对：{detail}", "Malformed input: {detail}"),
    "required": Text("缺少这一项", "This field is required"),
    "too-large": Text("内容太大，最多 {limit}", "Too large, the limit is {limit}"),
    "not-found": Text("没有找到：{what}", "Not found: {what}"),
    "forbidden": Text("你的岗位不能做这一步", "Your role may not do this"),
    "not-signed-in": Text("先登录", "Sign in first"),
    "internal": Text(
        "没存上，这一次不算。再试一次（{request}）",
        "Not saved. This one doesn't count. Try again ({request})",
    ),
}

_SETTINGS = {
    "setting-database-url": Text(
        "数据库地址要以 sqlite:/// 或 postgresql:// 开头",
        "The database address must begin with sqlite:/// or postgresql://",
    ),
    "setting-number": Text("要一个整数，写的是 {found}", "A whole number is needed, found {found}"),
}

CATALOGUE: dict[str, Text] = {**_INPUT, **_SETTINGS}
"""Every code the program can produce, with its sentence."""


def text_of(code: str) -> Text:
    """The sentence for `code`; an unknown code is shown as itself, so that nothing is hidden."""
    return CATALOGUE.get(code) or Text(code, code)
