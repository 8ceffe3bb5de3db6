"""What is wrong with master data: products, places, codes, temperatures."""

from __future__ import annotations

from texts.text import Text

GOODS = {
    "allowance-impossible": Text(
        "时长要整分钟，0 到 100000，写的是 {found}",
        "The time must be 0 to 100000 whole minutes, found {found}",
    ),
    "field-number": Text("要数字", "Must be a number"),
    "credit-code-wrong": Text(
        "统一社会信用代码不对：{found}。要 18 位，核对一遍",
        "No unified social credit code: {found}. It has 18 characters, check them",
    ),
    "gln-wrong": Text(
        "GLN 要 13 位数字，校验位要对，写的是 {found}",
        "A GLN has 13 digits with the right check digit, found {found}",
    ),
    "level-not-of-product": Text(
        "包装比例里的 {identifier} 不是这个产品的标识",
        "{identifier} has a package level but is no identifier of this product",
    ),
    "level-not-positive": Text(
        "每包装的数量要大于 0，写的是 {found}", "A package holds 1 or more, found {found}"
    ),
    "samples-out-of-order": Text(
        "测量要按时间先后排，不能重复", "Samples must stand in order of time, each time once"
    ),
    "samples-too-many": Text("一次最多 {limit} 个测量值", "{limit} samples at most in one reading"),
    "temperature-impossible": Text(
        "没有这样的温度：{found} ℃", "There is no such temperature: {found} °C"
    ),
    "temperature-too-fine": Text(
        "温度最多两位小数，写的是 {found}", "A temperature has two decimals at most, found {found}"
    ),
    "temperature-upside-down": Text(
        "最低温 {lowest} 高于最高温 {highest}",
        "The lowest temperature {lowest} is above the highest {highest}",
    ),
}
"""By code."""
