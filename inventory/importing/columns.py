"""The columns of the templates, in Chinese and English, and how a header finds its column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sheets import heading

DETAIL: Final = "details:"
"""A header that begins so is a further fact of the product under the name behind it."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a template.

    Args:
        key: what the program calls it.
        zh: its header in Chinese.
        en: its header in English.
        also: other headers that people use.
    """

    key: str
    zh: str
    en: str
    also: tuple[str, ...] = ()


PRODUCTS: Final[Sequence[Column]] = (
    Column("code", "院内编码", "code", ("编码", "产品编码", "物资编码", "药品编码")),
    Column("name", "名称", "name", ("产品名称", "通用名", "通用名称", "药品名称", "物资名称")),
    Column("specification", "规格", "specification", ("规格型号", "型号规格")),
    Column("category", "类别", "category", ("分类",)),
    Column("unit", "基本单位", "unit", ("单位", "最小单位")),
    Column("holder", "持有人或注册人", "holder", ("上市许可持有人", "注册人", "生产企业", "厂家")),
    Column("gtin", "GTIN", "gtin", ("商品条码", "udi-di", "di", "69码")),
    Column("drug_identifier", "药品标识码", "drug identifier", ("追溯码前7位", "药品追溯码")),
    Column("hibc", "HIBC", "hibc"),
    Column("ma", "MA码", "ma"),
    Column("identifiers", "其他标识", "identifiers", ("标识",)),
    Column("ratio", "包装比例", "ratio", ("包装关系",)),
    Column("insurance_code", "医保编码", "insurance code", ("国家医保编码", "医保耗材编码")),
    Column("registration", "注册证号或批准文号", "registration", ("注册证号", "批准文号")),
    Column("generic", "替换组", "generic group", ("generic", "同通用名组", "可替换组")),
    Column("pinyin", "拼音码", "pinyin"),
    Column("price", "单价(元)", "price", ("单价", "采购价", "价格")),
    Column("flags", "管理标志", "flags", ("标志",)),
    Column("lowest", "最低温度", "lowest temperature", ("最低温",)),
    Column("highest", "最高温度", "highest temperature", ("最高温",)),
    Column("allowance", "允许超温分钟", "allowance minutes"),
    Column("light", "避光", "away from light"),
    Column("storage", "储存说明", "storage note", ("储存条件",)),
)
"""The template of products; `code`, `name`, `category` and `unit` make one that wasn't there."""

PLACES: Final[Sequence[Column]] = (
    Column("code", "地点编码", "code", ("编码",)),
    Column("name", "名称", "name", ("地点名称",)),
    Column("kind", "类型", "kind", ("地点类型",)),
    Column("parent", "上级地点", "parent", ("上级", "上级编码")),
    Column("gln", "GLN", "gln"),
    Column("lowest", "最低温度", "lowest temperature", ("最低温",)),
    Column("highest", "最高温度", "highest temperature", ("最高温",)),
    Column("allowance", "允许超温分钟", "allowance minutes"),
)
"""The template of places."""

SUPPLIERS: Final[Sequence[Column]] = (
    Column("code", "供应商编码", "code", ("编码", "供应商")),
    Column("name", "名称", "name", ("供应商名称", "企业名称")),
    Column("credit_code", "统一社会信用代码", "credit code", ("信用代码",)),
    Column("licence", "经营许可证号", "licence", ("许可证号",)),
    Column("licence_until", "许可证有效期至", "licence until", ("许可证效期", "有效期至")),
    Column("gln", "GLN", "gln"),
    Column("phone", "电话", "phone", ("联系电话",)),
)
"""The template of suppliers."""

PAR_LEVELS: Final[Sequence[Column]] = (
    Column("place", "地点编码", "place", ("地点",)),
    Column("product", "院内编码", "product", ("产品编码", "编码", "药品编码", "物资编码")),
    Column("least", "最低", "at least", ("下限", "最低库存")),
    Column("target", "补到", "fill up to", ("上限", "定额", "最高库存")),
    Column("source", "来自", "source", ("补货地点", "来源")),
)
"""The template of par levels."""

READINGS: Final[Sequence[Column]] = (
    Column("place", "地点编码", "place", ("地点",)),
    Column("sensor", "探头", "sensor", ("设备", "探头编号")),
    Column("time", "时间", "time", ("采集时间",)),
    Column("temperature", "温度", "temperature"),
)
"""The template of sensor readings."""


def header_of(keys: Mapping[str, str], key: str, columns: Sequence[Column]) -> str:
    """The header of a column as the file has it, or as the template would.

    Args:
        keys: as `keys_of` gives them.
        key: of the column.
        columns: of the template.
    """
    there = next((name for name, known in keys.items() if known == key), None)
    return there or next((column.zh for column in columns if column.key == key), key)


def keys_of(header: Sequence[str], columns: Sequence[Column]) -> Mapping[str, str]:
    """Each header that is known, with the key of its column; the first of two that mean the same.

    Args:
        header: as `sheets.read_sheet` gives it.
        columns: of the template.
    """
    known = {
        heading(name): column.key
        for column in columns
        for name in (column.key, column.zh, column.en, *column.also)
    }
    found: dict[str, str] = {}
    for name in header:
        key = known.get(name)
        if key is not None and key not in found.values():
            found[name] = key
        elif name.startswith(DETAIL):
            found[name] = name
    return found
