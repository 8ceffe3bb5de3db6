"""What medtrace says about orders of care: doses, schedules, the five rights at the bedside."""

from __future__ import annotations

from texts.text import Text

_WRITTEN = {
    "dose-amount": Text(
        "剂量要大于 0，小数点前后最多 9 位：{found}",
        "A dose is more than 0, with at most 9 digits on each side of the point: {found}",
    ),
    "dose-unit": Text("没有这个剂量单位：{found}", "No such unit of a dose: {found}"),
    "medication-one-line": Text(
        "一条医嘱只写一种药。分开写", "A medication order has one drug. Write another order"
    ),
    "month-malformed": Text("月份写成 2026-11：{found}", "A month is written 2026-11: {found}"),
    "sheet-yes-or-no": Text("这一列写是或否：{found}", "Yes or no is needed: {found}"),
    "unknown-generic": Text(
        "没有这个替换组：{generic}。先在目录里写上",
        "No product has the group {generic}. Add it first",
    ),
    "frequency-unknown": Text(
        "不认识这个频次：{found}。用 {known}", "No such frequency: {found}. Use {known}"
    ),
    "schedule-every": Text(
        "两剂之间的间隔不对，最多 {most}", "Doses can't follow each other so; the most is {most}"
    ),
    "schedule-stop": Text("停止时间要晚于开始时间", "An order stops after it has begun"),
    "schedule-times": Text(
        "给药时间写成 08:00,16:00，从早到晚，最多 {most} 个",
        "Times of the day are written 08:00,16:00, in order, at most {most}",
    ),
    "schedule-window": Text(
        "给药可提前或推后的分钟数要在 0 到 {most} 之间",
        "Minutes that a dose may be early or late lie between 0 and {most}",
    ),
    "schedule-zone": Text("没有这个时区：{found}", "There is no time zone {found}"),
}

_RIGHTS = {
    "dose-missing": Text("写明剂量。医嘱是 {ordered}", "State the dose. The order says {ordered}"),
    "given-already": Text(
        "{due} 这一剂 {time} 已处理。不要再给",
        "The dose of {due} was settled at {time}. Don't give it again",
    ),
    "no-substitution": Text(
        "医嘱不许换药，只能是{ordered}。放回去",
        "The order allows no substitute for {ordered}. Put it back",
    ),
    "not-due": Text(
        "这条医嘱没有要给的剂次了。问医生",
        "No dose of this order is due any more. Ask the physician",
    ),
    "order-missing": Text(
        "这位患者有这种药的医嘱 {number}。先选医嘱再给",
        "The patient has order {number} for this drug. Choose it, then give",
    ),
    "order-stopped": Text(
        "医嘱 {number} 已停。不要发，不要给，问医生",
        "Order {number} is stopped. Hand out and give nothing, ask the physician",
    ),
    "route-missing": Text(
        "写明给药途径。医嘱是 {ordered}", "State the route. The order says {ordered}"
    ),
    "too-early": Text("还早，下一剂 {next}。到时再给", "Too early. Give the next dose at {next}"),
    "too-late": Text(
        "{due} 这一剂已过时。先问医生，下一剂 {next}",
        "The time of the dose of {due} is over. Ask the physician; the next is due {next}",
    ),
    "wrong-dose": Text(
        "剂量不对。医嘱是 {ordered}，写的是 {found}。核对后再给",
        "Wrong dose. The order says {ordered}, got {found}. Check before you give it",
    ),
    "wrong-drug": Text(
        "药不对。医嘱是{ordered}，扫的是{found}。放回去",
        "Wrong drug. The order says {ordered}, got {found}. Put it back",
    ),
    "wrong-route": Text(
        "途径不对。医嘱是 {ordered}，写的是 {found}。核对后再给",
        "Wrong route. The order says {ordered}, got {found}. Check before you give it",
    ),
}
"""What the recorder refuses for at the bedside; a test holds the codes to `trace.Reason`."""

_FIELDS = {
    "part-of-amount": Text(
        "拆零只能用在有单独编码的一盒上，至少 1：{found}",
        "A part is at least 1, and of one pack with a code of its own: {found}",
    ),
    "parts-differ": Text(
        "拆出的各份合计 {expected}，写的是 {found}",
        "The doses add up to {expected}, the part says {found}",
    ),
    "cause-of-other-kind": Text(
        "这种情况没有这个原因：{found}", "This kind of event has no such cause: {found}"
    ),
}

_CAUSES = {
    "cause-allergy": Text("过敏", "Allergy"),
    "cause-nil-by-mouth": Text("禁食禁水", "Nil by mouth"),
    "cause-vital-signs": Text("生命体征不允许", "Vital signs don't allow it"),
    "cause-laboratory": Text("检验结果不允许", "Laboratory result doesn't allow it"),
    "cause-adverse-reaction": Text("不良反应", "Adverse reaction"),
    "cause-vomiting": Text("呕吐", "Vomiting"),
    "cause-no-access": Text("没有给药通路", "No access"),
    "cause-patient-absent": Text("患者不在病区", "Patient away"),
    "cause-not-available": Text("药品未到", "Drug not there"),
    "cause-order-unclear": Text("医嘱不清楚", "Order unclear"),
    "cause-order-stopped": Text("医嘱已停", "Order stopped"),
    "cause-unwilling": Text("不愿用药", "Does not want it"),
    "cause-fears-effects": Text("担心不良反应", "Fears side effects"),
    "cause-feels-well": Text("自觉不需要", "Feels well without"),
    "cause-cannot-swallow": Text("咽不下", "Can't swallow it"),
    "cause-broken": Text("破损", "Broken"),
    "cause-contaminated": Text("污染", "Contaminated"),
    "cause-opened-unused": Text("开启未用", "Opened and not used"),
    "cause-past-use": Text("开启或配制后超时", "Kept too long after opening or mixing"),
    "cause-other": Text("其他", "Other"),
}

_LOOPS = {
    "column-hop-ordered": Text("开嘱", "Ordered"),
    "column-hop-dispensed": Text("发药", "Dispensed"),
    "column-hop-compounded": Text("配制", "Compounded"),
    "column-hop-on-ward": Text("病区签收", "On the ward"),
    "column-hop-administered": Text("给药", "Given"),
    "column-hop-received": Text("收货", "Received"),
    "column-hop-stored": Text("入库", "Stored"),
    "column-hop-issued": Text("领用", "Issued"),
    "column-hop-implanted": Text("植入", "Implanted"),
    "found-there": Text("有", "there"),
    "found-missing": Text("缺", "missing"),
    "found-disordered": Text("时间颠倒", "too early"),
    "found-not-needed": Text("不需要", "not needed"),
    "loop-complete": Text("完整", "Complete"),
    "loop-open": Text("不完整", "Incomplete"),
    "column-loop": Text("医嘱或植入物", "Order or implant"),
    "column-medication-order": Text("医嘱", "Order"),
    "column-ward": Text("病区", "Ward"),
    "column-dose-due": Text("应给时间", "Due"),
    "column-loop-state": Text("闭环", "Loop"),
    "column-loops": Text("总数", "Loops"),
    "column-complete": Text("完整", "Complete"),
    "column-lacking": Text("缺环节", "Hop missing"),
    "column-disordered": Text("时间颠倒", "Too early"),
    "column-rate": Text("闭环完整率", "Complete"),
    "filter-month": Text("月份", "Month"),
    "filter-ward": Text("病区", "Ward"),
    "filter-loops": Text("闭环", "Loops"),
    "loops-medication": Text("用药", "Doses"),
    "loops-implants": Text("植入物", "Implants"),
    "no-loops": Text("这个月没有", "Nothing in this month"),
    "tile-loop-rate": Text("闭环完整率", "Complete loops"),
    "tile-loop-all": Text("总数", "Loops"),
    "tile-loop-missing": Text("缺环节", "With a hop missing"),
    "tile-loop-disordered": Text("时间颠倒", "With a hop too early"),
}
"""What the closed-loop report says (闭环完整率)."""

CARE = {**_WRITTEN, **_RIGHTS, **_FIELDS, **_CAUSES, **_LOOPS}
"""By code."""
