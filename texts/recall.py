"""Closing a recall case and opening it again, as pages say it."""

from __future__ import annotations

from texts.text import Text

RECALL = {
    "recall-closed": Text("{case} 已结案，不再停用", "{case} is closed, nothing of it is held"),
    "recall-reopened": Text(
        "{case} 已重新启动，这些批号又停用了", "{case} is open again, these lots are held"
    ),
    "recall-step-closed": Text("召回结案", "Recall closed"),
    "recall-step-reopened": Text("召回重新启动", "Recall opened again"),
    "recall-step-checked": Text("召回有效性核查", "Recall checked for effect"),
    "recall-step-level": Text("核查级别变更", "Level of checking changed"),
    "recall-step-report": Text("召回报告出具", "Recall report issued"),
    "fact-closed-by": Text("结案人", "Closed by"),
    "fact-reopened-by": Text("重新启动", "Opened again by"),
    "extent-serials": Text("序列号 {what}", "serials {what}"),
    "extent-expiry": Text("效期 {what}", "expiry {what}"),
    "extent-produced": Text("生产 {what}", "made {what}"),
    "extent-received": Text("到货 {what}", "received {what}"),
    "extent-supplier": Text("供应商 {what}", "from {what}"),
    "matched-by-identifier": Text("按编码", "by its code"),
    "matched-by-licence": Text("按注册证号", "by its licence"),
    "matched-by-model": Text("按型号", "by its model"),
    "matched-by-name": Text("按名称", "by its name"),
    "matched-by-lot": Text("按批号", "by its lot"),
    "notice-unknown": Text(
        "不认识 {found} 文件。用 PDF、Excel、CSV 或文本",
        "Unknown kind of file: {found}. Use PDF, Excel, CSV or text",
    ),
    "notice-unreadable": Text("这个文件读不出来", "This file can't be read"),
    "notice-pictures": Text(
        "这个 PDF 只有图片，没有文字。把文字粘贴进来",
        "This PDF holds pictures only. Paste its text",
    ),
    "notified-later": Text("通知不能在将来收到", "A notice can't have arrived in the future"),
    "setting-hours": Text(
        "要三个小时数，比如 24,48,72，而不是 {found}",
        "Three hours are needed as 24,48,72, got {found}",
    ),
    "setting-address": Text("这个地址不能用", "This address can't be used"),
    "notice-opened": Text("召回启动", "Recall opened"),
    "notice-revised": Text("召回范围变更", "Scope of the recall changed"),
    "notice-closed": Text("召回结案", "Recall closed"),
    "notice-reopened": Text("召回重新启动", "Recall opened again"),
    "notice-reminder": Text("召回时限已过半，任务未完", "Half of the time is over, tasks are open"),
    "notice-escalation": Text("召回超时，任务未完", "The time is over, tasks are open"),
    "recall-step-notice": Text("召回通知", "Notice of a recall"),
    "recall-step-delivery": Text("召回通知送达", "Delivery of a notice"),
    "scope-changed": Text("{case} 的范围已更改", "The scope of {case} was changed"),
    "work-search": Text("查找、清点、隔离", "Find, count, quarantine"),
    "work-notify": Text("通知患者", "Tell the patient"),
    "work-assess": Text("评估患者", "Look at the patient"),
    "task-open": Text("未看", "not seen yet"),
    "task-acknowledged": Text("已知晓", "taken notice of"),
    "task-counted": Text("已清点", "counted"),
    "task-done": Text("已完成", "done"),
    "task-noted": Text("已记录", "Recorded"),
    "recall-step-revised": Text("召回范围变更", "Scope of the recall changed"),
    "recall-step-task": Text("召回任务", "Task of the recall"),
    "fact-widened-by": Text("范围扩大", "Widened by"),
    "fact-narrowed-by": Text("范围缩小", "Narrowed by"),
    "fact-number": Text("监管编号", "Regulator's number"),
    "range-backwards": Text("{found} 的头尾反了", "{found} ends before it begins"),
    "fact-explanation": Text("说明", "Explanation"),
    "signs-with-pin": Text("PIN", "PIN"),
    "signs-with-code": Text("动态口令", "Code"),
    "signs-with-password": Text("密码", "Password"),
}
"""By code; `{case}` is the case's number."""
