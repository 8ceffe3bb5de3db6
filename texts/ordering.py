"""What the page says on which a physician writes an order of care."""

from __future__ import annotations

from texts.text import Text

ORDERING = {
    "ordering-prescription": Text("处方", "Prescription"),
    "ordering-medication": Text("用药医嘱", "Medication order"),
    "ordering-procedure": Text("手术申请", "Procedure"),
    "order-field-number": Text("单号", "Number"),
    "order-field-patient": Text("患者", "Patient"),
    "order-field-destination": Text("病区或手术室", "Ward or theatre"),
    "order-field-product": Text("药品或物品", "Product"),
    "order-field-quantity": Text("数量", "Quantity"),
    "order-field-dose": Text("剂量", "Dose"),
    "order-field-route": Text("途径", "Route"),
    "order-field-frequency": Text("频次", "Frequency"),
    "order-field-start": Text("开始", "Start"),
    "order-field-stop": Text("停止", "Stop"),
    "order-field-planned": Text("手术时间", "Planned for"),
    "order-field-lines": Text("内容", "Lines"),
    "order-field-reason": Text("理由", "Reason"),
    "order-fault": Text("{field}这一项：{said}", "{field}: {said}"),
    "order-fault-line": Text("第 {line} 行 {field}：{said}", "Line {line}, {field}: {said}"),
    "order-written": Text("已开单 {number}", "Order {number} placed"),
    "order-stopped-now": Text("已停 {number}", "Order {number} stopped"),
    "high-alert-yes": Text("高警示，给药时第二人看", "High-alert: a second person looks on"),
    "unit-mg": Text("mg 毫克", "mg"),
    "unit-g": Text("g 克", "g"),
    "unit-ug": Text("µg 微克", "µg"),
    "unit-mL": Text("mL 毫升", "mL"),
    "unit-L": Text("L 升", "L"),
    "unit-[IU]": Text("IU 国际单位", "IU"),
    "unit-{tablet}": Text("片", "tablet"),
    "unit-{capsule}": Text("粒", "capsule"),
    "unit-{ampoule}": Text("支", "ampoule"),
    "unit-{bag}": Text("袋", "bag"),
    "unit-[drp]": Text("滴", "drop"),
    "unit-{puff}": Text("喷", "puff"),
    "column-dose": Text("剂量", "Dose"),
    "column-route": Text("途径", "Route"),
    "column-frequency": Text("频次", "Frequency"),
    "column-start": Text("开始", "From"),
    "column-stop": Text("停止", "Until"),
    "column-planned": Text("手术时间", "Planned for"),
    "column-high-alert": Text("高警示", "High-alert"),
}
"""By code."""
