"""The register of implants and the card for the patient, as pages and papers say it."""

from __future__ import annotations

from texts.text import Text

IMPLANTS = {
    "column-udi-di": Text("UDI-DI", "UDI-DI"),
    "column-implanted-at": Text("时间", "When"),
    "column-surgeon": Text("术者", "Surgeon"),
    "column-site": Text("部位", "Site"),
    "filter-lot": Text("批号", "Lot"),
    "filter-serial": Text("序列号", "Serial"),
    "filter-maker": Text("厂家", "Maker"),
    "filter-surgeon": Text("术者工号", "Surgeon's number"),
    "filter-site": Text("部位", "Site"),
    "implant-unknown": Text("编码未对照", "Unknown code"),
    "implant-implanted": Text("在用", "in place"),
    "implant-explanted": Text("已取出", "taken out"),
    "implant-incomplete": Text("资料待补", "to be completed"),
    "implant-recalled": Text("召回随访", "lot recalled"),
    "implants-none": Text("没有这样的植入物", "No such implant"),
    "implant-card": Text("植入物信息卡", "Implant card"),
    "implant-card-patient": Text("患者", "Patient"),
    "implant-card-date": Text("植入日期", "Implanted"),
    "implant-card-hospital": Text("医院", "Hospital"),
    "implant-card-surgeon": Text("术者", "Surgeon"),
    "implant-card-site": Text("部位", "Site"),
    "implant-card-device": Text("器械", "Device"),
    "implant-card-model": Text("型号规格", "Model"),
    "implant-card-maker": Text("注册人", "Maker"),
    "implant-card-registration": Text("注册证号", "Registration"),
    "implant-card-udi": Text("UDI-DI", "UDI-DI"),
    "implant-card-lot": Text("批号", "Lot"),
    "implant-card-serial": Text("序列号", "Serial"),
    "implant-card-expiry": Text("有效期至", "Expiry"),
    "implant-card-foot": Text(
        "就医时请出示本卡。医院账本第 {seq} 笔", "Show this card to doctors. Ledger entry {seq}"
    ),
}
"""By code."""
